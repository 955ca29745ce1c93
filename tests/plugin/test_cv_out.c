// SPDX-License-Identifier: GPL-3.0-or-later
// CV has no steps, reaches its target and uses the range that its port declares, at any block size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/cv_out.h"
#include "plugin/ports.h"

#include <math.h>
#include <string.h>

#define RATE 48000.0

static void neutral_is_where_every_output_begins(void** state) {
  (void)state;
  static const float neutral[CV_OUTPUTS] = {0.0f, 0.0f, 0.0f, 0.5f, 0.5f};
  CvOut cv;
  memset(&cv, 0x42, sizeof cv); // left over from an earlier activation
  cv_init(&cv, RATE);
  cv_set(&cv, 0.0f, 0.0f, 0.0f, 1.0f);
  for (unsigned k = 0; k < CV_OUTPUTS; ++k) {
    float out[480];
    cv_render(&cv, k, out, 480);
    for (unsigned i = 0; i < 480; ++i)
      assert_float_equal(out[i], neutral[k], 0.0f);
  }
}

static void a_jump_becomes_a_ramp(void** state) {
  (void)state;
  CvOut cv;
  float out[4800];
  cv_init(&cv, RATE);
  cv_set(&cv, 1.0f, -1.0f, 1.0f, 0.0f);
  cv_render(&cv, 0, out, 4800);
  float last = 0.0f;
  for (unsigned i = 0; i < 4800; ++i) {
    assert_true(out[i] >= last);
    assert_true(out[i] - last <= 1.0f / 480.0f + 1e-6f); // 10 ms: 1/480 of the way in a sample
    last = out[i];
  }
  assert_true(fabsf(last - 1.0f) < 1e-3f);
}

static void the_response_slows_the_ramp(void** state) {
  (void)state;
  CvOut cv;
  float out[48000];
  cv_init(&cv, RATE);
  cv_set(&cv, 1.0f, 0.0f, 1.0f, 1.0f);
  cv_render(&cv, 0, out, 48000);
  assert_true(fabsf(out[47999] - 0.632f) < 1e-3f); // 1 - 1/e after one time constant
  cv_render(&cv, 3, out, 48000);                   // from 0.5 to 1
  assert_true(fabsf(out[47999] - 0.816f) < 1e-3f);
  cv_render(&cv, 2, out, 48000); // confidence has no time constant
  assert_true(fabsf(out[4799] - 1.0f) < 1e-3f);
}

static void blocks_do_not_matter(void** state) {
  (void)state;
  CvOut whole, parts;
  float a[1000], b[1000];
  cv_init(&whole, RATE);
  cv_init(&parts, RATE);
  cv_set(&whole, 0.3f, 0.4f, 0.5f, 0.2f);
  cv_render(&whole, 1, a, 1000);
  for (unsigned i = 0; i < 1000; i += 125) {
    cv_set(&parts, 0.3f, 0.4f, 0.5f, 0.2f);
    cv_render(&parts, 1, b + i, 125);
  }
  assert_memory_equal(a, b, sizeof a);
}

/// How a host maps a CV port's declared range to a parameter of 0 to 1.
static float scaled(Port port, float cv) {
  const PortInfo* info = ports_info(port);
  return (cv - info->low) / (info->high - info->low);
}

static void a_host_that_scales_by_the_declared_range_gets_the_whole_parameter(void** state) {
  (void)state;
  static const float readings[] = {-1.0f, 0.0f, 1.0f}, parameters[] = {0.0f, 0.5f, 1.0f};
  for (unsigned i = 0; i < 3; ++i) {
    CvOut cv;
    float out[9600];
    cv_init(&cv, RATE);
    cv_set(&cv, readings[i], readings[i], parameters[i], 0.0f);
    for (unsigned k = 0; k < CV_OUTPUTS; ++k) {
      cv_render(&cv, k, out, 9600);
      assert_true(fabsf(scaled((Port)(PORT_CV_VALENCE + k), out[9599]) - parameters[i]) < 1e-4f);
    }
  }
}

static void each_output_is_that_of_its_own_reading(void** state) {
  (void)state;
  static const float expected[CV_OUTPUTS] = {0.4f, -0.6f, 0.3f, 0.7f, 0.2f};
  CvOut cv;
  float out[9600];
  cv_init(&cv, RATE);
  cv_set(&cv, 0.4f, -0.6f, 0.3f, 0.0f);
  for (unsigned k = 0; k < CV_OUTPUTS; ++k) {
    cv_render(&cv, k, out, 9600);
    assert_float_equal(out[9599], expected[k], 1e-4f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(neutral_is_where_every_output_begins),
      cmocka_unit_test(a_jump_becomes_a_ramp),
      cmocka_unit_test(the_response_slows_the_ramp),
      cmocka_unit_test(blocks_do_not_matter),
      cmocka_unit_test(each_output_is_that_of_its_own_reading),
      cmocka_unit_test(a_host_that_scales_by_the_declared_range_gets_the_whole_parameter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
