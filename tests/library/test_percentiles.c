// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A song's percentiles in its collection.
#include "library/percentiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void equals(float a, float b) {
  assert_true(a > b - 1e-4f && a < b + 1e-4f);
}

static void it_is_the_share_below_with_half_of_the_equal(void** state) {
  (void)state;
  const Song songs[] = {{.valence = 0.1f, .arousal = 0.5f},
                        {.valence = -0.3f, .arousal = 0.5f},
                        {.valence = 0.4f, .arousal = 0.5f},
                        {.valence = 0.2f, .arousal = -0.5f}};
  const Catalogue catalogue = {4, songs};
  Percentiles* p = percentiles_new(&catalogue);
  assert_non_null(p);
  equals(percentile_of_valence(p, -1.0f), 0.0f);
  equals(percentile_of_valence(p, -0.3f), 12.5f);
  equals(percentile_of_valence(p, 0.2f), 62.5f);
  equals(percentile_of_valence(p, 1.0f), 100.0f);
  equals(percentile_of_arousal(p, 0.5f), 62.5f);
  equals(percentile_of_arousal(p, 0.0f), 25.0f);
  percentiles_free(p);
}

static void an_empty_collection_has_only_a_middle(void** state) {
  (void)state;
  const Catalogue none = {0, NULL};
  Percentiles* p = percentiles_new(&none);
  equals(percentile_of_valence(p, 0.7f), 50.0f);
  percentiles_free(p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_the_share_below_with_half_of_the_equal),
                                     cmocka_unit_test(an_empty_collection_has_only_a_middle)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
