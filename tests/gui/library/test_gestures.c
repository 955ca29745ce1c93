// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The view-model with pointer and keys: what is queried, selected, drawn and played.
#include "tests/gui/pictures.h"
#include "world.h"

#include "library/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// With the whole plane visible, and lanes from -1 to 1.
static World* open_world(size_t n) {
  World* w = world_new(n, 1180, 780, 1.0);
  library_view_zoom(w->view, 1e-3, 0.0, 0.0);
  for (int lane = 0; lane < DRAWN_LANES; ++lane) {
    w->view->lanes[lane].middle = 0.0;
    w->view->lanes[lane].half = 1.0;
  }
  return w;
}

static Rect part(const World* w, LibraryPart place) {
  return library_picture_layout(w->picture)->parts[place];
}

static void press(World* w, InputKey key) {
  library_gestures_key(&w->gestures, key, 0, false, false);
}

static void hovering_finds_the_nearest_dot(void** state) {
  (void)state;
  World* w = open_world(800);
  int found = 0;
  for (size_t i = 0; i < w->catalogue.n; i += 7) {
    const Song* song = &w->songs[i];
    library_gestures_move(&w->gestures, world_x(w, (double)song->valence) + 1.0,
                          world_y(w, (double)song->arousal) - 1.0);
    const size_t hit = w->view->hovered;
    assert_true(hit != CATALOGUE_INDEX_NONE);
    // Computed in the simplest way, over all songs.
    size_t best = 0;
    double least = 1e9;
    for (size_t k = 0; k < w->catalogue.n; ++k) {
      const double d = hypot(world_x(w, (double)w->songs[k].valence) - w->gestures.x,
                             world_y(w, (double)w->songs[k].arousal) - w->gestures.y);
      if (d < least) least = d, best = k;
    }
    assert_int_equal(hit, best);
    ++found;
  }
  assert_true(found > 100);
  library_gestures_move(&w->gestures, world_x(w, -0.98), world_y(w, 0.98));
  assert_true(w->view->hovered == CATALOGUE_INDEX_NONE);
  world_free(w);
}

static void filtered_dots_are_not_found(void** state) {
  (void)state;
  World* w = open_world(200);
  size_t i = 0;
  while (w->songs[i].valence > -0.1f || w->songs[i].arousal > -0.1f)
    ++i;
  library_view_toggle_quadrant(w->view, 1);
  library_gestures_move(&w->gestures, world_x(w, (double)w->songs[i].valence),
                        world_y(w, (double)w->songs[i].arousal));
  assert_true(w->view->hovered != i);
  library_view_toggle_quadrant(w->view, 1);
  library_gestures_move(&w->gestures, 0, 0);
  library_gestures_move(&w->gestures, world_x(w, (double)w->songs[i].valence),
                        world_y(w, (double)w->songs[i].arousal));
  assert_true(w->view->hovered == i);
  world_free(w);
}

static void a_click_asks_for_the_songs_near_it(void** state) {
  (void)state;
  World* w = open_world(800);
  world_click(w, world_x(w, 0.9), world_y(w, -0.9));
  const LibraryView* b = w->view;
  assert_int_equal(b->answer.kind, QUERY_NEAR);
  assert_true(fabsf(b->query.valence - 0.9f) < 1e-4f && fabsf(b->query.arousal + 0.9f) < 1e-4f);
  BestEntry near[10];
  near_search(&w->catalogue, NULL, b->query.valence, b->query.arousal, 0.0f, near, 10);
  for (size_t i = 0; i < 10; ++i)
    assert_int_equal(b->answer.hits[i].song, near[i].song);
  world_free(w);
}

static void the_right_button_drags_a_path(void** state) {
  (void)state;
  World* w = open_world(800);
  world_drag(w, INPUT_SECOND, world_x(w, -0.5), world_y(w, -0.4), world_x(w, 0.5), world_y(w, 0.4));
  const LibraryView* b = w->view;
  assert_int_equal(b->answer.kind, QUERY_PATH);
  assert_int_equal(b->answer.n, QUERY_PATH_SONGS);
  assert_true(fabsf(b->query.valence + 0.5f) < 1e-4f && fabsf(b->query.to_valence - 0.5f) < 1e-4f);
  for (size_t i = 0; i < b->answer.n; ++i) {
    assert_true(b->answer.hits[i].distance < 0.15f);
    for (size_t k = 0; k < i; ++k)
      assert_true(b->answer.hits[i].song != b->answer.hits[k].song);
  }
  // By keys: from the point to where the arrow keys move; a click ends it.
  library_view_query_near(w->view, 0.0, 0.0);
  world_type(w, "p");
  for (int i = 0; i < 6; ++i)
    press(w, INPUT_RIGHT);
  assert_int_equal(b->answer.kind, QUERY_PATH);
  assert_true(fabsf(b->query.valence) < 1e-5f && fabsf(b->query.to_valence - 0.3f) < 1e-5f);
  world_click(w, world_x(w, 0.95), world_y(w, 0.95));
  assert_int_equal(b->answer.kind, QUERY_NEAR);
  world_free(w);
}

/// A hand that is not quite still does not drag; a wheel moves nothing behind the prompt.
static void small_movements_and_what_is_covered_do_nothing(void** state) {
  (void)state;
  World* w = open_world(300);
  const double x = world_x(w, 0.3), y = world_y(w, 0.3);
  library_gestures_press(&w->gestures, INPUT_SECOND, x, y, 50.0);
  library_gestures_move(&w->gestures, x + 2.0, y - 1.0);
  assert_int_equal(w->view->query.kind, QUERY_NEAR);
  library_gestures_release(&w->gestures, INPUT_SECOND, x + 2.0, y - 1.0);
  assert_int_equal(w->view->query.kind, QUERY_NEAR);
  const Rect list = library_picture_layout(w->picture)->list;
  library_gestures_scroll(&w->gestures, list.x + 9.0, list.y + 9.0, -1.0);
  assert_true(w->view->scroll > 2.9);
  library_view_prompt(w->view, true);
  library_gestures_scroll(&w->gestures, list.x + 9.0, list.y + 9.0, -1.0);
  assert_true(w->view->scroll < 3.1);
  world_free(w);
}

static void a_click_on_a_lone_dot_chooses_it(void** state) {
  (void)state;
  World* w = open_world(10);
  const unsigned asks = w->asks;
  world_click(w, world_x(w, (double)w->songs[4].valence), world_y(w, (double)w->songs[4].arousal));
  assert_int_equal(w->view->song, 4);
  assert_int_equal(w->asks, asks);
  assert_true(w->view->row != CATALOGUE_INDEX_NONE);
  assert_int_equal(library_view_hit(w->view, w->view->row)->song, 4);
  world_free(w);
}

static void a_click_among_many_dots_sets_the_point(void** state) {
  (void)state;
  World* w = open_world(20000);
  world_click(w, world_x(w, 0.0), world_y(w, 0.0));
  assert_int_equal(w->view->answer.kind, QUERY_NEAR);
  assert_true(w->view->song == CATALOGUE_INDEX_NONE);
  world_free(w);
}

static void the_pixel_under_the_pointer_stays_when_zooming(void** state) {
  (void)state;
  World* w = open_world(50);
  const double x = world_x(w, 0.4);
  const double y = world_y(w, -0.3);
  for (int i = 0; i < 6; ++i)
    library_gestures_scroll(&w->gestures, x, y, 1.0);
  assert_true(w->view->zoom > 3.0);
  assert_true(fabs(world_x(w, 0.4) - x) < 0.5 && fabs(world_y(w, -0.3) - y) < 0.5);
  for (int i = 0; i < 40; ++i)
    library_gestures_scroll(&w->gestures, x, y, i < 20 ? 1.0 : -1.0);
  for (int i = 0; i < 20; ++i)
    library_gestures_scroll(&w->gestures, x, y, -1.0);
  assert_true(w->view->zoom == 1.0);
  assert_true(fabs(world_x(w, 0.4) - x) < 0.5);
  world_free(w);
}

