// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where everything is: derived from the window's size and the font, nothing else.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_GUI_LIBRARY_LAYOUT_H
#define CIRCUMPLEX_GUI_LIBRARY_LAYOUT_H

#include "gui/kit/geom.h"

#include <stddef.h>

/// What the pointer can reach and the keyboard visits, in this order.
typedef enum {
  PLACE_NONE,
  PLACE_PLANE,
  PLACE_SEARCH,
  PLACE_QUADRANT_1,
  PLACE_QUADRANT_2,
  PLACE_QUADRANT_3,
  PLACE_QUADRANT_4,
  PLACE_CONFIDENCE,
  PLACE_LIST,
  PLACE_LENGTH, ///< of the drawing
  PLACE_KIND,   ///< passage or whole song
  PLACE_LIKE,   ///< take the chosen song's course
  PLACE_ERASE,
  PLACE_VALENCE, ///< the pad's lanes
  PLACE_AROUSAL,
  PLACE_SONG, ///< the chosen song's course
  PLACE_PLAY,
  PLACE_SAVE,
  PLACE_SHOW,
  PLACE_COPY,
  PLACE_VOLUME,
  PLACE_MODEL,
  PLACE_HELP,
  PLACE_COUNT
} Place;

typedef struct {
  double unit; ///< body font size, px
  double row;  ///< height of a row of the list, px
  Rect window, search, head, list, pad, song, axis, bar, status;
  Rect parts[PLACE_COUNT];
} Places;

#define PLACES_MIN_WIDTH 64.0 ///< smallest window, in units; a smaller one shows a part of it
#define PLACES_MIN_HEIGHT 44.0
#define PLACES_DEFAULT_WIDTH 1180.0 ///< px at scale 1
#define PLACES_DEFAULT_HEIGHT 780.0

Places places_compute(double width, double height, double unit);
Place places_at(const Places* places, double x, double y);

/// \return the plane as if all of it were in sight: larger than its place when looked at closely
Rect places_plane(const Places* places, double zoom, double look_v, double look_a);

/// Values of a pixel of such a plane; may lie beyond +-1.
void places_value(Rect plane, double x, double y, double* valence, double* arousal);

/// \return the row at a pixel, counted from the top of the list, or -1
int places_row(const Places* places, double x, double y);

/// \return the moment at a pixel of a stretch that lasts \p seconds, within it; and back
double places_time(Rect stretch, double seconds, double x);
double places_time_x(Rect stretch, double seconds, double time);

/// A lane's value at a pixel, within +-1; and back.
double places_lane_value(Rect lane, double y);
double places_lane_y(Rect lane, double value);

#endif
