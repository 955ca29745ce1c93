// SPDX-License-Identifier: GPL-3.0-or-later
// Reacts to pointer and keys.
#include "gui/meter/gestures.h"

#include "gui/meter/outputs_panel.h"

#include <string.h>

void meter_gestures_init(MeterGestures* g, MeterView* view, MeterPicture* picture,
                         const MeterActions* actions, void* handle) {
  *g = (MeterGestures){
      .view = view, .picture = picture, .actions = actions, .handle = handle, .press_time = -1.0};
}

static bool is_explained(MeterPart part) {
  return part >= METER_PART_WORD && part <= METER_PART_CUES_LAST;
}

static void point(MeterGestures* g) {
  const MeterPart before = meter_picture_hot(g->picture);
  if (!meter_picture_point(g->picture, g->hot, g->focus)) return;
  // Notes about explained parts can be anywhere; notes about controls are above their bar.
  const bool anywhere = is_explained(before) || is_explained(g->hot);
  g->view->damage |= anywhere ? METER_DAMAGE_ALL : METER_DAMAGE_CONTROLS;
}

static void set_mode(MeterGestures* g, MeterMode mode) {
  g->mode = g->mode == mode ? METER_FULL : mode;
  g->relayout = true;
}

static void set_response(MeterGestures* g, float seconds) {
  seconds = fminf(fmaxf(seconds, 0.0f), METER_RESPONSE_MAX);
  seconds = roundf(seconds * 20.0f) / 20.0f;
  if (fabsf(seconds - g->view->response) < 1e-6f) return;
  meter_view_set_response(g->view, seconds);
  g->actions->write(g->handle, METER_CONTROL_RESPONSE, seconds);
}

// The slider is quadratic: short times need finer steps.
static void drag(MeterGestures* g, MeterPart part, double x) {
  const Rect r = meter_picture_layout(g->picture)->parts[part];
  const double pad = 0.65 * meter_picture_theme(g->picture)->unit;
  const double t = fmin(fmax((x - r.x - pad) / fmax(1.0, r.w - 2.0 * pad), 0.0), 1.0);
  if (part == METER_PART_RESPONSE) set_response(g, METER_RESPONSE_MAX * (float)(t * t));
  if (part == METER_PART_TRAIL) {
    meter_view_set_trail(g->view, round(METER_TRAIL_MIN + t * (METER_TRAIL_MAX - METER_TRAIL_MIN)));
  }
}

static void step(MeterGestures* g, MeterPart part, double lines) {
  if (part == METER_PART_RESPONSE) {
    const float step_size = g->view->response < 1.0f   ? 0.1f
                            : g->view->response < 4.0f ? 0.25f
                                                       : 0.5f;
    g->actions->touch(g->handle, METER_CONTROL_RESPONSE, true);
    set_response(g, g->view->response + step_size * (float)lines);
    g->actions->touch(g->handle, METER_CONTROL_RESPONSE, false);
  } else if (part == METER_PART_TRAIL) {
    meter_view_set_trail(g->view, g->view->trail_seconds + 5.0 * lines);
  }
}

static void restore_default(MeterGestures* g, MeterPart part) {
  if (part == METER_PART_RESPONSE) {
    g->actions->touch(g->handle, METER_CONTROL_RESPONSE, true);
    set_response(g, METER_RESPONSE_DEFAULT);
    g->actions->touch(g->handle, METER_CONTROL_RESPONSE, false);
  }
  if (part == METER_PART_TRAIL) meter_view_set_trail(g->view, METER_TRAIL_DEFAULT);
}

static void activate(MeterGestures* g, MeterPart part) {
  switch (part) {
  case METER_PART_HOLD:
    meter_view_set_hold(g->view, !g->view->hold);
    g->actions->touch(g->handle, METER_CONTROL_HOLD, true);
    g->actions->write(g->handle, METER_CONTROL_HOLD, g->view->hold ? 1.0f : 0.0f);
    g->actions->touch(g->handle, METER_CONTROL_HOLD, false);
    break;
  case METER_PART_RESET:
    g->actions->reset(g->handle);
    break;
  case METER_PART_MODEL:
    g->actions->choose_model(g->handle);
    break;
  case METER_PART_OUTPUTS:
    meter_view_set_overlay(g->view, METER_OVERLAY_OUTPUTS);
    break;
  case METER_PART_KEYS:
    meter_view_set_overlay(g->view, METER_OVERLAY_KEYS);
    break;
  case METER_PART_STAGE:
    set_mode(g, METER_STAGE);
    break;
  case METER_PART_TIMELINE:
    meter_view_pin(g->view);
    break;
  case METER_PART_PLANE:
    if (g->mode != METER_FULL) set_mode(g, g->mode);
    break;
  default:
    break;
  }
}

