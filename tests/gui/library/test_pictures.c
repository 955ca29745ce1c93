// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Pictures compared with goldens (remade by `make_library_goldens tests/gui/library/goldens`), and
/// what must be true of every picture.
#include "scenes.h"

#include "gui/library/draw.h"
#include "tests/gui/pictures.h"
#include "tests/gui/texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void scenes_look_like_their_goldens(void** state) {
  (void)state;
  if (!picture_has_golden_font()) {
    print_message("SKIPPED: the goldens were made with the font Inter (fonts-inter)\n");
    skip();
  }
  const PictureSet set = library_pictures();
  assert_int_equal(pictures_compare(&set, CIRCUMPLEX_SOURCE_DIR "/tests/gui/library/goldens",
                                    CIRCUMPLEX_BINARY_DIR "/library_"),
                   0);
}

static void written_output_agrees_with_the_goldens(void** state) {
  (void)state;
  if (!picture_has_golden_font()) skip(); // with another font, other texts fit
  const PictureSet sets[] = {library_pictures(), library_notes()};
  assert_true(texts_compare(sets, sizeof sets / sizeof *sets,
                            CIRCUMPLEX_SOURCE_DIR "/tests/gui/library/goldens/texts.txt",
                            CIRCUMPLEX_BINARY_DIR "/library_texts.txt"));
}

static void every_state_has_a_picture_of_its_own(void** state) {
  (void)state;
  static const char* const names[] = {"all",     "near",   "drawn",  "playing",
                                      "nothing", "absent", "failed", "loading"};
  cairo_surface_t* pictures[8];
  size_t n;
  const Scene* scenes = library_scenes(&n);
  for (int i = 0; i < 8; ++i) {
    for (size_t k = 0; k < n; ++k) {
      if (strcmp(scenes[k].name, names[i]) != 0) continue;
      World* world = scene_open(&scenes[k]);
      pictures[i] = world_draw_all(world);
      world_free(world);
    }
  }
  for (int i = 0; i < 8; ++i) {
    for (int k = 0; k < i; ++k)
      assert_true(picture_difference(pictures[i], pictures[k], 40) > 0.0008);
  }
  for (int i = 0; i < 8; ++i)
    cairo_surface_destroy(pictures[i]);
}

// All actions of a user, one after the other.
static void act(World* w, int i) {
  const Rect lane = library_picture_layout(w->picture)->parts[LIBRARY_PART_VALENCE];
  const Rect list = library_picture_layout(w->picture)->list;
  switch (i) {
  case 0:
    library_gestures_move(&w->gestures, world_x(w, 0.1), world_y(w, 0.1));
    break;
  case 1:
    world_click(w, world_x(w, 0.7), world_y(w, -0.7));
    break;
  case 2:
    world_click(w, list.x + 90, list.y + 90);
    break;
  case 3:
    world_type(w, " ");
    library_view_played(w->view, PLAY_PLAYING, 12.0);
    break;
  case 4:
  case 5:
  case 6:
    library_view_played(w->view, PLAY_PLAYING, 12.0 + 9.7 * i);
    break;
  case 7:
    world_drag(w, INPUT_MAIN, lane.x + 9, lane.y + 9, lane.x + 200, lane.y + 40);
    break;
  case 8:
    library_gestures_move(&w->gestures, lane.x + 33, lane.y + 10);
    break;
  case 9:
    world_type(w, "/river");
    break;
  case 10:
    library_gestures_scroll(&w->gestures, world_x(w, 0.2), world_y(w, 0.2), 3.0);
    break;
  case 11:
    library_gestures_key(&w->gestures, INPUT_TAB, 0, false, false);
    break;
  case 12:
    library_gestures_scroll(&w->gestures, list.x + 9, list.y + 9, -1.0);
    break;
  case 13:
    world_click(w, library_picture_layout(w->picture)->parts[LIBRARY_PART_HELP].x + 4,
                library_picture_layout(w->picture)->parts[LIBRARY_PART_HELP].y + 4);
    break;
  case 14:
    library_gestures_key(&w->gestures, INPUT_ESCAPE, 0, false, false);
    break;
  case 15:
    library_view_notice(w->view, true, "something went wrong");
    break;
  case 16:
    library_view_played(w->view, PLAY_STOPPED, 0.0);
    break;
  default:
    library_gestures_leave(&w->gestures);
    break;
  }
}

