// SPDX-License-Identifier: GPL-3.0-or-later
// The passes that kernels precompile are exactly those that fft.c chooses.
#include "dsp/fft.c"

#include "dsp/fft_usual.h"
#include "harness.h"

#define ROW(width, radix, length, rest, stride) {radix, length, rest, stride, NULL},
static const FftPass of_8[] = {FFT_USUAL_8(ROW)};
static const FftPass of_4[] = {FFT_USUAL_4(ROW)};

static unsigned found(const FftPass* rows, size_t n_rows, const FftPass* pass) {
  unsigned n = 0;
  for (size_t i = 0; i < n_rows; ++i)
    n += rows[i].radix == pass->radix && rows[i].length == pass->length &&
         rows[i].rest == pass->rest && rows[i].stride == pass->stride;
  return n;
}

static void compare(const Kernels* kernels) {
  static const size_t sizes[] = {1920, 3840, 1764, 3528};
  const bool is_8 = kernels->fft_first_radix(1920) == 8;
  const FftPass* rows = is_8 ? of_8 : of_4;
  const size_t n_rows = is_8 ? sizeof of_8 / sizeof *of_8 : sizeof of_4 / sizeof *of_4;
  size_t used = 0;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    Fft* fft = fft_new_with(sizes[i], kernels);
    assert_non_null(fft);
    for (unsigned k = 1; k < fft->passes; ++k) // the first is fft_first()'s
      assert_int_equal(found(rows, n_rows, &fft->pass[k]), 1);
    used += fft->passes - 1;
    fft_free(fft);
  }
  assert_int_equal(used, n_rows);
}

static void precompiled_passes_are_the_chosen_ones(void** state) {
  (void)state;
  compare(kernels_find("generic"));
  if (kernels_find("avx")) compare(kernels_find("avx"));
  compare(kernels_get());
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(precompiled_passes_are_the_chosen_ones)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
