// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/kit/menu.h"
#include "gui/meter/gestures.h"
#include "gui/meter/outputs_panel.h"
#include "plugin/ports.h"
#include "scenes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

typedef struct {
  MeterView* view;
  MeterPicture* meter;
  MeterGestures gestures;
  int touches, releases, writes, resets, chosen, picked, exports, confirms;
  MeterSetting setting;
  char text[300];
  MeterControl control;
  float value;
} User;

static void on_touch(void* handle, MeterControl control, bool grabbed) {
  User* u = handle;
  u->control = control;
  if (grabbed) {
    ++u->touches;
  } else {
    ++u->releases;
  }
}

static void on_write(void* handle, MeterControl control, float value) {
  User* u = handle;
  assert_int_equal(u->touches, u->releases + 1); // always inside a gesture
  u->control = control;
  u->value = value;
  ++u->writes;
}

static void on_reset(void* handle) {
  ++((User*)handle)->resets;
}
static void on_explain(void* handle, bool on) {
  (void)handle, (void)on;
}
static void on_choose(void* handle) {
  ++((User*)handle)->chosen;
}
static void on_pick(void* handle, size_t item) {
  ((User*)handle)->picked = (int)item;
}

static void on_set_text(void* handle, MeterSetting setting, const char* text) {
  User* u = handle;
  u->setting = setting;
  snprintf(u->text, sizeof u->text, "%s", text);
}
static void on_confirm(void* handle) {
  ++((User*)handle)->confirms;
}
static void on_export(void* handle) {
  ++((User*)handle)->exports;
}

static const MeterActions actions = {on_touch, on_write,    on_reset,   on_explain, on_choose,
                                     on_pick,  on_set_text, on_confirm, on_export};

static int setup(void** state) {
  User* u = calloc(1, sizeof *u);
  if (!u) return -1;
  u->view = meter_view_new();
  u->meter = meter_picture_new();
  u->picked = -1;
  if (!u->view || !u->meter) return -1;
  scene_play(u->view, 0, 200);
  meter_picture_resize(u->meter, 900, 600, 1.0, METER_FULL);
  meter_gestures_init(&u->gestures, u->view, u->meter, &actions, u);
  *state = u;
  return 0;
}

static int teardown(void** state) {
  User* u = *state;
  meter_picture_free(u->meter);
  meter_view_free(u->view);
  free(u);
  return 0;
}

static void click(User* u, MeterPart part, double at, double now) {
  const Rect r = meter_picture_layout(u->meter)->parts[part];
  meter_gestures_press(&u->gestures, r.x + at * r.w, r.y + 0.5 * r.h, now);
  meter_gestures_release(&u->gestures, r.x + at * r.w, r.y + 0.5 * r.h);
}

static void type(User* u, const char* text) {
  for (; *text; ++text)
    meter_gestures_key(&u->gestures, INPUT_OTHER, *text, false);
}

static void hold_is_written_as_a_gesture(void** state) {
  User* u = *state;
  click(u, METER_PART_HOLD, 0.5, 1.0);
  assert_int_equal(u->writes, 1);
  assert_int_equal(u->control, METER_CONTROL_HOLD);
  assert_true(u->value == 1.0f);
  assert_int_equal(u->touches, 1);
  assert_int_equal(u->releases, 1);
  meter_gestures_key(&u->gestures, INPUT_OTHER, 'h', false);
  assert_true(u->value == 0.0f);
}

static void response_follows_a_drag(void** state) {
  User* u = *state;
  const Rect r = meter_picture_layout(u->meter)->parts[METER_PART_RESPONSE];
  meter_gestures_press(&u->gestures, r.x + 0.4 * r.w, r.y + 5, 1.0);
  const float before = u->value;
  meter_gestures_move(&u->gestures, r.x + 0.8 * r.w,
                      r.y - 200); // leaves the control, keeps the grab
  assert_true(u->value > before);
  meter_gestures_move(&u->gestures, r.x + 5000, r.y);
  assert_true(u->value == METER_RESPONSE_MAX);
  meter_gestures_release(&u->gestures, r.x, r.y);
  assert_int_equal(u->touches, 1);
  assert_int_equal(u->releases, 1);
}

