// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/spectral.h"
#include "goldens.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>

#define BINS 961 // 48 kHz, 25 Hz apart
#define BIN_HZ 25.0

static SpectralShape shape_of(const float* power) {
  Spectral* s = spectral_new(BIN_HZ, BINS);
  assert_non_null(s);
  SpectralShape shape;
  memset(&shape, 0x55, sizeof shape);
  spectral_shape(s, power, &shape);
  spectral_free(s);
  return shape;
}

static void all_features_of_a_random_spectrum_equal_numpys(void** state) {
  (void)state;
  float power[BINS] = {0};
  memcpy(power, golden_shape_power, sizeof golden_shape_power);
  const SpectralShape s = shape_of(power);
  assert_near(s.centroid, golden_shape[0], 1e-4);
  assert_near(s.spread, golden_shape[1], 1e-4);
  assert_near(s.rolloff, golden_shape[2], 1e-4);
  assert_near(s.flatness, golden_shape[3], 1e-3);
  assert_near(s.bass_share, golden_shape[4], 1e-5);
  assert_near(s.contrast, golden_shape[5], 1e-3);
}

static void a_pure_tone_is_in_one_bin(void** state) {
  (void)state;
  static const unsigned bins[] = {2, 5, 18, 40, 160, 399};
  for (size_t i = 0; i < sizeof bins / sizeof *bins; ++i) {
    float power[BINS] = {0};
    power[bins[i]] = 0.3f;
    const SpectralShape s = shape_of(power);
    const double octave = log2(bins[i] * BIN_HZ / 1000.0);
    assert_near(s.centroid, octave, bins[i] > 5 ? 0.12 : 0.5); // half a band of one ERB, or a bin
    assert_near(s.spread, 0.0, 1e-3);
    assert_near(s.rolloff, s.centroid, bins[i] > 5 ? 0.12 : 0.5);
    assert_near(s.bass_share, bins[i] * BIN_HZ < 150.0 ? 1.0 : 0.0, 1e-6);
    if (bins[i] * BIN_HZ >= 250.0 && bins[i] * BIN_HZ < 8000.0) assert_below(s.flatness, -55.0);
  }
}

static void the_spread_of_a_tone_over_faint_noise_is_a_number(void** state) {
  (void)state;
  Spectral* s = spectral_new(BIN_HZ, BINS);
  SpectralShape shape;
  uint32_t seed = 3;
  for (unsigned bin = 2; bin < 400; ++bin)
    for (float floor = 1e-12f; floor < 1e-7f; floor *= 10.0f) {
      float power[BINS];
      for (size_t i = 0; i < BINS; ++i)
        power[i] = floor * (1.0f + signal_random(&seed));
      power[bin] = 1.0f + signal_random(&seed);
      spectral_shape(s, power, &shape);
      assert_true(shape.spread >= 0.0f && shape.spread < 3.0f);
    }
  spectral_free(s);
}

static void a_flat_spectrum_has_the_closed_forms_of_white_noise(void** state) {
  (void)state;
  float power[BINS];
  for (size_t i = 0; i < BINS; ++i)
    power[i] = 0.01f;
  const SpectralShape s = shape_of(power);
  assert_near(s.centroid, golden_white_centroid[0], 1e-4);
  assert_near(s.spread, golden_white_spread[0], 1e-4);
  assert_near(s.rolloff, golden_white_rolloff[0], 1e-4);
  // A sum over bins of 25 Hz approximates the integral: the lowest band edge is uncertain by one
  // bin.
  assert_near(s.bass_share, golden_white_bass[0], 0.0026);
  assert_near(s.flatness, 0.0, 1e-4);
  assert_near(s.contrast, 0.0, 1e-4);
}

static void sound_outside_30_hz_to_10_khz_does_not_count(void** state) {
  (void)state;
  float power[BINS] = {0};
  for (size_t i = 0; i < 401; ++i)
    power[i] = 1.0f / (float)(1 + i % 13);
  const SpectralShape before = shape_of(power);
  power[0] = 1e4f;
  power[1] = 1e4f; // 25 Hz
  for (size_t i = 400; i < BINS; ++i)
    power[i] = 1e4f;
  const SpectralShape after = shape_of(power);
  assert_memory_equal(&before, &after, sizeof before);
}

