// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Pictures compared with goldens (remade by `make_goldens tests/gui/goldens`), and what must be
/// true of every picture.
#include "pictures.h"
#include "scenes.h"
#include "texts.h"

#include "gui/kit/inline_display.h"
#include "gui/kit/plane.h"
#include "gui/kit/plane_words.h"
#include "gui/meter/reading_panel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void scenes_look_like_their_goldens(void** state) {
  (void)state;
  if (!picture_has_golden_font()) {
    print_message("SKIPPED: the goldens were made with the font Inter (fonts-inter)\n");
    skip();
  }
  const PictureSet sets[] = {scenes_pictures(), scenes_plots()};
  for (int i = 0; i < 2; ++i)
    assert_int_equal(pictures_compare(&sets[i], CIRCUMPLEX_SOURCE_DIR "/tests/gui/goldens",
                                      CIRCUMPLEX_BINARY_DIR "/picture_"),
                     0);
}

static void written_output_agrees_with_the_goldens(void** state) {
  (void)state;
  if (!picture_has_golden_font()) skip(); // with another font, other texts fit
  const PictureSet sets[] = {scenes_pictures(), scenes_notes(), scenes_plots()};
  assert_true(texts_compare(sets, sizeof sets / sizeof *sets,
                            CIRCUMPLEX_SOURCE_DIR "/tests/gui/goldens/texts.txt",
                            CIRCUMPLEX_BINARY_DIR "/picture_texts.txt"));
}

// A view of one reading, to check properties of pictures.
typedef struct {
  MeterView* view;
  MeterPicture* meter;
  cairo_surface_t* surface;
  double w, h;
} Stage;

static Stage open_stage(double w, double h, double scale, MeterMode mode) {
  Stage s = {meter_view_new(), meter_picture_new(), NULL, w, h};
  assert_non_null(s.view);
  assert_non_null(s.meter);
  s.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
  meter_picture_resize(s.meter, w, h, scale, mode);
  meter_view_status(s.view, "/models/default.safetensors", "default", "", "");
  return s;
}

static void draw_part(Stage* s, Rect clip) {
  cairo_t* cr = cairo_create(s->surface);
  meter_picture_draw(s->meter, cr, s->view, clip);
  cairo_destroy(cr);
}

static void draw(Stage* s) {
  draw_part(s, (Rect){0, 0, s->w, s->h});
}

static void close_stage(Stage* s) {
  cairo_surface_destroy(s->surface);
  meter_picture_free(s->meter);
  meter_view_free(s->view);
}

static int brightness(uint32_t p) {
  return (int)(p >> 16 & 0xFFu) + (int)(p >> 8 & 0xFFu) + (int)(p & 0xFFu);
}

static void the_point_is_where_the_value_says(void** state) {
  (void)state;
  static const double places[][2] = {{0, 0}, {0.9, 0.9}, {-0.9, 0.3}, {-0.3, -0.95}, {0.55, -0.5}};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; ++i) {
    Stage s = open_stage(900, 600, 1.0, METER_FULL);
    scene_play(s.view, 0, 1);
    const float level[PROTOCOL_LEVEL_FLOATS] = {
        0, 0, 0, 0, (float)places[i][0], (float)places[i][1]};
    messages_level(s.view, level);
    for (int k = 0; k < 60; ++k)
      meter_view_tick(s.view, 1.0 + 0.04 * k);
    draw(&s);
    // Centre of gravity of the near-white core.
    const Rect plane = meter_picture_layout(s.meter)->plane;
    const double half = 0.5 * plane.w * (1.0 - PLANE_MARGIN);
    const double x = plane.x + 0.5 * plane.w + half * places[i][0];
    const double y = plane.y + 0.5 * plane.h - half * places[i][1];
    double sum = 0.0;
    double sx = 0.0;
    double sy = 0.0;
    for (int py = (int)y - 12; py <= (int)y + 12; ++py) {
      for (int px = (int)x - 12; px <= (int)x + 12; ++px) {
        if (!rect_contains(plane, px, py)) continue;
        if (brightness(picture_pixel(s.surface, px, py)) < 600) continue;
        sum += 1.0;
        sx += px + 0.5;
        sy += py + 0.5;
      }
    }
    assert_true(sum > 30.0);
    assert_true(fabs(sx / sum - x) < 1.0);
    assert_true(fabs(sy / sum - y) < 1.0);
    close_stage(&s);
  }
}