/// Short times have more of the slider.
static void the_middle_of_the_slider_is_a_quarter_of_the_response(void** state) {
  User* u = *state;
  click(u, METER_PART_RESPONSE, 0.5, 1.0);
  assert_true(fabsf(u->value - 0.25f * METER_RESPONSE_MAX) < 1e-5f);
  click(u, METER_PART_TRAIL, 0.5, 5.0);
  assert_true(u->view->trail_seconds == 0.5 * (METER_TRAIL_MIN + METER_TRAIL_MAX));
}

static void a_double_click_restores_the_default(void** state) {
  User* u = *state;
  click(u, METER_PART_RESPONSE, 0.9, 1.0);
  assert_true(u->view->response > 5.0f);
  click(u, METER_PART_RESPONSE, 0.9, 1.2);
  assert_true(u->view->response == METER_RESPONSE_DEFAULT);
  assert_int_equal(u->touches, u->releases);
  click(u, METER_PART_RESPONSE, 0.9, 1.4); // the first of another two
  assert_true(u->view->response > 5.0f);
  meter_view_set_trail(u->view, 55.0);
  click(u, METER_PART_TRAIL, 0.9, 5.0);
  click(u, METER_PART_TRAIL, 0.9, 5.2);
  assert_true(u->view->trail_seconds == METER_TRAIL_DEFAULT);
}

static void the_wheel_changes_what_is_under_it(void** state) {
  User* u = *state;
  const MeterLayout* l = meter_picture_layout(u->meter);
  meter_gestures_scroll(&u->gestures, l->parts[METER_PART_RESPONSE].x + 3,
                        l->parts[METER_PART_RESPONSE].y + 3, 1.0);
  assert_true(fabsf(u->value - 0.6f) < 1e-5f);
  meter_gestures_scroll(&u->gestures, l->parts[METER_PART_TRAIL].x + 3,
                        l->parts[METER_PART_TRAIL].y + 3, -2.0);
  assert_true(u->view->trail_seconds == 20.0);
  meter_gestures_scroll(&u->gestures, l->plane.x + 3, l->plane.y + 3, 1.0);
  assert_int_equal(u->writes, 1);
}

static void hovering_the_timeline_describes_that_moment(void** state) {
  User* u = *state;
  const Rect r = meter_picture_layout(u->meter)->parts[METER_PART_TIMELINE];
  meter_gestures_move(&u->gestures, r.x + 0.5 * r.w, r.y + 4);
  assert_true(u->view->hovering);
  assert_true(fabs(u->view->hover - 30.0) < 0.3);
  meter_gestures_move(&u->gestures, r.x + 0.75 * r.w, r.y + 4); // now is at the right
  assert_true(fabs(u->view->hover - 15.0) < 0.3);
  meter_gestures_press(&u->gestures, r.x + 0.5 * r.w, r.y + 4, 1.0);
  meter_gestures_release(&u->gestures, r.x + 0.5 * r.w, r.y + 4);
  assert_true(u->view->pinned >= 0);
  meter_gestures_leave(&u->gestures);
  assert_false(u->view->hovering);
  meter_gestures_key(&u->gestures, INPUT_ESCAPE, 0, false);
  assert_int_equal(u->view->pinned, -1);
}

