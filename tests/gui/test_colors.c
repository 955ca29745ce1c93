// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/kit/color.h"
#include "gui/kit/theme.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static double distance(Rgb p, Rgb q) {
  const Lab a = color_to_lab(p);
  const Lab b = color_to_lab(q);
  return sqrt((a.l - b.l) * (a.l - b.l) + (a.a - b.a) * (a.a - b.a) + (a.b - b.b) * (a.b - b.b));
}

static double linear(double c) {
  return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

// WCAG 2.1, section 1.4.3.
static double luminance(Rgb rgb) {
  return 0.2126 * linear(rgb.r) + 0.7152 * linear(rgb.g) + 0.0722 * linear(rgb.b);
}

static double color_contrast(Rgb a, Rgb b) {
  const double la = luminance(a) + 0.05;
  const double lb = luminance(b) + 0.05;
  return la > lb ? la / lb : lb / la;
}

static double encoded(double c) {
  c = fmin(fmax(c, 0.0), 1.0);
  return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1.0 / 2.4) - 0.055;
}

// The colour as seen without red cones, or without green cones (Machado, Oliveira and Fernandes
// 2009, severity 1).
static Rgb seen(Rgb rgb, const double m[3][3]) {
  const double in[3] = {linear(rgb.r), linear(rgb.g), linear(rgb.b)};
  double out[3];
  for (int i = 0; i < 3; ++i)
    out[i] = encoded(m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2]);
  return (Rgb){out[0], out[1], out[2]};
}

static Rgb color_protanopia(Rgb rgb) {
  static const double m[3][3] = {{0.152286, 1.052583, -0.204868},
                                 {0.114503, 0.786281, 0.099216},
                                 {-0.003882, -0.048116, 1.051998}};
  return seen(rgb, m);
}

static Rgb color_deuteranopia(Rgb rgb) {
  static const double m[3][3] = {{0.367322, 0.860646, -0.227968},
                                 {0.280085, 0.672501, 0.047413},
                                 {-0.011820, 0.042940, 0.968881}};
  return seen(rgb, m);
}

static void oklab_returns_the_colour_it_was_given(void** state) {
  (void)state;
  for (int i = 0; i < 125; ++i) {
    const Rgb c = {(i % 5) / 4.0, (i / 5 % 5) / 4.0, (i / 25) / 4.0};
    const Rgb back = color_from_lab(color_to_lab(c));
    assert_true(fabs(back.r - c.r) + fabs(back.g - c.g) + fabs(back.b - c.b) < 2e-3);
  }
  for (int i = 0; i <= 12; ++i) { // also where sRGB's curve is linear
    const Rgb dark = {i / 255.0, i / 510.0, 0.02};
    const Rgb back = color_from_lab(color_to_lab(dark));
    assert_true(fabs(back.r - dark.r) + fabs(back.g - dark.g) + fabs(back.b - dark.b) < 2e-3);
  }
  // Ottosson's own example: sRGB white is L = 1 without hue.
  const Lab white = color_to_lab((Rgb){1, 1, 1});
  assert_true(fabs(white.l - 1.0) < 1e-3 && fabs(white.a) < 1e-3 && fabs(white.b) < 1e-3);
}

static void too_much_chroma_keeps_lightness_and_hue(void** state) {
  (void)state;
  for (int hue = -170; hue < 180; hue += 10) {
    const Lab lab = color_to_lab(color_from_lch(0.7, 0.4, hue));
    assert_true(fabs(lab.l - 0.7) < 5e-3);
    assert_true(fabs(remainder(atan2(lab.b, lab.a) * 57.29577951308232 - hue, 360.0)) < 2.0);
    assert_true(hypot(lab.a, lab.b) > 0.08); // as much colour as sRGB has, not grey
  }
}

