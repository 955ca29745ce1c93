// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/decimator.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>

static const double rates[] = {22050, 32000, 37800, 44100, 48000, 88200, 96000, 176400, 192000};
#define RATES (sizeof rates / sizeof *rates)

/// Mean square, dB, of what a unit sine (its own mean square is 0 dB here) leaves after settling.
static double gain_db(double rate, double hz) {
  Decimator* d = decimator_new(rate);
  assert_non_null(d);
  const size_t n = (size_t)(0.5 * rate);
  float* x = signal_new(n);
  float* y = signal_new(n);
  signal_sine(x, n, rate, hz, sqrt(2.0));
  const size_t got = decimator_process(d, x, n, y);
  double sum = 0.0;
  for (size_t i = got / 4; i < got; ++i)
    sum += (double)y[i] * (double)y[i];
  sum /= (double)(got - got / 4);
  free(y);
  free(x);
  decimator_free(d);
  return 10.0 * log10(sum + 1e-30);
}

static void the_factor_leaves_at_least_11_khz(void** state) {
  (void)state;
  assert_int_equal(decimator_factor(8000.0), 1);
  assert_int_equal(decimator_factor(11025.0), 1);
  assert_int_equal(decimator_factor(21999.0), 1);
  assert_int_equal(decimator_factor(22050.0), 2);
  assert_int_equal(decimator_factor(44100.0), 4);
  assert_int_equal(decimator_factor(48000.0), 4);
  assert_int_equal(decimator_factor(96000.0), 8);
  assert_int_equal(decimator_factor(192000.0), 16);
}

static void the_pass_band_is_flat_to_4200_hz(void** state) {
  (void)state;
  for (size_t r = 0; r < RATES; ++r)
    for (double hz = 60.0; hz < 4200.0; hz += 517.0)
      assert_near(gain_db(rates[r], hz), 0.0, 0.02);
}

static void aliases_below_4200_hz_are_67_db_lower(void** state) {
  (void)state;
  for (size_t r = 0; r < RATES; ++r) {
    const double low_rate = rates[r] / (double)decimator_factor(rates[r]);
    for (double hz = low_rate - 4200.0; hz < 0.5 * rates[r]; hz += 0.11 * rates[r])
      assert_below(gain_db(rates[r], hz + 1.0), -67.0);
  }
}

static void a_stream_in_pieces_is_the_whole(void** state) {
  (void)state;
  enum { n = 20011 };
  float* x = signal_new(n);
  float* whole = signal_new(n);
  float* pieces = signal_new(n + 1);
  signal_noise(x, n, 1.0f, 3);
  static const double some[] = {11025, 44100, 192000};
  static const size_t blocks[] = {1, 7, 882, 1023, 1024, 1025, 5000};
  for (size_t r = 0; r < 3; ++r)
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; ++b) {
      Decimator* d = decimator_new(some[r]);
      assert_non_null(d);
      const size_t count = decimator_process(d, x, n, whole);
      const size_t factor = decimator_factor(some[r]);
      assert_int_equal(count, (n + factor - 1) / factor);
      decimator_reset(d); // and a reset clears all state
      size_t got = 0;
      for (size_t at = 0; at < n; at += blocks[b]) {
        const size_t size = n - at < blocks[b] ? n - at : blocks[b];
        const size_t added = decimator_process(d, x + at, size, pieces + got);
        assert_true(added <= size / factor + 1);
        got += added;
      }
      assert_int_equal(got, count);
      assert_memory_equal(pieces, whole, count * sizeof *whole);
      decimator_free(d);
    }
  free(pieces);
  free(whole);
  free(x);
}

static void below_22_khz_nothing_is_changed(void** state) {
  (void)state;
  float x[100], y[101];
  memset(x, 0, sizeof x);
  signal_noise(x, 100, 1.0f, 3);
  Decimator* d = decimator_new(8000.0);
  assert_int_equal(decimator_process(d, x, 100, y), 100);
  assert_memory_equal(x, y, sizeof x);
  decimator_free(d);
  decimator_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_factor_leaves_at_least_11_khz),
      cmocka_unit_test(the_pass_band_is_flat_to_4200_hz),
      cmocka_unit_test(aliases_below_4200_hz_are_67_db_lower),
      cmocka_unit_test(a_stream_in_pieces_is_the_whole),
      cmocka_unit_test(below_22_khz_nothing_is_changed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