static void the_hottest_column_is_the_moment_most_beyond_the_usual(void** state) {
  (void)state;
  for (unsigned back = 0; back < 120; back += 17) {
    Stage s = open_stage(900, 600, 1.0, METER_FULL);
    float values[PROTOCOL_FLOATS];
    uint8_t attention[PROTOCOL_ATTENTION];
    scene_play(s.view, 0, 200);
    scene_record(200, values, attention);
    for (int i = 0; i < PROTOCOL_WINDOW; ++i)
      attention[PROTOCOL_WINDOW + i] = (uint8_t)(5 + i % 20);
    attention[2 * PROTOCOL_WINDOW - 1 - back] = 80;
    messages_estimates(s.view, 200, 1, values, attention);
    draw(&s);
    const MeterLayout* l = meter_picture_layout(s.meter);
    int best = 0;
    int best_x = 0;
    for (int x = (int)l->strip.x; x < (int)(l->strip.x + l->strip.w); ++x) {
      const int b = brightness(picture_pixel(s.surface, x, (int)(l->strip.y + 0.5 * l->strip.h)));
      if (b > best) best = b, best_x = x;
    }
    const double age = meter_layout_time_age(l, best_x + 0.5);
    assert_true(age > back * METER_STEP - 0.1 && age < (back + 1) * METER_STEP + 0.1);
    close_stage(&s);
  }
}

typedef struct {
  Rect window;
  int texts, outside, shortened, overlapping;
  Rect inks[200];
  const char* scene;
} TextCheck;

static void check_text(void* handle, const char* string, Rect ink, bool shortened) {
  TextCheck* c = handle;
  ++c->texts;
  if (ink.x < c->window.x - 0.5 || ink.y < c->window.y - 0.5 ||
      ink.x + ink.w > c->window.x + c->window.w + 0.5 ||
      ink.y + ink.h > c->window.y + c->window.h + 0.5) {
    ++c->outside;
    print_error("%s: \"%s\" leaves the window\n", c->scene, string);
  }
  if (shortened) {
    ++c->shortened;
    print_error("%s: \"%s\" is shortened\n", c->scene, string);
  }
  for (int i = 0; i < c->texts - 1 && i < 200; ++i) {
    if (rect_overlaps(rect_inset(ink, 0.5, 0.5), c->inks[i])) {
      ++c->overlapping;
      print_error("%s: \"%s\" overlaps another text\n", c->scene, string);
    }
  }
  if (c->texts <= 200) c->inks[c->texts - 1] = ink;
}

static const Scene* find_scene(const char* name) {
  size_t n;
  const Scene* scenes = scenes_all(&n);
  for (size_t i = 0; i < n; ++i) {
    if (strcmp(scenes[i].name, name) == 0) return &scenes[i];
  }
  fail_msg("no scene %s", name);
  return NULL;
}

// Texts that leave the window, are shortened or overlap.
static int bad_texts(const Scene* scene, int* texts) {
  TextCheck check = {.window = {0, 0, scene->width, scene->height}, .scene = scene->name};
  cairo_surface_destroy(scene_draw(scene, check_text, &check));
  *texts += check.texts;
  const int bad = check.outside + check.shortened + check.overlapping;
  if (bad) print_error("... at %.0f x %.0f, scale %g\n", scene->width, scene->height, scene->scale);
  return bad;
}

static void no_text_is_clipped_at_any_scale(void** state) {
  (void)state;
  static const double scales[] = {1.0, 1.25, 1.5, 2.0, 3.0};
  size_t n;
  const Scene* scenes = scenes_all(&n);
  int bad = 0;
  int texts = 0;
  for (size_t i = 0; i < n; ++i) {
    // Notes and panels lie over other text on purpose.
    if (strstr(" pinned outputs keys soft two_hours typing ", scenes[i].name)) continue;
    if (scenes[i].width * scenes[i].height > 1e6) continue; // the next test checks sizes
    for (size_t k = 0; k < sizeof scales / sizeof scales[0]; ++k) {
      Scene scene = scenes[i];
      scene.width = floor(scene.width / scene.scale * scales[k]);
      scene.height = floor(scene.height / scene.scale * scales[k]);
      scene.scale = scales[k];
      bad += bad_texts(&scene, &texts);
    }
  }
  assert_true(texts > 500);
  assert_int_equal(bad, 0);
}