static void everything_can_be_reached_by_keyboard(void** state) {
  User* u = *state;
  bool seen[METER_PART_COUNT] = {false};
  for (int i = 0; i < METER_PART_COUNT; ++i) {
    meter_gestures_key(&u->gestures, INPUT_TAB, 0, false);
    seen[u->gestures.focus] = true;
  }
  for (int part = METER_PART_TIMELINE; part < METER_PART_COUNT; ++part)
    assert_true(seen[part]);
  while (u->gestures.focus != METER_PART_RESPONSE)
    meter_gestures_key(&u->gestures, INPUT_TAB, 0, true);
  meter_gestures_key(&u->gestures, INPUT_RIGHT, 0, false);
  assert_int_equal(u->control, METER_CONTROL_RESPONSE);
  assert_true(u->value > 0.5f);
  meter_gestures_key(&u->gestures, INPUT_HOME, 0, false);
  assert_true(u->view->response == METER_RESPONSE_DEFAULT);
  while (u->gestures.focus != METER_PART_TIMELINE)
    meter_gestures_key(&u->gestures, INPUT_TAB, 0, false);
  for (int i = 0; i < 4; ++i)
    meter_gestures_key(&u->gestures, INPUT_LEFT, 0, false);
  assert_true(fabs(u->view->hover - 4 * METER_STEP) < 1e-9);
  meter_gestures_key(&u->gestures, INPUT_ENTER, 0, false);
  assert_true(u->view->pinned >= 0);
  meter_gestures_key(&u->gestures, INPUT_OTHER, 'r', false);
  assert_int_equal(u->resets, 1);
  type(u, "-"); // of five minutes a step is as wide
  meter_gestures_key(&u->gestures, INPUT_LEFT, 0, false);
  meter_gestures_key(&u->gestures, INPUT_LEFT, 0, false);
  meter_gestures_key(&u->gestures, INPUT_RIGHT, 0, false);
  assert_true(fabs(u->view->hover - 5 * METER_STEP) < 1e-9);
}

static void modes_toggle_and_escape_returns(void** state) {
  User* u = *state;
  meter_gestures_key(&u->gestures, INPUT_OTHER, 'f', false);
  assert_int_equal(u->gestures.mode, METER_STAGE);
  assert_true(u->gestures.relayout);
  meter_gestures_key(&u->gestures, INPUT_ESCAPE, 0, false);
  assert_int_equal(u->gestures.mode, METER_FULL);
  meter_gestures_key(&u->gestures, INPUT_OTHER, 'c', false);
  assert_int_equal(u->gestures.mode, METER_COMPACT);
  meter_gestures_key(&u->gestures, INPUT_OTHER, 'c', false);
  assert_int_equal(u->gestures.mode, METER_FULL);
  click(u, METER_PART_STAGE, 0.5, 1.0);
  assert_int_equal(u->gestures.mode, METER_STAGE);
  for (int i = 0; i < 2; ++i) { // a double click on the plane returns, and then does nothing
    click(u, METER_PART_PLANE, 0.5, 2.0 + i);
    click(u, METER_PART_PLANE, 0.5, 2.1 + i);
    assert_int_equal(u->gestures.mode, METER_FULL);
  }
}

static void the_menu_picks_a_model(void** state) {
  User* u = *state;
  static const char* const names[] = {"default", "small", "transformer"};
  click(u, METER_PART_MODEL, 0.5, 1.0);
  assert_int_equal(u->chosen, 1);
  meter_gestures_offer_models(&u->gestures, names, NULL, 3, 0);
  meter_gestures_key(&u->gestures, INPUT_DOWN, 0, false);
  meter_gestures_key(&u->gestures, INPUT_DOWN, 0, false);
  meter_gestures_key(&u->gestures, INPUT_DOWN, 0, false); // past the end: stays
  meter_gestures_key(&u->gestures, INPUT_ENTER, 0, false);
  assert_int_equal(u->picked, 2);
  assert_false(meter_picture_has_menu(u->meter));
  meter_gestures_offer_models(&u->gestures, names, NULL, 3, 0);
  u->picked = -1;
  meter_gestures_press(&u->gestures, 2, 2, 3.0); // outside: closes without choosing
  assert_int_equal(u->picked, -1);
  assert_false(meter_picture_has_menu(u->meter));
}

