// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library's window: see window.h.
#include "gui/library/window.h"

#include "gui/kit/pugl_names.h"
#include "gui/kit/x_guard.h"
#include "gui/library/gestures.h"
#include "gui/library/picture.h"

#include <X11/Xlib.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct BrowserWindow {
  PuglWorld* world;
  PuglView* pugl;
  App* app;
  Picture* picture;
  Hands hands;
  cairo_surface_t* canvas; ///< the picture; copied to the display where it changed
  double scale, width, height;
  bool closed, lost;
};

static double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool is_viewable(BrowserWindow* w) {
  XWindowAttributes attributes;
  if (!XGetWindowAttributes((Display*)puglGetNativeWorld(w->world), (XID)puglGetNativeView(w->pugl),
                            &attributes)) {
    w->lost = true;
    return false;
  }
  return attributes.map_state == IsViewable;
}

static void relayout(BrowserWindow* w) {
  picture_resize(w->picture, app_browser(w->app), w->width, w->height, w->scale);
  trace_places(app_trace(w->app), picture_places(w->picture));
}

static void on_expose(BrowserWindow* w, const PuglExposeEvent* e) {
  cairo_t* cr = (cairo_t*)puglGetContext(w->pugl);
  if (!cr) return;
  const int width = (int)ceil(w->width);
  const int height = (int)ceil(w->height);
  if (w->canvas && (cairo_image_surface_get_width(w->canvas) != width ||
                    cairo_image_surface_get_height(w->canvas) != height)) {
    cairo_surface_destroy(w->canvas);
    w->canvas = NULL;
  }
  if (!w->canvas) w->canvas = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  const Rect clip = {e->x, e->y, e->width, e->height};
  cairo_t* canvas = cairo_create(w->canvas);
  picture_draw(w->picture, canvas, app_browser(w->app), clip);
  cairo_destroy(canvas);
  cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
  cairo_set_source_surface(cr, w->canvas, 0.0, 0.0);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_fill(cr);
}

static void on_configure(BrowserWindow* w, const PuglConfigureEvent* e) {
  if (e->width < 1 || e->height < 1) return;
  if (fabs(w->width - e->width) < 0.5 && fabs(w->height - e->height) < 0.5) return;
  w->width = e->width;
  w->height = e->height;
  relayout(w);
}

static HandsKey special_key(uint32_t key) {
  switch (key) {
  case PUGL_KEY_LEFT:
    return HANDS_LEFT;
  case PUGL_KEY_RIGHT:
    return HANDS_RIGHT;
  case PUGL_KEY_UP:
    return HANDS_UP;
  case PUGL_KEY_DOWN:
    return HANDS_DOWN;
  case PUGL_KEY_PAGE_UP:
    return HANDS_PAGE_UP;
  case PUGL_KEY_PAGE_DOWN:
    return HANDS_PAGE_DOWN;
  case PUGL_KEY_HOME:
    return HANDS_HOME;
  case PUGL_KEY_END:
    return HANDS_END;
  case PUGL_KEY_ESCAPE:
    return HANDS_ESCAPE;
  case PUGL_KEY_DELETE:
    return HANDS_DELETE;
  case PUGL_KEY_BACKSPACE:
    return HANDS_BACKSPACE;
  case '\t':
    return HANDS_TAB;
  case '\r':
  case '\n':
    return HANDS_ENTER;
  default:
    return HANDS_OTHER;
  }
}

static void on_key(BrowserWindow* w, const PuglKeyEvent* e) {
  if (e->state & (PUGL_MOD_ALT | PUGL_MOD_SUPER)) return;
  const bool ctrl = (e->state & PUGL_MOD_CTRL) != 0;
  const HandsKey key = special_key(e->key);
  // Characters come as text, whatever keys make them on this keyboard.
  if (key == HANDS_OTHER && !ctrl) return;
  const char ch = e->key < 0x80 ? (char)e->key : '\0';
  hands_key(&w->hands, key, ch, (e->state & PUGL_MOD_SHIFT) != 0, ctrl);
}

static void on_text(BrowserWindow* w, const PuglTextEvent* e) {
  if (e->state & (PUGL_MOD_CTRL | PUGL_MOD_ALT | PUGL_MOD_SUPER)) return;
  const Browser* b = app_browser(w->app);
  if (e->character < 0x20 || e->character == 0x7F) return;
  if (b->focus == PLACE_SEARCH && !b->help && !b->menu) {
    hands_text(&w->hands, e->string);
  } else if (e->character < 0x7F) {
    const char ch = (char)e->character;
    hands_key(&w->hands, HANDS_OTHER, ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch, false, false);
  }
}

static HandsButton translate_button(uint32_t button) {
  return button == 1 ? HANDS_SECOND : button == 2 ? HANDS_MIDDLE : HANDS_MAIN;
}

static PuglStatus on_event(PuglView* pugl, const PuglEvent* event) {
  BrowserWindow* w = puglGetHandle(pugl);
  Hands* h = &w->hands;
  switch (event->type) {
  case PUGL_CONFIGURE:
    on_configure(w, &event->configure);
    break;
  case PUGL_EXPOSE:
    on_expose(w, &event->expose);
    break;
  case PUGL_CLOSE:
    w->closed = true;
    break;
  case PUGL_MOTION:
    hands_move(h, event->motion.x, event->motion.y);
    break;
  case PUGL_POINTER_OUT:
    hands_leave(h);
    break;
  case PUGL_BUTTON_PRESS:
    puglGrabFocus(pugl);
    if (event->button.button > 2) break;
    hands_press(h, translate_button(event->button.button), event->button.x, event->button.y,
                clock_seconds());
    break;
  case PUGL_BUTTON_RELEASE:
    if (event->button.button > 2) break;
    hands_release(h, translate_button(event->button.button), event->button.x, event->button.y);
    break;
  case PUGL_SCROLL:
    hands_scroll(h, event->scroll.x, event->scroll.y, event->scroll.dy);
    break;
  case PUGL_KEY_PRESS:
    on_key(w, &event->key);
    break;
  case PUGL_TEXT:
    on_text(w, &event->text);
    break;
  default:
    break;
  }
  return PUGL_SUCCESS;
}