static void a_stroke_becomes_a_profile(void** state) {
  (void)state;
  World* w = open_world(100);
  const Rect lane = part(w, LIBRARY_PART_AROUSAL);
  world_drag(w, INPUT_MAIN, lane.x + 0.25 * lane.w, library_layout_lane_y(lane, -0.5),
             lane.x + 0.75 * lane.w, library_layout_lane_y(lane, 0.5));
  const Profile* p = &w->view->query.profile;
  assert_int_equal(w->view->answer.kind, QUERY_MATCH);
  assert_int_equal(p->n, 120);
  assert_false(p->has_valence);
  assert_true(p->has_arousal);
  assert_true(fabsf(p->arousal[0] + 0.5f) < 0.02f); // the value holds
  assert_true(fabsf(p->arousal[119] - 0.5f) < 0.02f);
  assert_true(fabsf(p->arousal[60]) < 0.03f); // the middle of a straight line
  for (size_t i = 1; i < p->n; ++i)
    assert_true(p->arousal[i] >= p->arousal[i - 1] - 1e-5f);
  // The right button erases; an empty drawing asks for all songs.
  world_drag(w, INPUT_SECOND, lane.x + 1.0, lane.y + 5.0, lane.x + lane.w - 1.0, lane.y + 5.0);
  assert_false(drawn_has(&w->view->drawn, DRAWN_AROUSAL));
  assert_int_equal(w->view->answer.kind, QUERY_ALL);
  world_free(w);
}

static void a_drawing_is_filled_between_and_beyond_its_points(void** state) {
  (void)state;
  DrawnProfile pad;
  Profile profile;
  drawn_init(&pad);
  assert_false(drawn_profile(&pad, &profile));
  drawn_stroke(&pad, DRAWN_VALENCE, 10.0, -0.4, 10.0, -0.4);
  drawn_stroke(&pad, DRAWN_VALENCE, 30.0, 0.4, 30.0, 0.4);
  assert_true(drawn_profile(&pad, &profile));
  assert_true(profile.has_valence && !profile.has_arousal);
  assert_true(fabsf(profile.valence[0] + 0.4f) < 1e-6f);
  assert_true(fabsf(profile.valence[40]) < 1e-6f);
  assert_true(fabsf(profile.valence[119] - 0.4f) < 1e-6f);
  for (size_t i = 0; i < pad.n; ++i)
    assert_true(fabsf(drawn_value(&pad, DRAWN_VALENCE, i) - profile.valence[i]) < 1e-6f);
  drawn_stroke(&pad, DRAWN_VALENCE, 50.0, 7.0, 55.0, -7.0); // outside: limited to the edge
  for (size_t i = 0; i < pad.n; ++i)
    assert_true(isnan(pad.points[DRAWN_VALENCE][i]) || fabsf(pad.points[DRAWN_VALENCE][i]) <= 1.0f);
}

static void a_longer_time_axis_stretches_the_drawing(void** state) {
  (void)state;
  DrawnProfile pad;
  drawn_init(&pad);
  drawn_stroke(&pad, DRAWN_AROUSAL, 15.0, -0.5, 45.0, 0.5);
  for (double seconds = 15.0; seconds <= 240.0; seconds += 22.5) {
    DrawnProfile other = pad;
    drawn_set_seconds(&other, seconds);
    assert_int_equal(other.n, (size_t)(seconds * CURVE_RATE));
    assert_true(fabsf(drawn_value(&other, DRAWN_AROUSAL, other.n / 2)) < 0.06f);
    assert_true(fabsf(drawn_value(&other, DRAWN_AROUSAL, 0) + 0.5f) < 0.06f);
    assert_true(isnan(other.points[DRAWN_AROUSAL][other.n / 8]));
    assert_true(!isnan(other.points[DRAWN_AROUSAL][other.n / 2]));
  }
}

static void a_songs_own_curve_finds_it_first(void** state) {
  (void)state;
  World* w = open_world(300);
  library_view_choose_row(w->view, 17);
  const size_t song = w->view->song;
  world_type(w, "l");
  assert_int_equal(w->view->answer.kind, QUERY_MATCH);
  assert_int_equal(w->view->answer.hits[0].song, song);
  assert_true(w->view->answer.hits[0].distance < 0.01f);
  assert_int_equal(w->view->song, song);
  assert_int_equal(w->view->row, 0);
  world_free(w);
}

static void typing_filters_the_list(void** state) {
  (void)state;
  World* w = open_world(500);
  world_type(w, "/BJORK étude");
  const LibraryView* b = w->view;
  assert_true(b->answer.n > 0 && b->answer.n < 100);
  for (size_t i = 0; i < b->answer.n; ++i) {
    assert_string_equal(w->songs[b->answer.hits[i].song].artist, "Björk Ásdís");
    assert_non_null(strstr(w->songs[b->answer.hits[i].song].title, "Étude"));
  }
  // Backspace deletes characters, not bytes.
  for (int i = 0; i < 4; ++i)
    press(w, INPUT_BACKSPACE);
  assert_string_equal(b->query.text, "BJORK é");
  press(w, INPUT_BACKSPACE);
  assert_string_equal(b->query.text, "BJORK ");
  library_gestures_key(&w->gestures, INPUT_BACKSPACE, 0, false, true);
  assert_string_equal(b->query.text, "");
  assert_int_equal(b->answer.n, 500);
  world_free(w);
}

static void a_full_search_box_accepts_no_more_text(void** state) {
  (void)state;
  World* w = open_world(5);
  world_type(w, "/");
  for (int i = 0; i < 400; ++i)
    world_type(w, "ö");
  assert_true(strlen(w->view->query.text) < QUERY_TEXT);
  assert_int_equal(strlen(w->view->query.text) % 2, 0);
  char text[600];
  memset(text, 0, sizeof text);
  for (size_t i = 0; i < 298; i += 2)
    memcpy(text + i, "ö", 2);
  library_view_set_text(w->view, text);
  assert_int_equal(strlen(w->view->query.text), 254);
  world_free(w);
}

static void arrows_walk_the_list_and_scroll_it(void** state) {
  (void)state;
  World* w = open_world(100);
  world_click(w, part(w, LIBRARY_PART_LIST).x + 100, part(w, LIBRARY_PART_LIST).y + 5);
  assert_int_equal(w->view->row, 0);
  for (int i = 0; i < 30; ++i)
    press(w, INPUT_DOWN);
  assert_int_equal(w->view->row, 30);
  assert_true(w->view->scroll > 0.0 && w->view->scroll <= 30.0);
  assert_true(30.0 < w->view->scroll + w->view->listed);
  press(w, INPUT_END);
  assert_int_equal(w->view->row, 99);
  press(w, INPUT_HOME);
  assert_int_equal(w->view->row, 0);
  press(w, INPUT_UP);
  assert_int_equal(w->view->row, 0);
  assert_true(w->view->scroll == 0.0);
  library_gestures_scroll(&w->gestures, part(w, LIBRARY_PART_LIST).x + 9,
                          part(w, LIBRARY_PART_LIST).y + 9, -2.0);
  assert_true(w->view->scroll == 6.0);
  world_free(w);
}

