// SPDX-License-Identifier: GPL-3.0-or-later
// Quadrants have a neutral zone and hysteresis; glides are exact at any time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/output_schedule.h"

#include <math.h>

static void quadrants_are_counted_from_upper_right_to_the_left(void** state) {
  (void)state;
  assert_int_equal(quadrant_next(0, 0.5f, 0.5f), 1);
  assert_int_equal(quadrant_next(0, -0.5f, 0.5f), 2);
  assert_int_equal(quadrant_next(0, -0.5f, -0.5f), 3);
  assert_int_equal(quadrant_next(0, 0.5f, -0.5f), 4);
  assert_int_equal(quadrant_next(0, 0.05f, 0.05f), 0);
}

static void a_point_on_an_axis_stays_where_it_was(void** state) {
  (void)state;
  assert_int_equal(quadrant_next(1, -0.02f, 0.5f), 1);
  assert_int_equal(quadrant_next(2, 0.02f, 0.5f), 2);
  assert_int_equal(quadrant_next(1, -0.04f, 0.5f), 2);
  assert_int_equal(quadrant_next(3, -0.5f, 0.02f), 3);
  assert_int_equal(quadrant_next(3, -0.5f, 0.04f), 2);
}

static void the_neutral_zone_has_a_margin(void** state) {
  (void)state;
  assert_int_equal(quadrant_next(0, 0.1f, 0.0f), 0);
  assert_int_equal(quadrant_next(1, 0.1f, 0.0f), 1);
  assert_int_equal(quadrant_next(1, 0.05f, 0.0f), 0);
}

static void a_glide_goes_63_percent_in_its_time(void** state) {
  (void)state;
  const Glide g = {.from = {1.0f, -1.0f}, .start = 100, .tau = 4800.0f};
  assert_true(glide_at(&g, 100).valence == 1.0f);
  assert_true(fabsf(glide_at(&g, 4900).valence - expf(-1.0f)) < 1e-6f);
  assert_true(glide_at(&g, 4900).arousal == -glide_at(&g, 4900).valence);
  assert_true(glide_at(&g, 10000000).valence == 0.0f);
  const Glide jump = {.from = {1.0f, 1.0f}, .to = {0.25f, 0.5f}, .start = 100};
  assert_true(glide_at(&jump, 100).valence == 0.25f && glide_at(&jump, 100).arousal == 0.5f);
}

static void hold_stops_a_glide_where_it_is(void** state) {
  (void)state;
  OutputSchedule t;
  output_schedule_init(&t, 48000.0);
  OutputScheduleSettings s = t.settings;
  s.lanes = true;
  s.lane_valence = 1.0f;
  output_schedule_set(&t, &s, 0);
  const float moving = glide_at(&t.glide, 12000).valence;
  assert_true(moving > 0.1f && moving < 0.9f);
  s.hold = true;
  output_schedule_set(&t, &s, 12000);
  assert_true(glide_at(&t.glide, 12000).valence == moving);
  assert_true(glide_at(&t.glide, 480000).valence == moving);
  s.hold = false;
  output_schedule_set(&t, &s, 480000);
  assert_true(glide_at(&t.glide, 960000).valence > 0.99f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quadrants_are_counted_from_upper_right_to_the_left),
      cmocka_unit_test(a_point_on_an_axis_stays_where_it_was),
      cmocka_unit_test(the_neutral_zone_has_a_margin),
      cmocka_unit_test(a_glide_goes_63_percent_in_its_time),
      cmocka_unit_test(hold_stops_a_glide_where_it_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
