// SPDX-License-Identifier: GPL-3.0-or-later
// The library's window: view-model, gestures and picture in the window shell.
#include "gui/library/window.h"

#include "gui/kit/shell.h"
#include "gui/library/gestures.h"
#include "gui/library/picture.h"

#include <stdio.h>
#include <stdlib.h>

struct LibraryWindow {
  Shell* shell;
  App* app;
  LibraryPicture* picture;
  LibraryGestures gestures;
};

static void on_resize(void* handle, double width, double height) {
  LibraryWindow* w = handle;
  library_picture_resize(w->picture, app_view(w->app), width, height, shell_scale(w->shell));
  trace_layout(app_trace(w->app), library_picture_layout(w->picture));
}

static void on_draw(void* handle, cairo_t* cr, Rect clip) {
  LibraryWindow* w = handle;
  library_picture_draw(w->picture, cr, app_view(w->app), clip);
}

static void on_text(LibraryGestures* g, const LibraryView* view, const char* utf8) {
  const char ch = utf8[0];
  if (view->prompting || (view->focus == LIBRARY_PART_SEARCH && !view->help && !view->menu)) {
    library_gestures_text(g, utf8);
  } else if ((unsigned char)ch < 0x7F) {
    library_gestures_key(g, INPUT_OTHER, ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch, false,
                         false);
  }
}

static void on_input(void* handle, const InputEvent* e) {
  LibraryWindow* w = handle;
  LibraryGestures* g = &w->gestures;
  switch (e->kind) {
  case INPUT_MOVED:
    library_gestures_move(g, e->x, e->y);
    break;
  case INPUT_LEFT_WINDOW:
    library_gestures_leave(g);
    break;
  case INPUT_PRESSED:
    library_gestures_press(g, e->button, e->x, e->y, e->now);
    break;
  case INPUT_RELEASED:
    library_gestures_release(g, e->button, e->x, e->y);
    break;
  case INPUT_SCROLLED:
    library_gestures_scroll(g, e->x, e->y, e->lines);
    break;
  case INPUT_KEY:
    library_gestures_key(g, e->key, e->ch, e->shift, e->ctrl);
    break;
  case INPUT_TEXT:
    on_text(g, app_view(w->app), e->text);
    break;
  }
}

static void on_drop(void* handle, const char* uris) {
  app_add_uris(((LibraryWindow*)handle)->app, uris);
}

static void copy_text(void* handle, const char* text) {
  shell_copy(((LibraryWindow*)handle)->shell, text);
}

LibraryWindow* library_window_new(const AppOptions* options, double scale, char* error,
                                  size_t error_size) {
  static const ShellClient client = {on_resize, on_draw, on_input, on_drop};
  const ShellOptions shell = {.class_name = "Circumplex Library",
                              .program = true,
                              .scale = scale,
                              .width = LIBRARY_DEFAULT_WIDTH,
                              .height = LIBRARY_DEFAULT_HEIGHT,
                              .min_width = LIBRARY_MIN_WIDTH,
                              .min_height = LIBRARY_MIN_HEIGHT};
  LibraryWindow* w = calloc(1, sizeof *w);
  if (!w) {
    snprintf(error, error_size, "Out of memory.");
    return NULL;
  }
  w->picture = library_picture_new();
  if (!w->picture) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  w->app = app_new(options, copy_text, w, error, error_size);
  if (!w->app) goto fail;
  library_gestures_init(&w->gestures, app_view(w->app), w->picture);
  if (!shell_new(&w->shell, &shell, &client, w, error, error_size)) goto fail;
  return w;

fail:
  library_window_free(w);
  return NULL;
}

void library_window_free(LibraryWindow* window) {
  if (!window) return;
  shell_free(window->shell);
  app_free(window->app);
  library_picture_free(window->picture);
  free(window);
}

static void post(LibraryWindow* w) {
  LibraryView* view = app_view(w->app);
  const unsigned damage = library_view_damage(view);
  if (damage == 0 || !shell_visible(w->shell)) {
    view->damage |= damage; // draw it when the window is visible
    return;
  }
  Rect dirty[LIBRARY_RECTS];
  shell_post(w->shell, dirty, library_picture_update(w->picture, view, damage, dirty));
}

bool library_window_run_once(LibraryWindow* window) {
  shell_wait(window->shell, app_timeout(window->app));
  shell_update(window->shell);
  app_tick(window->app);
  post(window);
  return shell_closed(window->shell);
}