static void close_overlay(MeterGestures* g) {
  meter_view_set_overlay(g->view, METER_OVERLAY_NONE);
}

// The setting in the chosen row of the outputs' panel; false: none.
static bool chosen_setting(const MeterGestures* g, MeterSetting* setting) {
  MeterSetting rows[METER_SETTING_COUNT];
  const int n = outputs_rows(g->view, rows);
  if (g->view->overlay != METER_OVERLAY_OUTPUTS || g->view->overlay_row >= n) return false;
  *setting = rows[g->view->overlay_row];
  return true;
}

static void change_setting(MeterGestures* g, double steps) {
  MeterSetting setting;
  if (!chosen_setting(g, &setting)) return;
  const SettingInfo* info = outputs_setting(setting);
  if (info->step <= 0.0f) return;
  const float old = g->view->settings[setting];
  const float next =
      fminf(fmaxf(roundf(old / info->step + (float)steps) * info->step, info->low), info->high);
  if (fabsf(next - old) < 1e-6f) return;
  const MeterControl control = (MeterControl)(METER_CONTROL_SETTING + (int)setting);
  meter_view_set_setting(g->view, setting, next);
  g->actions->touch(g->handle, control, true);
  g->actions->write(g->handle, control, next);
  g->actions->touch(g->handle, control, false);
}

// Enter in the outputs' panel: start typing, or accept the typed text.
static void enter_setting(MeterGestures* g) {
  MeterSetting setting;
  MeterView* view = g->view;
  if (!chosen_setting(g, &setting)) return;
  if (setting == METER_SETTING_OSC && view->waiting && !view->editing) {
    g->actions->confirm(g->handle);
  } else if (view->editing) {
    g->actions->set_text(g->handle, setting, view->edit);
    view->editing = false;
  } else if (setting == METER_SETTING_OSC || setting == METER_SETTING_OSC_NAME) {
    view->editing = true;
    strcpy(view->edit, setting == METER_SETTING_OSC ? view->osc : view->osc_name);
  }
  view->damage = METER_DAMAGE_ALL;
}

static void type_text(MeterGestures* g, InputKey key, char ch) {
  MeterView* view = g->view;
  const size_t length = strlen(view->edit);
  if (key == INPUT_BACKSPACE && length > 0) view->edit[length - 1] = '\0';
  if (key == INPUT_DELETE) view->edit[0] = '\0';
  if (key == INPUT_ESCAPE) view->editing = false;
  if (key == INPUT_OTHER && ch > ' ' && ch < 0x7F && length + 1 < sizeof view->edit) {
    view->edit[length] = ch;
    view->edit[length + 1] = '\0';
  }
  view->damage = METER_DAMAGE_ALL;
}

static void overlay_key(MeterGestures* g, InputKey key, char ch) {
  MeterSetting rows[METER_SETTING_COUNT];
  MeterView* view = g->view;
  const int n = outputs_rows(view, rows);
  if (view->overlay == METER_OVERLAY_KEYS) {
    close_overlay(g);
  } else if (key == INPUT_ENTER) {
    enter_setting(g);
  } else if (view->editing) {
    type_text(g, key, ch);
  } else if (key == INPUT_UP || key == INPUT_DOWN || key == INPUT_TAB) {
    view->overlay_row = (view->overlay_row + (key == INPUT_UP ? n - 1 : 1)) % (n > 0 ? n : 1);
    view->damage = METER_DAMAGE_ALL;
  } else if (key == INPUT_LEFT || key == INPUT_RIGHT) {
    change_setting(g, key == INPUT_RIGHT ? 1.0 : -1.0);
  } else if (key == INPUT_ESCAPE || ch == 'o' || ch == 'O') {
    close_overlay(g);
  } else if (ch == '?') {
    meter_view_set_overlay(view, METER_OVERLAY_KEYS);
  }
}

