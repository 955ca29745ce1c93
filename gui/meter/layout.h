// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where everything is: derived from the window's size and the font, nothing else.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_GUI_METER_LAYOUT_H
#define CIRCUMPLEX_GUI_METER_LAYOUT_H

#include "gui/kit/geom.h"

typedef enum {
  LAYOUT_FULL,    ///< everything
  LAYOUT_COMPACT, ///< the plane and the word
  LAYOUT_STAGE    ///< the plane and the word, very large
} LayoutMode;

typedef enum {
  PART_NONE,
  PART_PLANE,
  PART_TIMELINE,
  PART_HOLD,
  PART_RESET,
  PART_RESPONSE,
  PART_TRAIL,
  PART_MODEL,
  PART_STAGE,
  PART_COUNT
} Part;

#define PART_FIRST_CONTROL PART_HOLD

typedef struct {
  LayoutMode mode;
  double unit; ///< body font size, px
  double big;  ///< size of the word that names the reading, px
  Rect window, plane, reading, cues, timeline, status;
  Rect parts[PART_COUNT]; ///< what the pointer can reach; empty: not there
  // Inside the timeline:
  Rect head, curves, mood, strip, envelope, axis;
} Layout;

#define LAYOUT_MIN_WIDTH 15.0 ///< smallest window, in units
#define LAYOUT_MIN_HEIGHT 16.0
#define LAYOUT_FULL_WIDTH 50.0 ///< smallest size that shows everything, in units
#define LAYOUT_FULL_HEIGHT 35.0
#define LAYOUT_DEFAULT_WIDTH 900.0 ///< px at scale 1
#define LAYOUT_DEFAULT_HEIGHT 600.0

/// \param mode what the user asked for; a window too small for it gets LAYOUT_COMPACT
/// \param unit body font size, px
Layout layout_compute(double width, double height, double unit, LayoutMode mode);

/// \return the part at a pixel.
Part layout_part(const Layout* layout, double x, double y);

/// \return the pixel of a moment \p age seconds before now on the timeline, and back.
double layout_time_x(const Layout* layout, double age);
double layout_time_age(const Layout* layout, double x);

#endif