static void keys_move_the_point_and_draw(void** state) {
  (void)state;
  World* w = open_world(100);
  press(w, INPUT_TAB);
  assert_int_equal(w->view->focus, LIBRARY_PART_PLANE);
  press(w, INPUT_RIGHT);
  press(w, INPUT_UP);
  press(w, INPUT_UP);
  assert_true(fabsf(w->view->query.valence - 0.05f) < 1e-5f);
  assert_true(fabsf(w->view->query.arousal - 0.10f) < 1e-5f);
  library_gestures_key(&w->gestures, INPUT_DOWN, 0, true, false); // a fifth of a step
  assert_true(fabsf(w->view->query.arousal - 0.09f) < 1e-5f);
  while (w->view->focus != LIBRARY_PART_VALENCE)
    press(w, INPUT_TAB);
  press(w, INPUT_HOME);
  press(w, INPUT_DOWN);
  press(w, INPUT_DOWN);
  press(w, INPUT_END);
  press(w, INPUT_UP);
  assert_int_equal(w->view->answer.kind, QUERY_MATCH);
  const Profile* p = &w->view->query.profile;
  assert_true(fabsf(p->valence[0] + 0.1f) < 1e-5f);
  assert_true(fabsf(p->valence[p->n - 1] + 0.05f) < 1e-5f);
  press(w, INPUT_DELETE);
  assert_true(isnan(w->view->drawn.points[DRAWN_VALENCE][w->view->drawn.n - 1]));
  assert_true(drawn_has(&w->view->drawn, DRAWN_VALENCE));
  library_gestures_key(&w->gestures, INPUT_DELETE, 0, true, false);
  assert_false(drawn_has(&w->view->drawn, DRAWN_VALENCE));
  world_free(w);
}

static void tab_visits_every_place_and_comes_back(void** state) {
  (void)state;
  World* w = open_world(5);
  bool seen[LIBRARY_PART_COUNT] = {false};
  for (int i = 0; i < LIBRARY_PART_TAB_LIST - 1; ++i) {
    press(w, INPUT_TAB);
    assert_false(seen[w->view->focus]);
    seen[w->view->focus] = true;
    assert_true(w->view->by_keys);
    assert_false(rect_empty(part(w, w->view->focus)));
  }
  press(w, INPUT_TAB);
  assert_int_equal(w->view->focus, LIBRARY_PART_PLANE);
  world_free(w);
}

static void tab_turns_the_pages_of_a_compact_window(void** state) {
  (void)state;
  World* w = world_new(5, 320, 240, 1.0);
  bool seen[LIBRARY_PART_COUNT] = {false};
  for (int i = 0; i < LIBRARY_PART_COUNT - 1; ++i) {
    press(w, INPUT_TAB);
    world_draw(w);
    assert_false(seen[w->view->focus]);
    seen[w->view->focus] = true;
    assert_false(rect_empty(part(w, w->view->focus)));
  }
  press(w, INPUT_TAB);
  world_draw(w);
  assert_int_equal(w->view->focus, LIBRARY_PART_PLANE);
  assert_int_equal(w->view->page, LIBRARY_PAGE_PLANE);
  // By pointer, and by a key that needs another page.
  const Rect tab = part(w, LIBRARY_PART_TAB_SONG);
  world_click(w, tab.x + 2, tab.y + 2);
  world_draw(w);
  assert_false(rect_empty(part(w, LIBRARY_PART_SONG)));
  world_type(w, "/");
  world_draw(w);
  assert_false(rect_empty(part(w, LIBRARY_PART_SEARCH)));
  world_free(w);
}

static void a_long_list_of_keys_scrolls(void** state) {
  (void)state;
  World* w = world_new(5, 320, 240, 1.0);
  world_type(w, "?");
  press(w, INPUT_DOWN);
  assert_true(w->view->help && w->view->help_row == 1);
  for (int i = 0; i < 9; ++i)
    press(w, INPUT_PAGE_DOWN);
  const int shown = library_layout_help(library_picture_layout(w->picture)).shown;
  assert_int_equal(w->view->help_row + shown, LIBRARY_HELP_ROWS);
  library_gestures_scroll(&w->gestures, 100, 100, 9.0);
  assert_int_equal(w->view->help_row, LIBRARY_HELP_ROWS - shown - 3);
  press(w, INPUT_ESCAPE);
  assert_false(w->view->help);
  world_free(w);
}

static void playback_continues_when_the_library_is_read_again(void** state) {
  (void)state;
  World* w = open_world(20);
  w->songs[7].path = "/music/played.flac";
  library_view_choose_song(w->view, 7);
  world_type(w, " ");
  library_view_played(w->view, PLAY_PLAYING, 3.0);
  CatalogueIndex* again = catalogue_index_new(&w->catalogue);
  library_view_open(w->view, again);
  assert_int_equal(w->view->playing, 7);
  assert_true(w->view->play == PLAY_PLAYING && w->stops == 0);
  Song others[20];
  memcpy(others, w->songs, sizeof others);
  others[7].path = "/music/moved.flac";
  const Catalogue without = {20, others};
  CatalogueIndex* gone = catalogue_index_new(&without);
  library_view_open(w->view, gone);
  assert_true(w->view->play == PLAY_STOPPED && w->stops == 1);
  library_view_close(w->view, LIBRARY_ABSENT, "");
  catalogue_index_free(again);
  catalogue_index_free(gone);
  world_free(w);
}

static void space_plays_the_passage_and_stops(void** state) {
  (void)state;
  World* w = open_world(100);
  world_type(w, " ");
  assert_int_equal(w->plays, 0); // none selected: a message
  assert_true(w->view->notice_bad && w->view->notice[0]);
  const Rect lane = part(w, LIBRARY_PART_VALENCE);
  world_drag(w, INPUT_MAIN, lane.x + 2, lane.y + 5, lane.x + lane.w - 2, lane.y + 20);
  library_view_choose_row(w->view, 3);
  const QueryHit hit = *library_view_hit(w->view, 3);
  world_type(w, " ");
  assert_int_equal(w->plays, 1);
  assert_int_equal(w->played, hit.song);
  assert_true(fabs(w->from - (double)hit.start) < 1e-6 && fabs(w->to - (double)hit.end) < 1e-6);
  library_view_played(w->view, PLAY_PLAYING, w->from + 1.0);
  world_type(w, " ");
  assert_int_equal(w->stops, 1);
  assert_int_equal(w->view->play, PLAY_STOPPED);
  // A click on the curve plays from there.
  const Rect curve = part(w, LIBRARY_PART_SONG);
  world_click(w, curve.x + 0.5 * curve.w, curve.y + 9);
  const double middle = 0.5 * (double)library_view_song(w->view)->duration;
  assert_int_equal(w->plays, 2);
  assert_true(fabs(w->from - middle) < 1.0);
  world_free(w);
}

static void play_changes_to_another_song_and_escape_stops(void** state) {
  (void)state;
  World* w = open_world(20);
  library_view_choose_row(w->view, 3);
  world_type(w, " ");
  assert_true(library_view_would_stop(w->view));
  press(w, INPUT_DOWN);
  assert_false(library_view_would_stop(w->view)); // the button says Play, and plays
  world_type(w, " ");
  assert_int_equal(w->plays, 2);
  assert_int_equal(w->stops, 0);
  assert_int_equal(w->played, w->view->song);
  press(w, INPUT_DOWN);
  press(w, INPUT_ESCAPE);
  assert_int_equal(w->plays, 2);
  assert_int_equal(w->stops, 1);
  assert_int_equal(w->view->play, PLAY_STOPPED);
  assert_true(w->view->playing == CATALOGUE_INDEX_NONE);
  // Then it takes back the query, and last the choice.
  library_view_query_near(w->view, 0.0, 0.0);
  press(w, INPUT_ESCAPE);
  assert_int_equal(w->view->answer.kind, QUERY_ALL);
  assert_non_null(library_view_song(w->view));
  press(w, INPUT_ESCAPE);
  assert_null(library_view_song(w->view));
  world_free(w);
}