/// \return a picture that was not drawn before, after the first acts
static cairo_surface_t* draw_afresh(int acts) {
  World* w = world_new(900, 1180, 780, 1.0);
  for (int i = 0; i < acts; ++i)
    act(w, i);
  cairo_surface_t* surface = world_draw_all(w);
  world_free(w);
  return surface;
}

static void a_partial_redraw_equals_a_full_one(void** state) {
  (void)state;
  World* w = world_new(900, 1180, 780, 1.0);
  world_draw(w);
  for (int i = 0; i < 18; ++i) {
    act(w, i);
    world_draw(w);
    cairo_surface_t* whole = draw_afresh(i + 1);
    const double share = picture_difference(w->surface, whole, 2);
    if (share > 0.0) {
      char path[512];
      snprintf(path, sizeof path, "%s/library_partial_%d.png", CIRCUMPLEX_BINARY_DIR, i);
      cairo_surface_write_to_png(w->surface, path);
      cairo_surface_destroy(whole);
      fail_msg("after act %d %.4f %% of the pixels are old; see %s", i, 100.0 * share, path);
    }
    cairo_surface_destroy(whole);
  }
  world_free(w);
}

static void nothing_is_drawn_when_nothing_changed(void** state) {
  (void)state;
  World* w = world_new(50, 1180, 780, 1.0);
  world_draw(w);
  Rect dirty[LIBRARY_RECTS];
  assert_int_equal(library_view_damage(w->view), 0);
  assert_int_equal(library_picture_update(w->picture, w->view, 0, dirty), 0);
  library_gestures_move(&w->gestures, 3, 3); // nothing is drawn
  library_view_hover(w->view, CATALOGUE_INDEX_NONE, 0);
  library_view_played(w->view, PLAY_STOPPED, 0.0);
  assert_int_equal(library_view_damage(w->view), 0);
  world_free(w);
}

static void the_live_point_costs_a_small_part_of_the_picture(void** state) {
  (void)state;
  World* w = world_new(300, 1180, 780, 1.0);
  library_view_choose_row(w->view, 0);
  library_view_play(w->view);
  library_view_played(w->view, PLAY_PLAYING, 10.0);
  world_draw(w);
  library_view_played(w->view, PLAY_PLAYING, 10.04);
  Rect dirty[LIBRARY_RECTS];
  const size_t n = library_picture_update(w->picture, w->view, library_view_damage(w->view), dirty);
  double area = 0.0;
  for (size_t i = 0; i < n; ++i)
    area += dirty[i].w * dirty[i].h;
  assert_true(n > 0);
  assert_true(area < 0.02 * 1180 * 780);
  world_free(w);
}

typedef struct {
  Rect window;
  const char* scene;
  int texts, outside;
} TextCheck;

static void check_text(void* handle, const char* string, Rect ink, bool shortened) {
  TextCheck* check = handle;
  (void)shortened; // titles may be shortened
  if (ink.w <= 0.0 || ink.h <= 0.0) return;
  ++check->texts;
  if (rect_covers((Rect){-1, -1, check->window.w + 2, check->window.h + 2}, ink)) return;
  ++check->outside;
  print_error("%s: '%s' leaves the window\n", check->scene, string);
}

static void no_text_leaves_the_window_from_1x_to_3x(void** state) {
  (void)state;
  static const double scales[] = {1.0, 1.25, 1.5, 2.0, 3.0};
  size_t n;
  const Scene* scenes = library_scenes(&n);
  int outside = 0;
  int texts = 0;
  for (size_t i = 0; i < n; ++i) {
    // A list's last row and zoomed words may be cut by their frames.
    if (strcmp(scenes[i].name, "zoomed") == 0 || scenes[i].songs > 5000) continue;
    for (size_t k = 0; k < sizeof scales / sizeof scales[0]; ++k) {
      Scene scene = scenes[i];
      scene.width = floor(scene.width / scene.scale * scales[k]);
      scene.height = floor(scene.height / scene.scale * scales[k]);
      scene.scale = scales[k];
      scene.songs = scene.songs > 200 ? 200 : scene.songs;
      if (strcmp(scene.name, "hovered") == 0) continue;
      World* world = scene_open(&scene);
      TextCheck check = {{0, 0, scene.width, scene.height}, scene.name, 0, 0};
      text_set_probe(library_picture_text(world->picture), check_text, &check);
      cairo_surface_destroy(world_draw_all(world));
      world_free(world);
      outside += check.outside;
      texts += check.texts;
    }
  }
  assert_true(texts > 2000);
  assert_int_equal(outside, 0);
}

