// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The view-model without pointer and keys: what each call changes, and what it leaves as it is.
#include "world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int setup(void** state) {
  *state = world_new(40, 1180, 780, 1.0);
  return *state ? 0 : -1;
}

static int teardown(void** state) {
  world_free(*state);
  return 0;
}

static void assert_near(double got, double expected) {
  if (!(fabs(got - expected) < 1e-6)) fail_msg("%g is not %g", got, expected);
}

/// Draw a course that songs are compared with.
static void draw(LibraryView* view) {
  drawn_stroke(&view->drawn, DRAWN_VALENCE, 0.0, -0.3, view->drawn.seconds, 0.3);
  library_view_query_drawn(view);
}

static void a_library_read_anew_is_looked_at_from_the_same_place(void** state) {
  World* w = *state;
  LibraryView* view = w->view;
  library_view_zoom(view, 0.01, 0.0, 0.0);
  assert_near(view->zoom, 1.0);
  library_view_open(view, w->index); // not fitted again
  assert_near(view->zoom, 1.0);
}

static void a_library_that_closes_stops_what_plays(void** state) {
  World* w = *state;
  library_view_choose_row(w->view, 3);
  library_view_play(w->view);
  library_view_show_page(w->view, LIBRARY_PAGE_SONG);
  library_view_close(w->view, LIBRARY_ABSENT, "gone");
  assert_int_equal(w->stops, 1);
  assert_int_equal(w->view->page, LIBRARY_PAGE_LIST); // where the message is
  assert_string_equal(w->view->message, "gone");
}

static void a_new_answer_is_shown_from_its_top(void** state) {
  World* w = *state;
  LibraryView* view = w->view;
  library_view_list_rows(view, 8.0);
  library_view_choose_row(view, 20);
  assert_near(view->scroll, 13.0);
  const size_t song = view->song;
  assert_near((double)view->start, 0.0);
  draw(view);
  assert_false(view->searching);
  assert_near(view->scroll, 0.0);
  assert_int_equal(view->song, song); // still chosen, now with the passage that was found
  const QueryHit* hit = library_view_hit(view, view->row);
  assert_int_equal(hit->song, song);
  assert_true(hit->end < w->songs[song].duration);
  assert_true(view->start == hit->start && view->end == hit->end);
}

static void all_songs_have_no_point(void** state) {
  LibraryView* view = ((World*)*state)->view;
  library_view_query_near(view, 0.5, 0.25);
  assert_true(view->has_point && view->query.kind == QUERY_NEAR);
  library_view_query_all(view);
  assert_true(!view->has_point && view->query.kind == QUERY_ALL);
  library_view_query_near(view, 0.5, 0.25);
  draw(view);
  assert_true(!view->has_point && view->query.kind == QUERY_MATCH);
  library_view_erase(view);
  assert_int_equal(view->query.kind, QUERY_ALL);
}

static void a_search_is_cut_between_characters(void** state) {
  LibraryView* view = ((World*)*state)->view;
  char text[QUERY_TEXT + 8];
  for (size_t length = QUERY_TEXT - 1; length <= QUERY_TEXT + 1; ++length) {
    memset(text, 'x', length);
    text[length] = '\0';
    library_view_set_text(view, text);
    assert_int_equal(strlen(view->query.text), QUERY_TEXT - 1);
    library_view_type(view, "y"); // no room
    assert_int_equal(strlen(view->query.text), QUERY_TEXT - 1);
    library_view_set_text(view, "");
  }
  memset(text, 'x', QUERY_TEXT - 2);
  strcpy(text + QUERY_TEXT - 2, "ü");
  library_view_set_text(view, text);
  assert_int_equal(strlen(view->query.text), QUERY_TEXT - 2);
  library_view_type(view, "\x7f");
  assert_int_equal(strlen(view->query.text), QUERY_TEXT - 2);
  library_view_backspace(view, false);
  library_view_type(view, "ü");
  assert_int_equal(strlen(view->query.text), QUERY_TEXT - 1);
  library_view_backspace(view, false);
  assert_int_equal(strlen(view->query.text), QUERY_TEXT - 3);
}

static void the_cursor_keeps_its_place_in_a_longer_drawing(void** state) {
  LibraryView* view = ((World*)*state)->view;
  view->drawn_cursor = 0.25 * view->drawn.seconds;
  library_view_set_seconds(view, 2.0 * view->drawn.seconds);
  assert_near(view->drawn_cursor, 0.25 * view->drawn.seconds);
}

