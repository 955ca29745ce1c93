// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What pointer and keys mean: no window system in it, so that tests can play a user.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_METER_GESTURES_H
#define CIRCUMPLEX_GUI_METER_GESTURES_H

#include "gui/meter/picture.h"
#include "gui/meter/view_model.h"
#include "gui/meter/window.h"

typedef enum {
  KEY_OTHER,
  KEY_LEFT,
  KEY_RIGHT,
  KEY_UP,
  KEY_DOWN,
  KEY_HOME,
  KEY_TAB,
  KEY_ENTER,
  KEY_ESCAPE,
  KEY_HOLD,
  KEY_RESET,
  KEY_STAGE,
  KEY_COMPACT,
  KEY_MODEL
} Key;

#define GESTURES_DOUBLE_SECONDS 0.35
#define GESTURES_RESPONSE_MAX 10.0f
#define GESTURES_RESPONSE_DEFAULT 0.5f

typedef struct {
  ViewModel* view;
  Meter* meter;
  const WindowActions* actions;
  void* handle;
  LayoutMode mode; ///< asked for by the user
  bool relayout;   ///< the mode changed: the owner lays out anew
  Part hot, focus, grabbed;
  double press_time;
  Part press_part;
} Gestures;

void gestures_init(Gestures* g, ViewModel* view, Meter* meter, const WindowActions* actions,
                   void* handle);
void gestures_move(Gestures* g, double x, double y);
void gestures_leave(Gestures* g);
void gestures_press(Gestures* g, double x, double y, double now);
void gestures_release(Gestures* g, double x, double y);
void gestures_scroll(Gestures* g, double x, double y, double lines);
void gestures_key(Gestures* g, Key key, bool shift);
void gestures_offer_models(Gestures* g, const char* const* names, size_t n, size_t current);

#endif
