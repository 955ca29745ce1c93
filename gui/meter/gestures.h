// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reacts to pointer and keys.  Independent of the window system, so that tests can act as a user.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_METER_GESTURES_H
#define CIRCUMPLEX_GUI_METER_GESTURES_H

#include "gui/kit/input.h"
#include "gui/meter/picture.h"
#include "gui/meter/view_model.h"

/// Controls of the plugin that the window writes; METER_CONTROL_SETTING + MeterSetting are those of
/// the outputs' panel.
typedef enum { METER_CONTROL_HOLD, METER_CONTROL_RESPONSE, METER_CONTROL_SETTING } MeterControl;

/// What the window asks of its owner.  Every member must be set.
typedef struct {
  void (*touch)(void* handle, MeterControl control, bool grabbed); ///< around a gesture
  void (*write)(void* handle, MeterControl control, float value);
  void (*reset)(void* handle);
  void (*explain)(void* handle, bool on); ///< whether the cue bars are in sight
  void (*choose_model)(void* handle);     ///< the model control was pressed
  void (*pick_model)(void* handle,
                     size_t item); ///< of the list given to meter_gestures_offer_models()
  void (*set_text)(void* handle, MeterSetting setting, const char* text);
  void (*confirm)(void* handle);        ///< allow what the session would send to other machines
  void (*export_session)(void* handle); ///< as files
} MeterActions;

#define METER_RESPONSE_MAX 10.0f
#define METER_RESPONSE_DEFAULT 0.5f

typedef struct {
  MeterView* view;
  MeterPicture* picture;
  const MeterActions* actions;
  void* handle;
  MeterMode mode; ///< asked for by the user
  bool relayout;  ///< the mode changed: the owner computes the layout again
  MeterPart hot, focus, grabbed;
  double press_time;
  MeterPart press_part;
} MeterGestures;

void meter_gestures_init(MeterGestures* g, MeterView* view, MeterPicture* picture,
                         const MeterActions* actions, void* handle);
void meter_gestures_move(MeterGestures* g, double x, double y);
void meter_gestures_leave(MeterGestures* g);
void meter_gestures_press(MeterGestures* g, double x, double y, double now);
void meter_gestures_release(MeterGestures* g, double x, double y);
void meter_gestures_scroll(MeterGestures* g, double x, double y, double lines);
/// \param ch the key's character for INPUT_OTHER
void meter_gestures_key(MeterGestures* g, InputKey key, char ch, bool shift);
void meter_gestures_offer_models(MeterGestures* g, const char* const* names,
                                 const char* const* details, size_t n, size_t current);

#endif