/// A list with more names than fit: it scrolls with the choice, and a click picks the visible name.
static void a_long_menu_scrolls(void** state) {
  (void)state;
  const Theme theme = theme_default(1.0);
  Text* text = text_new();
  const char* names[40];
  Menu menu;
  for (int i = 0; i < 40; ++i)
    names[i] = "a model";
  menu_open(&menu, &theme, text, (Rect){0, 0, 600, 300}, (Rect){20, 280, 100, 20}, names, NULL, 40,
            0);
  assert_true(menu.shown > 3 && menu.shown < 39);
  const double x = menu.box.x + 0.5 * menu.box.w,
               pad = 0.5 * (menu.box.h - menu.row * (double)menu.shown);
  static const size_t chosen[] = {0, 39, 20, 38, 5};
  for (int i = 0; i < 5; ++i) {
    menu_select(&menu, chosen[i]);
    assert_int_equal(menu.current, chosen[i]);
    assert_true(menu.first <= chosen[i] && chosen[i] < menu.first + menu.shown);
    assert_true(menu.first + menu.shown <= 40);
    const double row = (double)(chosen[i] - menu.first) + 0.5;
    assert_int_equal(menu_item(&menu, x, menu.box.y + pad + row * menu.row), chosen[i]);
  }
  menu_select(&menu, 40); // none
  assert_int_equal(menu.current, 5);
  assert_int_equal(menu_item(&menu, x, menu.box.y - 1.0), -1);
  text_free(text);
}

static void the_wheel_moves_through_the_menu_in_every_view(void** state) {
  User* u = *state;
  static const char* const names[] = {"one", "two", "three"};
  for (int mode = METER_FULL; mode <= METER_STAGE; ++mode) {
    meter_picture_resize(u->meter, 900, 600, 1.0, (MeterMode)mode);
    meter_gestures_offer_models(&u->gestures, names, NULL, 3, 0);
    meter_gestures_scroll(&u->gestures, 5, 5, -1.0);
    assert_int_equal(meter_picture_menu_current(u->meter), 1);
    meter_gestures_scroll(&u->gestures, 5, 5, 1.0);
    meter_gestures_scroll(&u->gestures, 5, 5, 1.0); // not beyond the limit
    assert_int_equal(meter_picture_menu_current(u->meter), 0);
    meter_gestures_key(&u->gestures, INPUT_ESCAPE, 0, false);
    assert_false(meter_picture_has_menu(u->meter));
  }
}

