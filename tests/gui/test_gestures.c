// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/meter/gestures.h"
#include "scenes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct {
  ViewModel* view;
  Meter* meter;
  Gestures gestures;
  int touches, releases, writes, resets, chosen, picked;
  WindowControl control;
  float value;
} User;

static void on_touch(void* handle, WindowControl control, bool grabbed) {
  User* u = handle;
  u->control = control;
  if (grabbed) {
    ++u->touches;
  } else {
    ++u->releases;
  }
}

static void on_write(void* handle, WindowControl control, float value) {
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

static const WindowActions actions = {on_touch, on_write, on_reset, on_explain, on_choose, on_pick};

static int setup(void** state) {
  User* u = calloc(1, sizeof *u);
  if (!u) return -1;
  u->view = view_new();
  u->meter = meter_new();
  u->picked = -1;
  if (!u->view || !u->meter) return -1;
  scene_play(u->view, 0, 200);
  meter_resize(u->meter, 900, 600, 1.0, LAYOUT_FULL);
  gestures_init(&u->gestures, u->view, u->meter, &actions, u);
  *state = u;
  return 0;
}

static int teardown(void** state) {
  User* u = *state;
  meter_free(u->meter);
  view_free(u->view);
  free(u);
  return 0;
}

static void click(User* u, Part part, double at, double now) {
  const Rect r = meter_layout(u->meter)->parts[part];
  gestures_press(&u->gestures, r.x + at * r.w, r.y + 0.5 * r.h, now);
  gestures_release(&u->gestures, r.x + at * r.w, r.y + 0.5 * r.h);
}

static void hold_is_written_as_a_gesture(void** state) {
  User* u = *state;
  click(u, PART_HOLD, 0.5, 1.0);
  assert_int_equal(u->writes, 1);
  assert_int_equal(u->control, WINDOW_HOLD);
  assert_true(u->value == 1.0f);
  assert_int_equal(u->touches, 1);
  assert_int_equal(u->releases, 1);
  gestures_key(&u->gestures, KEY_HOLD, false);
  assert_true(u->value == 0.0f);
}

static void response_follows_a_drag(void** state) {
  User* u = *state;
  const Rect r = meter_layout(u->meter)->parts[PART_RESPONSE];
  gestures_press(&u->gestures, r.x + 0.4 * r.w, r.y + 5, 1.0);
  const float before = u->value;
  gestures_move(&u->gestures, r.x + 0.8 * r.w, r.y - 200); // leaves the control, keeps the grab
  assert_true(u->value > before);
  gestures_move(&u->gestures, r.x + 5000, r.y);
  assert_true(u->value == GESTURES_RESPONSE_MAX);
  gestures_release(&u->gestures, r.x, r.y);
  assert_int_equal(u->touches, 1);
  assert_int_equal(u->releases, 1);
}

static void a_double_click_restores_the_default(void** state) {
  User* u = *state;
  click(u, PART_RESPONSE, 0.9, 1.0);
  assert_true(u->view->response > 5.0f);
  click(u, PART_RESPONSE, 0.9, 1.2);
  assert_true(u->view->response == GESTURES_RESPONSE_DEFAULT);
  assert_int_equal(u->touches, u->releases);
  view_set_trail(u->view, 55.0);
  click(u, PART_TRAIL, 0.9, 5.0);
  click(u, PART_TRAIL, 0.9, 5.2);
  assert_true(u->view->trail_seconds == VIEW_TRAIL_DEFAULT);
}

static void the_wheel_changes_what_is_under_it(void** state) {
  User* u = *state;
  const Layout* l = meter_layout(u->meter);
  gestures_scroll(&u->gestures, l->parts[PART_RESPONSE].x + 3, l->parts[PART_RESPONSE].y + 3, 1.0);
  assert_true(fabsf(u->value - 0.6f) < 1e-5f);
  gestures_scroll(&u->gestures, l->parts[PART_TRAIL].x + 3, l->parts[PART_TRAIL].y + 3, -2.0);
  assert_true(u->view->trail_seconds == 20.0);
  gestures_scroll(&u->gestures, l->plane.x + 3, l->plane.y + 3, 1.0);
  assert_int_equal(u->writes, 1);
}

static void hovering_the_timeline_reads_that_moment(void** state) {
  User* u = *state;
  const Rect r = meter_layout(u->meter)->parts[PART_TIMELINE];
  gestures_move(&u->gestures, r.x + 0.5 * r.w, r.y + 4);
  assert_true(u->view->hovering);
  assert_true(fabs(u->view->hover - 30.0) < 0.3);
  gestures_press(&u->gestures, r.x + 0.5 * r.w, r.y + 4, 1.0);
  gestures_release(&u->gestures, r.x + 0.5 * r.w, r.y + 4);
  assert_true(u->view->pinned >= 0);
  gestures_leave(&u->gestures);
  assert_false(u->view->hovering);
  gestures_key(&u->gestures, KEY_ESCAPE, false);
  assert_int_equal(u->view->pinned, -1);
}

static void everything_can_be_reached_by_keyboard(void** state) {
  User* u = *state;
  bool seen[PART_COUNT] = {false};
  for (int i = 0; i < PART_COUNT; ++i) {
    gestures_key(&u->gestures, KEY_TAB, false);
    seen[u->gestures.focus] = true;
  }
  for (int part = PART_TIMELINE; part < PART_COUNT; ++part)
    assert_true(seen[part]);
  while (u->gestures.focus != PART_RESPONSE)
    gestures_key(&u->gestures, KEY_TAB, true);
  gestures_key(&u->gestures, KEY_RIGHT, false);
  assert_int_equal(u->control, WINDOW_RESPONSE);
  assert_true(u->value > 0.5f);
  gestures_key(&u->gestures, KEY_HOME, false);
  assert_true(u->view->response == GESTURES_RESPONSE_DEFAULT);
  while (u->gestures.focus != PART_TIMELINE)
    gestures_key(&u->gestures, KEY_TAB, false);
  for (int i = 0; i < 4; ++i)
    gestures_key(&u->gestures, KEY_LEFT, false);
  assert_true(fabs(u->view->hover - 4 * VIEW_HOP) < 1e-9);
  gestures_key(&u->gestures, KEY_ENTER, false);
  assert_true(u->view->pinned >= 0);
  gestures_key(&u->gestures, KEY_RESET, false);
  assert_int_equal(u->resets, 1);
}

static void modes_toggle_and_escape_returns(void** state) {
  User* u = *state;
  gestures_key(&u->gestures, KEY_STAGE, false);
  assert_int_equal(u->gestures.mode, LAYOUT_STAGE);
  assert_true(u->gestures.relayout);
  gestures_key(&u->gestures, KEY_ESCAPE, false);
  assert_int_equal(u->gestures.mode, LAYOUT_FULL);
  gestures_key(&u->gestures, KEY_COMPACT, false);
  assert_int_equal(u->gestures.mode, LAYOUT_COMPACT);
  gestures_key(&u->gestures, KEY_COMPACT, false);
  assert_int_equal(u->gestures.mode, LAYOUT_FULL);
  click(u, PART_STAGE, 0.5, 1.0);
  assert_int_equal(u->gestures.mode, LAYOUT_STAGE);
}

static void the_menu_picks_a_model(void** state) {
  User* u = *state;
  static const char* const names[] = {"default", "small", "transformer"};
  click(u, PART_MODEL, 0.5, 1.0);
  assert_int_equal(u->chosen, 1);
  gestures_offer_models(&u->gestures, names, 3, 0);
  gestures_key(&u->gestures, KEY_DOWN, false);
  gestures_key(&u->gestures, KEY_DOWN, false);
  gestures_key(&u->gestures, KEY_DOWN, false); // past the end: stays
  gestures_key(&u->gestures, KEY_ENTER, false);
  assert_int_equal(u->picked, 2);
  assert_false(meter_has_menu(u->meter));
  gestures_offer_models(&u->gestures, names, 3, 0);
  u->picked = -1;
  gestures_press(&u->gestures, 2, 2, 3.0); // outside: closes without choosing
  assert_int_equal(u->picked, -1);
  assert_false(meter_has_menu(u->meter));
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(hold_is_written_as_a_gesture),
      TEST(response_follows_a_drag),
      TEST(a_double_click_restores_the_default),
      TEST(the_wheel_changes_what_is_under_it),
      TEST(hovering_the_timeline_reads_that_moment),
      TEST(everything_can_be_reached_by_keyboard),
      TEST(modes_toggle_and_escape_returns),
      TEST(the_menu_picks_a_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