static void like_this_means_the_passage_that_is_shown(void** state) {
  World* w = *state;
  LibraryView* view = w->view;
  library_view_choose_song(view, 5);
  view->start = 30.0F;
  view->end = 60.0F;
  view->drawn_cursor = 55.0; // beyond the new drawing's end
  library_view_match_song(view);
  assert_near(view->drawn.seconds, 30.0);
  assert_near(view->drawn_cursor, 30.0);
  const Curve* curve = &w->songs[5].curve;
  assert_near((double)drawn_value(&view->drawn, DRAWN_VALENCE, 10),
              curve->valence[(size_t)(30.0 * CURVE_RATE) + 10] / 32767.0);
}

static void the_plane_is_looked_at_within_its_frame(void** state) {
  LibraryView* view = ((World*)*state)->view;
  library_view_zoom(view, 1e-9, 0.5, 0.5);
  assert_near(view->zoom, 1.0); // not smaller than whole
  library_view_look_at(view, 1.0, -1.0);
  assert_true(fabs(view->look_v) < 1e-9 && fabs(view->look_a) < 1e-9);
  assert_near(library_view_songs_in_sight(view), 40.0);
  library_view_zoom(view, 2.0, 0.0, 0.0);
  assert_near(library_view_songs_in_sight(view), 10.0);
  library_view_look_at(view, 1.0, -1.0);
  assert_near(view->look_v, 0.5 / 0.91);
  assert_near(view->look_a, -0.5 / 0.91);
  library_view_zoom(view, 1e9, 0.0, 0.0);
  assert_near(view->zoom, LIBRARY_ZOOM_MAX);
}

static void the_smallest_type_grows_with_the_scale(void** state) {
  (void)state;
  for (double scale = 1.0; scale <= 2.0; scale += 1.0)
    assert_near(library_layout_compute(500.0, 400.0, scale, LIBRARY_PAGE_LIST).unit, 11.5 * scale);
}

static void another_crowd_is_drawn(void** state) {
  LibraryView* view = ((World*)*state)->view;
  library_view_hover(view, 3, 1);
  library_view_damage(view);
  library_view_hover(view, 3, 1);
  assert_int_equal(library_view_damage(view), 0);
  library_view_hover(view, 3, 7);
  assert_int_equal(library_view_damage(view), LIBRARY_DAMAGE_HOVER);
  assert_int_equal(view->crowd, 7);
}

static void the_menu_begins_at_the_model_in_use(void** state) {
  World* w = *state;
  LibraryView* view = w->view;
  for (size_t i = 0; i < 3; ++i)
    view->models[i] = "m";
  view->n_models = 3;
  view->model = 2;
  library_view_press(view, LIBRARY_PART_MODEL);
  assert_true(view->menu && view->menu_item == 2);
  library_view_close_menu(view, 2); // in use already
  library_view_close_menu(view, 3); // none
  library_view_close_menu(view, -1);
  assert_true(!view->menu && w->picks == 0);
  library_view_press(view, LIBRARY_PART_MODEL);
  library_view_close_menu(view, 1);
  assert_true(!view->menu && w->picks == 1 && w->picked == 1);
}

static void the_song_that_is_chosen_is_shown_and_copied(void** state) {
  World* w = *state;
  library_view_press(w->view, LIBRARY_PART_SHOW);
  assert_true(w->shows == 0 && w->view->notice_bad);
  library_view_choose_song(w->view, 7);
  library_view_press(w->view, LIBRARY_PART_SHOW);
  assert_true(w->shows == 1 && w->copies == 0 && w->shown == 7);
  library_view_choose_song(w->view, 8);
  library_view_press(w->view, LIBRARY_PART_COPY);
  assert_true(w->shows == 1 && w->copies == 1 && w->copied == 8);
}

static void adding_is_stopped_from_its_first_moment(void** state) {
  World* w = *state;
  library_view_added(w->view, 0.0);
  library_view_press(w->view, LIBRARY_PART_ADD);
  assert_true(w->stopped_adding == 1 && !w->view->prompting);
  library_view_added(w->view, -1.0);
  library_view_press(w->view, LIBRARY_PART_ADD);
  assert_true(w->stopped_adding == 1 && w->view->prompting);
}

static void a_typed_folder_has_an_end(void** state) {
  LibraryView* view = ((World*)*state)->view;
  library_view_prompt(view, true);
  library_view_prompt_backspace(view, true);
  for (size_t i = 0; i < 2 * sizeof view->prompt; ++i)
    library_view_prompt_type(view, "x");
  assert_int_equal(strlen(view->prompt), sizeof view->prompt - 1);
  library_view_prompt(view, false);
  library_view_prompt(view, true); // what was typed is still there
  assert_int_equal(strlen(view->prompt), sizeof view->prompt - 1);
}