static void a_drag_ends_with_the_button_that_began_it(void** state) {
  (void)state;
  World* w = open_world(20);
  const Rect lane = part(w, LIBRARY_PART_AROUSAL);
  const double x = lane.x + 0.5 * lane.w, y = lane.y + 0.3 * lane.h;
  library_gestures_press(&w->gestures, INPUT_MAIN, x, y, 1.0);
  library_gestures_leave(&w->gestures); // still drawing
  assert_int_equal(w->view->hot, LIBRARY_PART_AROUSAL);
  assert_true(w->view->drawn_hover > 0.0);
  library_gestures_release(&w->gestures, INPUT_SECOND, x, y);
  assert_int_equal(w->gestures.grabbed, LIBRARY_PART_AROUSAL);
  library_gestures_release(&w->gestures, INPUT_MAIN, x, y);
  assert_int_equal(w->gestures.grabbed, LIBRARY_PART_NONE);
  library_gestures_leave(&w->gestures);
  assert_int_equal(w->view->hot, LIBRARY_PART_NONE);
  world_free(w);
}

static void a_click_may_move_by_three_pixels_times_the_scale(void** state) {
  (void)state;
  for (int scale = 1; scale <= 2; ++scale) {
    World* w = world_new(20, 1180 * scale, 780 * scale, scale);
    const double x = world_x(w, 0.9), y = world_y(w, 0.9);
    library_gestures_press(&w->gestures, INPUT_MAIN, x, y, 1.0);
    library_gestures_move(&w->gestures, x, y + 2.9 * scale);
    assert_false(w->gestures.moved);
    library_gestures_move(&w->gestures, x, y + 3.1 * scale);
    assert_true(w->gestures.moved);
    world_free(w);
  }
}

static void each_letter_has_its_own_effect(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  static const char* const digits[] = {"1", "2", "3", "4"};
  for (int i = 0; i < 4; ++i) {
    world_type(w, digits[i]);
    assert_int_equal(b->query.quadrants, 2u << i);
    world_type(w, digits[i]);
    assert_int_equal(b->query.quadrants, 0);
  }
  const double volume = b->volume;
  world_type(w, "9");
  assert_true(fabs(b->volume - (volume - 0.05)) < 1e-9);
  world_type(w, "0");
  assert_true(fabs(b->volume - volume) < 1e-9);
  world_type(w, "+");
  assert_true(fabs(b->zoom - 1.25) < 1e-9);
  world_type(w, "-");
  assert_true(fabs(b->zoom - 1.0) < 1e-9);
  world_type(w, "=");
  assert_true(b->zoom > 1.0);
  world_type(w, "w");
  assert_int_equal(b->match, MATCH_WHOLE);
  world_type(w, "r");
  assert_true(b->relative);
  world_type(w, "?");
  assert_true(b->help);
  press(w, INPUT_ESCAPE);
  world_type(w, "l"); // no song is chosen
  assert_true(b->notice_bad);
  press(w, INPUT_ESCAPE);
  assert_string_equal(b->notice, "");
  world_type(w, "/");
  assert_int_equal(b->focus, LIBRARY_PART_SEARCH);
  press(w, INPUT_ENTER); // to the first song of the list
  assert_int_equal(b->focus, LIBRARY_PART_LIST);
  assert_int_equal(b->row, 0);
  press(w, INPUT_PAGE_DOWN); // the last row stays visible
  assert_int_equal(b->row, (size_t)floor(b->listed) - 1);
  press(w, INPUT_PAGE_UP);
  assert_int_equal(b->row, 0);
  world_free(w);
}

static void delete_erases_around_the_cursor(void** state) {
  (void)state;
  World* w = open_world(20);
  LibraryView* b = w->view;
  drawn_stroke(&b->drawn, DRAWN_AROUSAL, 0.0, -0.5, b->drawn.seconds, 0.5);
  b->focus = LIBRARY_PART_AROUSAL;
  b->drawn_cursor = 30.0;
  press(w, INPUT_DELETE);
  assert_true(isnan(b->drawn.points[DRAWN_AROUSAL][60]));
  assert_true(!isnan(b->drawn.points[DRAWN_AROUSAL][56]));
  assert_true(!isnan(b->drawn.points[DRAWN_AROUSAL][64]));
  world_free(w);
}

static void the_middle_button_moves_the_plane_with_the_pointer(void** state) {
  (void)state;
  World* w = open_world(20);
  library_view_zoom(w->view, 4.0, 0.0, 0.0);
  const double x = world_x(w, 0.1), y = world_y(w, 0.1);
  world_drag(w, INPUT_MIDDLE, x, y, x + 40.0, y + 30.0);
  assert_true(fabs(world_x(w, 0.1) - (x + 40.0)) < 1.0);
  assert_true(fabs(world_y(w, 0.1) - (y + 30.0)) < 1.0);
  world_free(w);
}

// Set the text to NULL once it is drawn.
static void look_for_text(void* handle, const char* string, Rect ink, bool shortened) {
  const char** wanted = handle;
  (void)ink;
  if (*wanted && strcmp(string, *wanted) == 0 && !shortened) *wanted = NULL;
}

static void a_click_chooses_one_of_two_dots_but_not_of_three(void** state) {
  (void)state;
  for (size_t n = 2; n <= 3; ++n) {
    World* w = open_world(n);
    for (size_t i = 0; i < n; ++i)
      w->songs[i].valence = w->songs[i].arousal = 0.5f;
    CatalogueIndex* index = catalogue_index_new(&w->catalogue);
    assert_non_null(index);
    library_view_open(w->view, index);
    static const char* seen;
    seen = n == 2 ? "and 1 more here" : "and 2 more here"; // in the note
    text_set_probe(library_picture_text(w->picture), look_for_text, &seen);
    library_gestures_move(&w->gestures, world_x(w, 0.5), world_y(w, 0.5));
    cairo_surface_destroy(world_draw_all(w));
    text_set_probe(library_picture_text(w->picture), NULL, NULL);
    assert_null(seen);
    world_click(w, world_x(w, 0.5), world_y(w, 0.5));
    assert_int_equal(library_view_song(w->view) != NULL, n == 2);
    assert_int_equal(w->view->has_point, n == 3);
    library_view_open(w->view, w->index);
    catalogue_index_free(index);
    world_free(w);
  }
}

static void buttons_and_sliders_have_their_ends(void** state) {
  (void)state;
  World* w = open_world(20);
  const Rect length = part(w, LIBRARY_PART_LENGTH), slider = part(w, LIBRARY_PART_CONFIDENCE);
  library_view_set_seconds(w->view, DRAWN_LONGEST);
  world_click(w, length.x + 0.5 * length.w, length.y + 0.5 * length.h);
  assert_true(w->view->drawn.seconds == DRAWN_SHORTEST);
  static const double confidences[] = {0.0, 0.5, 0.95};
  for (int i = 0; i < 3; ++i) {
    world_click(w, slider.x + (0.01 + 0.49 * i) * slider.w, slider.y + 0.5 * slider.h);
    assert_true(fabs((double)w->view->query.confidence - confidences[i]) < 1e-6);
  }
  world_click(w, slider.x + 2.0, slider.y + 0.5 * slider.h);
  const Rect list = part(w, LIBRARY_PART_LIST); // the bar at its right
  world_click(w, list.x + list.w - 2.0, list.y + list.h - 0.5);
  assert_true(w->view->scroll == 20.0 - floor(w->view->listed) && w->view->scroll > 0.0);
  // The bar is drawn where the list is: at its end, then at its start.
  uint32_t ends[2][2];
  for (int i = 0; i < 2; ++i) {
    cairo_surface_t* picture = world_draw_all(w);
    const int x = (int)(list.x + list.w - 2.0);
    ends[i][0] = picture_pixel(picture, x, (int)list.y + 4);
    ends[i][1] = picture_pixel(picture, x, (int)(list.y + list.h) - 4);
    cairo_surface_destroy(picture);
    library_view_scroll(w->view, -20.0);
  }
  assert_true(ends[0][1] == ends[1][0] && ends[0][1] != ends[1][1] && ends[0][0] != ends[0][1]);
  world_free(w);
}

