// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Quadrants and their neutral zone.
#include "affect/quadrant.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void quadrants_are_counted_from_both_positive(void** state) {
  (void)state;
  assert_int_equal(quadrant_of(0.09f, 0.09f), QUADRANT_1);
  assert_int_equal(quadrant_of(-0.5f, 0.5f), QUADRANT_2);
  assert_int_equal(quadrant_of(-0.5f, -0.5f), QUADRANT_3);
  assert_int_equal(quadrant_of(0.5f, -0.5f), QUADRANT_4);
  assert_int_equal(quadrant_of(0.0f, 0.5f), QUADRANT_1);
  assert_int_equal(quadrant_of(0.5f, 0.0f), QUADRANT_1);
}

static void the_middle_is_neutral(void** state) {
  (void)state;
  assert_int_equal(quadrant_of(0.0f, 0.0f), QUADRANT_NEUTRAL);
  assert_int_equal(quadrant_of(0.08f, -0.08f), QUADRANT_NEUTRAL);
  assert_int_equal(quadrant_of(0.0f, 0.1201f), QUADRANT_1);
  assert_int_equal(quadrant_of(NAN, 0.5f), QUADRANT_NEUTRAL);
}

static void names_can_be_converted_both_ways(void** state) {
  (void)state;
  for (int i = 0; i < QUADRANT_COUNT; ++i)
    assert_int_equal(quadrant_from_name(quadrant_name((Quadrant)i)), i);
  assert_int_equal(quadrant_from_name("q3"), QUADRANT_3);
  assert_int_equal(quadrant_from_name("Q5"), -1);
  assert_int_equal(quadrant_from_name(""), -1);
  assert_string_equal(quadrant_name((Quadrant)9), "neutral");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(quadrants_are_counted_from_both_positive),
                                     cmocka_unit_test(the_middle_is_neutral),
                                     cmocka_unit_test(names_can_be_converted_both_ways)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
