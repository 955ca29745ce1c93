// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Sound at another rate: which frame comes from where, whatever the pieces it is handed in.
#include "audio/resample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FRAMES 3000
#define MOST 70000

static float in[2 * FRAMES];
static float out[2 * MOST];

// A slope at the left, a wave at the right.
static int make_input(void** state) {
  (void)state;
  for (size_t i = 0; i < FRAMES; ++i) {
    in[2 * i] = (float)i;
    in[2 * i + 1] = sinf(0.01f * (float)i);
  }
  return 0;
}

// Hand in \p piece frames at a time, take out at most \p room.
static size_t run_all(double from, double to, size_t n, size_t piece, size_t room) {
  Resample resample;
  resample_begin(&resample, from, to);
  size_t made = 0;
  size_t got = 1;
  for (size_t at = 0; at < n || got > 0;) { // what had no room comes without further input
    size_t used;
    const size_t wish = n - at < piece ? n - at : piece;
    const size_t space = MOST - made < room ? MOST - made : room;
    got = resample_run(&resample, in + 2 * at, wish, &used, out + 2 * made, space);
    assert_true(used <= wish && got <= space && (used + got > 0 || wish == 0));
    at += used;
    made += got;
  }
  return made;
}

static void equal_rates_change_no_bit(void** state) {
  (void)state;
  assert_int_equal(run_all(44100.0, 44100.0, FRAMES, 1024, 100), FRAMES - 1);
  assert_memory_equal(out, in, 2 * (FRAMES - 1) * sizeof *in);
}

static void frame_k_is_the_input_at_its_time(void** state) {
  (void)state;
  static const double rates[][2] = {
      {44100, 48000}, {48000, 44100}, {8000, 48000}, {192000, 44100}, {22050, 44100}};
  for (size_t i = 0; i < sizeof rates / sizeof rates[0]; ++i) {
    const double ratio = rates[i][0] / rates[i][1];
    const size_t made = run_all(rates[i][0], rates[i][1], FRAMES, 1024, 1024);
    assert_true(fabs((double)made * ratio - FRAMES) <= fmax(2.0, 2.0 * ratio));
    for (size_t k = 0; k < made; ++k) {
      const double at = (double)k * ratio;
      assert_true(fabs((double)out[2 * k] - at) < 1e-3); // a slope stays that slope
      assert_true(fabs((double)out[2 * k + 1] - sin(0.01 * at)) < 1e-4);
    }
  }
}

static void pieces_make_no_difference(void** state) {
  (void)state;
  static float whole[2 * MOST];
  const size_t made = run_all(44100.0, 48000.0, FRAMES, FRAMES, MOST);
  memcpy(whole, out, 2 * made * sizeof *out);
  for (size_t piece = 1; piece < 200; piece += 33) {
    for (size_t room = 1; room < 200; room += 45) {
      memset(out, 0, sizeof out);
      assert_int_equal(run_all(44100.0, 48000.0, FRAMES, piece, room), made);
      assert_memory_equal(out, whole, 2 * made * sizeof *out);
    }
  }
}

static void any_rate_keeps_to_the_room(void** state) {
  (void)state;
  // One frame a second becomes 48,000 of them: more than a device's ring takes at once.
  assert_true(run_all(1.0, 48000.0, 3, 1, 1000) >= 48000);
  assert_true(fabsf(out[2 * 24000] - 0.5f) < 1e-4f);
  assert_true(run_all(2e9, 8000.0, FRAMES, 64, 1000) <= 1);
}

static void loud_samples_stay_finite(void** state) {
  (void)state;
  const float loud[] = {3e38f, -3e38f, -3e38f, 3e38f, 3e38f, -3e38f};
  Resample resample;
  size_t used;
  float made[32];
  resample_begin(&resample, 44100.0, 96000.0);
  const size_t n = resample_run(&resample, loud, 3, &used, made, 16);
  assert_true(n > 2);
  for (size_t i = 0; i < 2 * n; ++i)
    assert_true(isfinite(made[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equal_rates_change_no_bit),
      cmocka_unit_test(frame_k_is_the_input_at_its_time),
      cmocka_unit_test(pieces_make_no_difference),
      cmocka_unit_test(any_rate_keeps_to_the_room),
      cmocka_unit_test(loud_samples_stay_finite),
  };
  return cmocka_run_group_tests(tests, make_input, NULL);
}
