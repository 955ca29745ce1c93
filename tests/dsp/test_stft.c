// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fft.h"
#include "dsp/stft.h"
#include "goldens.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>

static float* power_of(const float* x, size_t n) {
  Stft* stft = stft_new(n);
  assert_non_null(stft);
  assert_int_equal(stft_window(stft), n);
  assert_int_equal(stft_bins(stft), n / 2 + 1);
  float* power = signal_new(stft_bins(stft));
  float* silence = signal_new(n);
  stft_power(stft, x, silence, power);
  free(silence);
  stft_free(stft);
  return power;
}

static double sum(const float* x, size_t first, size_t end) {
  double total = 0.0;
  for (size_t i = first; i < end; ++i)
    total += (double)x[i];
  return total;
}

static void check_golden(size_t n, const float* golden) {
  float* x = signal_new(n);
  signal_noise(x, n, 1.0f, 1);
  float* power = power_of(x, n);
  for (size_t k = 0; k <= n / 2; ++k)
    assert_near(power[k], golden[k], 1e-4 * (double)golden[k] + 1e-9);
  free(power);
  free(x);
}

static void spectra_are_those_of_numpy_for_even_and_odd_windows(void** state) {
  (void)state;
  check_golden(96, golden_stft_96);
  check_golden(63, golden_stft_63);
}

static void a_sines_power_depends_on_neither_rate_nor_window(void** state) {
  (void)state;
  static const double rates[] = {8000, 11025, 22050, 44100, 48000, 96000, 192000};
  static const double windows_s[] = {0.04, 0.0613, 0.32};
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r)
    for (size_t w = 0; w < sizeof windows_s / sizeof *windows_s; ++w) {
      const size_t n = fft_friendly_size((size_t)lround(windows_s[w] * rates[r]));
      float* x = signal_new(n);
      signal_sine(x, n, rates[r], 1017.3, 0.5);
      float* power = power_of(x, n);
      assert_near(10.0 * log10(sum(power, 0, n / 2 + 1)), 10.0 * log10(0.125), 0.01);
      free(power);
      free(x);
    }
}

static void both_channels_powers_add_up_whatever_their_phases(void** state) {
  (void)state;
  static const size_t windows[] = {63, 96, 1764};
  for (size_t w = 0; w < sizeof windows / sizeof *windows; ++w) {
    const size_t n = windows[w];
    Stft* stft = stft_new(n);
    float *left = signal_new(n), *right = signal_new(n), *power = signal_new(n);
    signal_noise(left, n, 1.0f, 1);
    signal_noise(right, n, 0.3f, 2);
    float *of_left = power_of(left, n), *of_right = power_of(right, n);
    for (int sign = 0; sign < 2; ++sign) {
      stft_power(stft, left, right, power);
      for (size_t k = 0; k < stft_bins(stft); ++k)
        assert_near(power[k], of_left[k] + of_right[k], 1e-4 * (double)power[k] + 1e-9);
      signal_scale(right, n, -1.0f);
    }
    stft_power(stft, left, left, power);
    for (size_t k = 0; k < stft_bins(stft); ++k)
      assert_near(power[k], 2.0f * of_left[k], 1e-4 * (double)power[k] + 1e-9);
    float* inverted = signal_new(n);
    for (size_t i = 0; i < n; ++i)
      inverted[i] = -left[i];
    stft_power(stft, left, inverted, power);
    for (size_t k = 0; k < stft_bins(stft); ++k)
      assert_near(power[k], 2.0f * of_left[k], 1e-4 * (double)power[k] + 1e-9);
    free(inverted);
    free(of_left);
    free(of_right);
    free(left);
    free(right);
    free(power);
    stft_free(stft);
  }
}

static void band_powers_of_noise_add_up_to_its_mean_square(void** state) {
  (void)state;
  // Parseval's theorem for the windowed frame, divided by the window's energy.
  const size_t n = 1920;
  float* x = signal_new(n);
  signal_noise(x, n, 0.7f, 9);
  float* power = power_of(x, n);
  double windowed = 0.0, energy = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const double w = pow(sin(3.14159265358979323846 * (double)i / (double)n), 2.0);
    windowed += w * w * (double)x[i] * (double)x[i];
    energy += w * w;
  }
  assert_near(sum(power, 0, n / 2 + 1), windowed / energy, 1e-5 * windowed / energy);
  free(power);
  free(x);
}

static void direct_current_and_nyquist_count_once(void** state) {
  (void)state;
  enum { n = 64 };
  float constant[n], alternating[n];
  for (size_t i = 0; i < n; ++i) {
    constant[i] = 0.5f;
    alternating[i] = i % 2 ? -0.5f : 0.5f;
  }
  float* power = power_of(constant, n);
  assert_near(sum(power, 0, n / 2 + 1), 0.25, 1e-5);
  assert_near(power[0], 0.25 * 2.0 / 3.0, 1e-6); // the window moves a third of it into bin 1
  free(power);
  power = power_of(alternating, n);
  assert_near(power[n / 2], 0.25 * 2.0 / 3.0, 1e-6);
  free(power);
}

static void friendly_sizes_have_small_factors_and_leave_the_usual_windows_alone(void** state) {
  (void)state;
  static const size_t exact[] = {320, 441, 640, 882, 1280, 1764, 1920, 3528, 3840, 7680};
  for (size_t i = 0; i < sizeof exact / sizeof *exact; ++i)
    assert_int_equal(fft_friendly_size(exact[i]), exact[i]);
  assert_int_equal(fft_friendly_size(0), 4);
  assert_int_equal(fft_friendly_size(11), 12);
  assert_int_equal(fft_friendly_size(1921), 1944);
  for (size_t n = 1; n < 5000; n += 37) {
    size_t rest = fft_friendly_size(n);
    assert_true(rest >= n && rest < n + n / 8 + 4);
    for (size_t prime = 2; prime <= 7; ++prime)
      while (rest % prime == 0)
        rest /= prime;
    assert_int_equal(rest, 1);
  }
}

static void windows_that_make_no_sense_are_refused(void** state) {
  (void)state;
  assert_null(stft_new(0));
  assert_null(stft_new(3));
  stft_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spectra_are_those_of_numpy_for_even_and_odd_windows),
      cmocka_unit_test(a_sines_power_depends_on_neither_rate_nor_window),
      cmocka_unit_test(both_channels_powers_add_up_whatever_their_phases),
      cmocka_unit_test(band_powers_of_noise_add_up_to_its_mean_square),
      cmocka_unit_test(direct_current_and_nyquist_count_once),
      cmocka_unit_test(friendly_sizes_have_small_factors_and_leave_the_usual_windows_alone),
      cmocka_unit_test(windows_that_make_no_sense_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
