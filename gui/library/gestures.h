// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What pointer and keys mean: no window system in it, so that tests can play a user.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_LIBRARY_GESTURES_H
#define CIRCUMPLEX_GUI_LIBRARY_GESTURES_H

#include "gui/library/picture.h"
#include "gui/library/view_model.h"

typedef enum {
  HANDS_OTHER, ///< a character: see the text
  HANDS_LEFT,
  HANDS_RIGHT,
  HANDS_UP,
  HANDS_DOWN,
  HANDS_PAGE_UP,
  HANDS_PAGE_DOWN,
  HANDS_HOME,
  HANDS_END,
  HANDS_TAB,
  HANDS_ENTER,
  HANDS_ESCAPE,
  HANDS_DELETE,
  HANDS_BACKSPACE
} HandsKey;

typedef enum { HANDS_MAIN, HANDS_MIDDLE, HANDS_SECOND } HandsButton;

#define HANDS_DOUBLE_SECONDS 0.35
#define HANDS_NUDGE 0.05 ///< of a value, by one press of an arrow key

typedef struct {
  Browser* browser;
  Picture* picture;
  Place grabbed;
  HandsButton button;
  bool moved;  ///< since the press
  double x, y; ///< of the last event
  double press_x, press_y, press_time;
  size_t press_row;
} Hands;

void hands_init(Hands* hands, Browser* browser, Picture* picture);
void hands_move(Hands* hands, double x, double y);
void hands_leave(Hands* hands);
void hands_press(Hands* hands, HandsButton button, double x, double y, double now);
void hands_release(Hands* hands, HandsButton button, double x, double y);
void hands_scroll(Hands* hands, double x, double y, double lines); ///< upwards positive

/// \param ch the key's character, lower case, 0 if it has none
void hands_key(Hands* hands, HandsKey key, char ch, bool shift, bool ctrl);

/// Text typed, UTF-8: only the search box takes it.
void hands_text(Hands* hands, const char* utf8);

#endif
