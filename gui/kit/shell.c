// SPDX-License-Identifier: GPL-3.0-or-later
// The window shell of both windows, over Pugl on the X display.
#include "gui/kit/shell.h"

#include "gui/kit/drop.h"
#include "gui/kit/pugl_names.h"
#include "gui/kit/x_guard.h"

#include <X11/Xlib.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Shell {
  PuglWorld* world;
  PuglView* pugl;
  cairo_surface_t* canvas; ///< the picture; copied to the display where it changed
  ShellOptions options;
  ShellClient client;
  void* handle;
  double width, height;
  Drop* drop; ///< NULL: nothing can be dropped
  char raw;   ///< a key's character for which no text event has come: there may be no input method
  Rect dirty; ///< what the next update of Pugl draws; may be empty
  bool resized; ///< since the last update
  bool closed;
  bool lost; ///< the X window or its parent was destroyed
};

double shell_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void on_expose(Shell* s, const PuglExposeEvent* e) {
  cairo_t* cr = (cairo_t*)puglGetContext(s->pugl);
  if (!cr) return;
  // Drawn in memory: blending through the X server would be slower, and differ between servers.
  const int width = (int)ceil(s->width);
  const int height = (int)ceil(s->height);
  if (s->canvas && (cairo_image_surface_get_width(s->canvas) != width ||
                    cairo_image_surface_get_height(s->canvas) != height)) {
    cairo_surface_destroy(s->canvas);
    s->canvas = NULL;
  }
  if (!s->canvas) s->canvas = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  const Rect clip = {e->x, e->y, e->width, e->height};
  cairo_t* canvas = cairo_create(s->canvas);
  s->client.draw(s->handle, canvas, clip);
  cairo_destroy(canvas);
  cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
  cairo_set_source_surface(cr, s->canvas, 0.0, 0.0);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_fill(cr);
}

static void on_configure(Shell* s, const PuglConfigureEvent* e) {
  if (e->width < 1 || e->height < 1) return;
  if (fabs(s->width - e->width) < 0.5 && fabs(s->height - e->height) < 0.5) return;
  s->width = e->width;
  s->height = e->height;
  s->resized = true;
  s->client.resize(s->handle, s->width, s->height);
}

static InputKey special_key(uint32_t key) {
  static const struct {
    uint32_t pugl;
    InputKey key;
  } keys[] = {{PUGL_KEY_LEFT, INPUT_LEFT},
              {PUGL_KEY_RIGHT, INPUT_RIGHT},
              {PUGL_KEY_UP, INPUT_UP},
              {PUGL_KEY_DOWN, INPUT_DOWN},
              {PUGL_KEY_PAGE_UP, INPUT_PAGE_UP},
              {PUGL_KEY_PAGE_DOWN, INPUT_PAGE_DOWN},
              {PUGL_KEY_HOME, INPUT_HOME},
              {PUGL_KEY_END, INPUT_END},
              {PUGL_KEY_ESCAPE, INPUT_ESCAPE},
              {PUGL_KEY_DELETE, INPUT_DELETE},
              {'\t', INPUT_TAB},
              {PUGL_KEY_BACKSPACE, INPUT_BACKSPACE},
              {'\r', INPUT_ENTER},
              {'\n', INPUT_ENTER}};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; ++i) {
    if (keys[i].pugl == key) return keys[i].key;
  }
  return INPUT_OTHER;
}

static void send_text(Shell* s, const char* utf8) {
  s->raw = '\0';
  const InputEvent event = {.kind = INPUT_TEXT, .text = utf8};
  s->client.input(s->handle, &event);
}

// Without an input method no text event follows a key: use the key's own character.
static void flush_raw(Shell* s) {
  const char text[2] = {s->raw, '\0'};
  if (s->raw) send_text(s, text);
}

static void on_key(Shell* s, const PuglKeyEvent* e) {
  flush_raw(s);
  if (e->state & (PUGL_MOD_ALT | PUGL_MOD_SUPER)) return;
  const bool ctrl = (e->state & PUGL_MOD_CTRL) != 0;
  const bool shift = (e->state & PUGL_MOD_SHIFT) != 0;
  const InputKey key = special_key(e->key);
  const char ch = e->key >= 0x20 && e->key < 0x7F ? (char)e->key : '\0';
  if (key != INPUT_OTHER || ctrl) {
    const InputEvent event = {
        .kind = INPUT_KEY, .key = key, .ch = ch, .shift = shift, .ctrl = ctrl};
    s->client.input(s->handle, &event);
  } else if (!s->options.program) {
    s->raw = ch;
  }
}

