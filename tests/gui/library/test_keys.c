// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What each key of the library's window does, and where it stops.
#include "world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static World* open_world(size_t n) {
  World* w = world_new(n, 1180, 780, 1.0);
  for (int lane = 0; lane < DRAWN_LANES; ++lane) {
    w->view->lanes[lane].middle = 0.2;
    w->view->lanes[lane].half = 0.5;
  }
  return w;
}

static void press(World* w, InputKey key) {
  library_gestures_key(&w->gestures, key, 0, false, false);
}

static void press_shift(World* w, InputKey key) {
  library_gestures_key(&w->gestures, key, 0, true, false);
}

static void press_ctrl(World* w, InputKey key, char ch) {
  library_gestures_key(&w->gestures, key, ch, false, true);
}

static void shift_and_tab_go_back(void** state) {
  (void)state;
  World* w = open_world(5);
  press(w, INPUT_TAB);
  press(w, INPUT_TAB);
  const LibraryPart second = w->view->focus;
  press(w, INPUT_TAB);
  press_shift(w, INPUT_TAB);
  assert_int_equal(w->view->focus, second);
  press_shift(w, INPUT_TAB);
  press_shift(w, INPUT_TAB); // from the first to the last
  assert_true(w->view->focus > second);
  world_free(w);
}

static void escape_clears_every_filter(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  for (int i = 0; i < 3; ++i) {
    if (i == 0) library_view_toggle_quadrant(b, 1);
    if (i == 1) library_view_set_confidence(b, 0.9);
    if (i == 2) library_view_set_text(b, "slow");
    assert_true(b->answer.n < 40);
    press(w, INPUT_ESCAPE);
    assert_true(b->query.quadrants == 0 && b->query.confidence == 0.0f && !b->query.text[0]);
    assert_int_equal(b->answer.n, 40);
  }
  world_free(w);
}

static void keys_of_the_list_stop_at_its_ends(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  press(w, INPUT_DOWN); // none is chosen
  assert_int_equal(b->row, 0);
  // Page keys turn the list from the plane and the curves, too.
  static const LibraryPart parts[] = {LIBRARY_PART_PLANE, LIBRARY_PART_AROUSAL};
  for (int i = 0; i < 2; ++i) {
    b->focus = parts[i];
    press(w, INPUT_PAGE_DOWN);
    assert_int_equal(b->row, (size_t)floor(b->listed) - 1);
    press(w, INPUT_PAGE_UP);
    assert_int_equal(b->row, 0);
  }
  world_free(w);
}

static void arrows_move_the_point_and_ask(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  b->focus = LIBRARY_PART_PLANE;
  library_view_query_near(b, 0.3, 0.4);
  press(w, INPUT_LEFT);
  assert_true(fabsf(b->valence - 0.25f) < 1e-6f && fabsf(b->arousal - 0.4f) < 1e-6f);
  library_view_query_all(b);
  press(w, INPUT_ENTER); // at the same point
  assert_int_equal(b->answer.kind, QUERY_NEAR);
  assert_true(fabsf(b->query.valence - 0.25f) < 1e-6f && fabsf(b->query.arousal - 0.4f) < 1e-6f);
  world_type(w, "p");
  press(w, INPUT_UP);
  assert_int_equal(b->answer.kind, QUERY_PATH);
  assert_true(fabsf(b->query.valence - 0.25f) < 1e-6f && fabsf(b->query.arousal - 0.4f) < 1e-6f);
  world_type(w, "p"); // ends the path
  press(w, INPUT_UP);
  assert_int_equal(b->answer.kind, QUERY_NEAR);
  b->focus = LIBRARY_PART_LIST;
  world_type(w, "p");
  assert_int_equal(b->focus, LIBRARY_PART_PLANE);
  library_view_zoom(b, 4.0, 0.0, 0.0);
  const double x = world_x(w, (double)b->valence), y = world_y(w, (double)b->arousal);
  world_type(w, "+"); // around the point
  assert_true(fabs(world_x(w, (double)b->valence) - x) < 0.5);
  assert_true(fabs(world_y(w, (double)b->arousal) - y) < 0.5);
  world_free(w);
}

