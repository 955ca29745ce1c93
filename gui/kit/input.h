// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Keys, buttons and events, independent of the window system.
#ifndef CIRCUMPLEX_GUI_KIT_INPUT_H
#define CIRCUMPLEX_GUI_KIT_INPUT_H

#include <stdbool.h>

typedef enum {
  INPUT_OTHER, ///< a character: see the text
  INPUT_LEFT,
  INPUT_RIGHT,
  INPUT_UP,
  INPUT_DOWN,
  INPUT_PAGE_UP,
  INPUT_PAGE_DOWN,
  INPUT_HOME,
  INPUT_END,
  INPUT_TAB,
  INPUT_ENTER,
  INPUT_ESCAPE,
  INPUT_DELETE,
  INPUT_BACKSPACE
} InputKey;

typedef enum { INPUT_MAIN, INPUT_MIDDLE, INPUT_SECOND } InputButton;

typedef enum {
  INPUT_MOVED, ///< x, y
  INPUT_LEFT_WINDOW,
  INPUT_PRESSED,  ///< x, y, button, now
  INPUT_RELEASED, ///< x, y, button
  INPUT_SCROLLED, ///< x, y, lines
  INPUT_KEY,      ///< key, ch, shift, ctrl: a key without a character, or with Ctrl held
  INPUT_TEXT      ///< text
} InputKind;

typedef struct {
  InputKind kind;
  double x, y;  ///< px
  double now;   ///< s of shell_clock()
  double lines; ///< upwards positive
  InputButton button;
  InputKey key;
  char ch;          ///< the key's character, lower case; '\0' for none
  const char* text; ///< a character typed, UTF-8
  bool shift, ctrl;
} InputEvent;

#define INPUT_DOUBLE_SECONDS 0.35 ///< two presses within this time are a double click

#endif