static void colours_stop_at_the_ends_of_their_scales(void** state) {
  (void)state;
  assert_true(distance(color_mood(0.3, 5.0), color_mood(0.06, 1.0)) < 1e-6);
  assert_true(distance(color_mood(-0.3, -5.0), color_mood(-0.06, -1.0)) < 1e-6);
  assert_true(distance(color_heat(1.7), color_heat(1.0)) < 1e-6);
  assert_true(distance(color_heat(-0.7), color_heat(0.0)) < 1e-6);
}

static void contrast_of_black_and_white_is_21(void** state) {
  (void)state;
  assert_true(fabs(color_contrast((Rgb){0, 0, 0}, (Rgb){1, 1, 1}) - 21.0) < 1e-9);
}

static void check_theme(const Theme* t) {
  const Rgb inks[] = {t->text,    t->text_soft, t->text_faint, t->valence,
                      t->arousal, t->accent,    t->warning};
  for (int i = 0; i < 7; ++i) {
    assert_true(color_contrast(inks[i], t->window) >= 4.5);
    assert_true(color_contrast(inks[i], t->panel) >= 4.5);
  }
  assert_true(color_contrast(t->text, t->raised_hover) >= 4.5);
  assert_true(color_contrast(t->text_soft, t->raised_hover) >= 4.5);
  assert_true(color_contrast(t->on_accent, t->accent) >= 4.5);
  assert_true(color_contrast(t->on_accent, t->warning) >= 4.5);
  // Words at any place of the tinted plane.
  for (int y = -10; y <= 10; ++y) {
    for (int x = -10; x <= 10; ++x) {
      assert_true(color_contrast(t->text_soft, color_ground(x / 10.0, y / 10.0)) >= 4.5);
    }
  }
}

static void text_is_legible_in_every_theme(void** state) {
  (void)state;
  Theme t = theme_default(1.0);
  check_theme(&t);
  t = theme_stage(2.0);
  check_theme(&t);
  static const unsigned hosts[] = {0x000000FFu, 0x202020FFu, 0x3A3A30FFu, 0x101840FFu, 0xF0F0F0FFu};
  for (int i = 0; i < 5; ++i) {
    t = theme_default(1.0);
    theme_follow_host(&t, hosts[i]);
    check_theme(&t);
  }
}

static void the_reading_s_colour_is_legible_as_text(void** state) {
  (void)state;
  const Theme t = theme_default(1.0);
  for (int i = 0; i < 441; ++i) {
    const Rgb mood = color_mood((i % 21 - 10) / 10.0, (i / 21 - 10) / 10.0);
    assert_true(color_contrast(color_mix(mood, t.text, 0.25), t.window) >= 4.5);
  }
}

static void heat_grows_lighter_in_even_steps(void** state) {
  (void)state;
  double least = 1.0;
  double most = 0.0;
  for (int i = 0; i < 32; ++i) {
    const Rgb a = color_heat(i / 32.0);
    const Rgb b = color_heat((i + 1) / 32.0);
    assert_true(color_to_lab(b).l > color_to_lab(a).l + 0.01);
    least = fmin(least, distance(a, b));
    most = fmax(most, distance(a, b));
  }
  assert_true(most / least < 2.0);
  const Lab usual = color_to_lab(color_heat(0.0)); // nearly grey
  assert_true(hypot(usual.a, usual.b) < 0.04);
}

typedef Rgb (*Eyes)(Rgb rgb);
static const Eyes eyes[] = {color_deuteranopia, color_protanopia};

static void simulated_eyes_leave_grey_grey(void** state) {
  (void)state;
  for (int i = 0; i <= 10; ++i) {
    const Rgb grey = {i / 10.0, i / 10.0, i / 10.0};
    for (int k = 0; k < 2; ++k)
      assert_true(distance(eyes[k](grey), grey) < 0.01);
  }
  // Red and green of the same lightness can hardly be distinguished.
  const Rgb red = color_from_lch(0.65, 0.12, 25.0);
  const Rgb green = color_from_lch(0.65, 0.12, 130.0);
  for (int k = 0; k < 2; ++k)
    assert_true(distance(eyes[k](red), eyes[k](green)) < 0.6 * distance(red, green));
}

