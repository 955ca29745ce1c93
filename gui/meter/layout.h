// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The positions and the type size of all parts of the meter, computed from the window's size and
/// the display's scale.  The plane takes at least half of the window's height (or all of its width
/// if that is less).  Columns have a largest width, so that a larger window has larger parts, not
/// larger gaps.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_GUI_METER_LAYOUT_H
#define CIRCUMPLEX_GUI_METER_LAYOUT_H

#include "gui/kit/geom.h"

typedef enum {
  METER_FULL,    ///< everything
  METER_COMPACT, ///< the plane and the word
  METER_STAGE    ///< the plane and the word, very large
} MeterMode;

typedef enum {
  METER_PART_NONE,
  METER_PART_WORD, ///< from here to METER_PART_CUES_LAST: only explained
  METER_PART_STATE,
  METER_PART_VALENCE,
  METER_PART_AROUSAL,
  METER_PART_PIECE,
  METER_PART_CONFIDENCE,
  METER_PART_LOUDNESS,
  METER_PART_CUES_FIRST, ///< rows of the cue bars, from the top
  METER_PART_CUES_LAST = METER_PART_CUES_FIRST + 6,
  METER_PART_PLANE,
  METER_PART_TIMELINE,
  METER_PART_HOLD,
  METER_PART_RESET,
  METER_PART_RESPONSE,
  METER_PART_TRAIL,
  METER_PART_MODEL,
  METER_PART_OUTPUTS,
  METER_PART_KEYS,
  METER_PART_STAGE,
  METER_PART_COUNT
} MeterPart;

#define METER_PART_FIRST_CONTROL METER_PART_HOLD
#define METER_CUES_HEAD 1.7 ///< height of the cue bars' headings, units

typedef struct {
  MeterMode mode;
  double unit; ///< body font size, px
  double big;  ///< size of the word that names the reading, px
  Rect window, plane, reading, cues, timeline, status; ///< cues: empty in a tall window
  Rect parts[METER_PART_COUNT]; ///< what the pointer can reach; empty: not there
  // Inside the timeline:
  Rect head, curves, mood, strip, envelope, axis;
  double span; ///< s that it shows: METER_SPAN, or more of the session
} MeterLayout;

#define METER_MIN_WIDTH 195.0 ///< smallest window, px at scale 1
#define METER_MIN_HEIGHT 208.0
#define METER_DEFAULT_WIDTH 900.0 ///< px at scale 1
#define METER_DEFAULT_HEIGHT 600.0

/// \param scale of the display, 1 for 96 dpi: type is never smaller than is readable there
/// \param mode  what the user asked for; a window too small for it gets METER_COMPACT
MeterLayout meter_layout_compute(double width, double height, double scale, MeterMode mode);

/// \return the part at a pixel.
MeterPart meter_layout_part(const MeterLayout* layout, double x, double y);

/// \return the pixel of a moment \p age seconds before now on the timeline, and back.
double meter_layout_time_x(const MeterLayout* layout, double age);
double meter_layout_time_age(const MeterLayout* layout, double x);

#endif
