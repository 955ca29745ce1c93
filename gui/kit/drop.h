// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Receives files dropped on a window: the target side of the XDND protocol, version 5
/// (freedesktop.org), for text/uri-list.  It takes its messages from the display's queue before
/// Pugl.
/// Thread: the window's.
#ifndef CIRCUMPLEX_GUI_KIT_DROP_H
#define CIRCUMPLEX_GUI_KIT_DROP_H

#include <stdint.h>

typedef struct Drop Drop;

/// \param display Xlib's Display;  \return NULL if out of memory
Drop* drop_new(void* display, uintptr_t window);
void drop_free(Drop* drop); ///< NULL is allowed

/// Handle the messages received.  \p dropped is called with the URIs, one a line.
void drop_update(Drop* drop, void (*dropped)(void* handle, const char* uris), void* handle);

#endif