static void overlay_press(MeterGestures* g, double x, double y) {
  const int row = g->view->overlay == METER_OVERLAY_OUTPUTS
                      ? outputs_row_at(meter_picture_layout(g->picture), g->view, x, y)
                      : -2;
  if (row == -2) {
    close_overlay(g);
  } else if (row >= 0 && row == g->view->overlay_row) {
    enter_setting(g);
  } else if (row >= 0) {
    g->view->editing = false;
    g->view->overlay_row = row;
    g->view->damage = METER_DAMAGE_ALL;
  }
}

static void close_menu(MeterGestures* g) {
  meter_picture_close_menu(g->picture);
  g->view->damage = METER_DAMAGE_ALL;
}

void meter_gestures_offer_models(MeterGestures* g, const char* const* names,
                                 const char* const* details, size_t n, size_t current) {
  meter_picture_open_menu(g->picture, names, details, n, current);
  g->view->damage = METER_DAMAGE_ALL;
}

void meter_gestures_move(MeterGestures* g, double x, double y) {
  if (meter_picture_has_menu(g->picture)) {
    const int item = meter_picture_menu_item(g->picture, x, y);
    if (item >= 0 && (size_t)item != meter_picture_menu_current(g->picture)) {
      meter_picture_menu_select(g->picture, (size_t)item);
      g->view->damage |= METER_DAMAGE_CONTROLS;
    }
    return;
  }
  if (g->view->overlay) return;
  if (g->grabbed != METER_PART_NONE) {
    drag(g, g->grabbed, x);
    return;
  }
  const MeterLayout* layout = meter_picture_layout(g->picture);
  g->hot = meter_layout_part(layout, x, y);
  meter_view_hover(g->view,
                   g->hot == METER_PART_TIMELINE ? meter_layout_time_age(layout, x) : -1.0);
  point(g);
}

void meter_gestures_leave(MeterGestures* g) {
  g->hot = METER_PART_NONE;
  if (g->grabbed == METER_PART_NONE) meter_view_hover(g->view, -1.0);
  point(g);
}

void meter_gestures_press(MeterGestures* g, double x, double y, double now) {
  if (meter_picture_has_menu(g->picture)) {
    const int item = meter_picture_menu_item(g->picture, x, y);
    close_menu(g);
    if (item >= 0) g->actions->pick_model(g->handle, (size_t)item);
    return;
  }
  if (g->view->overlay) {
    overlay_press(g, x, y);
    return;
  }
  meter_gestures_move(g, x, y);
  const MeterPart part = meter_layout_part(meter_picture_layout(g->picture), x, y);
  const bool twice = part == g->press_part && now - g->press_time < INPUT_DOUBLE_SECONDS;
  g->press_time = twice ? -1.0 : now;
  g->press_part = part;
  if (part >= METER_PART_FIRST_CONTROL) g->focus = METER_PART_NONE;
  if (part == METER_PART_RESPONSE || part == METER_PART_TRAIL) {
    if (twice) {
      restore_default(g, part);
      return;
    }
    if (part == METER_PART_RESPONSE) g->actions->touch(g->handle, METER_CONTROL_RESPONSE, true);
    g->grabbed = part;
    drag(g, part, x);
  } else if (part != METER_PART_PLANE || twice) {
    activate(g, part);
  }
  point(g);
}

void meter_gestures_release(MeterGestures* g, double x, double y) {
  if (g->grabbed == METER_PART_RESPONSE)
    g->actions->touch(g->handle, METER_CONTROL_RESPONSE, false);
  if (g->grabbed == METER_PART_NONE) return;
  g->grabbed = METER_PART_NONE;
  meter_gestures_move(g, x, y);
}

static void menu_key(MeterGestures* g, InputKey key) {
  const size_t current = meter_picture_menu_current(g->picture);
  if (key == INPUT_UP && current > 0) meter_picture_menu_select(g->picture, current - 1);
  if (key == INPUT_DOWN) meter_picture_menu_select(g->picture, current + 1);
  g->view->damage |= METER_DAMAGE_CONTROLS;
  if (key == INPUT_ESCAPE || key == INPUT_ENTER) close_menu(g);
  if (key == INPUT_ENTER) g->actions->pick_model(g->handle, current);
}

