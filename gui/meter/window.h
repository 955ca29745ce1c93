// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The window: Pugl's events in, the view-model and actions out.  Knows no LV2.
///
/// Thread: an instance belongs to the host's user-interface thread.
#ifndef CIRCUMPLEX_GUI_METER_WINDOW_H
#define CIRCUMPLEX_GUI_METER_WINDOW_H

#include "gui/meter/view_model.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { WINDOW_HOLD, WINDOW_RESPONSE } WindowControl;

/// What the window asks of its owner.  Every member must be set.
typedef struct {
  void (*touch)(void* handle, WindowControl control, bool grabbed); ///< around a gesture
  void (*write)(void* handle, WindowControl control, float value);
  void (*reset)(void* handle);
  void (*explain)(void* handle, bool on);        ///< whether the cue bars are in sight
  void (*choose_model)(void* handle);            ///< the model control was pressed
  void (*pick_model)(void* handle, size_t item); ///< of the list given to window_offer_models()
} WindowActions;

typedef struct MeterWindow MeterWindow;

/// Create and show a window.
/// \param parent     X11 window to embed into, or 0 for a window of its own
/// \param scale      of the display, 1 for 96 dpi; 0: not known, the display is asked
/// \param background the host's, 0xRRGGBBAA, or 0: not known
/// \return NULL on failure and a sentence in \p error
MeterWindow* window_new(uintptr_t parent, double scale, unsigned background,
                        const WindowActions* actions, void* handle, char* error, size_t error_size);
void window_free(MeterWindow* window); ///< NULL is allowed

uintptr_t window_native(const MeterWindow* window); ///< \return the X11 window
ViewModel* window_view(MeterWindow* window);        ///< \return where messages go

/// The size wished for, px.
void window_wish(const MeterWindow* window, int* width, int* height);

/// Change the size, px (a host resized the window's frame).
void window_set_size(MeterWindow* window, int width, int height);

/// Offer a list of models.  \p names must stay valid until the next call or window_free().
void window_offer_models(MeterWindow* window, const char* const* names, size_t n, size_t current);

/// Handle events and draw what changed.  Does nothing but bookkeeping while the window cannot be
/// seen.  X errors, as of a window that its host destroyed, stay inside.
/// \return whether the user closed the window, or the window is gone
bool window_idle(MeterWindow* window);

#endif
