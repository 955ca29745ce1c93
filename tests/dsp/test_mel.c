// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/mel.h"
#include "goldens.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>

/// The filterbank as a matrix [n_mel][bins]: its output for one bin at a time.
static float* matrix_of(const Mel* mel, size_t n_mel, size_t bins) {
  float* matrix = signal_new(n_mel * bins);
  float* power = signal_new(bins);
  float* out = signal_new(n_mel);
  for (size_t k = 0; k < bins; ++k) {
    power[k] = 1.0f;
    mel_process(mel, power, out);
    power[k] = 0.0f;
    for (size_t m = 0; m < n_mel; ++m)
      matrix[m * bins + k] = out[m];
  }
  free(out);
  free(power);
  return matrix;
}

static void check_golden(size_t n_mel, double low, double high, double bin_hz, size_t bins,
                         size_t first_band, size_t count, const unsigned char* band,
                         const unsigned short* bin, const float* weight, const float* centre) {
  Mel* mel = mel_new(n_mel, low, high, bin_hz, bins);
  assert_non_null(mel);
  float* matrix = matrix_of(mel, n_mel, bins);
  for (size_t i = 0; i < count; ++i) {
    float* at = &matrix[band[i] * bins + bin[i]];
    assert_near(*at, weight[i], 1e-4);
    *at = 0.0f;
  }
  for (size_t i = first_band * bins; i < n_mel * bins; ++i)
    assert_near(matrix[i], 0.0f, 1e-6); // and nothing anywhere else
  for (size_t m = 0; m < n_mel; ++m)
    assert_near(mel_centre(mel, m), centre[m], 1e-3);
  free(matrix);
  mel_free(mel);
}

static void weights_equal_librosas(void** state) {
  (void)state;
  check_golden(64, 30.0, 10000.0, 25.0, 961, golden_mel_48_first_band,
               sizeof golden_mel_48_weight / sizeof(float), golden_mel_48_band, golden_mel_48_bin,
               golden_mel_48_weight, golden_mel_48_centre);
  check_golden(40, 0.0, 8000.0, 25.0, 883, golden_mel_44_first_band,
               sizeof golden_mel_44_weight / sizeof(float), golden_mel_44_band, golden_mel_44_bin,
               golden_mel_44_weight, golden_mel_44_centre);
}

static void the_scale_is_that_of_the_htk_book(void** state) {
  (void)state;
  assert_near(mel_from_hz(0.0), 0.0, 1e-9);
  assert_near(mel_from_hz(1000.0), 999.9856, 1e-3); // 2595 log10(1 + 1000 / 700)
  assert_near(mel_from_hz(700.0), 781.1728, 1e-3);  // 2595 log10(2)
  for (double hz = 10.0; hz < 20000.0; hz *= 1.7)
    assert_near(mel_to_hz(mel_from_hz(hz)), hz, 1e-8 * hz);
}

static void bands_narrower_than_the_bins_are_widened_to_them(void** state) {
  (void)state;
  enum { n_mel = 128, bins = 161 };
  const double bin_hz = 50.0;
  Mel* mel = mel_new(n_mel, 20.0, 8000.0, bin_hz, bins);
  assert_non_null(mel);
  float* matrix = matrix_of(mel, n_mel, bins);
  const double low = 2595.0 * log10(1.0 + 20.0 / 700.0);
  const double step = (2595.0 * log10(1.0 + 8000.0 / 700.0) - low) / (n_mel + 1);
  unsigned widened = 0;
  for (unsigned m = 0; m < n_mel; ++m) {
    double e[3];
    for (unsigned j = 0; j < 3; ++j)
      e[j] = 700.0 * (pow(10.0, (low + step * (m + j)) / 2595.0) - 1.0);
    const double left = fmax(e[1] - e[0], bin_hz), right = fmax(e[2] - e[1], bin_hz);
    widened += e[1] - e[0] < bin_hz;
    double heard = 0.0;
    for (unsigned k = 0; k < bins; ++k) {
      const double d = k * bin_hz - e[1];
      const double expected = fmax(0.0, d < 0.0 ? 1.0 + d / left : 1.0 - d / right);
      assert_near(matrix[m * bins + k], expected, 1e-4);
      heard += expected;
    }
    assert_above(heard, 0.49); // no band is empty
  }
  assert_true(widened > 20);
  free(matrix);
  mel_free(mel);
}