static void the_wheel_turns_a_menu_downwards(void** state) {
  (void)state;
  World* w = open_world(20);
  w->view->n_models = 2;
  w->view->models[0] = w->view->models[1] = "m";
  library_view_press(w->view, LIBRARY_PART_MODEL);
  for (int i = 0; i < 2; ++i) { // it ends at the last one
    library_gestures_scroll(&w->gestures, 9.0, 9.0, -1.0);
    assert_int_equal(w->view->menu_item, 1);
  }
  press(w, INPUT_DOWN);
  assert_int_equal(w->view->menu_item, 1);
  library_gestures_scroll(&w->gestures, 9.0, 9.0, 1.0);
  assert_int_equal(w->view->menu_item, 0);
  world_free(w);
}

static void count_text(void* handle, const char* string, Rect ink, bool shortened) {
  (void)string;
  (void)ink;
  (void)shortened;
  ++*(int*)handle;
}

// Whether the end of the search text was drawn unshortened.
static void look_for_end(void* handle, const char* string, Rect ink, bool shortened) {
  (void)ink;
  if (strstr(string, "THE END") && !shortened) *(bool*)handle = true;
}

static void the_end_of_a_long_search_is_visible(void** state) {
  (void)state;
  World* w = open_world(5);
  bool seen = false;
  world_type(w, "/");
  for (int i = 0; i < 12; ++i)
    world_type(w, "words and wörds ");
  world_type(w, "THE END");
  text_set_probe(library_picture_text(w->picture), look_for_end, &seen);
  cairo_surface_destroy(world_draw_all(w));
  assert_true(seen);
  world_free(w);
}

static void songs_of_no_length_and_of_years_are_drawn_and_played(void** state) {
  (void)state;
  static const float lengths[] = {0.0f, 1e-3f, 1e9f};
  World* w = open_world(20);
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; ++i) {
    w->songs[i].duration = lengths[i];
    library_view_query_all(w->view);
    library_view_choose_song(w->view, i);
    w->view->focus = LIBRARY_PART_SONG;
    press(w, INPUT_RIGHT);
    assert_int_equal(w->played, i);
    assert_true(w->from >= 0.0 && w->from <= (double)lengths[i]);
    library_view_played(w->view, PLAY_PLAYING, w->from);
    int texts = 0;
    text_set_probe(library_picture_text(w->picture), count_text, &texts);
    cairo_surface_destroy(world_draw_all(w));
    assert_in_range(texts, 50, 1000); // not a mark for each hour
    library_view_stop(w->view);
  }
  world_free(w);
}

static void lengths_go_to_the_next_of_the_list(void** state) {
  (void)state;
  DrawnProfile pad;
  drawn_init(&pad);
  assert_true(drawn_next_seconds(&pad, 1) == 90.0 && drawn_next_seconds(&pad, -1) == 45.0);
  drawn_set_seconds(&pad, 50.0); // as "Like this" does
  assert_true(drawn_next_seconds(&pad, 1) == 60.0 && drawn_next_seconds(&pad, -1) == 45.0);
  drawn_set_seconds(&pad, DRAWN_LONGEST);
  assert_true(drawn_next_seconds(&pad, 1) == DRAWN_LONGEST);
  drawn_set_seconds(&pad, DRAWN_SHORTEST);
  assert_true(drawn_next_seconds(&pad, -1) == DRAWN_SHORTEST);
}

static void a_double_click_plays_but_not_across_places(void** state) {
  (void)state;
  World* w = open_world(20);
  const Rect list = part(w, LIBRARY_PART_LIST);
  const Rect save = part(w, LIBRARY_PART_SAVE);
  library_gestures_press(&w->gestures, INPUT_MAIN, save.x + 2, save.y + 2, 1.0);
  library_gestures_press(&w->gestures, INPUT_MAIN, list.x + 50, list.y + 5, 1.1);
  assert_int_equal(w->saves, 1);
  assert_int_equal(w->plays, 0);
  library_gestures_press(&w->gestures, INPUT_MAIN, list.x + 50, list.y + 5, 1.2);
  assert_int_equal(w->plays, 1);
  world_free(w);
}

static void keys_with_ctrl_call_the_owner(void** state) {
  (void)state;
  World* w = open_world(20);
  library_gestures_key(&w->gestures, INPUT_OTHER, 'o', false, true);
  assert_int_equal(w->shows, 0);
  library_view_choose_row(w->view, 0);
  library_gestures_key(&w->gestures, INPUT_OTHER, 'o', false, true);
  assert_true(w->shows == 1 && w->copies == 0 && w->saves == 0);
  library_gestures_key(&w->gestures, INPUT_OTHER, 'c', false, true);
  assert_true(w->shows == 1 && w->copies == 1 && w->saves == 0);
  library_gestures_key(&w->gestures, INPUT_OTHER, 's', false, true);
  assert_true(w->shows == 1 && w->copies == 1 && w->saves == 1);
  world_type(w, "/");
  world_type(w, "m?1 "); // typed, not taken as a command
  assert_string_equal(w->view->query.text, "m?1 ");
  assert_false(w->view->menu || w->view->help);
  assert_int_equal(w->plays, 0);
  world_free(w);
}

typedef struct {
  const char* text;
  int found;
} Sought;

static void compare_text(void* handle, const char* string, Rect ink, bool shortened) {
  Sought* sought = handle;
  (void)ink;
  (void)shortened;
  sought->found += strcmp(string, sought->text) == 0;
}

/// Whether the picture has this text somewhere.
static bool shows(World* w, const char* text) {
  Sought sought = {text, 0};
  text_set_probe(library_picture_text(w->picture), compare_text, &sought);
  cairo_surface_destroy(world_draw_all(w));
  text_set_probe(library_picture_text(w->picture), NULL, NULL);
  return sought.found > 0;
}

static void one_song_is_no_songs(void** state) {
  (void)state;
  World* w = open_world(1);
  assert_true(shows(w, "1 song") && !shows(w, "1 songs"));
  world_free(w);
  w = open_world(2);
  assert_true(shows(w, "2 songs"));
  world_free(w);
}

static void a_notice_is_seen_before_what_plays(void** state) {
  (void)state;
  World* w = open_world(20);
  char playing[200];
  library_view_choose_row(w->view, 0);
  library_view_play(w->view);
  library_view_played(w->view, PLAY_PLAYING, 1.0);
  const Song* song = &w->songs[w->view->playing];
  snprintf(playing, sizeof playing, "Playing: %s%s%s", song->title,
           song->artist[0] ? " \u2013 " : "", song->artist);
  assert_true(shows(w, playing));
  library_view_notice(w->view, true, "%s", "The disk is full.");
  assert_true(shows(w, "The disk is full.") && !shows(w, playing));
  world_free(w);
}

static void an_old_answer_is_dropped(void** state) {
  (void)state;
  World* w = open_world(20);
  QueryResult old = w->view->answer;
  old.hits = malloc(sizeof *old.hits);
  old.allowed = NULL;
  old.n = 1;
  old.id = w->view->query.id - 1;
  library_view_answer(w->view, &old);
  assert_null(old.hits);
  assert_int_equal(w->view->answer.n, 20);
  world_free(w);
}

