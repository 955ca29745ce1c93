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
#include <stdio.h>
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

static void paint_black(void) {
  cairo_set_source_rgb(cr, 0.0, 0.0, 0.0);
  cairo_paint(cr);
}

static void assert_rect(Rect r, double x, double y, double w, double h) {
  if (fabs(r.x - x) + fabs(r.y - y) + fabs(r.w - w) + fabs(r.h - h) > 1e-9)
    fail_msg("%g %g %g %g is not %g %g %g %g", r.x, r.y, r.w, r.h, x, y, w, h);
}

/// A rectangle has its left and upper edges, not the others.
static void rectangles_touch_without_overlapping(void** state) {
  (void)state;
  const Rect r = {10.0, 20.0, 30.0, 40.0}, none = {0.0, 0.0, 0.0, 5.0};
  assert_true(rect_contains(r, 10.0, 20.0) && rect_contains(r, 39.9, 59.9));
  assert_false(rect_contains(r, 40.0, 30.0) || rect_contains(r, 30.0, 60.0) ||
               rect_contains(r, 9.9, 30.0) || rect_contains(r, 30.0, 19.9));
  assert_true(rect_empty(none) && !rect_empty(r));
  const Rect around[] = {{0.0, 0.0, 10.0, 99.0},
                         {40.0, 0.0, 10.0, 99.0},
                         {0.0, 0.0, 99.0, 20.0},
                         {0.0, 60.0, 99.0, 9.0},
                         none};
  for (size_t i = 0; i < 5; ++i) {
    assert_false(rect_overlaps(r, around[i]) || rect_overlaps(around[i], r));
    const Rect cut = rect_cut(r, around[i]);
    assert_true(rect_empty(cut) && cut.w >= 0.0 && cut.h >= 0.0);
  }
  assert_true(rect_overlaps(r, (Rect){39.0, 59.0, 9.0, 9.0}));
  assert_true(rect_covers(r, r) && !rect_covers(r, (Rect){11.0, 20.0, 30.0, 40.0}) &&
              !rect_covers(r, (Rect){10.0, 19.0, 30.0, 40.0}) &&
              !rect_covers(r, (Rect){10.0, 20.0, 30.0, 41.0}));
  assert_rect(rect_union(r, (Rect){5.0, 30.0, 10.0, 90.0}), 5.0, 20.0, 35.0, 100.0);
  assert_rect(rect_union(r, none), 10.0, 20.0, 30.0, 40.0);
  assert_rect(rect_union(none, r), 10.0, 20.0, 30.0, 40.0);
  assert_rect(rect_cut(r, (Rect){5.0, 30.0, 10.0, 90.0}), 10.0, 30.0, 5.0, 30.0);
  assert_rect(rect_inset(r, 20.0, 1.0), 30.0, 21.0, 0.0, 38.0);
  assert_rect(rect_pixels((Rect){-0.5, 1.5, 2.0, 2.0}), -1.0, 1.0, 3.0, 3.0);
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
    paint_black();
    plane_dot(cr, &theme, all, &dots[i]);
    const Rect extent = plane_dot_extent(&theme, all, &dots[i]);
    for (int y = 0; y < SIDE; ++y)
      for (int x = 0; x < SIDE; ++x)
        if (picture_pixel(surface, x, y) != 0 && !rect_contains(extent, x, y))
          fail_msg("point %zu is drawn at %d, %d", i, x, y);
  }
}