static void arrows_draw_in_their_own_lane(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  b->focus = LIBRARY_PART_AROUSAL;
  b->drawn_hover = 3.0;
  press(w, INPUT_HOME);
  assert_true(b->drawn_hover < 0.0);
  press(w, INPUT_LEFT); // it is at the start
  assert_true(b->drawn_cursor == 0.0);
  press(w, INPUT_RIGHT);
  assert_true(fabs(b->drawn_cursor - b->drawn.seconds / 40.0) < 1e-9);
  press(w, INPUT_LEFT);
  press_shift(w, INPUT_RIGHT);
  assert_true(fabs(b->drawn_cursor - 1.0 / CURVE_RATE) < 1e-9);
  // From the middle of the lane, by a share of its range.
  const float* point = &b->drawn.points[DRAWN_AROUSAL][1];
  press(w, INPUT_UP);
  assert_true(fabs((double)*point - (0.2 + 0.5 * LIBRARY_NUDGE)) < 1e-6);
  press_shift(w, INPUT_DOWN);
  assert_true(fabs((double)*point - (0.2 + 0.4 * LIBRARY_NUDGE)) < 1e-6);
  assert_false(drawn_has(&b->drawn, DRAWN_VALENCE));
  library_view_query_all(b);
  press(w, INPUT_ENTER);
  assert_int_equal(b->answer.kind, QUERY_MATCH);
  press(w, INPUT_DELETE);
  assert_int_equal(b->answer.kind, QUERY_ALL); // nothing is drawn
  // Elsewhere Delete erases all, but not while a text is typed.
  drawn_stroke(&b->drawn, DRAWN_AROUSAL, 5.0, 0.1, 5.0, 0.1);
  b->drawn_cursor = 30.0;
  b->focus = LIBRARY_PART_SEARCH;
  press(w, INPUT_DELETE);
  assert_true(drawn_has(&b->drawn, DRAWN_AROUSAL));
  b->focus = LIBRARY_PART_PLANE;
  press(w, INPUT_DELETE);
  assert_false(drawn_has(&b->drawn, DRAWN_AROUSAL));
  world_free(w);
}

static void arrows_in_the_song_go_by_five_seconds(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  library_view_choose_row(b, 0);
  b->focus = LIBRARY_PART_SONG;
  b->start = 20.0f;
  b->end = 60.0f;
  press(w, INPUT_ENTER); // the passage
  assert_true(w->from == 20.0);
  library_view_played(b, PLAY_PLAYING, 33.0);
  press(w, INPUT_RIGHT);
  assert_true(w->from == 38.0);
  library_view_played(b, PLAY_PLAYING, 38.0);
  press(w, INPUT_LEFT);
  assert_true(w->from == 33.0);
  library_view_stop(b);
  b->position = 50.0;
  press(w, INPUT_LEFT); // from the passage
  assert_true(w->from == 15.0);
  world_free(w);
}

static void arrows_move_sliders_and_enter_presses_buttons(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  b->focus = LIBRARY_PART_VOLUME;
  const double volume = b->volume;
  static const InputKey keys[] = {INPUT_DOWN, INPUT_LEFT, INPUT_UP, INPUT_RIGHT};
  static const int steps[] = {-1, -2, -1, 0};
  for (int i = 0; i < 4; ++i) {
    press(w, keys[i]);
    assert_true(fabs(b->volume - (volume + 0.05 * steps[i])) < 1e-9);
  }
  b->focus = LIBRARY_PART_LENGTH;
  press(w, INPUT_ENTER);
  assert_true(b->drawn.seconds == 90.0);
  b->focus = LIBRARY_PART_RELATIVE;
  press(w, INPUT_ENTER);
  assert_true(b->relative);
  press_ctrl(w, INPUT_OTHER, 'f');
  assert_int_equal(b->focus, LIBRARY_PART_SEARCH);
  world_type(w, "slow");
  press_ctrl(w, INPUT_OTHER, 'u');
  assert_string_equal(b->query.text, "");
  world_type(w, "slow");
  b->focus = LIBRARY_PART_LIST;
  press(w, INPUT_BACKSPACE); // only while it is typed
  assert_string_equal(b->query.text, "slow");
  static const LibraryState closed[] = {LIBRARY_ABSENT, LIBRARY_FAILED};
  for (int i = 0; i < 2; ++i) {
    library_view_close(b, closed[i], "gone");
    b->reload = false;
    press(w, INPUT_ENTER);
    assert_true(b->reload && b->state == LIBRARY_LOADING);
  }
  world_free(w);
}

