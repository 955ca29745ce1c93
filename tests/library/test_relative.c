// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Curves scaled to the collection.
#include "library/relative.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int16_t point(double value) {
  return (int16_t)lround(value * (double)CURVE_FULL);
}

static void equals(double a, double b) {
  assert_true(fabs(a - b) < 1e-3);
}

static double value_of(int16_t p) {
  return (double)p / (double)CURVE_FULL;
}

static void the_mean_becomes_0_and_the_unit_1(void** state) {
  (void)state;
  // Valence: mean -0.5, standard deviation 0.1; arousal is the same throughout.
  const int16_t v1[] = {point(-0.4), point(-0.6), CURVE_SILENT}, a1[] = {0, 0, CURVE_SILENT};
  const int16_t v2[] = {point(-0.4), point(-0.6)}, a2[] = {0, 0};
  const Song songs[] = {{.id = 3, .valence = -0.5F, .curve = {3, v1, a1}},
                        {.id = 7, .curve = {2, v2, a2}}};
  const Catalogue catalogue = {2, songs};
  Relative* relative = relative_new(&catalogue);
  assert_non_null(relative);
  const Catalogue* scaled = relative_catalogue(relative);
  assert_int_equal(scaled->n, 2);
  assert_int_equal(scaled->songs[1].id, 7);
  equals((double)scaled->songs[0].valence, -0.5);
  equals(value_of(scaled->songs[0].curve.valence[0]), 1.0 / RELATIVE_SPAN);
  equals(value_of(scaled->songs[1].curve.valence[1]), -1.0 / RELATIVE_SPAN);
  assert_int_equal(scaled->songs[0].curve.valence[2], CURVE_SILENT);
  assert_int_equal(scaled->songs[0].curve.arousal[2], CURVE_SILENT);
  equals(value_of(scaled->songs[0].curve.arousal[0]), 0.0);

  static Profile profile;
  profile = (Profile){.n = 3,
                      .has_valence = true,
                      .has_arousal = true,
                      .valence = {-0.5F, -0.25F, 0.9F},
                      .arousal = {0.5F, -0.25F, -1.0F}};
  relative_profile(relative, &profile);
  equals((double)profile.valence[0], 0.0);
  equals((double)profile.valence[1], 1.0);
  equals((double)profile.valence[2], 1.0); // clamped
  equals((double)profile.arousal[0], 0.5);
  equals((double)profile.arousal[1], -0.25);
  profile.has_valence = profile.has_arousal = false; // then nothing is changed
  profile.valence[0] = profile.arousal[0] = 0.5F;
  relative_profile(relative, &profile);
  assert_true(profile.valence[0] == 0.5F && profile.arousal[0] == 0.5F);
  // An axis without spread is shifted but not scaled.
  const int16_t v3[] = {point(0.2), point(0.4)}, a3[] = {point(0.3), point(0.3)};
  const Song level = {.curve = {2, v3, a3}};
  RelativeScale v, a;
  relative_scales(&(const Catalogue){1, &level}, &v, &a);
  equals(v.mean, 0.3);
  equals(v.unit, 0.1 * RELATIVE_SPAN);
  equals(a.mean, 0.3);
  equals(a.unit, 1.0);
  relative_free(relative);
}

static void an_empty_collection_is_not_an_error(void** state) {
  (void)state;
  const Catalogue catalogue = {0, NULL};
  Relative* relative = relative_new(&catalogue);
  assert_non_null(relative);
  assert_int_equal(relative_catalogue(relative)->n, 0);
  relative_free(relative);
  relative_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_mean_becomes_0_and_the_unit_1),
      cmocka_unit_test(an_empty_collection_is_not_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