static void copy_text(void* handle, const char* text) {
  BrowserWindow* w = handle;
  puglSetClipboard(w->pugl, "UTF8_STRING", text, strlen(text)); // X11's own name; no final zero
}

static bool open_view(BrowserWindow* w, char* error, size_t error_size) {
  w->world = puglNewWorld(PUGL_PROGRAM, 0);
  w->pugl = w->world ? puglNewView(w->world) : NULL;
  if (!w->pugl) {
    snprintf(error, error_size, "No connection to the display: is DISPLAY set?");
    return false;
  }
  if (w->scale <= 0.0) w->scale = puglGetScaleFactor(w->pugl); // from the display's Xft.dpi
  if (!(w->scale >= 0.5 && w->scale <= 6.0)) w->scale = 1.0;
  w->width = floor(PLACES_DEFAULT_WIDTH * w->scale);
  w->height = floor(PLACES_DEFAULT_HEIGHT * w->scale);
  relayout(w);
  const double unit = THEME_FONT_PX * w->scale;
  pugl_set_class(w->world, "Circumplex Library");
  pugl_set_title(w->pugl, "Circumplex Library");
  puglSetHandle(w->pugl, w);
  puglSetEventFunc(w->pugl, on_event);
  puglSetBackend(w->pugl, puglCairoBackend());
  puglSetViewHint(w->pugl, PUGL_RESIZABLE, PUGL_TRUE);
  puglSetSizeHint(w->pugl, PUGL_DEFAULT_SIZE, (PuglSpan)w->width, (PuglSpan)w->height);
  puglSetSizeHint(w->pugl, PUGL_MIN_SIZE, (PuglSpan)(PLACES_MIN_WIDTH * unit),
                  (PuglSpan)(PLACES_MIN_HEIGHT * unit));
  XGuard guard;
  x_guard_enter(&guard, puglGetNativeWorld(w->world));
  const PuglStatus status = puglRealize(w->pugl);
  if (status == PUGL_SUCCESS) {
    pugl_show(w->pugl);
    puglGrabFocus(w->pugl);
  }
  x_guard_leave(&guard);
  if (status == PUGL_SUCCESS) return true;
  snprintf(error, error_size, "The window could not be made: %s.", puglStrerror(status));
  return false;
}

BrowserWindow* browser_window_new(const AppOptions* options, double scale, char* error,
                                  size_t error_size) {
  BrowserWindow* w = calloc(1, sizeof *w);
  if (!w) {
    snprintf(error, error_size, "Out of memory.");
    return NULL;
  }
  w->scale = scale;
  w->picture = picture_new();
  if (!w->picture) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  w->app = app_new(options, copy_text, w, error, error_size);
  if (!w->app) goto fail;
  hands_init(&w->hands, app_browser(w->app), w->picture);
  if (!open_view(w, error, error_size)) goto fail;
  return w;

fail:
  browser_window_free(w);
  return NULL;
}

void browser_window_free(BrowserWindow* window) {
  if (!window) return;
  if (window->world) {
    XGuard guard;
    x_guard_enter(&guard, puglGetNativeWorld(window->world));
    if (window->pugl) puglFreeView(window->pugl);
    puglFreeWorld(window->world);
    x_guard_leave(&guard);
  }
  if (window->canvas) cairo_surface_destroy(window->canvas);
  app_free(window->app);
  picture_free(window->picture);
  free(window);
}

static void post(BrowserWindow* w) {
  Browser* b = app_browser(w->app);
  const unsigned damage = browser_damage(b);
  if (damage == 0 || !is_viewable(w)) {
    b->damage |= damage; // for when it can be seen
    return;
  }
  Rect dirty[PICTURE_RECTS];
  const size_t n = picture_update(w->picture, b, damage, dirty);
  // One at a time: Pugl would join them into one large rectangle.
  for (size_t i = 0; i < n; ++i) {
    const Rect r = rect_cut(rect_pixels(dirty[i]), (Rect){0.0, 0.0, w->width, w->height});
    if (rect_empty(r)) continue;
    pugl_obscure(w->pugl, (int)r.x, (int)r.y, (unsigned)r.w, (unsigned)r.h);
    puglUpdate(w->world, 0.0);
  }
}

// puglUpdate() with a timeout goes on until all of it is over, whatever comes meanwhile.
static void wait_for_events(const BrowserWindow* w, double seconds) {
  Display* display = (Display*)puglGetNativeWorld(w->world);
  if (XPending(display) > 0) return;
  struct pollfd connection = {ConnectionNumber(display), POLLIN, 0};
  (void)poll(&connection, 1, (int)ceil(1e3 * seconds)); // a signal ends it, too
}

bool browser_window_run_once(BrowserWindow* window) {
  XGuard guard;
  x_guard_enter(&guard, puglGetNativeWorld(window->world));
  wait_for_events(window, app_patience(window->app));
  puglUpdate(window->world, 0.0);
  app_tick(window->app);
  post(window);
  x_guard_leave(&guard);
  return window->closed || window->lost;
}
