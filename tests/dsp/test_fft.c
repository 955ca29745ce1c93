// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fft.h"
#include "dsp/kernels.h"
#include "harness.h"
#include "signals.h"

#include <complex.h>
#include <stdlib.h>
#include <string.h>

static float *re, *im, *window;

static void fill(size_t n) {
  re = signal_new(n), im = signal_new(n), window = signal_new(n);
  signal_noise(re, n, 1.0f, 1);
  signal_noise(im, n, 1.0f, 2);
  signal_noise(window, n, 1.0f, 3);
}

static void empty(void) {
  free(re);
  free(im);
  free(window);
}

/// The definition, in double.
static double complex bin(size_t n, size_t k) {
  const double two_pi = 6.28318530717958647692;
  double complex sum = 0.0;
  for (size_t i = 0; i < n; ++i) {
    const double turn = -two_pi * (double)(k * i % n) / (double)n, w = (double)window[i];
    sum += (w * (double)re[i] + I * w * (double)im[i]) * (cos(turn) + I * sin(turn));
  }
  return sum;
}

static void check(const Kernels* kernels, size_t n) {
  Fft* fft = fft_new_with(n, kernels);
  assert_non_null(fft);
  fill(n);
  const float* z = fft_run(fft, re, im, window);
  // Every bin of short transforms, some of long ones.
  const size_t step = n < 1000 ? 1 : 13;
  const double tolerance = 1e-6 * sqrt((double)n);
  for (size_t k = 0; k < n; k += step) {
    const double complex expected = bin(n, k);
    assert_near(z[k], creal(expected), tolerance);
    assert_near(z[n + k], cimag(expected), tolerance);
  }
  float* power = signal_new(n);
  for (size_t k = 0; k < n; ++k)
    power[k] = z[k] * z[k] + z[n + k] * z[n + k];
  const float* own = fft_power(fft, re, im, window);
  for (size_t k = 0; k < n; ++k)
    assert_near(own[k], power[k], 1e-5 * (double)n);
  free(power);
  empty();
  fft_free(fft);
}

static void check_all(size_t n) {
  check(kernels_find("generic"), n);
  if (kernels_find("avx")) check(kernels_find("avx"), n);
  check(kernels_get(), n);
}

/// Windows of 40 ms and 0.32 s at usual rates; every radix as first and as last pass; all kinds of
/// strides.
static const size_t lengths[] = {4,   5,   6,   7,    8,    9,    10,   12,   14,   16,   21,  25,
                                 27,  28,  32,  35,   49,   60,   63,   64,   84,   96,   100, 112,
                                 128, 144, 192, 224,  320,  343,  441,  448,  512,  625,  640, 729,
                                 882, 960, 980, 1280, 1764, 1920, 2048, 3528, 3840, 5120, 7680};

static void transforms_are_those_of_the_definition(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
    check_all(lengths[i]);
  }
}

static void every_friendly_length_is_taken(void** state) {
  (void)state;
  for (size_t n = 4; n < 400; n = fft_friendly_size(n + 1)) {
    check_all(n);
  }
}

static void a_transform_does_not_depend_on_the_one_before(void** state) {
  (void)state;
  const size_t n = 1764;
  Fft* fft = fft_new(n);
  fill(n);
  float* first = malloc(2 * n * sizeof *first);
  memcpy(first, fft_run(fft, re, im, window), 2 * n * sizeof *first);
  fft_run(fft, window, re, im);
  assert_memory_equal(fft_run(fft, re, im, window), first, 2 * n * sizeof *first);
  free(first);
  empty();
  fft_free(fft);
}

static void lengths_with_other_factors_are_refused(void** state) {
  (void)state;
  static const size_t bad[] = {0, 1, 3, 11, 1921, FFT_LARGEST + 1, 2 * FFT_LARGEST, SIZE_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i)
    assert_null(fft_new(bad[i]));
  assert_true(fft_takes(4) && fft_takes(FFT_LARGEST));
  fft_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(transforms_are_those_of_the_definition),
      cmocka_unit_test(every_friendly_length_is_taken),
      cmocka_unit_test(a_transform_does_not_depend_on_the_one_before),
      cmocka_unit_test(lengths_with_other_factors_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
