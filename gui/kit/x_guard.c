// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps X errors on the window's connection from ending the host.
#include "gui/kit/x_guard.h"

#include <X11/Xlib.h>
#include <pthread.h>
#include <stdatomic.h>

// Xlib passes no pointer of ours to a handler, so this state cannot be in an instance.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; // guards depth and the setting of handlers
static unsigned depth;                                   // guards in all threads
static _Atomic(XErrorHandler) others;                    // the earlier handler
static _Thread_local XGuard* innermost;

static int on_error(Display* display, XErrorEvent* event) {
  for (XGuard* guard = innermost; guard; guard = guard->outer) {
    if (guard->display != display) continue;
    guard->failed = true;
    return 0;
  }
  const XErrorHandler next = atomic_load(&others);
  return next ? next(display, event) : 0;
}

void x_guard_enter(XGuard* guard, void* display) {
  *guard = (XGuard){display, false, innermost};
  innermost = guard;
  pthread_mutex_lock(&lock);
  if (depth++ == 0) atomic_store(&others, XSetErrorHandler(on_error));
  pthread_mutex_unlock(&lock);
}

void x_guard_leave(XGuard* guard) {
  pthread_mutex_lock(&lock);
  if (--depth == 0) {
    const XErrorHandler present = XSetErrorHandler(atomic_load(&others));
    if (present != on_error) XSetErrorHandler(present); // other code has set a handler meanwhile
  }
  pthread_mutex_unlock(&lock);
  innermost = guard->outer;
}