static void an_answer_to_a_library_that_was_closed_is_dropped(void** state) {
  (void)state;
  World* w = open_world(20);
  QueryResult late = {.id = w->view->query.id, .n = 1};
  late.hits = calloc(1, sizeof *late.hits);
  library_view_close(w->view, LIBRARY_FAILED, "gone");
  late.id = w->view->query.id;
  library_view_answer(w->view, &late);
  assert_null(late.hits);
  assert_int_equal(w->view->answer.n, 0);
  assert_string_equal(w->view->message, "gone");
  const unsigned asks = w->asks;
  library_view_query_near(w->view, 0.0, 0.0); // no library to search
  assert_int_equal(w->asks, asks);
  world_free(w);
}

/// Each button and slider does what its label says.
static void each_control_has_its_own_effect(void** state) {
  (void)state;
  World* w = open_world(40);
  LibraryView* b = w->view;
  for (int quadrant = 1; quadrant <= 4; ++quadrant) {
    library_view_press(b, (LibraryPart)(LIBRARY_PART_QUADRANT_1 + quadrant - 1));
    assert_int_equal(b->query.quadrants, 1 << quadrant);
    library_view_press(b, (LibraryPart)(LIBRARY_PART_QUADRANT_1 + quadrant - 1));
  }
  library_view_step(b, LIBRARY_PART_CONFIDENCE, 3);
  assert_true(fabsf(b->query.confidence - 0.15f) < 1e-6f);
  library_view_step(b, LIBRARY_PART_CONFIDENCE, -9);
  assert_true(b->query.confidence == 0.0f);
  library_view_step(b, LIBRARY_PART_VOLUME, -3);
  assert_true(fabs(b->volume - 0.65) < 1e-9);
  library_view_set_volume(b, 7.0);
  assert_true(b->volume == 1.0);
  library_view_set_volume(b, -7.0);
  assert_true(b->volume == 0.0);
  library_view_step(b, LIBRARY_PART_LENGTH, 1);
  assert_true(b->drawn.seconds == 90.0);
  assert_int_equal(w->saves, 0);
  library_view_press(b, LIBRARY_PART_SAVE);
  assert_int_equal(w->saves, 1);
  library_view_set_text(b, "no song has such words");
  assert_int_equal(b->answer.n, 0);
  library_view_press(b, LIBRARY_PART_SAVE); // of an empty list: a message instead
  assert_int_equal(w->saves, 1);
  assert_true(b->notice_bad);
  world_free(w);
}

/// Playback that starts within the found passage ends with it; from elsewhere it continues to the
/// song's end.
static void play_ends_with_the_passage_it_began_in(void** state) {
  (void)state;
  static const double from[] = {49.9, 50.0, 60.0, 79.4, 79.6, 90.0}; // the passage, about 50..80 s
  World* w = open_world(20);
  library_view_choose_song(w->view, 3);
  const double whole = (double)library_view_song(w->view)->duration;
  w->view->start = 50.0f, w->view->end = 80.0f;
  for (int i = 0; i < 6; ++i) {
    library_view_play_from(w->view, from[i]);
    assert_true(w->from == from[i]);
    assert_true(fabs(w->to - (i >= 1 && i <= 3 ? 80.0 : whole)) < 1e-6);
  }
  world_free(w);
}

static void the_index_knows_where_the_songs_lie(void** state) {
  (void)state;
  static Song songs[300];
  const Catalogue c = {300, songs};
  for (size_t i = 0; i < 300; ++i) // a narrow, high field of songs, and two songs far outside
    songs[i] = (Song){.valence = 0.1f + 0.001f * (float)(i % 100),
                      .arousal = -0.6f + 0.002f * (float)i,
                      .path = "",
                      .title = "",
                      .artist = "",
                      .album = ""};
  songs[7].valence = -0.95f, songs[8].arousal = 0.95f;
  CatalogueIndex* index = catalogue_index_new(&c);
  double low[2], high[2];
  catalogue_index_extent(index, low, high);
  assert_true(fabs(low[0] - 0.1) < 0.05 && fabs(high[0] - 0.2) < 0.05);
  assert_true(fabs(low[1] + 0.6) < 0.05 && fabs(high[1]) < 0.05);
  catalogue_index_free(index);
}

static void requested_settings_stay_within_their_range(void** state) {
  (void)state;
  World* w = open_world(20);
  LibraryView* b = w->view;
  library_view_query_near(b, 3.0, -3.0);
  assert_true(b->query.valence == 1.0f && b->query.arousal == -1.0f);
  library_view_query_near(b, -3.0, 3.0);
  assert_true(b->query.valence == -1.0f && b->query.arousal == 1.0f);
  library_view_query_path(b, -3.0, 3.0, 3.0, -3.0);
  assert_true(b->query.valence == -1.0f && b->query.arousal == 1.0f);
  assert_true(b->query.to_valence == 1.0f && b->query.to_arousal == -1.0f);
  static const double wanted[] = {0.333, -1.0, 2.0, 0.52};
  static const double set[] = {0.35, 0.0, 0.95, 0.5}; // in steps
  for (int i = 0; i < 4; ++i) {
    library_view_set_confidence(b, wanted[i]);
    assert_true(fabs((double)b->query.confidence - set[i]) < 1e-6);
  }
  for (int quadrant = 1; quadrant <= 4; ++quadrant) {
    library_view_toggle_quadrant(b, quadrant);
    assert_int_equal(b->query.quadrants, quadrant == 4 ? 0 : (2 << quadrant) - 2);
  }
  const unsigned asks = w->asks;
  static const char* const commands[] = {"", "\x1b", "\x01", "\n", "\x7f"};
  for (int i = 0; i < 5; ++i)
    library_view_type(b, commands[i]);
  assert_string_equal(b->query.text, "");
  assert_int_equal(w->asks, asks);
  for (int i = 0; i < QUERY_TEXT + 9; ++i)
    library_view_type(b, i ? "x" : " ");
  assert_int_equal(strlen(b->query.text), QUERY_TEXT - 1);
  library_view_backspace(b, false);
  assert_int_equal(strlen(b->query.text), QUERY_TEXT - 2);
  world_free(w);
}

static void the_list_ends_at_its_last_row(void** state) {
  (void)state;
  World* w = open_world(60);
  LibraryView* b = w->view;
  library_view_list_rows(b, 12.6);
  library_view_scroll(b, 1000.0);
  assert_true(b->scroll == 48.0);
  library_view_scroll(b, -1000.0);
  assert_true(b->scroll == 0.0);
  static const size_t rows[] = {30, 31, 18, 59, 0};
  static const double scroll[] = {19.0, 20.0, 18.0, 48.0, 0.0}; // no further than necessary
  for (int i = 0; i < 5; ++i) {
    library_view_choose_row(b, rows[i]);
    assert_int_equal(b->row, rows[i]);
    assert_true(b->scroll == scroll[i]);
  }
  library_view_choose_row(b, 60); // none
  assert_int_equal(b->row, 0);
  world_free(w);
}

/// The curves' scale is the smallest of four that contains the listed songs; silence has no
/// position.
static void the_range_contains_the_listed_songs(void** state) {
  (void)state;
  static const float peaks[] = {0.2f, -0.3f, 0.5f, -0.69f, 0.71f};
  static const float ranges[] = {0.25f, 0.5f, 0.5f, 0.7f, 1.0f};
  int16_t flat[4] = {0, 0, 0, 0}, curve[4] = {0, CURVE_SILENT, 0, 0};
  World* w = open_world(3);
  for (int i = 0; i < 10; ++i) {
    curve[2] = (int16_t)(peaks[i / 2] * CURVE_FULL);
    for (int k = 0; k < 3; ++k)
      w->songs[k].curve = (Curve){4, flat, flat};
    w->songs[1].curve = i % 2 ? (Curve){4, curve, flat} : (Curve){4, flat, curve};
    if (i % 2 == 0) w->songs[1].curve.valence = curve;
    library_view_query_all(w->view);
    assert_true(w->view->range == ranges[i / 2]);
  }
  // A drawing that they are compared with is contained too; once it is not shown, it is not.
  w->songs[1].curve = (Curve){4, flat, flat};
  drawn_stroke(&w->view->drawn, DRAWN_AROUSAL, 0.0, 0.6, 60.0, -0.6);
  library_view_query_drawn(w->view);
  assert_true(w->view->range == 0.7f);
  library_view_query_all(w->view);
  assert_true(w->view->range == 0.25f);
  world_free(w);
}

