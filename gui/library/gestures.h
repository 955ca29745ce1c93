// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reacts to pointer and keys.  Independent of the window system, so that tests can act as a user.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_LIBRARY_GESTURES_H
#define CIRCUMPLEX_GUI_LIBRARY_GESTURES_H

#include "gui/kit/input.h"
#include "gui/library/picture.h"
#include "gui/library/view_model.h"

#define LIBRARY_NUDGE 0.05 ///< of a value, by one press of an arrow key

typedef struct {
  LibraryView* view;
  LibraryPicture* picture;
  LibraryPart grabbed;
  InputButton button;
  bool moved;  ///< since the press
  double x, y; ///< of the last event
  double press_x, press_y, press_time;
  size_t press_row;
} LibraryGestures;

void library_gestures_init(LibraryGestures* gestures, LibraryView* view, LibraryPicture* picture);
void library_gestures_move(LibraryGestures* gestures, double x, double y);
void library_gestures_leave(LibraryGestures* gestures);
void library_gestures_press(LibraryGestures* gestures, InputButton button, double x, double y,
                            double now);
void library_gestures_release(LibraryGestures* gestures, InputButton button, double x, double y);
void library_gestures_scroll(LibraryGestures* gestures, double x, double y,
                             double lines); ///< upwards positive

/// \param ch the key's character, lower case, 0 if it has none
void library_gestures_key(LibraryGestures* gestures, InputKey key, char ch, bool shift, bool ctrl);

/// Scroll the list of keys.  \return whether there is more than fits
bool library_gestures_turn_help(LibraryGestures* gestures, int rows);

/// Text typed, UTF-8: only the search box takes it.
void library_gestures_text(LibraryGestures* gestures, const char* utf8);

#endif
