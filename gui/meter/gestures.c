// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What pointer and keys mean: see gestures.h.
#include "gui/meter/gestures.h"

void gestures_init(Gestures* g, ViewModel* view, Meter* meter, const WindowActions* actions,
                   void* handle) {
  *g = (Gestures){
      .view = view, .meter = meter, .actions = actions, .handle = handle, .press_time = -1.0};
}

static void point(Gestures* g) {
  if (meter_point(g->meter, g->hot, g->focus)) g->view->damage |= VIEW_DAMAGE_CONTROLS;
}

static void set_mode(Gestures* g, LayoutMode mode) {
  g->mode = g->mode == mode ? LAYOUT_FULL : mode;
  g->relayout = true;
}

static void set_response(Gestures* g, float seconds) {
  seconds = fminf(fmaxf(seconds, 0.0f), GESTURES_RESPONSE_MAX);
  seconds = roundf(seconds * 20.0f) / 20.0f;
  if (fabsf(seconds - g->view->response) < 1e-6f) return;
  view_set_response(g->view, seconds);
  g->actions->write(g->handle, WINDOW_RESPONSE, seconds);
}

// The slider is quadratic: short times need finer steps.
static void drag(Gestures* g, Part part, double x) {
  const Rect r = meter_layout(g->meter)->parts[part];
  const double pad = 0.65 * meter_theme(g->meter)->unit;
  const double t = fmin(fmax((x - r.x - pad) / fmax(1.0, r.w - 2.0 * pad), 0.0), 1.0);
  if (part == PART_RESPONSE) set_response(g, GESTURES_RESPONSE_MAX * (float)(t * t));
  if (part == PART_TRAIL) {
    view_set_trail(g->view, round(VIEW_TRAIL_MIN + t * (VIEW_TRAIL_MAX - VIEW_TRAIL_MIN)));
  }
}

static void step(Gestures* g, Part part, double lines) {
  if (part == PART_RESPONSE) {
    const float step_size = g->view->response < 1.0f   ? 0.1f
                            : g->view->response < 4.0f ? 0.25f
                                                       : 0.5f;
    g->actions->touch(g->handle, WINDOW_RESPONSE, true);
    set_response(g, g->view->response + step_size * (float)lines);
    g->actions->touch(g->handle, WINDOW_RESPONSE, false);
  } else if (part == PART_TRAIL) {
    view_set_trail(g->view, g->view->trail_seconds + 5.0 * lines);
  }
}

static void restore_default(Gestures* g, Part part) {
  if (part == PART_RESPONSE) {
    g->actions->touch(g->handle, WINDOW_RESPONSE, true);
    set_response(g, GESTURES_RESPONSE_DEFAULT);
    g->actions->touch(g->handle, WINDOW_RESPONSE, false);
  }
  if (part == PART_TRAIL) view_set_trail(g->view, VIEW_TRAIL_DEFAULT);
}

static void activate(Gestures* g, Part part) {
  switch (part) {
  case PART_HOLD:
    view_set_hold(g->view, !g->view->hold);
    g->actions->touch(g->handle, WINDOW_HOLD, true);
    g->actions->write(g->handle, WINDOW_HOLD, g->view->hold ? 1.0f : 0.0f);
    g->actions->touch(g->handle, WINDOW_HOLD, false);
    break;
  case PART_RESET:
    g->actions->reset(g->handle);
    break;
  case PART_MODEL:
    g->actions->choose_model(g->handle);
    break;
  case PART_STAGE:
    set_mode(g, LAYOUT_STAGE);
    break;
  case PART_TIMELINE:
    view_pin(g->view);
    break;
  case PART_PLANE:
    if (g->mode != LAYOUT_FULL) set_mode(g, g->mode);
    break;
  default:
    break;
  }
}

static void close_menu(Gestures* g) {
  meter_close_menu(g->meter);
  g->view->damage = VIEW_DAMAGE_ALL;
}

void gestures_offer_models(Gestures* g, const char* const* names, size_t n, size_t current) {
  meter_open_menu(g->meter, names, n, current);
  g->view->damage = VIEW_DAMAGE_ALL;
}

void gestures_move(Gestures* g, double x, double y) {
  if (meter_has_menu(g->meter)) {
    const int item = meter_menu_item(g->meter, x, y);
    if (item >= 0 && (size_t)item != meter_menu_current(g->meter)) {
      meter_menu_select(g->meter, (size_t)item);
      g->view->damage |= VIEW_DAMAGE_CONTROLS;
    }
    return;
  }
  if (g->grabbed != PART_NONE) {
    drag(g, g->grabbed, x);
    return;
  }
  const Layout* layout = meter_layout(g->meter);
  g->hot = layout_part(layout, x, y);
  view_hover(g->view, g->hot == PART_TIMELINE ? layout_time_age(layout, x) : -1.0);
  point(g);
}

