// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Keys and buttons as the windows' gestures see them: no window system in it.
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

#define INPUT_DOUBLE_SECONDS 0.35 ///< two presses within this time are a double click

#endif