// Texts from the user may be shortened; texts of the program may not.
typedef struct {
  const World* world;
  TextCheck check;
  int shortened, zing;
} WordCheck;

static bool is_a_song(const World* world, const char* string) {
  static const char playing[] = "Playing: ";
  if (strncmp(string, playing, sizeof playing - 1) == 0) return true;
  for (size_t i = 0; i < world->catalogue.n; ++i) {
    const Song* song = &world->songs[i];
    if (strcmp(string, song->title) == 0) return true;
    if (song->artist[0] && strncmp(string, song->artist, strlen(song->artist)) == 0) return true;
  }
  return false;
}

static void check_word(void* handle, const char* string, Rect ink, bool shortened) {
  WordCheck* words = handle;
  check_text(&words->check, string, ink, false);
  words->zing += strstr(string, "zing") != NULL;
  if (!shortened || is_a_song(words->world, string)) return;
  ++words->shortened;
  print_error("%s: \"%s\" is shortened at %.0f x %.0f\n", words->check.scene, string,
              words->check.window.w, words->check.window.h);
}

static const double window_sizes[][3] = {
    {320, 240, 1},   {320, 600, 1},  {700, 240, 1},   {480, 320, 1},
    {420, 640, 1},   {640, 480, 1},  {700, 500, 1},   {736, 506, 1},
    {900, 600, 1},   {1180, 780, 1}, {1880, 1000, 1}, {1000, 1400, 1},
    {3840, 2160, 1}, {640, 480, 2},  {1800, 1200, 2}, {2700, 1800, 3}};

static int draw_pages(const Scene* scene) {
  int bad = 0;
  for (int page = 0; page < LIBRARY_PAGES; ++page) {
    const LibraryLayout layout =
        library_layout_compute(scene->width, scene->height, scene->scale, (LibraryPage)page);
    if (page > 0 && (!layout.compact || (int)layout.page != page)) continue;
    World* world = scene_open(scene);
    library_view_show_page(world->view, (LibraryPage)page);
    WordCheck words = {world, {{0, 0, scene->width, scene->height}, scene->name, 0, 0}, 0, 0};
    text_set_probe(library_picture_text(world->picture), check_word, &words);
    cairo_surface_destroy(world_draw_all(world));
    bad += words.shortened + words.check.outside;
    world_free(world);
  }
  return bad;
}

static void nothing_is_cut_at_any_size(void** state) {
  (void)state;
  static const char* const names[] = {"all",  "near",   "drawn",  "path",
                                      "help", "prompt", "absent", "other_playing"};
  size_t n;
  const Scene* scenes = library_scenes(&n);
  int bad = 0;
  for (size_t k = 0; k < sizeof window_sizes / sizeof window_sizes[0]; ++k) {
    for (size_t i = 0; i < n; ++i) {
      bool is_one = false;
      for (size_t m = 0; m < sizeof names / sizeof names[0]; ++m)
        is_one = is_one || strcmp(scenes[i].name, names[m]) == 0;
      if (!is_one) continue;
      Scene scene = scenes[i];
      scene.width = window_sizes[k][0];
      scene.height = window_sizes[k][1];
      scene.scale = window_sizes[k][2];
      scene.songs = scene.songs > 60 ? 60 : scene.songs;
      bad += draw_pages(&scene);
    }
  }
  assert_int_equal(bad, 0);
}