static void a_drawing_does_not_depend_on_the_direction(void** state) {
  (void)state;
  DrawnProfile there, back;
  Profile profile;
  drawn_init(&there), drawn_init(&back);
  for (int lane = 0; lane < DRAWN_LANES; ++lane) {
    drawn_stroke(&there, (DrawnLane)lane, 5.0, -0.5, 25.0, 0.5);
    drawn_stroke(&back, (DrawnLane)lane, 25.0, 0.5, 5.0, -0.5);
    for (size_t i = 10; i <= 50; ++i) {
      assert_true(fabsf(there.points[lane][i] - (float)((double)i - 30.0) / 40.0f) < 1e-6f);
      assert_true(fabsf(back.points[lane][i] - there.points[lane][i]) < 1e-6f);
    }
    assert_true(isnan(there.points[lane][9]) && isnan(there.points[lane][51]));
  }
  drawn_erase(&there, DRAWN_AROUSAL, 10.0, 5.0); // from right to left, and in one lane
  for (size_t i = 10; i <= 50; ++i) {
    assert_int_equal(isnan(there.points[DRAWN_AROUSAL][i]) != 0, i <= 20);
    assert_true(!isnan(there.points[DRAWN_VALENCE][i]));
  }
  assert_true(drawn_profile(&there, &profile));
  assert_true(profile.has_valence && profile.has_arousal);
  assert_true(fabsf(profile.valence[there.n - 1] - 0.5f) < 1e-6f); // the last point holds
  assert_true(fabsf(profile.arousal[0] + 0.225f) < 1e-6f);         // so does the first point
  drawn_stroke(&there, DRAWN_VALENCE, -5.0, 0.1, 1e9, 0.1);        // to the limit
  assert_true(fabsf(there.points[DRAWN_VALENCE][0] - 0.1f) < 1e-6f);
  assert_true(fabsf(there.points[DRAWN_VALENCE][there.n - 1] - 0.1f) < 1e-6f);
}

static void a_curve_is_used_unchanged_if_it_is_long_enough(void** state) {
  (void)state;
  static int16_t valence[600], arousal[600];
  const Curve curve = {600, valence, arousal};
  DrawnProfile pad;
  for (int i = 0; i < 600; ++i) {
    valence[i] = (int16_t)(i % 10 == 3 ? CURVE_SILENT : 20 * i);
    arousal[i] = (int16_t)(-30 * i);
  }
  drawn_init(&pad);
  assert_false(drawn_take(&pad, &curve, 10.0, 24.5)); // less than 15 s
  assert_false(drawn_take(&pad, &curve, 290.0, 400.0));
  assert_false(drawn_has(&pad, DRAWN_VALENCE));
  assert_true(drawn_take(&pad, &curve, 10.0, 25.0));
  assert_int_equal(pad.n, 30);
  assert_true(pad.seconds == 15.0);
  for (int i = 0; i < 30; ++i) {
    const int at = 20 + i;
    assert_int_equal(isnan(pad.points[DRAWN_VALENCE][i]) != 0, at % 10 == 3);
    assert_int_equal(isnan(pad.points[DRAWN_AROUSAL][i]) != 0, at % 10 == 3);
    if (at % 10 == 3) continue;
    assert_true(fabsf(pad.points[DRAWN_VALENCE][i] - (float)(20 * at) / CURVE_FULL) < 1e-6f);
    assert_true(fabsf(pad.points[DRAWN_AROUSAL][i] + (float)(30 * at) / CURVE_FULL) < 1e-6f);
  }
  assert_true(drawn_take(&pad, &curve, 0.0, 1e6)); // as much as there is space for
  assert_int_equal(pad.n, DRAWN_POINTS);
  assert_true(drawn_take(&pad, &curve, 280.0, 1e6)); // to the song's end
  assert_int_equal(pad.n, 40);
  for (int i = 0; i < 600; ++i)
    valence[i] = CURVE_SILENT;
  assert_false(drawn_take(&pad, &curve, 0.0, 60.0));
  assert_true(drawn_has(&pad, DRAWN_AROUSAL)); // the old text stays
}

static void readings_lie_between_points_and_bridge_silence(void** state) {
  (void)state;
  const int16_t values[] = {CURVE_SILENT, 8192, 16384, CURVE_SILENT, CURVE_SILENT, 0};
  const int16_t others[] = {CURVE_SILENT, 4096, 0, CURVE_SILENT, CURVE_SILENT, -8192};
  const Song song = {.curve = {6, values, others}};
  double v, a;
  assert_true(library_view_reading(&song, 1.125, &v, &a)); // between points 1 and 2
  assert_true(fabs(v - 10240.0 / 32767.0) < 1e-6);
  assert_true(fabs(a - 3072.0 / 32767.0) < 1e-6);
  assert_true(library_view_reading(&song, 0.0, &v, &a));
  assert_true(fabs(v - 8192.0 / 32767.0) < 1e-6);
  assert_true(library_view_reading(&song, 2.1, &v, &a));
  assert_true(fabs(v - 16384.0 / 32767.0) < 1e-6);
  assert_true(library_view_reading(&song, 99.0, &v, &a) && fabs(v) < 1e-9);
  const Song none = {.curve = {0, NULL, NULL}};
  assert_false(library_view_reading(&none, 1.0, &v, &a));
}

static size_t in_sight(const World* w) {
  const Rect frame = part(w, LIBRARY_PART_PLANE);
  size_t n = 0;
  for (size_t i = 0; i < w->catalogue.n; ++i)
    n += rect_contains(frame, world_x(w, (double)w->songs[i].valence),
                       world_y(w, (double)w->songs[i].arousal));
  return n;
}

static void the_plane_opens_where_the_songs_are(void** state) {
  (void)state;
  World* w = world_new(1000, 1180, 780, 1.0);
  // Means are normal with SD 0.25: nearly all lie within 0.75.
  assert_true(w->view->zoom > 1.2);
  assert_true(in_sight(w) >= 960 && in_sight(w) <= 1000);
  world_type(w, "=");
  assert_true(fabs(w->view->zoom - 1.0) < 1e-9);
  assert_int_equal(in_sight(w), 1000);
  world_type(w, "=");
  assert_true(w->view->zoom > 1.2);
  world_free(w);
}

static void a_lane_has_the_range_of_the_curves(void** state) {
  (void)state;
  World* w = world_new(1000, 1180, 780, 1.0);
  RelativeScale v, a;
  relative_scales(&w->catalogue, &v, &a);
  const Rect lane = part(w, LIBRARY_PART_AROUSAL);
  const double top = library_layout_lane_y(lane, 1.0);
  world_drag(w, INPUT_MAIN, lane.x + 2.0, top, lane.x + lane.w - 2.0, top);
  const double highest = fmin(a.mean + a.unit, 1.0);
  assert_true(fabs((double)w->view->query.profile.arousal[60] - highest) < 0.01);
  world_drag(w, INPUT_MAIN, lane.x + 2.0, library_layout_lane_y(lane, -1.0), lane.x + lane.w - 2.0,
             library_layout_lane_y(lane, -1.0));
  const double lowest = fmax(a.mean - a.unit, -1.0);
  assert_true(fabs((double)w->view->query.profile.arousal[60] - lowest) < 0.01);
  // The same drawing, compared on the plane's scale and on the collection's scale.
  assert_false(w->view->query.relative);
  const float on_plane = w->view->answer.hits[0].distance;
  world_type(w, "r");
  assert_true(w->view->query.relative && w->view->answer.kind == QUERY_MATCH);
  assert_true(fabsf(w->view->answer.hits[0].distance - on_plane) > 1e-3f);
  world_free(w);
}

