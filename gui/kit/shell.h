// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The window shell of both windows, over Pugl on the X display: events in, damaged rectangles
/// out, one canvas in memory that is copied to the display where it changed.
///
/// X errors, for example after the host destroyed the window, are caught (x_guard.h).
/// Thread: an instance belongs to one thread.
#ifndef CIRCUMPLEX_GUI_KIT_SHELL_H
#define CIRCUMPLEX_GUI_KIT_SHELL_H

#include "gui/kit/geom.h"
#include "gui/kit/input.h"

#include <cairo.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Shell Shell;

typedef struct {
  const char* class_name; ///< the window's class; also its title
  bool program;           ///< a program's own window, not one in a plugin host
  uintptr_t parent;       ///< X11 window to embed into, 0: none
  double scale;           ///< of the display, 1 for 96 dpi; 0: not known, the display is asked
  double width, height;   ///< preferred, px at scale 1
  double min_width, min_height;
} ShellOptions;

/// What the shell tells its client.
typedef struct {
  void (*resize)(void* handle, double width, double height); ///< also once before the window opens
  void (*draw)(void* handle, cairo_t* cr, Rect clip);
  void (*input)(void* handle, const InputEvent* event);
  void (*drop)(void* handle, const char* uris); ///< text/uri-list dropped; NULL: not wanted
} ShellClient;

/// Create and show a window.
/// \param[out] shell set before the client is first called
/// \return false on failure, with an error message
bool shell_new(Shell** shell, const ShellOptions* options, const ShellClient* client, void* handle,
               char* error, size_t error_size);
void shell_free(Shell* shell); ///< NULL is allowed

uintptr_t shell_native(const Shell* shell);          ///< \return the X11 window
double shell_scale(const Shell* shell);              ///< \return of the display
void shell_wish(const Shell* shell, int* w, int* h); ///< the preferred size, px
void shell_set_size(Shell* shell, int w, int h);     ///< px
void shell_copy(Shell* shell, const char* utf8);     ///< put text into the clipboard
double shell_clock(void);                            ///< \return monotonic time, s

/// Handle the events that have come.
void shell_update(Shell* shell);

/// \return whether the user closed the window, or it is gone
bool shell_closed(const Shell* shell);

/// \return whether the window can be seen (asks the server: a host may hide a parent)
bool shell_visible(Shell* shell);

/// Redraw \p n rectangles now.
void shell_post(Shell* shell, const Rect* dirty, size_t n);

/// Wait until an event comes, at most \p seconds.
void shell_wait(Shell* shell, double seconds);

#endif