static void bands_of_noise_tell_dark_from_bright(void** state) {
  (void)state;
  float dark[BINS] = {0}, bright[BINS] = {0};
  for (size_t i = 2; i < 400; ++i) {
    dark[i] = (double)i * BIN_HZ < 400.0 ? 1.0f : 1e-4f;
    bright[i] = (double)i * BIN_HZ > 4000.0 ? 1.0f : 1e-4f;
  }
  const SpectralShape d = shape_of(dark), b = shape_of(bright);
  assert_above(b.centroid - d.centroid, 2.5);
  assert_above(b.rolloff - d.rolloff, 1.0); // the faint rest counts too: loudness, not power
  assert_above(d.bass_share, 0.2);
  assert_below(b.bass_share, 0.001);
}

static void gain_changes_nothing(void** state) {
  (void)state;
  float power[BINS];
  uint32_t seed = 4;
  for (size_t i = 0; i < BINS; ++i)
    power[i] = 0.01f * (1.1f + signal_random(&seed));
  const SpectralShape before = shape_of(power);
  signal_scale(power, BINS, 1.0f / 4096.0f);
  const SpectralShape after = shape_of(power);
  assert_near(before.centroid, after.centroid, 1e-5);
  assert_near(before.rolloff, after.rolloff, 1e-5);
  assert_near(before.flatness, after.flatness, 1e-4);
  assert_near(before.contrast, after.contrast, 1e-4);
}

static void contrast_finds_the_extremes_in_any_order(void** state) {
  (void)state;
  // Every octave holds a fifth of 100, a fifth of 0.01 and the rest at 1, shuffled: 40 dB.
  float power[BINS] = {0};
  uint32_t seed = 12;
  for (unsigned band = 0; band < 5; ++band) {
    const size_t first = (size_t)8 << band, n = first, fifth = n / 5;
    for (size_t i = 0; i < n; ++i)
      power[first + i] = i < fifth ? 100.0f : i < 2 * fifth ? 0.01f : 1.0f;
    for (size_t i = n - 1; i > 0; --i) {
      const size_t j = (size_t)((0.5f + 0.4999f * signal_random(&seed)) * (float)(i + 1));
      const float swap = power[first + i];
      power[first + i] = power[first + j];
      power[first + j] = swap;
    }
  }
  assert_near(shape_of(power).contrast, 40.0, 0.05);
}

static void silence_and_low_rates_work(void** state) {
  (void)state;
  float power[BINS] = {0};
  const SpectralShape s = shape_of(power);
  const SpectralShape zero = {0};
  assert_memory_equal(&s, &zero, sizeof s);

  Spectral* low = spectral_new(25.0, 161); // 8 kHz
  SpectralShape shape;
  for (size_t i = 0; i < 161; ++i)
    power[i] = 1.0f;
  spectral_shape(low, power, &shape);
  assert_near(shape.flatness, 0.0, 1e-4);
  assert_true(isfinite(shape.contrast) && isfinite(shape.rolloff));
  spectral_free(low);
  spectral_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_features_of_a_random_spectrum_equal_numpys),
      cmocka_unit_test(a_pure_tone_is_in_one_bin),
      cmocka_unit_test(the_spread_of_a_tone_over_faint_noise_is_a_number),
      cmocka_unit_test(a_flat_spectrum_has_the_closed_forms_of_white_noise),
      cmocka_unit_test(sound_outside_30_hz_to_10_khz_does_not_count),
      cmocka_unit_test(bands_of_noise_tell_dark_from_bright),
      cmocka_unit_test(gain_changes_nothing),
      cmocka_unit_test(contrast_finds_the_extremes_in_any_order),
      cmocka_unit_test(silence_and_low_rates_work),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
