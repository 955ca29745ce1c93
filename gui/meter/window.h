// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The meter's window: connects the window shell with view-model and actions.  It does not use
/// LV2.
///
/// Thread: an instance belongs to the host's user-interface thread.
#ifndef CIRCUMPLEX_GUI_METER_WINDOW_H
#define CIRCUMPLEX_GUI_METER_WINDOW_H

#include "gui/meter/gestures.h"

#include <stddef.h>
#include <stdint.h>

typedef struct MeterWindow MeterWindow;

/// Create and show a window.
/// \param parent     X11 window to embed into, or 0 for a window of its own
/// \param scale      of the display, 1 for 96 dpi; 0: not known, the display is asked
/// \param background the host's, 0xRRGGBBAA, or 0: not known
/// \return NULL on failure and an error message in \p error
MeterWindow* meter_window_new(uintptr_t parent, double scale, unsigned background,
                              const MeterActions* actions, void* handle, char* error,
                              size_t error_size);
void meter_window_free(MeterWindow* window); ///< NULL is allowed

uintptr_t meter_window_native(const MeterWindow* window); ///< \return the X11 window
MeterView* meter_window_view(MeterWindow* window);        ///< \return where messages go

/// The preferred size, px.
void meter_window_wish(const MeterWindow* window, int* width, int* height);

/// Change the size, px (a host resized the window's frame).
void meter_window_set_size(MeterWindow* window, int width, int height);

/// Offer a list of models.  \p names must stay valid until the next call or meter_window_free().
void meter_window_offer_models(MeterWindow* window, const char* const* names,
                               const char* const* details, size_t n, size_t current);

/// Handle events and draw what changed.  Draws nothing while the window cannot be seen.
/// X errors, for example after the host destroyed the window, are caught.
/// \return whether the user closed the window, or the window is gone
bool meter_window_idle(MeterWindow* window);

#endif