/// Its round ends too; after a gap it goes on without a line between.
static void a_trail_is_drawn_within_its_extent(void** state) {
  (void)state;
  enum { WIDTH = 20 };
  const PlanePoint points[] = {{-0.5, 0.0, 0.2, false},
                               {-0.4, 0.0, 0.2, false},
                               {0.4, 0.0, 0.1, true},
                               {0.5, 0.0, 0.0, false}};
  const Rect extent = plane_trail_extent(all, points, 4, 100.0, WIDTH);
  plane_trail(cr, all, points, 4, 100.0, WIDTH);
  const int y = (int)plane_y(all, 0.0), left = (int)plane_x(all, -0.5),
            right = (int)plane_x(all, 0.5);
  assert_true(light(left - WIDTH / 2 + 2, y) > 100 && light(right + WIDTH / 2 - 3, y) > 100);
  assert_true(light(left + 3, y - WIDTH / 2 + 2) > 100 && light(left + 3, y + WIDTH / 2 - 3) > 100);
  assert_int_equal(light((left + right) / 2, y), 0);
  for (int py = 0; py < SIDE; ++py)
    for (int px = 0; px < SIDE; ++px)
      if (light(px, py) > 0) assert_true(rect_contains(extent, px, py));
  assert_true(rect_empty(plane_trail_extent(all, points, 1, 100.0, WIDTH)));
  assert_true(rect_empty(plane_trail_extent(all, points, 4, 0.0, WIDTH)));
}

/// \return the light of the picture at an angle around the middle, clockwise from the top
static int light_around(double radius, double turn) {
  const double angle = 6.283185307 * turn;
  return light((int)(150.0 + radius * sin(angle)), (int)(150.0 - radius * cos(angle)));
}

static void a_point_shows_confidence_settling_and_hold(void** state) {
  (void)state;
  const double u = theme.unit;
  int glow[3];
  for (int i = 0; i < 3; ++i) {
    const PlaneDot dot = {.confidence = 0.5 * i, .settled = 1.0};
    paint_black();
    plane_dot(cr, &theme, all, &dot);
    glow[i] = light_around(1.3 * u, 0.125);
    assert_true(light(150, 150) > 200);
  }
  assert_true(glow[0] == 0 && glow[1] > 10 && glow[2] > glow[1] + 10);
  // Settling fills a ring from the top, clockwise.
  for (int quarters = 1; quarters < 4; ++quarters) {
    const PlaneDot dot = {.settled = 0.25 * quarters};
    paint_black();
    plane_dot(cr, &theme, all, &dot);
    for (int k = 0; k < 4; ++k)
      assert_int_equal(light_around(1.45 * u, 0.25 * k + 0.125) > 100, k < quarters);
  }
  // A hold has corners.
  const PlaneDot held = {.settled = 1.0, .held = true};
  const double corner = 1.15 * u;
  paint_black();
  plane_dot(cr, &theme, all, &held);
  for (int k = 0; k < 4; ++k)
    assert_true(light((int)(150.0 + (k & 1 ? corner : -corner)),
                      (int)(150.0 + (k & 2 ? corner : -corner))) > 60);
  assert_int_equal(light((int)(150.0 + corner), 150), 0);
  // Outside of what the model knows it is a ring, without glow.
  const PlaneDot outside = {.confidence = 1.0, .settled = 1.0, .outside = true};
  paint_black();
  plane_dot(cr, &theme, all, &outside);
  assert_true(light(150, 150) < 60 && light_around(0.39 * u, 0.125) > 100);
  assert_int_equal(light_around(1.3 * u, 0.125), 0);
}

