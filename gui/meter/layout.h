// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where everything is: derived from the window's size and the font, nothing else.
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
  METER_PART_PLANE,
  METER_PART_TIMELINE,
  METER_PART_HOLD,
  METER_PART_RESET,
  METER_PART_RESPONSE,
  METER_PART_TRAIL,
  METER_PART_MODEL,
  METER_PART_STAGE,
  METER_PART_COUNT
} MeterPart;

#define METER_PART_FIRST_CONTROL METER_PART_HOLD

typedef struct {
  MeterMode mode;
  double unit; ///< body font size, px
  double big;  ///< size of the word that names the reading, px
  Rect window, plane, reading, cues, timeline, status;
  Rect parts[METER_PART_COUNT]; ///< what the pointer can reach; empty: not there
  // Inside the timeline:
  Rect head, curves, mood, strip, envelope, axis;
} MeterLayout;

#define METER_MIN_WIDTH 15.0 ///< smallest window, in units
#define METER_MIN_HEIGHT 16.0
#define METER_FULL_WIDTH 50.0 ///< smallest size that shows everything, in units
#define METER_FULL_HEIGHT 35.0
#define METER_DEFAULT_WIDTH 900.0 ///< px at scale 1
#define METER_DEFAULT_HEIGHT 600.0

/// \param mode what the user asked for; a window too small for it gets METER_COMPACT
/// \param unit body font size, px
MeterLayout meter_layout_compute(double width, double height, double unit, MeterMode mode);

/// \return the part at a pixel.
MeterPart meter_layout_part(const MeterLayout* layout, double x, double y);

/// \return the pixel of a moment \p age seconds before now on the timeline, and back.
double meter_layout_time_x(const MeterLayout* layout, double age);
double meter_layout_time_age(const MeterLayout* layout, double x);

#endif
