// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The window: see window.h.
#include "gui/meter/window.h"

#include "gui/kit/pugl_names.h"
#include "gui/kit/x_guard.h"
#include "gui/meter/gestures.h"
#include "gui/meter/picture.h"

#include <X11/Xlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct MeterWindow {
  PuglWorld* world;
  PuglView* pugl;
  ViewModel* view;
  Meter* meter;
  cairo_surface_t* canvas; ///< the picture; copied to the display where it changed
  Gestures gestures;
  WindowActions actions;
  void* handle;
  double scale;
  double width, height;
  bool visible, explaining, closed;
  bool lost; ///< the X window is gone: someone destroyed it or its parent
};

static double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// An embedded window stays mapped while its host hides a parent: ask whether it can be seen.
static bool is_viewable(MeterWindow* w) {
  XWindowAttributes attributes;
  if (!XGetWindowAttributes((Display*)puglGetNativeWorld(w->world), (XID)puglGetNativeView(w->pugl),
                            &attributes)) {
    w->lost = true;
    return false;
  }
  return attributes.map_state == IsViewable;
}

static void update_explain(MeterWindow* w) {
  const bool wanted = w->visible && meter_layout(w->meter)->mode == LAYOUT_FULL;
  if (wanted == w->explaining) return;
  w->explaining = wanted;
  w->actions.explain(w->handle, wanted);
}

static void relayout(MeterWindow* w) {
  meter_resize(w->meter, w->width, w->height, w->scale, w->gestures.mode);
  w->gestures.relayout = false;
  w->view->damage = VIEW_DAMAGE_ALL;
  update_explain(w);
}

static void on_expose(MeterWindow* w, const PuglExposeEvent* e) {
  cairo_t* cr = (cairo_t*)puglGetContext(w->pugl);
  if (!cr) return;
  // Drawn in memory: blending through the X server would be slower, and differ between servers.
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
  meter_draw(w->meter, canvas, w->view, clip);
  cairo_destroy(canvas);
  cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
  cairo_set_source_surface(cr, w->canvas, 0.0, 0.0);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_fill(cr);
}

static void on_configure(MeterWindow* w, const PuglConfigureEvent* e) {
  if (e->width < 1 || e->height < 1) return;
  if (fabs(w->width - e->width) < 0.5 && fabs(w->height - e->height) < 0.5) return;
  w->width = e->width;
  w->height = e->height;
  relayout(w);
}

static Key translate_key(uint32_t key) {
  switch (key) {
  case PUGL_KEY_LEFT:
    return KEY_LEFT;
  case PUGL_KEY_RIGHT:
    return KEY_RIGHT;
  case PUGL_KEY_UP:
    return KEY_UP;
  case PUGL_KEY_DOWN:
    return KEY_DOWN;
  case PUGL_KEY_HOME:
    return KEY_HOME;
  case PUGL_KEY_ESCAPE:
    return KEY_ESCAPE;
  case '\t':
    return KEY_TAB;
  case '\r':
  case '\n':
  case ' ':
    return KEY_ENTER;
  case 'h':
    return KEY_HOLD;
  case 'r':
    return KEY_RESET;
  case 'f':
    return KEY_STAGE;
  case 'c':
    return KEY_COMPACT;
  case 'm':
    return KEY_MODEL;
  default:
    return KEY_OTHER;
  }
}

static void on_key(MeterWindow* w, const PuglKeyEvent* e) {
  // Chords belong to the host.
  if (e->state & (PUGL_MOD_CTRL | PUGL_MOD_ALT | PUGL_MOD_SUPER)) return;
  gestures_key(&w->gestures, translate_key(e->key), (e->state & PUGL_MOD_SHIFT) != 0);
}

static PuglStatus on_event(PuglView* pugl, const PuglEvent* event) {
  MeterWindow* w = puglGetHandle(pugl);
  Gestures* g = &w->gestures;
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
    gestures_move(g, event->motion.x, event->motion.y);
    break;
  case PUGL_POINTER_OUT:
    gestures_leave(g);
    break;
  case PUGL_BUTTON_PRESS:
    puglGrabFocus(pugl);
    if (event->button.button == 0) {
      gestures_press(g, event->button.x, event->button.y, clock_seconds());
    }
    break;
  case PUGL_BUTTON_RELEASE:
    if (event->button.button == 0) gestures_release(g, event->button.x, event->button.y);
    break;
  case PUGL_SCROLL:
    gestures_scroll(g, event->scroll.x, event->scroll.y, event->scroll.dy);
    break;
  case PUGL_KEY_PRESS:
    on_key(w, &event->key);
    break;
  default:
    break;
  }
  return PUGL_SUCCESS;
}