static void keys_choose_from_the_menu(void** state) {
  (void)state;
  World* w = open_world(5);
  LibraryView* b = w->view;
  b->n_models = 3;
  for (int i = 0; i < 3; ++i)
    b->models[i] = "m";
  b->model = 2;
  world_type(w, "m");
  assert_true(b->menu);
  b->menu_item = 0;
  press(w, INPUT_UP); // it is the first
  assert_int_equal(b->menu_item, 0);
  press(w, INPUT_ESCAPE);
  assert_true(!b->menu && w->picks == 0);
  for (unsigned i = 0; i < 2; ++i) {
    world_type(w, "m");
    b->menu_item = 0;
    press(w, INPUT_DOWN);
    if (i == 0)
      press(w, INPUT_ENTER);
    else
      world_type(w, " ");
    assert_true(!b->menu && w->picks == i + 1 && w->picked == 1 && w->plays == 0);
  }
  world_free(w);
}

static void keys_choose_a_folder(void** state) {
  (void)state;
  World* w = open_world(5);
  LibraryView* b = w->view;
  library_view_prompt(b, true);
  library_view_prompt_backspace(b, true);
  world_type(w, "/x");
  press(w, INPUT_DOWN);
  press(w, INPUT_DOWN);
  press(w, INPUT_DOWN);
  press(w, INPUT_UP);
  assert_int_equal(b->folder, 1);
  press(w, INPUT_TAB);
  assert_string_equal(b->prompt, "/Classical");
  press_ctrl(w, INPUT_BACKSPACE, 0);
  assert_string_equal(b->prompt, "");
  world_type(w, "/x");
  press_ctrl(w, INPUT_OTHER, 'u');
  assert_string_equal(b->prompt, "");
  world_free(w);
}

static void keys_turn_the_help_if_it_is_too_long(void** state) {
  (void)state;
  World* w = world_new(5, 320, 240, 1.0);
  LibraryView* b = w->view;
  static const InputKey up[] = {INPUT_UP, INPUT_PAGE_UP};
  world_type(w, "?");
  for (int i = 0; i < 2; ++i) {
    press(w, INPUT_PAGE_DOWN);
    const int row = b->help_row;
    assert_true(row > 0);
    press(w, up[i]);
    assert_true(b->help && b->help_row == (i ? 0 : row - 1));
    press(w, INPUT_PAGE_UP); // no further than its first row
    press(w, INPUT_PAGE_UP);
    assert_true(b->help && b->help_row == 0);
  }
  world_free(w);
  w = open_world(5);
  world_type(w, "?");
  press(w, INPUT_DOWN); // all rows are visible: closes like any key
  assert_false(w->view->help);
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shift_and_tab_go_back),
      cmocka_unit_test(escape_clears_every_filter),
      cmocka_unit_test(keys_of_the_list_stop_at_its_ends),
      cmocka_unit_test(arrows_move_the_point_and_ask),
      cmocka_unit_test(arrows_draw_in_their_own_lane),
      cmocka_unit_test(arrows_in_the_song_go_by_five_seconds),
      cmocka_unit_test(arrows_move_sliders_and_enter_presses_buttons),
      cmocka_unit_test(keys_choose_from_the_menu),
      cmocka_unit_test(keys_choose_a_folder),
      cmocka_unit_test(keys_turn_the_help_if_it_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