static void no_text_is_clipped_at_any_size(void** state) {
  (void)state;
  static const double sizes[][3] = {
      {195, 208, 1},   {320, 240, 1},  {240, 320, 1},   {420, 385, 1},   {500, 300, 1},
      {648, 450, 1},   {640, 480, 1},  {760, 585, 1},   {800, 800, 1},   {900, 600, 1},
      {700, 1000, 1},  {1000, 455, 1}, {1300, 700, 1},  {1880, 1000, 1}, {3440, 1440, 1},
      {3840, 2160, 1}, {640, 480, 2},  {1800, 1200, 2}, {3840, 2160, 2}, {1950, 1365, 3}};
  static const char* const names[] = {"live", "outside", "settling", "live_large", "hover"};
  int bad = 0;
  int texts = 0;
  for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; ++k) {
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
      Scene scene = *find_scene(names[i]);
      scene.width = sizes[k][0];
      scene.height = sizes[k][1];
      scene.scale = sizes[k][2];
      bad += bad_texts(&scene, &texts);
    }
  }
  assert_true(texts > 1000);
  assert_int_equal(bad, 0);
}

// Every state and every view at usual sizes, and at scale factors from 1 to 3.
static void no_text_is_clipped_in_any_state_or_view(void** state) {
  (void)state;
  static const double sizes[][3] = {{320, 240, 1},   {420, 385, 1},   {760, 585, 1},
                                    {900, 600, 1},   {1880, 1000, 1}, {3840, 2160, 1},
                                    {1800, 1200, 2}, {2700, 1800, 3}};
  static const char* const states[] = {"live", "silent",   "settling", "held",   "outside",
                                       "late", "no_model", "bypassed", "waiting"};
  int bad = 0;
  int texts = 0;
  for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; ++k) {
    for (size_t i = 0; i < sizeof states / sizeof states[0]; ++i) {
      for (int mode = METER_FULL; mode <= METER_STAGE; ++mode) {
        // The largest take long: every third state there, and in the full view alone.
        if (sizes[k][0] > 2000.0 && (mode != METER_FULL || i % 3 != 0)) continue;
        Scene scene = *find_scene(states[i]);
        scene.width = sizes[k][0];
        scene.height = sizes[k][1];
        scene.scale = sizes[k][2];
        scene.mode = (MeterMode)mode;
        bad += bad_texts(&scene, &texts);
      }
    }
    static const char* const sessions[] = {"session", "session_hover"};
    for (size_t i = 0; i < 2; ++i) {
      Scene session = *find_scene(sessions[i]);
      session.width = sizes[k][0];
      session.height = sizes[k][1];
      session.scale = sizes[k][2];
      bad += bad_texts(&session, &texts);
    }
  }
  assert_true(texts > 1500);
  assert_int_equal(bad, 0);
}

static const double window_sizes[][3] = {
    {195, 208, 1}, {320, 240, 1},   {420, 385, 1},   {650, 455, 1},   {760, 585, 1},
    {900, 600, 1}, {600, 1000, 1},  {1880, 1000, 1}, {3840, 2160, 1}, {1300, 910, 2},
    {640, 480, 2}, {1800, 1200, 2}, {2700, 1800, 3}};
enum { WINDOW_SIZES = sizeof window_sizes / sizeof window_sizes[0] };

// The texts of a note or panel only.
typedef struct {
  const char* title; // title of the panel; NULL: all texts count
  TextCheck check;
} OverCheck;

static void check_over(void* handle, const char* string, Rect ink, bool shortened) {
  OverCheck* over = handle;
  // A button may have the panel's name; the last text with it is the panel's.
  if (over->title && strcmp(string, over->title) == 0)
    over->check = (TextCheck){.window = over->check.window, .scene = over->title};
  check_text(&over->check, string, ink, shortened);
}

