// SPDX-License-Identifier: GPL-3.0-or-later
// The meter's window: view-model, gestures and picture in the window shell.
#include "gui/meter/window.h"

#include "gui/kit/shell.h"
#include "gui/meter/picture.h"

#include <stdio.h>
#include <stdlib.h>

struct MeterWindow {
  Shell* shell;
  MeterView* view;
  MeterPicture* picture;
  MeterGestures gestures;
  MeterActions actions;
  void* handle;
  double width, height;
  bool visible, explaining;
};

static void update_explain(MeterWindow* w) {
  const bool wanted = w->visible && !rect_empty(meter_picture_layout(w->picture)->cues);
  if (wanted == w->explaining) return;
  w->explaining = wanted;
  w->actions.explain(w->handle, wanted);
}

static void relayout(MeterWindow* w) {
  meter_picture_resize(w->picture, w->width, w->height, shell_scale(w->shell), w->gestures.mode);
  w->gestures.relayout = false;
  w->view->damage = METER_DAMAGE_ALL;
  update_explain(w);
}

static void on_resize(void* handle, double width, double height) {
  MeterWindow* w = handle;
  w->width = width;
  w->height = height;
  relayout(w);
}

static void on_draw(void* handle, cairo_t* cr, Rect clip) {
  MeterWindow* w = handle;
  meter_picture_draw(w->picture, cr, w->view, clip);
}

static void on_input(void* handle, const InputEvent* e) {
  MeterGestures* g = &((MeterWindow*)handle)->gestures;
  const bool is_main = e->button == INPUT_MAIN;
  if (e->kind == INPUT_MOVED) meter_gestures_move(g, e->x, e->y);
  if (e->kind == INPUT_LEFT_WINDOW) meter_gestures_leave(g);
  if (e->kind == INPUT_PRESSED && is_main) meter_gestures_press(g, e->x, e->y, e->now);
  if (e->kind == INPUT_RELEASED && is_main) meter_gestures_release(g, e->x, e->y);
  if (e->kind == INPUT_SCROLLED) meter_gestures_scroll(g, e->x, e->y, e->lines);
  // Keys with Ctrl belong to the host.
  if (e->kind == INPUT_KEY && !e->ctrl) meter_gestures_key(g, e->key, '\0', e->shift);
  if (e->kind == INPUT_TEXT) meter_gestures_key(g, INPUT_OTHER, e->text[0], false);
}

MeterWindow* meter_window_new(uintptr_t parent, double scale, unsigned background,
                              const MeterActions* actions, void* handle, char* error,
                              size_t error_size) {
  static const ShellClient client = {on_resize, on_draw, on_input, NULL};
  const ShellOptions options = {.class_name = "Circumplex",
                                .parent = parent,
                                .scale = scale,
                                .width = METER_DEFAULT_WIDTH,
                                .height = METER_DEFAULT_HEIGHT,
                                .min_width = METER_MIN_WIDTH,
                                .min_height = METER_MIN_HEIGHT};
  MeterWindow* w = calloc(1, sizeof *w);
  if (!w) {
    snprintf(error, error_size, "Out of memory.");
    return NULL;
  }
  w->actions = *actions;
  w->handle = handle;
  w->view = meter_view_new();
  w->picture = meter_picture_new();
  if (!w->view || !w->picture) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  meter_gestures_init(&w->gestures, w->view, w->picture, &w->actions, handle);
  if (background) meter_picture_follow_host(w->picture, background);
  if (!shell_new(&w->shell, &options, &client, w, error, error_size)) goto fail;
  return w;

fail:
  meter_window_free(w);
  return NULL;
}

void meter_window_free(MeterWindow* window) {
  if (!window) return;
  shell_free(window->shell);
  meter_picture_free(window->picture);
  meter_view_free(window->view);
  free(window);
}

uintptr_t meter_window_native(const MeterWindow* window) {
  return shell_native(window->shell);
}

MeterView* meter_window_view(MeterWindow* window) {
  return window->view;
}

void meter_window_wish(const MeterWindow* window, int* width, int* height) {
  shell_wish(window->shell, width, height);
}

void meter_window_set_size(MeterWindow* window, int width, int height) {
  shell_set_size(window->shell, width, height);
}

void meter_window_offer_models(MeterWindow* window, const char* const* names,
                               const char* const* details, size_t n, size_t current) {
  meter_gestures_offer_models(&window->gestures, names, details, n, current);
}

bool meter_window_idle(MeterWindow* window) {
  MeterWindow* w = window;
  shell_update(w->shell);
  meter_view_tick(w->view, shell_clock());
  w->visible = shell_visible(w->shell);
  if (w->gestures.relayout) relayout(w);
  update_explain(w);
  const unsigned damage = meter_view_damage(w->view);
  Rect dirty[METER_RECTS];
  const size_t n = damage ? meter_picture_update(w->picture, w->view, damage, dirty) : 0;
  if (w->visible) shell_post(w->shell, dirty, n);
  return shell_closed(w->shell);
}