static bool open_view(MeterWindow* w, uintptr_t parent, unsigned background, char* error,
                      size_t error_size) {
  int width, height;
  w->world = puglNewWorld(PUGL_MODULE, 0);
  w->pugl = w->world ? puglNewView(w->world) : NULL;
  if (!w->pugl) {
    snprintf(error, error_size, "No connection to the display.");
    return false;
  }
  if (w->scale <= 0.0) w->scale = puglGetScaleFactor(w->pugl); // from the display's Xft.dpi
  if (!(w->scale >= 0.5 && w->scale <= 6.0)) w->scale = 1.0;
  window_wish(w, &width, &height);
  w->width = width;
  w->height = height;
  meter_resize(w->meter, w->width, w->height, w->scale, w->gestures.mode);
  if (background) meter_follow_host(w->meter, background);
  const double unit = THEME_FONT_PX * w->scale;
  pugl_set_class(w->world, "Circumplex");
  puglSetHandle(w->pugl, w);
  puglSetEventFunc(w->pugl, on_event);
  puglSetBackend(w->pugl, puglCairoBackend());
  puglSetViewHint(w->pugl, PUGL_RESIZABLE, PUGL_TRUE);
  puglSetSizeHint(w->pugl, PUGL_DEFAULT_SIZE, (PuglSpan)w->width, (PuglSpan)w->height);
  puglSetSizeHint(w->pugl, PUGL_MIN_SIZE, (PuglSpan)(LAYOUT_MIN_WIDTH * unit),
                  (PuglSpan)(LAYOUT_MIN_HEIGHT * unit));
  if (parent) pugl_set_parent(w->pugl, parent);
  XGuard guard;
  x_guard_enter(&guard, puglGetNativeWorld(w->world));
  const PuglStatus status = puglRealize(w->pugl);
  if (status == PUGL_SUCCESS) {
    pugl_show(w->pugl);
    (void)is_viewable(w); // asks the server: errors of the making have come after this
  }
  x_guard_leave(&guard);
  if (status == PUGL_SUCCESS && !w->lost) return true;
  snprintf(error, error_size, "The window could not be made: %s.",
           w->lost ? "the host's window is gone" : puglStrerror(status));
  return false;
}

MeterWindow* window_new(uintptr_t parent, double scale, unsigned background,
                        const WindowActions* actions, void* handle, char* error,
                        size_t error_size) {
  MeterWindow* w = calloc(1, sizeof *w);
  if (!w) {
    snprintf(error, error_size, "Out of memory.");
    return NULL;
  }
  w->scale = scale;
  w->actions = *actions;
  w->handle = handle;
  w->view = view_new();
  w->meter = meter_new();
  if (!w->view || !w->meter) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  gestures_init(&w->gestures, w->view, w->meter, &w->actions, handle);
  if (!open_view(w, parent, background, error, error_size)) goto fail;
  return w;

fail:
  window_free(w);
  return NULL;
}

void window_free(MeterWindow* window) {
  if (!window) return;
  if (window->world) {
    XGuard guard;
    x_guard_enter(&guard, puglGetNativeWorld(window->world));
    if (window->pugl) puglFreeView(window->pugl);
    puglFreeWorld(window->world);
    x_guard_leave(&guard);
  }
  if (window->canvas) cairo_surface_destroy(window->canvas);
  meter_free(window->meter);
  view_free(window->view);
  free(window);
}

uintptr_t window_native(const MeterWindow* window) {
  return (uintptr_t)puglGetNativeView(window->pugl);
}

ViewModel* window_view(MeterWindow* window) {
  return window->view;
}

void window_wish(const MeterWindow* window, int* width, int* height) {
  *width = (int)floor(LAYOUT_DEFAULT_WIDTH * window->scale);
  *height = (int)floor(LAYOUT_DEFAULT_HEIGHT * window->scale);
}

void window_set_size(MeterWindow* window, int width, int height) {
  if (width < 1 || height < 1 || width > 16384 || height > 16384) return;
  if (window->lost) return;
  XGuard guard;
  x_guard_enter(&guard, puglGetNativeWorld(window->world));
  pugl_set_size(window->pugl, (unsigned)width, (unsigned)height);
  x_guard_leave(&guard);
}

void window_offer_models(MeterWindow* window, const char* const* names, size_t n, size_t current) {
  gestures_offer_models(&window->gestures, names, n, current);
}

static void idle(MeterWindow* w) {
  puglUpdate(w->world, 0.0);
  view_tick(w->view, clock_seconds());
  w->visible = is_viewable(w);
  if (w->gestures.relayout) relayout(w);
  update_explain(w);
  const unsigned damage = view_damage(w->view);
  if (damage == 0) return;
  Rect dirty[METER_RECTS];
  const size_t n = meter_update(w->meter, w->view, damage, dirty);
  // One at a time: Pugl would join them into one large rectangle.
  for (size_t i = 0; i < n && w->visible; ++i) {
    const Rect r = rect_pixels(dirty[i]);
    const double x = fmax(0.0, r.x);
    const double y = fmax(0.0, r.y);
    const double right = fmin(w->width, r.x + r.w);
    const double bottom = fmin(w->height, r.y + r.h);
    if (right <= x || bottom <= y) continue;
    pugl_obscure(w->pugl, (int)x, (int)y, (unsigned)(right - x), (unsigned)(bottom - y));
    puglUpdate(w->world, 0.0);
  }
}

bool window_idle(MeterWindow* window) {
  if (!window->lost) {
    XGuard guard;
    x_guard_enter(&guard, puglGetNativeWorld(window->world));
    idle(window);
    x_guard_leave(&guard);
  }
  return window->closed || window->lost;
}