static void notes_are_complete_and_beside_what_they_explain(void** state) {
  (void)state;
  int notes = 0;
  for (int k = 0; k < WINDOW_SIZES; ++k) {
    Stage s = open_stage(window_sizes[k][0], window_sizes[k][1], window_sizes[k][2], METER_FULL);
    scene_play(s.view, 0, 60);
    const MeterLayout* l = meter_picture_layout(s.meter);
    cairo_t* cr = cairo_create(s.surface);
    for (int part = METER_PART_NONE; part <= METER_PART_COUNT; ++part) {
      OverCheck over = {.check = {.scene = "a note", .window = l->window}};
      text_set_probe(meter_picture_text(s.meter), check_over, &over);
      const Rect note = panel_note(cr, meter_picture_theme(s.meter), meter_picture_text(s.meter), l,
                                   s.view, (MeterPart)part);
      if (rect_empty(note)) continue;
      ++notes;
      assert_true(rect_covers(l->window, note));
      assert_false(rect_overlaps(note, l->parts[part]));
      assert_int_equal(over.check.outside + over.check.shortened + over.check.overlapping, 0);
      for (int i = 0; i < over.check.texts; ++i)
        assert_true(rect_covers(note, over.check.inks[i]));
    }
    cairo_destroy(cr);
    close_stage(&s);
  }
  assert_true(notes > 100);
}

static void panels_are_complete_at_every_size_and_in_every_view(void** state) {
  (void)state;
  static const char* const names[][2] = {{"outputs", "Outputs"}, {"keys", "Keys"}};
  int bad = 0;
  for (int k = 0; k < WINDOW_SIZES; ++k) {
    for (int i = 0; i < 2; ++i) {
      for (int mode = METER_FULL; mode <= METER_STAGE; ++mode) {
        Scene scene = *find_scene(names[i][0]);
        scene.width = window_sizes[k][0];
        scene.height = window_sizes[k][1];
        scene.scale = window_sizes[k][2];
        scene.mode = (MeterMode)mode;
        OverCheck over = {names[i][1], {.window = {0, 0, scene.width, scene.height}, .scene = ""}};
        cairo_surface_destroy(scene_draw(&scene, check_over, &over));
        assert_true(over.check.texts > 20);
        bad += over.check.outside + over.check.shortened + over.check.overlapping;
      }
    }
  }
  assert_int_equal(bad, 0);
}

// \return whether an item of the open menu lies under some pixel of a column of the window
static bool is_in_sight(const Stage* s, double x, int item) {
  for (double y = 0.5; y < s->h; y += 2.0)
    if (meter_picture_menu_item(s->meter, x, y) == item) return true;
  return false;
}

// Texts of the menu alone; what lies under it does not matter.
typedef struct {
  const char* const* texts; // two
  Rect window;
  int seen, bad;
} MenuCheck;

static void check_menu(void* handle, const char* string, Rect ink, bool shortened) {
  MenuCheck* check = handle;
  if (strcmp(string, check->texts[0]) != 0 && strcmp(string, check->texts[1]) != 0) return;
  ++check->seen;
  if (!shortened && rect_covers(check->window, ink)) return;
  ++check->bad;
  if (check->window.w >= 320.0)
    print_error("\"%s\" of the menu is cut at %.0f x %.0f\n", string, check->window.w,
                check->window.h);
}

static void every_model_of_a_long_list_can_be_reached(void** state) {
  (void)state;
  enum { N = 33 };
  static const char* const texts[] = {"accurate-48k",
                                      "LSTM with attention, trained on 3,000 songs"};
  const char* names[N];
  const char* details[N];
  for (int i = 0; i < N; ++i) {
    names[i] = i % 2 ? "default" : texts[0];
    details[i] = texts[1];
  }
  for (int k = 0; k < WINDOW_SIZES; ++k) {
    for (int mode = METER_FULL; mode <= METER_STAGE; ++mode) {
      Stage s =
          open_stage(window_sizes[k][0], window_sizes[k][1], window_sizes[k][2], (MeterMode)mode);
      meter_picture_open_menu(s.meter, names, details, N, N - 1);
      const double unit = meter_picture_layout(s.meter)->unit;
      const Rect button = meter_picture_layout(s.meter)->parts[METER_PART_MODEL];
      const double x = rect_empty(button) ? 4.0 * unit : button.x + 0.5 * button.w;
      assert_true(is_in_sight(&s, x, N - 1)); // at the current one
      for (int i = 0; i < N; i += 8) {
        meter_picture_menu_select(s.meter, (size_t)i);
        assert_true(is_in_sight(&s, x, i));
      }
      MenuCheck check = {texts, {0, 0, s.w, s.h}, 0, 0};
      text_set_probe(meter_picture_text(s.meter), check_menu, &check);
      draw(&s);
      assert_true(check.seen > 2);
      assert_true(check.bad == 0 || s.w < 320.0 * window_sizes[k][2]);
      close_stage(&s);
    }
  }
}