static void bands_above_the_last_bin_read_zero(void** state) {
  (void)state;
  enum { n_mel = 32, bins = 161 }; // 8 kHz: 4 kHz is the end
  Mel* mel = mel_new(n_mel, 30.0, 10000.0, 25.0, bins);
  assert_non_null(mel);
  float power[bins], out[n_mel];
  for (unsigned k = 0; k < bins; ++k)
    power[k] = 1.0f;
  mel_process(mel, power, out);
  for (unsigned m = 0; m < n_mel; ++m) {
    if (mel_centre(mel, m) < 3500.0) assert_above(out[m], 0.5);
    if (mel_centre(mel, m > 0 ? m - 1 : 0) > 4000.0) assert_near(out[m], 0.0, 0.0);
  }
  assert_near(out[n_mel - 1], 0.0, 0.0);
  mel_free(mel);
}

static void a_spectrum_that_ends_within_a_band_counts_to_its_last_bin(void** state) {
  (void)state;
  enum { n_mel = 32, most = 961 };
  Mel* whole = mel_new(n_mel, 30.0, 10000.0, 25.0, most);
  assert_non_null(whole);
  float* power = signal_new(most);
  for (size_t bins = 100; bins < 200; ++bins) {
    Mel* cut = mel_new(n_mel, 30.0, 10000.0, 25.0, bins);
    assert_non_null(cut);
    float expected[n_mel], out[n_mel];
    power[bins - 1] = 1.0f;
    mel_process(whole, power, expected);
    mel_process(cut, power, out);
    power[bins - 1] = 0.0f;
    for (size_t m = 0; m < n_mel; ++m)
      assert_near(out[m], expected[m], 1e-6);
    mel_free(cut);
  }
  free(power);
  mel_free(whole);
}

static void nothing_past_the_spectrum_is_read(void** state) {
  (void)state;
  enum { BINS = 161 };
  float power[BINS + 16], out[20];
  for (size_t i = 0; i < BINS + 16; ++i)
    power[i] = i < BINS ? 1.0f : NAN;
  for (double high = 3500.0; high < 4100.0; high += 40.0) { // its last bin is at 4 kHz
    Mel* mel = mel_new(20, 30.0, high, 25.0, BINS);
    assert_non_null(mel);
    mel_process(mel, power, out);
    for (size_t m = 0; m < 20; ++m)
      assert_true(isfinite(out[m]));
    mel_free(mel);
  }
}

static void specifications_that_make_no_sense_are_refused(void** state) {
  (void)state;
  assert_null(mel_new(0, 30.0, 10000.0, 25.0, 961));
  assert_null(mel_new(64, -1.0, 10000.0, 25.0, 961));
  assert_null(mel_new(64, 10000.0, 10000.0, 25.0, 961));
  assert_null(mel_new(64, 30.0, (double)NAN, 25.0, 961));
  assert_null(mel_new(64, 30.0, 10000.0, 0.0, 961));
  assert_null(mel_new(64, 30.0, 10000.0, 25.0, 0));
  mel_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_equal_librosas),
      cmocka_unit_test(the_scale_is_that_of_the_htk_book),
      cmocka_unit_test(bands_narrower_than_the_bins_are_widened_to_them),
      cmocka_unit_test(bands_above_the_last_bin_read_zero),
      cmocka_unit_test(a_spectrum_that_ends_within_a_band_counts_to_its_last_bin),
      cmocka_unit_test(nothing_past_the_spectrum_is_read),
      cmocka_unit_test(specifications_that_make_no_sense_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