static void marks_are_at_their_place_and_within_their_extent(void** state) {
  (void)state;
  const Rect plane = {20.0, 40.0, 200.0, 160.0};
  const int x = (int)plane_x(plane, 0.5), y = (int)plane_y(plane, -0.5);
  plane_piece(cr, &theme, plane, 0.5, -0.5);
  const Rect extent = plane_piece_extent(&theme, plane, 0.5, -0.5);
  const int r = (int)(0.40 * theme.unit);
  assert_true(light(x + r, y) > 60 && light(x, y - r) > 60 && light(x, y) < 60);
  for (int py = 0; py < SIDE; ++py)
    for (int px = 0; px < SIDE; ++px)
      if (picture_pixel(surface, px, py) != 0) assert_true(rect_contains(extent, px, py));
  paint_black();
  plane_ring(cr, &theme, plane, 0.5, -0.5, white);
  const int ring = (int)(0.62 * theme.unit);
  assert_true(light(x + ring, y) > 150 && light(x, y + ring) > 150 && light(x, y) == 0);
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

/// Marks at the right show that there are more names above or below; a pixel is in the middle of
/// one.
static void a_menu_shows_where_there_is_more(void** state) {
  (void)state;
  static const char* const names[] = {"1", "2", "3", "4", "5", "6"};
  static const char* const details[] = {"a", "b", "c", "d", "e", "f"};
  Menu menu;
  for (size_t at = 0; at < 6; ++at) {
    menu_open(&menu, &theme, text, all, (Rect){20.0, 100.0, 150.0, 20.0}, names, NULL, 6, at);
    assert_true(menu.shown >= 2 && menu.shown <= 4);
    menu_draw(cr, &theme, text, &menu);
    const double r = 0.32 * theme.unit;
    const int x = (int)(menu.box.x + menu.box.w - 0.3 * theme.unit - 1.5 * r);
    const double pad = 0.5 * (menu.box.h - menu.row * (double)menu.shown);
    for (size_t row = 0; row < menu.shown; ++row) {
      const int y = (int)(menu.box.y + pad + menu.row * ((double)row + 0.5));
      const bool marked =
          picture_pixel(surface, x, y) != picture_pixel(surface, x - (int)(2 * r), y);
      assert_int_equal(marked, (row == 0 && menu.first > 0) ||
                                   (row + 1 == menu.shown && menu.first + menu.shown < 6));
    }
    assert_int_equal(menu_item(&menu, menu.box.x + 9.0, menu.box.y + pad + 1.0), menu.first);
  }
  menu_open(&menu, &theme, text, all, (Rect){20.0, 280.0, 15.0, 20.0}, names, details, 6, 3);
  assert_true(menu.shown == 6 && !menu.stacked);
  menu_select(&menu, 6); // there is none
  assert_int_equal(menu.current, 3);
  menu_open(&menu, &theme, text, (Rect){0.0, 0.0, 60.0, SIDE}, (Rect){5.0, 280.0, 15.0, 20.0},
            names, details, 6, 3);
  assert_true(menu.stacked && menu.box.x >= 0.0 && menu.box.x + menu.box.w <= 60.0);
  menu_close(&menu);
  assert_int_equal(menu_item(&menu, 100.0, 250.0), -1);
}

static void a_slider_is_filled_to_its_value(void** state) {
  (void)state;
  const Rect r = {50.0, 50.0, 200.0, 30.0};
  static const double values[] = {-1.0, 0.0, 0.5, 1.0, 7.0};
  for (size_t i = 0; i < 5; ++i) {
    paint_black();
    shape_slider(cr, &theme, text, r, "", "", values[i]);
    const int y = (int)(r.y + 0.80 * r.h);
    const double from = r.x + 0.65 * theme.unit, to = r.x + r.w - 0.65 * theme.unit;
    const double end = from + fmin(fmax(values[i], 0.0), 1.0) * (to - from);
    const int filled = (int)round(255.0 * theme.accent.g);
    for (double x = ceil(from) + 2.0; x < to - 2.0; x += 1.0)
      if (fabs(x - end) > 2.0) assert_int_equal(abs(light((int)x, y) - filled) < 3, x < end);
    assert_true(light((int)to + 2, y) == 0 && light((int)from - 2, y) == 0);
  }
}

/// Small parts have their notes at the right, wide ones below or, in the lower half, above.
static void a_note_is_beside_what_it_explains(void** state) {
  (void)state;
  static const char* const lines[] = {"note"};
  const Rect small = {100.0, 100.0, 20.0, 20.0}, edge = {270.0, 100.0, 20.0, 20.0},
             upper = {50.0, 100.0, 200.0, 20.0}, lower = {50.0, 180.0, 200.0, 20.0};
  assert_true(shape_note(cr, &theme, text, all, small, lines, 1).x >= 120.0);
  const Rect left = shape_note(cr, &theme, text, all, edge, lines, 1);
  assert_true(left.x + left.w <= 270.0);
  assert_true(shape_note(cr, &theme, text, all, upper, lines, 1).y >= 120.0);
  const Rect above = shape_note(cr, &theme, text, all, lower, lines, 1);
  assert_true(above.y + above.h <= 180.0);
}

static void only_a_dark_host_is_followed(void** state) {
  (void)state;
  const Theme own = theme_default(1.0);
  Theme followed = own;
  theme_follow_host(&followed, 0xEEEEEEFFu); // bright
  theme_follow_host(&followed, 0x606060FFu);
  assert_memory_equal(&followed, &own, sizeof own);
  theme_follow_host(&followed, 0x1A1E1AFFu);
  const Rgb w = followed.window;
  assert_true(w.g > w.r && w.g > w.b && fabs(w.g - 0x1E / 255.0) < 0.03); // its tint
  const Rgb rising[] = {followed.window, followed.panel, followed.raised, followed.line,
                        followed.raised_hover};
  for (int i = 1; i < 5; ++i)
    assert_true(rising[i].g > rising[i - 1].g);
  assert_memory_equal(&followed.text, &own.text, sizeof own.text);
  theme_follow_host(&followed, 0x000000FFu); // black is too dark for lines to be seen
  assert_true(followed.window.g > 0.02);
}

static void only_whole_pixels_are_written_directly(void** state) {
  (void)state;
  assert_true(pixels_are_direct(cr));
  cairo_translate(cr, 3.0, -4.0);
  assert_true(pixels_are_direct(cr));
  cairo_translate(cr, 0.5, 0.0);
  assert_false(pixels_are_direct(cr));
  cairo_translate(cr, 0.5, 0.5);
  assert_false(pixels_are_direct(cr));
  cairo_identity_matrix(cr);
  cairo_scale(cr, 2.0, 2.0);
  assert_false(pixels_are_direct(cr));
  cairo_identity_matrix(cr);
  cairo_rotate(cr, 0.1);
  assert_false(pixels_are_direct(cr));
}

/// A text that was drawn before has its own width and weight.
static void each_form_of_a_text_is_its_own(void** state) {
  (void)state;
  static const char string[] = "wide and 3 times wider";
  TextStyle style = {.size = 20.0, .color = white};
  const double whole = text_width(text, &style, string);
  style.max_width = 80.0;
  const double cut = text_width(text, &style, string);
  assert_true(cut <= 80.0 && whole > 100.0);
  style.max_width = 120.0;
  assert_true(text_width(text, &style, string) > cut + 10.0);
  style.max_width = 0.0;
  assert_true(fabs(text_width(text, &style, string) - whole) < 1e-9);
  style.size = 10.0;
  assert_true(fabs(text_width(text, &style, string) - 0.5 * whole) < 2.0);
  assert_true(text_wrap_height(text, &style, 60.0, string) >
              1.9 * text_wrap_height(text, &style, 500.0, string));
  static const char part[] = "of which a part without a figure is very long indeed";
  char both[96];
  snprintf(both, sizeof both, "7 %s", part);
  assert_true(fabs(text_width(text, &style, both) - text_width(text, &style, "7 ") -
                   text_width(text, &style, part)) < 3.0);
  const double digit = text_width(text, &style, "1");
  assert_true(fabs(text_width(text, &style, "1111") - 4.0 * digit) < 0.1);
  assert_true(fabs(text_width(text, &style, "8") - digit) < 0.1); // so that values do not move
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
  const struct CMUnitTest tests[] = {TEST(rectangles_touch_without_overlapping),
                                     TEST(energetic_is_up_and_pleasant_is_right),
                                     TEST(a_trail_is_drawn_within_its_extent),
                                     TEST(a_point_shows_confidence_settling_and_hold),
                                     TEST(marks_are_at_their_place_and_within_their_extent),
                                     TEST(a_menu_shows_where_there_is_more),
                                     TEST(a_slider_is_filled_to_its_value),
                                     TEST(a_note_is_beside_what_it_explains),
                                     TEST(only_a_dark_host_is_followed),
                                     TEST(only_whole_pixels_are_written_directly),
                                     TEST(each_form_of_a_text_is_its_own),
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