static void check_size(void* handle, const char* string, Rect ink, bool shortened) {
  (void)shortened;
  if (string[0] == '+' || string[0] == 'v') *(double*)handle = fmin(*(double*)handle, ink.h);
}

// The stage view must be readable from a distance: a small window shows the compact view instead.
static void the_stage_has_no_small_type(void** state) {
  (void)state;
  for (int k = 0; k < WINDOW_SIZES; ++k) {
    Scene scene = *find_scene("stage");
    scene.width = window_sizes[k][0];
    scene.height = window_sizes[k][1];
    scene.scale = window_sizes[k][2];
    double least = 1e9; // height of "valence" and of the numbers, px
    cairo_surface_destroy(scene_draw(&scene, check_size, &least));
    if (least < 6.5 * scene.scale)
      print_error("%.1f px at %.0f x %.0f\n", least, scene.width, scene.height);
    assert_true(least >= 6.5 * scene.scale);
  }
}

// At every size and in every view, the core of the point is drawn and no text covers it.
static void the_point_is_visible_at_every_size(void** state) {
  (void)state;
  static const double sizes[][3] = {{195, 208, 1}, {320, 240, 1},   {420, 385, 1},  {760, 585, 1},
                                    {900, 600, 1}, {1880, 1000, 1}, {1800, 1200, 2}};
  static const double places[][2] = {{0, 0},        {0.95, 0.95},   {-0.95, 0.95}, {-0.95, -0.95},
                                     {0.95, -0.95}, {-0.43, -0.35}, {0.45, 0.28}};
  for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; ++k) {
    for (int mode = METER_FULL; mode <= METER_STAGE; ++mode) {
      Stage s = open_stage(sizes[k][0], sizes[k][1], sizes[k][2], (MeterMode)mode);
      scene_play(s.view, 0, 60);
      for (size_t i = 0; i < sizeof places / sizeof places[0]; ++i) {
        const float level[PROTOCOL_LEVEL_FLOATS] = {
            0, 0, 0, 0, (float)places[i][0], (float)places[i][1]};
        messages_level(s.view, level);
        for (int t = 0; t < 60; ++t)
          meter_view_tick(s.view, 10.0 * (double)(i + 1) + 0.04 * t);
        draw(&s);
        const Rect plane = meter_picture_layout(s.meter)->plane;
        const double half = 0.5 * (1.0 - PLANE_MARGIN);
        const int x = (int)(plane.x + plane.w * (0.5 + half * places[i][0]));
        const int y = (int)(plane.y + plane.h * (0.5 - half * places[i][1]));
        for (int n = 0; n < 9; ++n)
          assert_true(brightness(picture_pixel(s.surface, x + n % 3 - 1, y + n / 3 - 1)) > 560);
      }
      close_stage(&s);
    }
  }
}

static void the_plane_takes_half_of_the_height_and_type_grows(void** state) {
  (void)state;
  double unit = 0.0;
  for (double w = 195.0; w <= 3840.0; w *= 1.07) {
    for (double shape = 0.6; shape <= 2.4; shape += 0.15) {
      const MeterLayout l = meter_layout_compute(floor(w), floor(w / shape), 1.0, METER_FULL);
      const double least = fmin(0.5 * l.window.h, 0.5 * l.window.w);
      if (l.window.h < 208.0) continue;
      assert_true(l.plane.w >= least && l.plane.h >= least);
      assert_true(rect_covers(l.window, l.plane) && rect_covers(l.window, l.reading));
      assert_false(rect_overlaps(l.plane, l.reading));
      assert_false(rect_overlaps(l.plane, l.timeline));
      assert_false(rect_overlaps(l.cues, l.reading));
      assert_false(rect_overlaps(l.cues, l.timeline));
      assert_true(l.unit >= 11.0);
      if (l.mode == METER_FULL) assert_true(l.curves.h >= 1.8 * l.unit);
    }
    const MeterLayout l = meter_layout_compute(floor(w), floor(w / 1.5), 1.0, METER_FULL);
    if (l.mode != METER_FULL) continue;
    assert_true(l.unit >= unit);
    unit = l.unit;
  }
  assert_true(unit > 50.0);
}