static void on_text(Shell* s, const PuglTextEvent* e) {
  s->raw = '\0';
  if (e->state & (PUGL_MOD_CTRL | PUGL_MOD_ALT | PUGL_MOD_SUPER)) return;
  if (e->character < 0x20 || e->character == 0x7F) return;
  send_text(s, e->string);
}

static void on_button(Shell* s, const PuglButtonEvent* e, bool press) {
  if (e->button > 2) return;
  const InputButton button = e->button == 1   ? INPUT_SECOND
                             : e->button == 2 ? INPUT_MIDDLE
                                              : INPUT_MAIN;
  const InputEvent event = {.kind = press ? INPUT_PRESSED : INPUT_RELEASED,
                            .x = e->x,
                            .y = e->y,
                            .now = shell_clock(),
                            .button = button};
  s->client.input(s->handle, &event);
}

static PuglStatus on_event(PuglView* pugl, const PuglEvent* event) {
  Shell* s = puglGetHandle(pugl);
  InputEvent input;
  switch (event->type) {
  case PUGL_CONFIGURE:
    on_configure(s, &event->configure);
    break;
  case PUGL_EXPOSE:
    on_expose(s, &event->expose);
    break;
  case PUGL_UPDATE:
    // Asked for here, Pugl draws it in this update; else it asks the X server for an event.
    if (!rect_empty(s->dirty))
      pugl_obscure(pugl, (int)s->dirty.x, (int)s->dirty.y, (unsigned)s->dirty.w,
                   (unsigned)s->dirty.h);
    break;
  case PUGL_CLOSE:
    s->closed = true;
    break;
  case PUGL_MOTION:
    input = (InputEvent){.kind = INPUT_MOVED, .x = event->motion.x, .y = event->motion.y};
    s->client.input(s->handle, &input);
    break;
  case PUGL_POINTER_OUT:
    input = (InputEvent){.kind = INPUT_LEFT_WINDOW};
    s->client.input(s->handle, &input);
    break;
  case PUGL_BUTTON_PRESS:
    puglGrabFocus(pugl);
    on_button(s, &event->button, true);
    break;
  case PUGL_BUTTON_RELEASE:
    on_button(s, &event->button, false);
    break;
  case PUGL_SCROLL:
    input = (InputEvent){.kind = INPUT_SCROLLED,
                         .x = event->scroll.x,
                         .y = event->scroll.y,
                         .lines = event->scroll.dy};
    s->client.input(s->handle, &input);
    break;
  case PUGL_KEY_PRESS:
    on_key(s, &event->key);
    break;
  case PUGL_TEXT:
    on_text(s, &event->text);
    break;
  default:
    break;
  }
  return PUGL_SUCCESS;
}

static Display* display_of(const Shell* s) {
  return (Display*)puglGetNativeWorld(s->world);
}

static bool is_viewable(Shell* s) {
  XWindowAttributes attributes;
  if (!XGetWindowAttributes(display_of(s), (XID)puglGetNativeView(s->pugl), &attributes)) {
    s->lost = true;
    return false;
  }
  return attributes.map_state == IsViewable;
}

static void set_hints(Shell* s) {
  const ShellOptions* o = &s->options;
  pugl_set_class(s->world, o->class_name);
  if (o->program) pugl_set_title(s->pugl, o->class_name);
  puglSetHandle(s->pugl, s);
  puglSetEventFunc(s->pugl, on_event);
  puglSetBackend(s->pugl, puglCairoBackend());
  puglSetViewHint(s->pugl, PUGL_RESIZABLE, PUGL_TRUE);
  puglSetSizeHint(s->pugl, PUGL_DEFAULT_SIZE, (PuglSpan)s->width, (PuglSpan)s->height);
  puglSetSizeHint(s->pugl, PUGL_MIN_SIZE, (PuglSpan)(o->min_width * o->scale),
                  (PuglSpan)(o->min_height * o->scale));
  if (o->parent) pugl_set_parent(s->pugl, o->parent);
}

static bool open_view(Shell* s, char* error, size_t error_size) {
  s->world = puglNewWorld(s->options.program ? PUGL_PROGRAM : PUGL_MODULE, 0);
  s->pugl = s->world ? puglNewView(s->world) : NULL;
  if (!s->pugl) {
    snprintf(error, error_size, "No connection to the display: is DISPLAY set?");
    return false;
  }
  double* scale = &s->options.scale;
  if (*scale <= 0.0) *scale = puglGetScaleFactor(s->pugl); // from the display's Xft.dpi
  if (!(*scale >= 0.5 && *scale <= 6.0)) *scale = 1.0;
  s->width = floor(s->options.width * *scale);
  s->height = floor(s->options.height * *scale);
  s->client.resize(s->handle, s->width, s->height);
  set_hints(s);
  XGuard guard;
  x_guard_enter(&guard, display_of(s));
  const PuglStatus status = puglRealize(s->pugl);
  if (status == PUGL_SUCCESS) {
    pugl_show(s->pugl);
    if (s->options.program) puglGrabFocus(s->pugl);
    is_viewable(s); // asks the server, so errors of creating the window have arrived after this
    if (s->client.drop && !s->lost) {
      s->drop = drop_new(display_of(s), (uintptr_t)puglGetNativeView(s->pugl));
    }
  }
  x_guard_leave(&guard);
  if (status == PUGL_SUCCESS && !s->lost) return true;
  snprintf(error, error_size, "The window could not be made: %s.",
           s->lost ? "the host's window is gone" : puglStrerror(status));
  return false;
}