void meter_gestures_scroll(MeterGestures* g, double x, double y, double lines) {
  if (lines == 0.0) return; // a horizontal wheel
  if (meter_picture_has_menu(g->picture)) {
    menu_key(g, lines > 0.0 ? INPUT_UP : INPUT_DOWN);
    return;
  }
  if (g->view->overlay) {
    const int row = outputs_row_at(meter_picture_layout(g->picture), g->view, x, y);
    if (row < 0) return;
    if (row != g->view->overlay_row) g->view->editing = false;
    g->view->overlay_row = row;
    g->view->damage = METER_DAMAGE_ALL;
    change_setting(g, lines > 0.0 ? 1.0 : -1.0);
    return;
  }
  const MeterPart part = meter_layout_part(meter_picture_layout(g->picture), x, y);
  if (part == METER_PART_TIMELINE) {
    meter_view_zoom(g->view, lines > 0.0 ? -1 : 1);
  } else {
    step(g, part, lines);
  }
}

// Tab visits the timeline and the controls in reading order.
static void move_focus(MeterGestures* g, int direction) {
  int part = g->focus == METER_PART_NONE ? (direction > 0 ? METER_PART_PLANE : METER_PART_COUNT)
                                         : (int)g->focus;
  part += direction;
  if (part <= METER_PART_PLANE) part = direction > 0 ? METER_PART_TIMELINE : METER_PART_COUNT - 1;
  if (part >= METER_PART_COUNT) part = METER_PART_TIMELINE;
  g->focus = (MeterPart)part;
  if (g->focus == METER_PART_TIMELINE && !g->view->hovering) meter_view_hover(g->view, 0.0);
  if (g->focus != METER_PART_TIMELINE) meter_view_hover(g->view, -1.0);
}

static void arrow(MeterGestures* g, InputKey key) {
  const double direction = key == INPUT_RIGHT || key == INPUT_UP ? 1.0 : -1.0;
  if (g->focus == METER_PART_TIMELINE) {
    const double age = g->view->hovering ? g->view->hover : 0.0;
    meter_view_hover(
        g->view,
        fmin(fmax(age - direction * METER_STEP * g->view->span / METER_SPAN, 0.0), g->view->span));
  } else {
    step(g, g->focus, direction);
  }
}

static void character(MeterGestures* g, char ch) {
  switch (ch) {
  case 'h':
    activate(g, METER_PART_HOLD);
    break;
  case 'r':
    activate(g, METER_PART_RESET);
    break;
  case 'm':
    activate(g, METER_PART_MODEL);
    break;
  case 'f':
    set_mode(g, METER_STAGE);
    break;
  case 'c':
    set_mode(g, METER_COMPACT);
    break;
  case 'o':
    activate(g, METER_PART_OUTPUTS);
    break;
  case '?':
    activate(g, METER_PART_KEYS);
    break;
  case 'a':
    meter_view_compare(g->view);
    break;
  case 'e':
    g->actions->export_session(g->handle);
    break;
  case '+':
  case '-':
    meter_view_zoom(g->view, ch == '+' ? -1 : 1);
    break;
  case ' ':
    activate(g, g->focus);
    break;
  default:
    break;
  }
}

void meter_gestures_key(MeterGestures* g, InputKey key, char ch, bool shift) {
  if (meter_picture_has_menu(g->picture)) {
    menu_key(g, ch == ' ' ? INPUT_ENTER : key);
    return;
  }
  if (g->view->overlay) {
    overlay_key(g, key, ch);
    return;
  }
  switch (key) {
  case INPUT_TAB:
    if (meter_picture_layout(g->picture)->mode == METER_FULL) move_focus(g, shift ? -1 : 1);
    break;
  case INPUT_ENTER:
    activate(g, g->focus);
    break;
  case INPUT_HOME:
    restore_default(g, g->focus);
    break;
  case INPUT_LEFT:
  case INPUT_RIGHT:
  case INPUT_UP:
  case INPUT_DOWN:
    arrow(g, key);
    break;
  case INPUT_ESCAPE:
    if (g->mode != METER_FULL) {
      set_mode(g, g->mode);
    } else if (g->view->pinned >= 0) {
      meter_view_pin(g->view);
    } else if (g->view->span > METER_SPAN) {
      while (g->view->span > METER_SPAN)
        meter_view_zoom(g->view, -1);
    }
    g->focus = METER_PART_NONE;
    break;
  case INPUT_OTHER:
    character(g, ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch);
    break;
  default:
    break;
  }
  point(g);
}
