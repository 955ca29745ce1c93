// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The positions and the type size of all parts of the library's window, computed from the
/// window's size and the display's scale.  A small window is compact: it has tabs and shows one
/// page at a time; the plane stays beside or above it if there is room.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_GUI_LIBRARY_LAYOUT_H
#define CIRCUMPLEX_GUI_LIBRARY_LAYOUT_H

#include "gui/kit/geom.h"

#include <stddef.h>

/// What the pointer can reach and the keyboard visits, in this order.
typedef enum {
  LIBRARY_PART_NONE,
  LIBRARY_PART_PLANE,
  LIBRARY_PART_SEARCH,
  LIBRARY_PART_QUADRANT_1,
  LIBRARY_PART_QUADRANT_2,
  LIBRARY_PART_QUADRANT_3,
  LIBRARY_PART_QUADRANT_4,
  LIBRARY_PART_CONFIDENCE,
  LIBRARY_PART_LIST,
  LIBRARY_PART_LENGTH,   ///< of the drawing
  LIBRARY_PART_KIND,     ///< passage or whole song
  LIBRARY_PART_RELATIVE, ///< compare on the collection's own scale
  LIBRARY_PART_LIKE,     ///< take the chosen song's curve
  LIBRARY_PART_ERASE,
  LIBRARY_PART_VALENCE, ///< the drawn profile's lanes
  LIBRARY_PART_AROUSAL,
  LIBRARY_PART_SONG, ///< the chosen song's curve
  LIBRARY_PART_PLAY,
  LIBRARY_PART_SAVE,
  LIBRARY_PART_SHOW,
  LIBRARY_PART_COPY,
  LIBRARY_PART_VOLUME,
  LIBRARY_PART_ADD, ///< music, or stop adding
  LIBRARY_PART_MODEL,
  LIBRARY_PART_HELP,
  LIBRARY_PART_TAB_LIST, ///< the tabs of a compact window, in the order of its pages
  LIBRARY_PART_TAB_PLANE,
  LIBRARY_PART_TAB_DRAW,
  LIBRARY_PART_TAB_SONG,
  LIBRARY_PART_COUNT
} LibraryPart;

typedef enum {
  LIBRARY_PAGE_LIST,
  LIBRARY_PAGE_PLANE,
  LIBRARY_PAGE_DRAW,
  LIBRARY_PAGE_SONG,
  LIBRARY_PAGES
} LibraryPage;

typedef struct {
  bool compact;
  LibraryPage page; ///< shown, where compact
  double unit;      ///< body font size, px
  double row;       ///< height of a row of the list, px
  Rect window, search, head, list, drawn, song, axis, bar, status;
  Rect parts[LIBRARY_PART_COUNT];
} LibraryLayout;

#define LIBRARY_MIN_WIDTH 320.0 ///< smallest window, px at scale 1
#define LIBRARY_MIN_HEIGHT 240.0
#define LIBRARY_DEFAULT_WIDTH 1180.0 ///< px at scale 1
#define LIBRARY_DEFAULT_HEIGHT 780.0

/// The field for a folder of music to add, over the window.
typedef struct {
  double unit; ///< body font size, px
  double row;  ///< height of a folder's row, px
  Rect box, field, list, add;
} LibraryPrompt;

LibraryPrompt library_layout_prompt(const LibraryLayout* layout);

#define LIBRARY_HELP_ROWS 20
#define LIBRARY_HELP_ROW 1.75 ///< units

/// The list of keys, over the window.
typedef struct {
  double unit; ///< body font size, px
  int shown;   ///< rows that fit
  Rect box;
} LibraryHelp;

LibraryHelp library_layout_help(const LibraryLayout* layout);

/// \param page the page wanted, where the window is compact
LibraryLayout library_layout_compute(double width, double height, double scale, LibraryPage page);
LibraryPart library_layout_part(const LibraryLayout* layout, double x, double y);

/// \return a page that has \p part in every compact window
LibraryPage library_layout_page(LibraryPart part);

/// \return the rectangle of the whole plane: larger than the part that shows it when zoomed in
Rect library_layout_plane(const LibraryLayout* layout, double zoom, double look_v, double look_a);

/// Values of a pixel of such a plane; may lie beyond +-1.
void library_layout_value(Rect plane, double x, double y, double* valence, double* arousal);

/// \return the row at a pixel, counted from the top of the list, or -1
int library_layout_row(const LibraryLayout* layout, double x, double y);

/// \return the moment at a pixel of a stretch that lasts \p seconds, within it; and back
double library_layout_time(Rect stretch, double seconds, double x);
double library_layout_time_x(Rect stretch, double seconds, double time);

/// A lane's value at a pixel, within +-1; and back.
double library_layout_lane_value(Rect lane, double y);
double library_layout_lane_y(Rect lane, double value);

#endif