static void heat_keeps_its_order_without_green_or_red_cones(void** state) {
  (void)state;
  for (int i = 0; i < 32; ++i) {
    const Eyes eye = eyes[i % 2];
    const Rgb a = eye(color_heat((i / 2) / 16.0));
    const Rgb b = eye(color_heat((i / 2 + 1) / 16.0));
    assert_true(color_to_lab(b).l > color_to_lab(a).l);
  }
}

static void axis_names_are_legible_on_the_plane(void** state) {
  (void)state;
  const Theme t = theme_default(1.0);
  for (int i = 0; i < 441; ++i) {
    const Rgb ground = color_ground((i % 21 - 10) / 10.0, (i / 21 - 10) / 10.0);
    const Rgb ink = {0.9 * t.text_soft.r + 0.1 * ground.r, 0.9 * t.text_soft.g + 0.1 * ground.g,
                     0.9 * t.text_soft.b + 0.1 * ground.b};
    assert_true(color_contrast(ink, ground) >= 4.5);
  }
}

static void quadrants_differ_also_without_green_or_red_cones(void** state) {
  (void)state;
  static const double corners[4][2] = {{0.7, 0.7}, {-0.7, 0.7}, {-0.7, -0.7}, {0.7, -0.7}};
  for (int i = 0; i < 4; ++i) {
    for (int k = i + 1; k < 4; ++k) {
      const Rgb a = color_mood(corners[i][0], corners[i][1]);
      const Rgb b = color_mood(corners[k][0], corners[k][1]);
      assert_true(distance(a, b) > 0.10);
      for (int eye = 0; eye < 2; ++eye)
        assert_true(distance(eyes[eye](a), eyes[eye](b)) > 0.045);
    }
  }
  const Theme t = theme_default(1.0);
  for (int eye = 0; eye < 2; ++eye)
    assert_true(distance(eyes[eye](t.valence), eyes[eye](t.arousal)) > 0.15 &&
                distance(eyes[eye](t.warning), eyes[eye](t.accent)) > 0.08);
}

static void quadrants_have_their_hues(void** state) {
  (void)state;
  static const double expected[4][3] = {{1, 1, 95}, {-1, 1, 25}, {-1, -1, 255}, {1, -1, 150}};
  for (int i = 0; i < 4; ++i) {
    const double hue = color_mood_hue(expected[i][0], expected[i][1]);
    assert_true(fabs(fmod(hue + 720.0, 360.0) - expected[i][2]) < 1e-6);
  }
  // Grey at the centre, and no jump across the direction where atan2 wraps.
  assert_true(distance(color_mood(-0.5, 1e-9), color_mood(-0.5, -1e-9)) < 1e-3);
  const Lab centre = color_to_lab(color_mood(0, 0));
  assert_true(hypot(centre.a, centre.b) < 0.02);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(oklab_returns_the_colour_it_was_given),
      cmocka_unit_test(too_much_chroma_keeps_lightness_and_hue),
      cmocka_unit_test(colours_stop_at_the_ends_of_their_scales),
      cmocka_unit_test(contrast_of_black_and_white_is_21),
      cmocka_unit_test(text_is_legible_in_every_theme),
      cmocka_unit_test(the_reading_s_colour_is_legible_as_text),
      cmocka_unit_test(heat_grows_lighter_in_even_steps),
      cmocka_unit_test(simulated_eyes_leave_grey_grey),
      cmocka_unit_test(heat_keeps_its_order_without_green_or_red_cones),
      cmocka_unit_test(axis_names_are_legible_on_the_plane),
      cmocka_unit_test(quadrants_differ_also_without_green_or_red_cones),
      cmocka_unit_test(quadrants_have_their_hues),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