// If a zoomed plane's axis is not visible, its names stay at the border.
static void each_part_of_the_plane_names_its_axes(void** state) {
  (void)state;
  Text* text = text_new();
  assert_non_null(text);
  const Theme theme = theme_default(1.0);
  const Rect room = {10.0, 20.0, 700.0, 700.0};
  static const char* const names[] = {"negative", "energetic", "quiet", "positive"};
  for (int part = 0; part < 9; ++part) {
    const Rect plane = {10.0 - 1400.0 * (part % 3), 20.0 - 1400.0 * (part / 3), 3500.0, 3500.0};
    PlaneWords words;
    plane_words_place(&words, &theme, text, plane, room, NULL, true);
    assert_true(words.n >= 4);
    for (size_t i = 0; i < words.n; ++i) {
      if (i < 4) assert_string_equal(words.words[i].name, names[i]);
      assert_true(rect_covers(room, words.words[i].box));
      for (size_t k = 0; k < i; ++k)
        assert_false(rect_overlaps(words.words[i].box, words.words[k].box));
    }
  }
  text_free(text);
}

static bool touches(Rect box, PlaneMark mark) {
  const double r = 0.6 * mark.radius;
  return rect_overlaps(box, (Rect){mark.x - r, mark.y - r, 2 * r, 2 * r});
}

// For any position of the point and the piece's mark, no word touches them or another word.
static void words_keep_clear_of_marks_and_of_each_other(void** state) {
  (void)state;
  Text* text = text_new();
  assert_non_null(text);
  static const double sizes[] = {120.0, 208.0, 330.0, 900.0};
  for (size_t k = 0; k < 4; ++k) {
    const Theme theme = theme_default(fmax(11.0, sizes[k] / 42.0) / THEME_FONT_PX);
    const Rect plane = {10, 20, sizes[k], sizes[k]};
    PlaneWords words;
    plane_words_place(&words, &theme, text, plane, plane, NULL, sizes[k] > 220.0);
    assert_true(words.n >= (sizes[k] > 800.0 ? 14 : sizes[k] > 300.0 ? 10 : 4));
    for (int i = 0; i < 1000; ++i) {
      const PlaneMark marks[] = {
          {plane_x(plane, sin(0.37 * i)), plane_y(plane, cos(0.23 * i)), theme.unit},
          {plane_x(plane, 0.7 * sin(0.05 * i)), plane_y(plane, 0.7 * cos(0.03 * i)),
           0.6 * theme.unit}};
      plane_words_avoid(&words, &theme, marks, 2);
      for (size_t a = 0; a < words.n; ++a) {
        if (!words.words[a].shown) continue;
        assert_false(touches(words.words[a].box, marks[0]));
        assert_false(touches(words.words[a].box, marks[1]));
        assert_true(rect_covers(plane, words.words[a].box));
        for (size_t b = 0; b < a; ++b) {
          if (!words.words[b].shown) continue;
          assert_false(rect_overlaps(words.words[a].box, words.words[b].box));
        }
      }
    }
    plane_words_avoid(&words, &theme, NULL, 0); // without marks all are at home
    for (size_t a = 0; a < words.n; ++a) {
      assert_true(words.words[a].shown);
      assert_memory_equal(&words.words[a].box, &words.words[a].home, sizeof(Rect));
    }
  }
  text_free(text);
}

static void assert_same_as_a_whole(const Stage* s) {
  Stage whole = *s;
  whole.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)s->w, (int)s->h);
  draw(&whole);
  assert_true(picture_difference(s->surface, whole.surface, 2) == 0.0);
  cairo_surface_destroy(whole.surface);
}

// All events that change a part of the picture, one after the other.
static void change(Stage* s, int step, int64_t* index) {
  if (step % 3 == 0) scene_play(s->view, (*index)++, 1);
  if (step == 6) meter_view_hover(s->view, 20.0);
  if (step == 10) meter_view_pin(s->view);
  if (step == 13) meter_view_hover(s->view, -1.0);
  if (step == 20) meter_view_pin(s->view);
  if (step == 22) meter_view_set_hold(s->view, true);
  if (step == 24) meter_view_set_response(s->view, 2.0f);
  if (step == 26) meter_view_set_trail(s->view, 50.0);
  if (step == 28) meter_view_hover(s->view, 3.0);
  if (step == 30) *index = 0; // a reset: the past is gone
  if (step == 33) meter_view_hover(s->view, -1.0);
  meter_view_tick(s->view, 1.04 + 0.04 * step);
}

