// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library's window: Pugl's events in, the picture out.
/// Thread: an instance belongs to one thread.
#ifndef CIRCUMPLEX_GUI_LIBRARY_WINDOW_H
#define CIRCUMPLEX_GUI_LIBRARY_WINDOW_H

#include "gui/library/app.h"

typedef struct LibraryWindow LibraryWindow;

/// \param scale of the display, 1 for 96 dpi; 0: ask the display
/// \return NULL and an error message
LibraryWindow* library_window_new(const AppOptions* options, double scale, char* error,
                                  size_t error_size);
void library_window_free(LibraryWindow* window); ///< NULL is allowed

/// Wait for events or workers, and draw what changed.
/// \return whether the user closed the window, or it is gone
bool library_window_run_once(LibraryWindow* window);

#endif
