// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The code that both windows share, a piece at a time: the plane, the brush, pixels, texts, menus
/// and notes.
#include "gui/kit/brush.h"
#include "gui/kit/menu.h"
#include "gui/kit/pixels.h"
#include "gui/kit/plane.h"
#include "gui/kit/shapes.h"
#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "pictures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SIDE = 300 };

static const Rgb white = {1.0, 1.0, 1.0};
static const Rect all = {0.0, 0.0, SIDE, SIDE};
static cairo_surface_t* surface; // black
static cairo_t* cr;
static Theme theme;
static Text* text;

static int setup(void** state) {
  (void)state;
  surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, SIDE, SIDE);
  cr = cairo_create(surface);
  theme = theme_default(1.0);
  text = text_new();
  return text ? 0 : -1;
}

static int teardown(void** state) {
  (void)state;
  text_free(text);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  return 0;
}

static int light(int x, int y) {
  return (int)(picture_pixel(surface, x, y) >> 8 & 0xFFu); // green
}

static int light_of_column(int x) {
  int sum = 0;
  for (int y = 0; y < SIDE; ++y)
    sum += light(x, y) > 20;
  return sum;
}

static void energetic_is_up_and_pleasant_is_right(void** state) {
  (void)state;
  assert_true(plane_x(all, 0.5) > plane_x(all, -0.5) && plane_y(all, 0.5) < plane_y(all, -0.5));
  assert_true(plane_x(all, 7.0) == plane_x(all, 1.0) && plane_y(all, -7.0) == plane_y(all, -1.0));
}

static void a_trail_gets_thinner_with_its_age(void** state) {
  (void)state;
  PlanePoint points[41];
  for (int i = 0; i <= 40; ++i)
    points[i] = (PlanePoint){-0.8 + 0.04 * i, 0.0, 4.0 - 0.1 * i, false};
  plane_trail(cr, all, points, 41, 5.0, 30.0);
  const int old = light_of_column((int)plane_x(all, -0.6));
  const int recent = light_of_column((int)plane_x(all, 0.7));
  assert_true(recent > 24 && old > 8 && old < 0.7 * recent);
}

static void a_point_stays_within_its_extent(void** state) {
  (void)state;
  const PlaneDot dots[] = {{.confidence = 1.0, .settled = 1.0},
                           {.valence_spread = 0.1, .arousal_spread = 0.7, .settled = 1.0},
                           {.valence_spread = 0.7, .arousal_spread = 0.1, .settled = 0.5},
                           {.settled = 1.0, .held = true}};
  for (size_t i = 0; i < sizeof dots / sizeof *dots; ++i) {
    cairo_set_source_rgb(cr, 0.0, 0.0, 0.0);
    cairo_paint(cr);
    plane_dot(cr, &theme, all, &dots[i]);
    const Rect extent = plane_dot_extent(&theme, all, &dots[i]);
    for (int y = 0; y < SIDE; ++y)
      for (int x = 0; x < SIDE; ++x)
        if (picture_pixel(surface, x, y) != 0 && !rect_contains(extent, x, y))
          fail_msg("point %zu is drawn at %d, %d", i, x, y);
  }
}

static void a_thin_line_is_fainter(void** state) {
  (void)state;
  for (int i = 0; i < 2; ++i) {
    Brush brush;
    assert_true(brush_begin(&brush, cr, all));
    brush_line(&brush, 20.0, 50.5 + 50.0 * i, 280.0, 50.5 + 50.0 * i, i ? 0.3 : 1.0, white, 1.0);
    brush_end(&brush, cr);
  }
  assert_true(light(150, 50) == 255 && abs(light(150, 100) - 77) <= 2);
}

static void colours_are_premultiplied_and_clips_are_respected(void** state) {
  (void)state;
  assert_int_equal(pixels_pack((Rgb){1.0, 0.5, 0.25}, 0.5), 0x80804020u);
  cairo_rectangle(cr, 100.0, 100.0, 50.0, 50.0);
  cairo_clip(cr);
  assert_true(brush_ellipse(cr, 125.0, 105.0, 40.0, 10.0, white, 1.0));
  assert_true(light(100, 105) == 255 && light(149, 105) == 255 && light(125, 112) == 255);
  assert_true(light(99, 105) == 0 && light(125, 98) == 0 && light(150, 105) == 0);
}