void gestures_leave(Gestures* g) {
  g->hot = PART_NONE;
  if (g->grabbed == PART_NONE) view_hover(g->view, -1.0);
  point(g);
}

void gestures_press(Gestures* g, double x, double y, double now) {
  if (meter_has_menu(g->meter)) {
    const int item = meter_menu_item(g->meter, x, y);
    close_menu(g);
    if (item >= 0) g->actions->pick_model(g->handle, (size_t)item);
    return;
  }
  gestures_move(g, x, y);
  const Part part = layout_part(meter_layout(g->meter), x, y);
  const bool twice = part == g->press_part && now - g->press_time < GESTURES_DOUBLE_SECONDS;
  g->press_time = twice ? -1.0 : now;
  g->press_part = part;
  if (part >= PART_FIRST_CONTROL) g->focus = PART_NONE;
  if (part == PART_RESPONSE || part == PART_TRAIL) {
    if (twice) {
      restore_default(g, part);
      return;
    }
    if (part == PART_RESPONSE) g->actions->touch(g->handle, WINDOW_RESPONSE, true);
    g->grabbed = part;
    drag(g, part, x);
  } else if (part != PART_PLANE || twice) {
    activate(g, part);
  }
  point(g);
}

void gestures_release(Gestures* g, double x, double y) {
  if (g->grabbed == PART_RESPONSE) g->actions->touch(g->handle, WINDOW_RESPONSE, false);
  if (g->grabbed == PART_NONE) return;
  g->grabbed = PART_NONE;
  gestures_move(g, x, y);
}

void gestures_scroll(Gestures* g, double x, double y, double lines) {
  step(g, layout_part(meter_layout(g->meter), x, y), lines);
}

// Tab visits the timeline and the controls in reading order.
static void move_focus(Gestures* g, int direction) {
  int part = g->focus == PART_NONE ? (direction > 0 ? PART_PLANE : PART_COUNT) : (int)g->focus;
  part += direction;
  if (part <= PART_PLANE) part = direction > 0 ? PART_TIMELINE : PART_COUNT - 1;
  if (part >= PART_COUNT) part = PART_TIMELINE;
  g->focus = (Part)part;
  if (g->focus == PART_TIMELINE && !g->view->hovering) view_hover(g->view, 0.0);
  if (g->focus != PART_TIMELINE) view_hover(g->view, -1.0);
}

static void menu_key(Gestures* g, Key key) {
  const size_t current = meter_menu_current(g->meter);
  if (key == KEY_UP && current > 0) meter_menu_select(g->meter, current - 1);
  if (key == KEY_DOWN) meter_menu_select(g->meter, current + 1);
  g->view->damage |= VIEW_DAMAGE_CONTROLS;
  if (key == KEY_ESCAPE || key == KEY_ENTER) close_menu(g);
  if (key == KEY_ENTER) g->actions->pick_model(g->handle, current);
}

static void arrow(Gestures* g, Key key) {
  const double direction = key == KEY_RIGHT || key == KEY_UP ? 1.0 : -1.0;
  if (g->focus == PART_TIMELINE) {
    const double age = g->view->hovering ? g->view->hover : 0.0;
    view_hover(g->view, fmin(fmax(age - direction * VIEW_HOP, 0.0), VIEW_SPAN));
  } else {
    step(g, g->focus, direction);
  }
}

void gestures_key(Gestures* g, Key key, bool shift) {
  if (meter_has_menu(g->meter)) {
    menu_key(g, key);
    return;
  }
  switch (key) {
  case KEY_TAB:
    if (meter_layout(g->meter)->mode == LAYOUT_FULL) move_focus(g, shift ? -1 : 1);
    break;
  case KEY_ENTER:
    activate(g, g->focus);
    break;
  case KEY_HOME:
    restore_default(g, g->focus);
    break;
  case KEY_LEFT:
  case KEY_RIGHT:
  case KEY_UP:
  case KEY_DOWN:
    arrow(g, key);
    break;
  case KEY_HOLD:
    activate(g, PART_HOLD);
    break;
  case KEY_RESET:
    activate(g, PART_RESET);
    break;
  case KEY_MODEL:
    activate(g, PART_MODEL);
    break;
  case KEY_STAGE:
    set_mode(g, LAYOUT_STAGE);
    break;
  case KEY_COMPACT:
    set_mode(g, LAYOUT_COMPACT);
    break;
  case KEY_ESCAPE:
    if (g->mode != LAYOUT_FULL) {
      set_mode(g, g->mode);
    } else if (g->view->pinned >= 0) {
      view_pin(g->view);
    }
    g->focus = PART_NONE;
    break;
  case KEY_OTHER:
    break;
  }
  point(g);
}