static void a_partial_redraw_equals_a_full_one(void** state) {
  (void)state;
  Stage s = open_stage(900, 600, 1.0, METER_FULL);
  int64_t index = 150;
  scene_play(s.view, 0, 150);
  meter_view_tick(s.view, 1.0);
  meter_view_damage(s.view);
  draw(&s);
  for (int i = 0; i < 42; ++i) {
    change(&s, i, &index);
    Rect dirty[METER_RECTS];
    const size_t n = meter_picture_update(s.meter, s.view, meter_view_damage(s.view), dirty);
    assert_true(n > 0);
    for (size_t k = 0; k < n; ++k)
      draw_part(&s, dirty[k]);
    assert_same_as_a_whole(&s);
  }
  close_stage(&s);
}

/// What is kept from drawing to drawing is not kept too long: a new picture shows the same.
static void a_longer_history_has_a_ground_of_its_own(void** state) {
  (void)state;
  Stage stages[2];
  for (int fresh = 0; fresh < 2; ++fresh) {
    stages[fresh] = open_stage(900, 600, 1.0, METER_FULL);
    Stage* s = &stages[fresh];
    scene_play(s->view, 0, 700);
    meter_view_tick(s->view, 1.0);
    if (!fresh) draw(s);
    meter_view_zoom(s->view, 1);
    draw(s);
  }
  assert_true(picture_difference(stages[0].surface, stages[1].surface, 2) == 0.0);
  for (int i = 0; i < 2; ++i) {
    meter_view_zoom(stages[i].view, -1);
    draw(&stages[i]);
  }
  assert_true(picture_difference(stages[0].surface, stages[1].surface, 2) == 0.0);
  close_stage(&stages[0]);
  close_stage(&stages[1]);
}

static void a_picture_in_pieces_equals_the_whole(void** state) {
  (void)state;
  size_t n;
  const Scene* scenes = scenes_all(&n);
  for (size_t i = 0; i < n; ++i) {
    const Scene* scene = &scenes[i];
    Stage s = open_stage(scene->width, scene->height, scene->scale, scene->mode);
    scene->setup(s.view);
    meter_view_tick(s.view, 1.0);
    for (double y = 0.0; y < s.h; y += 61.0) {
      for (double x = 0.0; x < s.w; x += 97.0)
        draw_part(&s, (Rect){x, y, 97.0, 61.0});
    }
    assert_same_as_a_whole(&s);
    close_stage(&s);
  }
}

static void draw_moving_parts(cairo_t* cr, bool outside) {
  const Theme theme = theme_default(1.0);
  const Rect plane = {0, 0, 300, 300};
  PlanePoint trail[100];
  for (int i = 0; i < 100; ++i) {
    trail[i] = (PlanePoint){0.7 * sin(0.05 * i), 0.6 * cos(0.11 * i), 0.25 * (99 - i), i == 60};
  }
  const PlaneDot dot = {.valence = 0.2,
                        .arousal = -0.3,
                        .valence_spread = 0.3,
                        .arousal_spread = 0.2,
                        .confidence = 0.9,
                        .settled = 1.0,
                        .outside = outside};
  cairo_set_source_rgb(cr, 0.1, 0.1, 0.1);
  cairo_paint(cr);
  plane_trail(cr, plane, trail, 100, 30.0, 3.5);
  plane_dot(cr, &theme, plane, &dot);
}

// On images our brush draws; on other surfaces (SVG, PDF) cairo does.
static void the_brush_draws_what_stroking_draws(void** state) {
  (void)state;
  for (int outside = 0; outside < 2; ++outside) {
    cairo_surface_t* images[2];
    for (int i = 0; i < 2; ++i) {
      images[i] = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 300, 300);
      cairo_t* cr = cairo_create(images[i]);
      if (i == 0) {
        draw_moving_parts(cr, outside);
      } else {
        const cairo_rectangle_t size = {0, 0, 300, 300};
        cairo_surface_t* recording =
            cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &size);
        cairo_t* record = cairo_create(recording);
        draw_moving_parts(record, outside);
        cairo_destroy(record);
        cairo_set_source_surface(cr, recording, 0, 0);
        cairo_paint(cr);
        cairo_surface_destroy(recording);
      }
      cairo_destroy(cr);
    }
    const double a_little = picture_difference(images[0], images[1], 12);
    const double a_lot = picture_difference(images[0], images[1], 60);
    print_message("brush and stroke: %.2f %% of the pixels differ by more than 12, %.3f %% by more "
                  "than 60 of 255\n",
                  100.0 * a_little, 100.0 * a_lot);
    assert_true(a_little < 0.02);
    assert_true(a_lot < 0.001);
    for (int i = 0; i < 2; ++i)
      cairo_surface_destroy(images[i]);
  }
}