static void the_outputs_panel_sets_ranges_and_targets(void** state) {
  User* u = *state;
  for (int i = METER_SETTING_VALENCE_RANGE; i <= METER_SETTING_AROUSAL_TRIM; ++i)
    meter_view_set_setting(u->view, (MeterSetting)i, i % 2 ? 0.0f : 1.0f);
  type(u, "o");
  assert_int_equal(u->view->overlay, METER_OVERLAY_OUTPUTS);
  meter_gestures_key(&u->gestures, INPUT_RIGHT, 0, false);
  assert_int_equal(u->control, METER_CONTROL_SETTING + METER_SETTING_VALENCE_RANGE);
  assert_true(fabsf(u->value - 1.1f) < 1e-5f);
  // The wheel changes the row under the pointer.
  const MeterLayout* l = meter_picture_layout(u->meter);
  double y = 0.0;
  while (outputs_row_at(l, u->view, 0.5 * l->window.w, y) != 2)
    y += 1.0;
  meter_gestures_scroll(&u->gestures, 0.5 * l->window.w, y, 1.0);
  assert_int_equal(u->view->overlay_row, 2);
  assert_int_equal(u->control, METER_CONTROL_SETTING + METER_SETTING_VALENCE_RANGE + 2);
  // Above and below the rows there is none.
  MeterSetting rows[METER_SETTING_COUNT];
  const int n = outputs_rows(u->view, rows);
  int before = -2, last = -2;
  for (y = 0.0; y < l->window.h; y += 1.0) {
    const int row = outputs_row_at(l, u->view, 0.5 * l->window.w, y);
    assert_true(row < n && (row == before || row == before + 1 || (before == n - 1 && row == -1) ||
                            (before == -1 && row == -2)));
    last = row > last ? row : last;
    before = row;
  }
  assert_true(last == n - 1 && before == -2);
  meter_gestures_key(&u->gestures, INPUT_UP, 0, false);
  meter_gestures_key(&u->gestures, INPUT_UP, 0, false);
  for (int i = 0; i < 4; ++i)
    meter_gestures_key(&u->gestures, INPUT_DOWN, 0, false);
  meter_gestures_key(&u->gestures, INPUT_ENTER, 0, false);
  type(u, "osc.udp://h:9o?"); // while typing, letters are not commands
  meter_gestures_key(&u->gestures, INPUT_BACKSPACE, 0, false);
  meter_gestures_key(&u->gestures, INPUT_BACKSPACE, 0, false);
  meter_gestures_key(&u->gestures, INPUT_ENTER, 0, false);
  assert_int_equal(u->setting, METER_SETTING_OSC);
  assert_string_equal(u->text, "osc.udp://h:9");
  meter_view_set_waiting(u->view, true);
  meter_gestures_key(&u->gestures, INPUT_ENTER, 0, false);
  assert_int_equal(u->confirms, 1);
  meter_gestures_key(&u->gestures, INPUT_ESCAPE, 0, false);
  assert_int_equal(u->view->overlay, METER_OVERLAY_NONE);
  type(u, "?");
  assert_int_equal(u->view->overlay, METER_OVERLAY_KEYS);
  meter_gestures_press(&u->gestures, 2, 2, 9.0);
  assert_int_equal(u->view->overlay, METER_OVERLAY_NONE);
}

static void the_response_changes_in_steps(void** state) {
  User* u = *state;
  for (double at = 0.0; at <= 1.0; at += 0.07) {
    click(u, METER_PART_RESPONSE, at, 10.0 * at);
    assert_true(fabsf(u->view->response * 20.0f - roundf(u->view->response * 20.0f)) < 1e-3f);
    assert_true(u->view->response >= 0.0f && u->view->response <= METER_RESPONSE_MAX);
  }
  assert_true(u->writes > 8);
}

/// The panel's ranges are those of the plugin's ports.
static void a_setting_has_the_range_of_its_port(void** state) {
  (void)state;
#define RANGE(ID, SYMBOL, NAME, LOW, HIGH, ...) {NAME, LOW, HIGH},
  static const struct {
    const char* name;
    double low, high;
  } ports[] = {PORTS_INPUT_LIST(RANGE) PORTS_MIDI_LIST(RANGE)};
  for (int i = 0; i < METER_SETTING_CV; ++i) {
    const SettingInfo* info = outputs_setting((MeterSetting)i);
    size_t k = 0;
    while (k < sizeof ports / sizeof *ports && strcasecmp(ports[k].name, info->name) != 0)
      ++k;
    assert_true(k < sizeof ports / sizeof *ports);
    assert_true((double)info->low == ports[k].low && (double)info->high == ports[k].high);
  }
}

/// Every setting goes from end to end of its range and no further; at the end nothing is written.
static void a_setting_keeps_its_range(void** state) {
  User* u = *state;
  for (int i = 0; i < METER_SETTING_COUNT; ++i)
    meter_view_set_setting(u->view, (MeterSetting)i, outputs_setting((MeterSetting)i)->low);
  type(u, "o");
  for (int i = 0; i < METER_SETTING_COUNT; ++i) {
    const SettingInfo* info = outputs_setting((MeterSetting)i);
    for (int up = 1; up >= 0; --up) {
      u->writes = 0;
      for (int n = 0; n < 130; ++n)
        meter_gestures_key(&u->gestures, up ? INPUT_RIGHT : INPUT_LEFT, 0, false);
      const float steps = info->step > 0.0f ? (info->high - info->low) / info->step : 0.0f;
      assert_int_equal(u->writes, (int)lroundf(steps));
      assert_int_equal(u->touches, u->releases);
      assert_true(fabsf(u->view->settings[i] - (up ? info->high : info->low)) < 1e-5f);
      if (steps > 0.0f) assert_int_equal(u->control, METER_CONTROL_SETTING + i);
    }
    meter_gestures_key(&u->gestures, INPUT_DOWN, 0, false);
  }
  assert_int_equal(u->view->overlay_row, 0); // round again to the first
  meter_gestures_key(&u->gestures, INPUT_UP, 0, false);
  assert_int_equal(u->view->overlay_row, METER_SETTING_COUNT - 1);
}

