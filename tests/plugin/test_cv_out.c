// SPDX-License-Identifier: GPL-3.0-or-later
// CV never steps, reaches its target, spans the range asked for, whatever the block size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/cv_out.h"

#include <math.h>

#define RATE 48000.0

static void a_jump_becomes_a_ramp(void** state) {
  (void)state;
  CvOut cv;
  float out[4800];
  cv_init(&cv, RATE);
  cv_set(&cv, (float[3]){1.0f, -1.0f, 1.0f}, 0.0f, CV_BIPOLAR_5);
  cv_render(&cv, 0, out, 4800);
  float last = 0.0f;
  for (unsigned i = 0; i < 4800; i++) {
    assert_true(out[i] >= last);
    // 10 ms to go 5 V: at most 1/480 of the way in a sample.
    assert_true(out[i] - last <= 5.0f / 480.0f + 1e-6f);
    last = out[i];
  }
  assert_true(fabsf(last - 5.0f) < 1e-3f);
}

static void the_response_slows_the_ramp(void** state) {
  (void)state;
  CvOut cv;
  float out[48000];
  cv_init(&cv, RATE);
  cv_set(&cv, (float[3]){1.0f, 0.0f, 1.0f}, 1.0f, CV_BIPOLAR_1);
  cv_render(&cv, 0, out, 48000);
  assert_true(fabsf(out[47999] - 0.632f) < 1e-3f); // 1 - 1/e after one time constant
  cv_render(&cv, 2, out, 48000);                   // confidence has none
  assert_true(fabsf(out[4799] - 1.0f) < 1e-3f);
}

static void blocks_do_not_matter(void** state) {
  (void)state;
  CvOut whole, parts;
  float a[1000], b[1000];
  cv_init(&whole, RATE);
  cv_init(&parts, RATE);
  const float values[3] = {0.3f, 0.4f, 0.5f};
  cv_set(&whole, values, 0.2f, CV_BIPOLAR_1);
  cv_render(&whole, 1, a, 1000);
  for (unsigned i = 0; i < 1000; i += 125) {
    cv_set(&parts, values, 0.2f, CV_BIPOLAR_1);
    cv_render(&parts, 1, b + i, 125);
  }
  assert_memory_equal(a, b, sizeof a);
}

static void ranges_span_what_they_say(void** state) {
  (void)state;
  static const struct {
    CvRange range;
    float low, high, confidence_high;
  } ranges[] = {{CV_BIPOLAR_1, -1, 1, 1},
                {CV_BIPOLAR_5, -5, 5, 5},
                {CV_UNIPOLAR_10, 0, 10, 10},
                {CV_UNIPOLAR_1, 0, 1, 1}};
  for (unsigned i = 0; i < 4; i++) {
    CvOut cv;
    cv_init(&cv, RATE);
    cv_set(&cv, (float[3]){-1.0f, 1.0f, 1.0f}, 0.0f, ranges[i].range);
    assert_true(cv.target[0] == ranges[i].low);
    assert_true(cv.target[1] == ranges[i].high);
    assert_true(cv.target[2] == ranges[i].confidence_high);
    cv_set(&cv, (float[3]){0.0f, 0.0f, 0.0f}, 0.0f, ranges[i].range);
    assert_true(cv.target[2] == 0.0f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_jump_becomes_a_ramp),
      cmocka_unit_test(the_response_slows_the_ramp),
      cmocka_unit_test(blocks_do_not_matter),
      cmocka_unit_test(ranges_span_what_they_say),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