static void a_menu_stays_in_its_window(void** state) {
  (void)state;
  static const char* const names[] = {"one", "a rather long name", "three", "four", "five", "six"};
  Menu menu;
  menu_open(&menu, &theme, text, all, (Rect){280.0, 90.0, 15.0, 20.0}, names, NULL, 6, 5);
  assert_true(menu.box.x > 0.0 && menu.box.x + menu.box.w <= SIDE && menu.box.y >= 0.0);
  assert_true(menu.shown < 6 && menu.first + menu.shown == 6); // it is scrolled to the marked one
  assert_int_equal(menu_item(&menu, menu.box.x + 9.0, menu.box.y + menu.box.h - 9.0), 5);
  assert_int_equal(menu_item(&menu, menu.box.x + 9.0, menu.box.y + menu.box.h + 1.0), -1);
  menu_select(&menu, 0);
  for (size_t i = 0; i < 6; ++i) { // it scrolls with the mark
    menu_select(&menu, i);
    assert_true(menu.first <= i && i < menu.first + menu.shown);
  }
}

static bool was_shortened;

static void take_ink(void* handle, const char* string, Rect ink, bool shortened) {
  (void)string;
  was_shortened = shortened;
  *(Rect*)handle = ink;
}

static void a_text_is_placed_by_its_anchor_and_fits_where_it_should(void** state) {
  (void)state;
  Rect ink;
  text_set_probe(text, take_ink, &ink);
  TextStyle style = {.size = 20.0, .color = white};
  text_draw(text, cr, &style, 150.0, 40.0, "HOH");
  assert_true(fabs(ink.x - 150.0) < 4.0);
  style.anchor = TEXT_CENTER;
  text_draw(text, cr, &style, 150.0, 80.0, "HOH");
  assert_true(fabs(ink.x + 0.5 * ink.w - 150.0) < 2.0);
  style.anchor = TEXT_RIGHT;
  text_draw(text, cr, &style, 150.0, 120.0, "HOH");
  assert_true(fabs(ink.x + ink.w - 150.0) < 4.0);
  assert_false(was_shortened);
  const double regular = text_width(text, &style, "HOH");
  style.weight = TEXT_BOLD;
  assert_true(text_width(text, &style, "HOH") > regular);
  style.size = text_fit(text, &style, "a text that is far too long for it", 100.0);
  const double width = text_width(text, &style, "a text that is far too long for it");
  assert_true(width <= 100.0 && width > 90.0);
  style.max_width = 50.0;
  text_draw(text, cr, &style, 150.0, 160.0, "a text that is far too long for it");
  assert_true(was_shortened && ink.w <= 51.0);
}

static void a_note_stays_within_its_bounds(void** state) {
  (void)state;
  static const char* const lines[] = {"a note", "that explains", "a part that fills its window",
                                      "so that there is no room beside it"};
  for (int i = 0; i < 9; ++i) {
    const Rect about = {i % 3 * 20.0, i / 3 * 20.0, 260.0, 260.0};
    const Rect box = shape_note(cr, &theme, text, all, about, lines, 4);
    if (!rect_covers(all, box)) fail_msg("note %d is at %g, %g", i, box.x, box.y);
  }
}

static void the_ground_is_dimmed(void** state) {
  (void)state;
  plane_tints(cr, &theme, all, 0.0);
  const int bright = light(270, 30);
  plane_tints(cr, &theme, all, 0.9);
  assert_true(light(270, 30) < bright - 10);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(energetic_is_up_and_pleasant_is_right),
                                     TEST(a_trail_gets_thinner_with_its_age),
                                     TEST(a_point_stays_within_its_extent),
                                     TEST(a_thin_line_is_fainter),
                                     TEST(colours_are_premultiplied_and_clips_are_respected),
                                     TEST(a_menu_stays_in_its_window),
                                     TEST(a_text_is_placed_by_its_anchor_and_fits_where_it_should),
                                     TEST(a_note_stays_within_its_bounds),
                                     TEST(the_ground_is_dimmed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