bool shell_new(Shell** shell, const ShellOptions* options, const ShellClient* client, void* handle,
               char* error, size_t error_size) {
  Shell* s = calloc(1, sizeof *s);
  *shell = s;
  if (!s) {
    snprintf(error, error_size, "Out of memory.");
    return false;
  }
  s->options = *options;
  s->client = *client;
  s->handle = handle;
  if (open_view(s, error, error_size)) return true;
  shell_free(s);
  *shell = NULL;
  return false;
}

void shell_free(Shell* shell) {
  if (!shell) return;
  if (shell->world) {
    XGuard guard;
    x_guard_enter(&guard, display_of(shell));
    if (shell->pugl) puglFreeView(shell->pugl);
    puglFreeWorld(shell->world);
    x_guard_leave(&guard);
  }
  if (shell->canvas) cairo_surface_destroy(shell->canvas);
  drop_free(shell->drop);
  free(shell);
}

uintptr_t shell_native(const Shell* shell) {
  return (uintptr_t)puglGetNativeView(shell->pugl);
}

double shell_scale(const Shell* shell) {
  return shell->options.scale;
}

void shell_wish(const Shell* shell, int* w, int* h) {
  *w = (int)floor(shell->options.width * shell->options.scale);
  *h = (int)floor(shell->options.height * shell->options.scale);
}

void shell_set_size(Shell* shell, int w, int h) {
  if (w < 1 || h < 1 || w > 16384 || h > 16384 || shell->lost) return;
  XGuard guard;
  x_guard_enter(&guard, display_of(shell));
  pugl_set_size(shell->pugl, (unsigned)w, (unsigned)h);
  x_guard_leave(&guard);
}

void shell_copy(Shell* shell, const char* utf8) {
  // X11's own name, without a zero at the end.
  puglSetClipboard(shell->pugl, "UTF8_STRING", utf8, strlen(utf8));
}

static void draw_now(Shell* s, Rect r) {
  s->dirty = rect_cut(rect_pixels(r), (Rect){0.0, 0.0, s->width, s->height});
  if (!rect_empty(s->dirty)) puglUpdate(s->world, 0.0);
  s->dirty = (Rect){0};
}

void shell_update(Shell* shell) {
  if (shell->lost) return;
  XGuard guard;
  x_guard_enter(&guard, display_of(shell));
  if (shell->drop) drop_update(shell->drop, shell->client.drop, shell->handle);
  puglUpdate(shell->world, 0.0);
  // If the new size and the exposure come together, Pugl of 2022 draws only within the old size.
  if (shell->resized) {
    shell->resized = false;
    draw_now(shell, (Rect){0.0, 0.0, shell->width, shell->height});
  }
  flush_raw(shell);
  x_guard_leave(&guard);
}

bool shell_closed(const Shell* shell) {
  return shell->closed || shell->lost;
}

bool shell_visible(Shell* shell) {
  if (shell->lost) return false;
  XGuard guard;
  x_guard_enter(&guard, display_of(shell));
  const bool visible = is_viewable(shell);
  x_guard_leave(&guard);
  return visible;
}

void shell_post(Shell* shell, const Rect* dirty, size_t n) {
  if (shell->lost) return;
  XGuard guard;
  x_guard_enter(&guard, display_of(shell));
  // Post them one at a time: Pugl would join them into one large rectangle.
  for (size_t i = 0; i < n; ++i)
    draw_now(shell, dirty[i]);
  x_guard_leave(&guard);
}

// puglUpdate() with a timeout always waits for the whole timeout, even if events come.
void shell_wait(Shell* shell, double seconds) {
  if (shell->lost) return;
  XGuard guard;
  x_guard_enter(&guard, display_of(shell));
  Display* display = display_of(shell);
  if (XPending(display) == 0) {
    struct pollfd connection = {ConnectionNumber(display), POLLIN, 0};
    poll(&connection, 1, (int)ceil(1e3 * seconds)); // a signal also ends it
  }
  x_guard_leave(&guard);
}