static void help_begins_at_its_top(void** state) {
  LibraryView* view = ((World*)*state)->view;
  view->help_row = 3;
  library_view_press(view, LIBRARY_PART_HELP);
  assert_true(view->help && view->help_row == 0);
}

static void a_list_of_one_song_is_saved_and_one_of_none_is_not(void** state) {
  (void)state;
  World* w = world_new(1, 1180, 780, 1.0);
  library_view_press(w->view, LIBRARY_PART_SAVE);
  assert_true(w->saves == 1 && !w->view->notice_bad);
  library_view_set_text(w->view, "no such song");
  library_view_press(w->view, LIBRARY_PART_SAVE);
  assert_true(w->saves == 1 && w->view->notice_bad);
  world_free(w);
}

static void what_begins_to_play_does_so_at_its_start(void** state) {
  World* w = *state;
  LibraryView* view = w->view;
  library_view_choose_song(view, 5);
  library_view_notice(view, true, "%s", "old");
  library_view_play_from(view, 20.0);
  assert_near(view->position, 20.0);
  assert_string_equal(view->notice, "");
  assert_near(w->from, 20.0);
  library_view_choose_song(view, CATALOGUE_INDEX_NONE);
  assert_true(library_view_would_stop(view)); // without another song the button stops it
  library_view_play(view);
  assert_true(w->stops == 1 && view->playing == CATALOGUE_INDEX_NONE);
}

static void no_folder_is_added_where_none_is_typed(void** state) {
  World* w = *state;
  library_view_prompt(w->view, true);
  w->view->prompt[0] = '\0';
  library_view_prompt_take(w->view);
  assert_true(w->adds == 0 && !w->view->prompting);
}

static void progress_is_shown_by_the_percent(void** state) {
  LibraryView* view = ((World*)*state)->view;
  library_view_added(view, 0.5);
  library_view_damage(view);
  library_view_added(view, 0.504);
  assert_int_equal(library_view_damage(view), 0);
  library_view_added(view, 0.51);
  assert_near(view->adding, 0.51);
  assert_int_equal(library_view_damage(view), LIBRARY_DAMAGE_BAR);
}

static void steps_go_both_ways(void** state) {
  World* w = *state;
  LibraryView* view = w->view;
  library_view_step(view, LIBRARY_PART_CONFIDENCE, 3);
  assert_near((double)view->query.confidence, 0.15F);
  library_view_step(view, LIBRARY_PART_CONFIDENCE, -1);
  assert_near((double)view->query.confidence, 0.1F);
  library_view_set_confidence(view, 2.0);
  assert_near((double)view->query.confidence, 0.95F);
  library_view_set_volume(view, 0.5);
  library_view_step(view, LIBRARY_PART_VOLUME, 2);
  assert_near(view->volume, 0.6);
  library_view_step(view, LIBRARY_PART_VOLUME, -1);
  assert_near(view->volume, 0.55);
  assert_near(w->volume, 0.55);
}

static void a_dot_is_as_easy_to_hit_on_a_dense_screen(void** state) {
  World* w = *state;
  World* dense = world_new(40, 2360, 1560, 2.0);
  assert_near(library_picture_touch(dense->picture, dense->view),
              2.0 * library_picture_touch(w->picture, w->view));
  world_free(dense);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(a_library_read_anew_is_looked_at_from_the_same_place),
      TEST(a_library_that_closes_stops_what_plays),
      TEST(a_new_answer_is_shown_from_its_top),
      TEST(all_songs_have_no_point),
      TEST(a_search_is_cut_between_characters),
      TEST(the_cursor_keeps_its_place_in_a_longer_drawing),
      TEST(a_dot_is_as_easy_to_hit_on_a_dense_screen),
      TEST(like_this_means_the_passage_that_is_shown),
      TEST(the_plane_is_looked_at_within_its_frame),
      TEST(the_smallest_type_grows_with_the_scale),
      TEST(another_crowd_is_drawn),
      TEST(the_menu_begins_at_the_model_in_use),
      TEST(the_song_that_is_chosen_is_shown_and_copied),
      TEST(adding_is_stopped_from_its_first_moment),
      TEST(a_typed_folder_has_an_end),
      TEST(help_begins_at_its_top),
      TEST(a_list_of_one_song_is_saved_and_one_of_none_is_not),
      TEST(what_begins_to_play_does_so_at_its_start),
      TEST(no_folder_is_added_where_none_is_typed),
      TEST(progress_is_shown_by_the_percent),
      TEST(steps_go_both_ways),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