static void typing_stays_on_one_line_and_can_be_cancelled(void** state) {
  User* u = *state;
  type(u, "o");
  meter_gestures_key(&u->gestures, INPUT_DOWN, 0, false); // the name
  meter_gestures_key(&u->gestures, INPUT_ENTER, 0, false);
  assert_true(u->view->editing);
  assert_string_equal(u->view->edit, "meter");
  meter_gestures_key(&u->gestures, INPUT_DELETE, 0, false);
  assert_string_equal(u->view->edit, "");
  meter_gestures_key(&u->gestures, INPUT_BACKSPACE, 0, false);
  type(u, "a b\x7f\n~");
  assert_string_equal(u->view->edit, "ab~"); // no space, no invisible character
  for (int i = 0; i < 400; ++i)
    type(u, "x");
  assert_int_equal(strlen(u->view->edit), sizeof u->view->edit - 1);
  meter_gestures_key(&u->gestures, INPUT_ESCAPE, 0, false);
  assert_false(u->view->editing);
  assert_int_equal(u->view->overlay, METER_OVERLAY_OUTPUTS);
  assert_string_equal(u->text, "");
  // The wheel over another row ends it too, and the row is drawn.
  meter_gestures_key(&u->gestures, INPUT_ENTER, 0, false);
  const MeterLayout* l = meter_picture_layout(u->meter);
  double y = 0.0;
  while (outputs_row_at(l, u->view, 0.5 * l->window.w, y) != 0)
    y += 1.0;
  meter_view_damage(u->view);
  meter_gestures_scroll(&u->gestures, 0.5 * l->window.w, y, 1.0);
  assert_false(u->view->editing);
  assert_int_equal(u->view->overlay_row, 0);
  assert_int_equal(meter_view_damage(u->view), METER_DAMAGE_ALL);
}

static void keys_zoom_compare_and_export(void** state) {
  User* u = *state;
  type(u, "-");
  assert_true(u->view->span > METER_SPAN);
  type(u, "a");
  assert_true(u->view->has_reference);
  type(u, "e");
  assert_int_equal(u->exports, 1);
  const Rect r = meter_picture_layout(u->meter)->parts[METER_PART_TIMELINE];
  meter_gestures_scroll(&u->gestures, r.x + 5, r.y + 5, 1.0);
  assert_true(u->view->span == METER_SPAN);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(hold_is_written_as_a_gesture),
      TEST(response_follows_a_drag),
      TEST(the_middle_of_the_slider_is_a_quarter_of_the_response),
      TEST(a_double_click_restores_the_default),
      TEST(the_wheel_changes_what_is_under_it),
      TEST(hovering_the_timeline_describes_that_moment),
      TEST(everything_can_be_reached_by_keyboard),
      TEST(modes_toggle_and_escape_returns),
      TEST(the_menu_picks_a_model),
      TEST(a_long_menu_scrolls),
      TEST(the_wheel_moves_through_the_menu_in_every_view),
      TEST(the_outputs_panel_sets_ranges_and_targets),
      TEST(the_response_changes_in_steps),
      TEST(a_setting_has_the_range_of_its_port),
      TEST(a_setting_keeps_its_range),
      TEST(typing_stays_on_one_line_and_can_be_cancelled),
      TEST(keys_zoom_compare_and_export),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