// In a window of any size, every part is on some page, inside the window, and parts do not overlap.
static void every_part_is_on_a_page_at_any_size(void** state) {
  (void)state;
  for (double width = LIBRARY_MIN_WIDTH; width < 800.0; width += 20.0) {
    for (double height = LIBRARY_MIN_HEIGHT; height < 720.0; height += 20.0) {
      bool seen[LIBRARY_PART_COUNT] = {false};
      const Rect window = {0.0, 0.0, width, height};
      for (int page = 0; page < LIBRARY_PAGES; ++page) {
        const LibraryLayout l = library_layout_compute(width, height, 1.0, (LibraryPage)page);
        for (int i = LIBRARY_PART_NONE + 1; i < LIBRARY_PART_COUNT; ++i) {
          if (rect_empty(l.parts[i])) continue;
          seen[i] = seen[i] || page == (int)l.page; // a page that a tab can open
          assert_true(rect_covers(window, l.parts[i]));
          assert_false(rect_overlaps(l.parts[i], l.status));
          for (int k = LIBRARY_PART_NONE + 1; k < i; ++k)
            if (rect_overlaps(l.parts[i], l.parts[k]))
              fail_msg("%.0f x %.0f, page %d: parts %d and %d overlap", width, height, page, i, k);
        }
        // A key that needs a part opens its page.
        for (int i = LIBRARY_PART_NONE + 1; i < LIBRARY_PART_TAB_LIST; ++i)
          if (rect_empty(l.parts[i]))
            assert_false(rect_empty(
                library_layout_compute(width, height, 1.0, library_layout_page((LibraryPart)i))
                    .parts[i]));
      }
      for (int i = LIBRARY_PART_NONE + 1; i < LIBRARY_PART_TAB_LIST; ++i)
        if (!seen[i]) fail_msg("%.0f x %.0f: part %d is on no page", width, height, i);
    }
  }
}

static void notes_are_complete_and_beside_their_button(void** state) {
  (void)state;
  int notes = 0;
  for (size_t k = 0; k < sizeof window_sizes / sizeof window_sizes[0]; ++k) {
    World* w = world_new(20, window_sizes[k][0], window_sizes[k][1], window_sizes[k][2]);
    const LibraryLayout* l = library_picture_layout(w->picture);
    cairo_t* cr = cairo_create(w->surface);
    const Theme* theme = library_picture_theme(w->picture);
    Text* text = library_picture_text(w->picture);
    const Draw d = {cr, theme, theme, text, l, w->view};
    for (int place = LIBRARY_PART_NONE + 1; place < LIBRARY_PART_COUNT; ++place) {
      if (rect_empty(l->parts[place])) continue;
      WordCheck words = {w, {l->window, "a note", 0, 0}, 0, 0};
      text_set_probe(text, check_word, &words);
      w->view->hot = (LibraryPart)place;
      const Rect note = draw_note(&d);
      if (rect_empty(note)) continue;
      ++notes;
      assert_true(rect_covers(l->window, note));
      assert_false(rect_overlaps(note, l->parts[place]));
      assert_int_equal(words.shortened + words.check.outside, 0);
    }
    cairo_destroy(cr);
    world_free(w);
  }
  assert_true(notes > 80);
}

static void places_are_named_by_the_models_words(void** state) {
  (void)state;
  static const Word own[] = {
      {"neutral", 0.0f, 0.0f, false}, {"zing", 0.3f, 0.2f, true}, {"zinger", -0.3f, -0.2f, true}};
  static const WordTable table = {own, 3, 0.02f};
  World* w = world_new(30, 1180, 780, 1.0);
  WordCheck words = {w, {{0, 0, 1180, 780}, "own words", 0, 0}, 0, 0};
  library_view_choose_row(w->view, 0);
  library_view_query_near(w->view, 0.3, 0.2);
  text_set_probe(library_picture_text(w->picture), check_word, &words);
  cairo_surface_destroy(world_draw_all(w));
  assert_int_equal(words.zing, 0);
  w->view->words = &table;
  w->view->damage = LIBRARY_DAMAGE_ALL;
  cairo_surface_destroy(world_draw_all(w));
  assert_true(words.zing > 6); // the plane, the head, every row
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scenes_look_like_their_goldens),
      cmocka_unit_test(written_output_agrees_with_the_goldens),
      cmocka_unit_test(every_state_has_a_picture_of_its_own),
      cmocka_unit_test(a_partial_redraw_equals_a_full_one),
      cmocka_unit_test(nothing_is_drawn_when_nothing_changed),
      cmocka_unit_test(the_live_point_costs_a_small_part_of_the_picture),
      cmocka_unit_test(no_text_leaves_the_window_from_1x_to_3x),
      cmocka_unit_test(nothing_is_cut_at_any_size),
      cmocka_unit_test(every_part_is_on_a_page_at_any_size),
      cmocka_unit_test(notes_are_complete_and_beside_their_button),
      cmocka_unit_test(places_are_named_by_the_models_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