static void nothing_is_drawn_when_nothing_changed(void** state) {
  (void)state;
  Stage s = open_stage(900, 600, 1.0, METER_FULL);
  scene_play(s.view, 0, 150);
  for (int i = 0; i < 50; ++i)
    meter_view_tick(s.view, 1.0 + 0.04 * i);
  draw(&s);
  meter_view_damage(s.view);
  Rect dirty[METER_RECTS];
  meter_view_tick(s.view, 10.0);
  assert_int_equal(meter_picture_update(s.meter, s.view, meter_view_damage(s.view), dirty), 0);
  close_stage(&s);
}

static void every_state_has_a_picture_of_its_own(void** state) {
  (void)state;
  static const char* const names[] = {"live",    "silent", "settling", "held",
                                      "outside", "late",   "no_model", "bypassed"};
  cairo_surface_t* pictures[8];
  size_t n;
  const Scene* scenes = scenes_all(&n);
  for (int i = 0; i < 8; ++i) {
    pictures[i] = NULL;
    for (size_t k = 0; k < n; ++k) {
      if (strcmp(scenes[k].name, names[i]) == 0) {
        pictures[i] = scene_draw(&scenes[k], NULL, NULL);
      }
    }
    assert_non_null(pictures[i]);
  }
  for (int i = 0; i < 8; ++i) {
    for (int k = 0; k < i; ++k) {
      assert_true(picture_difference(pictures[i], pictures[k], 40) > 0.0015);
    }
  }
  for (int i = 0; i < 8; ++i)
    cairo_surface_destroy(pictures[i]);
}

static void the_mixer_strip_shows_the_point_or_nothing(void** state) {
  (void)state;
  for (int size = 24; size <= 240; size += 72) {
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, size, size);
    cairo_t* cr = cairo_create(surface);
    InlineReading reading = {.valence = 0.5, .arousal = -0.5, .confidence = 0.9};
    inline_display_draw(cr, size, size, &reading);
    const double half = 0.5 * size * (1.0 - PLANE_MARGIN);
    const int x = (int)(0.5 * size + 0.5 * half);
    const int y = (int)(0.5 * size + 0.5 * half);
    assert_true(brightness(picture_pixel(surface, x, y)) > 500);
    reading.silent = true;
    inline_display_draw(cr, size, size, &reading);
    assert_true(brightness(picture_pixel(surface, x, y)) < 200);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    assert_int_equal(inline_display_height(size, 1000), size);
    assert_int_equal(inline_display_height(size, 20), 20);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scenes_look_like_their_goldens),
      cmocka_unit_test(written_output_agrees_with_the_goldens),
      cmocka_unit_test(the_point_is_where_the_value_says),
      cmocka_unit_test(the_hottest_column_is_the_moment_most_beyond_the_usual),
      cmocka_unit_test(no_text_is_clipped_at_any_scale),
      cmocka_unit_test(no_text_is_clipped_at_any_size),
      cmocka_unit_test(no_text_is_clipped_in_any_state_or_view),
      cmocka_unit_test(the_stage_has_no_small_type),
      cmocka_unit_test(notes_are_complete_and_beside_what_they_explain),
      cmocka_unit_test(panels_are_complete_at_every_size_and_in_every_view),
      cmocka_unit_test(every_model_of_a_long_list_can_be_reached),
      cmocka_unit_test(the_point_is_visible_at_every_size),
      cmocka_unit_test(the_plane_takes_half_of_the_height_and_type_grows),
      cmocka_unit_test(each_part_of_the_plane_names_its_axes),
      cmocka_unit_test(words_keep_clear_of_marks_and_of_each_other),
      cmocka_unit_test(a_partial_redraw_equals_a_full_one),
      cmocka_unit_test(a_longer_history_has_a_ground_of_its_own),
      cmocka_unit_test(a_picture_in_pieces_equals_the_whole),
      cmocka_unit_test(the_brush_draws_what_stroking_draws),
      cmocka_unit_test(nothing_is_drawn_when_nothing_changed),
      cmocka_unit_test(every_state_has_a_picture_of_its_own),
      cmocka_unit_test(the_mixer_strip_shows_the_point_or_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
