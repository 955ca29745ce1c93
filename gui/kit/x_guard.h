// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Keeps X errors on the window's connection from ending the host: Xlib's default handler exits, and
/// a host may destroy the parent, and with it the window, at any time.
///
/// Handlers are per process, not per connection, so one is set only while the window's code runs,
/// and errors of other connections are passed on.  Errors arrive only inside calls that use the
/// connection, so guarding every entry point catches all of them.
///
///     XGuard guard;
///     x_guard_enter(&guard, display);
///     ... Xlib, Pugl, cairo ...
///     x_guard_leave(&guard);          // guard.failed: something went wrong in between
///
/// Guards nest.  Thread: any; a guard stays in the thread that made it.
#ifndef CIRCUMPLEX_GUI_KIT_X_GUARD_H
#define CIRCUMPLEX_GUI_KIT_X_GUARD_H

#include <stdbool.h>

typedef struct XGuard {
  void* display; ///< Xlib's Display
  bool failed;   ///< an error came on this connection
  struct XGuard* outer;
} XGuard;

void x_guard_enter(XGuard* guard, void* display);
void x_guard_leave(XGuard* guard);

#endif
