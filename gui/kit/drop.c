// SPDX-License-Identifier: GPL-3.0-or-later
// Receives files dropped on a window: the target side of the XDND protocol.
#include "gui/kit/drop.h"

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 5
#define MOST_BYTES (1 << 20)

enum {
  AWARE,
  ENTER,
  POSITION,
  STATUS,
  LEAVE,
  DROP,
  FINISHED,
  SELECTION,
  COPY,
  URIS,
  TYPES,
  DATA,
  ATOMS
};

struct Drop {
  Display* display;
  Window window, source;
  Atom atoms[ATOMS];
  bool wanted; ///< the source offers URIs
};

Drop* drop_new(void* display, uintptr_t window) {
  static const char* const names[ATOMS] = {"XdndAware",     "XdndEnter",     "XdndPosition",
                                           "XdndStatus",    "XdndLeave",     "XdndDrop",
                                           "XdndFinished",  "XdndSelection", "XdndActionCopy",
                                           "text/uri-list", "XdndTypeList",  "_CIRCUMPLEX_DROP"};
  Drop* d = calloc(1, sizeof *d);
  if (!d) return NULL;
  d->display = display;
  d->window = (Window)window;
  for (int i = 0; i < ATOMS; ++i)
    d->atoms[i] = XInternAtom(d->display, names[i], False);
  const Atom version = VERSION;
  XChangeProperty(d->display, d->window, d->atoms[AWARE], XA_ATOM, 32, PropModeReplace,
                  (const unsigned char*)&version, 1);
  return d;
}

void drop_free(Drop* drop) {
  free(drop);
}

static Bool is_ours(Display* display, XEvent* event, XPointer argument) {
  const Drop* d = (const Drop*)(const void*)argument;
  (void)display;
  if (event->type == SelectionNotify) {
    return event->xselection.requestor == d->window &&
           event->xselection.selection == d->atoms[SELECTION];
  }
  if (event->type != ClientMessage || event->xclient.window != d->window) return False;
  const Atom type = event->xclient.message_type;
  return type == d->atoms[ENTER] || type == d->atoms[POSITION] || type == d->atoms[LEAVE] ||
         type == d->atoms[DROP];
}

static void answer(Drop* d, int type, long flags, long action) {
  XEvent event = {.xclient = {.type = ClientMessage,
                              .window = d->source,
                              .message_type = d->atoms[type],
                              .format = 32}};
  event.xclient.data.l[0] = (long)d->window;
  event.xclient.data.l[1] = flags;
  event.xclient.data.l[type == STATUS ? 4 : 2] = action;
  XSendEvent(d->display, d->source, False, NoEventMask, &event);
}

// Whether the source offers URIs: three types in the message, more in a property.
static bool offers_uris(Drop* d, const XClientMessageEvent* e) {
  for (int i = 2; i < 5; ++i) {
    if ((Atom)e->data.l[i] == d->atoms[URIS]) return true;
  }
  if ((e->data.l[1] & 1) == 0) return false;
  Atom type;
  int format;
  unsigned long n = 0;
  unsigned long rest;
  unsigned char* data = NULL;
  bool found = false;
  if (XGetWindowProperty(d->display, d->source, d->atoms[TYPES], 0, 256, False, XA_ATOM, &type,
                         &format, &n, &rest, &data) == Success &&
      data && format == 32) {
    for (unsigned long i = 0; i < n; ++i) {
      Atom offered;
      memcpy(&offered, data + i * sizeof offered, sizeof offered);
      found = found || offered == d->atoms[URIS];
    }
  }
  if (data) XFree(data);
  return found;
}

static void on_message(Drop* d, const XClientMessageEvent* e) {
  const Atom type = e->message_type;
  const long action = d->wanted ? (long)d->atoms[COPY] : None;
  if (type == d->atoms[ENTER]) {
    d->source = (Window)e->data.l[0];
    d->wanted = offers_uris(d, e);
  } else if (type == d->atoms[POSITION]) {
    d->source = (Window)e->data.l[0];
    answer(d, STATUS, d->wanted ? 1 : 0, action);
  } else if (type == d->atoms[LEAVE]) {
    d->wanted = false;
  } else if (d->wanted) {
    XConvertSelection(d->display, d->atoms[SELECTION], d->atoms[URIS], d->atoms[DATA], d->window,
                      (Time)e->data.l[2]);
  } else {
    answer(d, FINISHED, 0, None);
  }
}

static void on_data(Drop* d, const XSelectionEvent* e,
                    void (*dropped)(void* handle, const char* uris), void* handle) {
  Atom type;
  int format;
  unsigned long n = 0;
  unsigned long rest;
  unsigned char* data = NULL; // Xlib adds a zero at the end
  const bool read =
      e->property != None &&
      XGetWindowProperty(d->display, d->window, d->atoms[DATA], 0, MOST_BYTES / 4, True,
                         AnyPropertyType, &type, &format, &n, &rest, &data) == Success &&
      data && format == 8 && n > 0;
  answer(d, FINISHED, read ? 1 : 0, read ? (long)d->atoms[COPY] : None);
  if (read) dropped(handle, (const char*)data);
  if (data) XFree(data);
  d->wanted = false;
}

void drop_update(Drop* drop, void (*dropped)(void* handle, const char* uris), void* handle) {
  XEvent event;
  while (XCheckIfEvent(drop->display, &event, is_ours, (XPointer)drop)) {
    if (event.type == SelectionNotify) {
      on_data(drop, &event.xselection, dropped, handle);
    } else {
      on_message(drop, &event.xclient);
    }
  }
}