static void a_folder_is_found_by_keys_and_pointer(void** state) {
  (void)state;
  World* w = world_new(10, 1180, 780, 1.0);
  library_gestures_key(&w->gestures, INPUT_OTHER, 'a', false, true);
  library_view_prompt_backspace(w->view, true);
  world_type(w, "/nowhere");
  assert_int_equal(w->view->folders.n, 3); // the artificial library's
  press(w, INPUT_DOWN);
  press(w, INPUT_DOWN);
  press(w, INPUT_ENTER); // opened, not added yet
  assert_string_equal(w->view->prompt, "/Classical");
  press(w, INPUT_TAB); // opens the first
  assert_string_equal(w->view->prompt, "/Albums");
  const LibraryPrompt p = library_layout_prompt(library_picture_layout(w->picture));
  world_click(w, p.list.x + 9.0, p.list.y + 2.5 * p.row);
  assert_string_equal(w->view->prompt, "/Field recordings");
  world_click(w, p.box.x + 2.0, p.box.y + 2.0); // outside all controls: the panel stays open
  assert_true(w->view->prompting && w->adds == 0);
  world_click(w, p.add.x + 3.0, p.add.y + 3.0);
  assert_false(w->view->prompting);
  assert_string_equal(w->added, "/Field recordings");
  library_view_prompt(w->view, true);
  // A folder that is no longer listed while new ones are searched cannot be chosen.
  w->disk_hangs = true;
  world_type(w, "x");
  assert_true(w->view->looking && w->view->folders.n == 3);
  press(w, INPUT_DOWN);
  press(w, INPUT_TAB);
  world_click(w, p.list.x + 9.0, p.list.y + 0.5 * p.row);
  assert_int_equal(w->view->folder, -1);
  assert_string_equal(w->view->prompt, "/Field recordingsx");
  library_view_listed(w->view, "/Field recordings", &(FolderList){.n = 0}); // a late answer
  assert_true(w->view->looking);
  world_click(w, 2.0, 2.0); // outside: closes
  assert_true(!w->view->prompting && w->adds == 1);
  world_free(w);
}

static void a_folder_is_typed_and_added(void** state) {
  (void)state;
  World* w = world_new(10, 1180, 780, 1.0);
  library_gestures_key(&w->gestures, INPUT_OTHER, 'a', false, true);
  assert_true(w->view->prompting);
  library_gestures_key(&w->gestures, INPUT_DELETE, 0, false, false);
  world_type(w, "/music/\xc3\xa9t\xc3\xa9");
  library_gestures_key(&w->gestures, INPUT_BACKSPACE, 0, false, false);
  const LibraryPrompt p = library_layout_prompt(library_picture_layout(w->picture));
  library_gestures_move(&w->gestures, p.list.x + 9.0, p.list.y + 0.5 * p.row);
  assert_int_equal(w->view->folder_hot, 0);
  library_gestures_key(&w->gestures, INPUT_ENTER, 0, false, false); // what was typed, nevertheless
  assert_int_equal(w->adds, 1);
  assert_string_equal(w->added, "/music/\xc3\xa9t");
  assert_false(w->view->prompting);
  // The same button stops adding.
  library_view_added(w->view, 0.3);
  const Rect r = library_picture_layout(w->picture)->parts[LIBRARY_PART_ADD];
  world_click(w, r.x + 4, r.y + 4);
  assert_int_equal(w->stopped_adding, 1);
  library_view_added(w->view, -1.0);
  world_click(w, r.x + 4, r.y + 4);
  assert_true(w->view->prompting);
  library_gestures_key(&w->gestures, INPUT_ESCAPE, 0, false, false);
  assert_int_equal(w->adds, 1);
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hovering_finds_the_nearest_dot),
      cmocka_unit_test(filtered_dots_are_not_found),
      cmocka_unit_test(a_click_asks_for_the_songs_near_it),
      cmocka_unit_test(the_right_button_drags_a_path),
      cmocka_unit_test(small_movements_and_what_is_covered_do_nothing),
      cmocka_unit_test(a_click_on_a_lone_dot_chooses_it),
      cmocka_unit_test(a_click_among_many_dots_sets_the_point),
      cmocka_unit_test(the_pixel_under_the_pointer_stays_when_zooming),
      cmocka_unit_test(a_stroke_becomes_a_profile),
      cmocka_unit_test(a_drawing_is_filled_between_and_beyond_its_points),
      cmocka_unit_test(a_longer_time_axis_stretches_the_drawing),
      cmocka_unit_test(a_songs_own_curve_finds_it_first),
      cmocka_unit_test(typing_filters_the_list),
      cmocka_unit_test(a_full_search_box_accepts_no_more_text),
      cmocka_unit_test(arrows_walk_the_list_and_scroll_it),
      cmocka_unit_test(keys_move_the_point_and_draw),
      cmocka_unit_test(tab_visits_every_place_and_comes_back),
      cmocka_unit_test(tab_turns_the_pages_of_a_compact_window),
      cmocka_unit_test(a_long_list_of_keys_scrolls),
      cmocka_unit_test(playback_continues_when_the_library_is_read_again),
      cmocka_unit_test(space_plays_the_passage_and_stops),
      cmocka_unit_test(play_changes_to_another_song_and_escape_stops),
      cmocka_unit_test(a_drag_ends_with_the_button_that_began_it),
      cmocka_unit_test(a_click_may_move_by_three_pixels_times_the_scale),
      cmocka_unit_test(each_letter_has_its_own_effect),
      cmocka_unit_test(delete_erases_around_the_cursor),
      cmocka_unit_test(the_middle_button_moves_the_plane_with_the_pointer),
      cmocka_unit_test(a_click_chooses_one_of_two_dots_but_not_of_three),
      cmocka_unit_test(buttons_and_sliders_have_their_ends),
      cmocka_unit_test(the_wheel_turns_a_menu_downwards),
      cmocka_unit_test(the_end_of_a_long_search_is_visible),
      cmocka_unit_test(songs_of_no_length_and_of_years_are_drawn_and_played),
      cmocka_unit_test(lengths_go_to_the_next_of_the_list),
      cmocka_unit_test(a_double_click_plays_but_not_across_places),
      cmocka_unit_test(keys_with_ctrl_call_the_owner),
      cmocka_unit_test(one_song_is_no_songs),
      cmocka_unit_test(a_notice_is_seen_before_what_plays),
      cmocka_unit_test(an_old_answer_is_dropped),
      cmocka_unit_test(the_plane_opens_where_the_songs_are),
      cmocka_unit_test(a_lane_has_the_range_of_the_curves),
      cmocka_unit_test(a_folder_is_found_by_keys_and_pointer),
      cmocka_unit_test(a_folder_is_typed_and_added),
      cmocka_unit_test(an_answer_to_a_library_that_was_closed_is_dropped),
      cmocka_unit_test(each_control_has_its_own_effect),
      cmocka_unit_test(play_ends_with_the_passage_it_began_in),
      cmocka_unit_test(the_index_knows_where_the_songs_lie),
      cmocka_unit_test(requested_settings_stay_within_their_range),
      cmocka_unit_test(the_list_ends_at_its_last_row),
      cmocka_unit_test(the_range_contains_the_listed_songs),
      cmocka_unit_test(a_drawing_does_not_depend_on_the_direction),
      cmocka_unit_test(a_curve_is_used_unchanged_if_it_is_long_enough),
      cmocka_unit_test(readings_lie_between_points_and_bridge_silence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
