// SPDX-License-Identifier: GPL-3.0-or-later
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include "dsp/kernels.h"
#include "harness.h"
#include "signals.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST 301

static const Kernels* tables[3];
static size_t table_count;

static int choose_tables(void** state) {
  (void)state;
  static const char* const names[] = {"generic", "avx", "avx2"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    const Kernels* table = kernels_find(names[i]);
    if (table) {
      assert_string_equal(table->name, names[i]);
      tables[table_count++] = table;
    } else {
      print_message("this processor has no %s\n", names[i]);
    }
  }
  return 0;
}

/// All lengths from 0, so that whole vectors, halves and tails of all kinds occur, and starts that
/// are not aligned to a vector.
static const size_t lengths[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 33, 64, 100, 299};

static float a[MOST + 1], b[MOST + 1];

static void fill(void) {
  uint32_t seed = 21;
  for (size_t i = 0; i <= MOST; ++i) {
    a[i] = signal_random(&seed);
    b[i] = signal_random(&seed);
  }
}

static void dot_is_the_sum_of_products(void** state) {
  (void)state;
  fill();
  for (size_t t = 0; t < table_count; ++t)
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; ++l) {
      double expected = 0.0;
      for (size_t i = 0; i < lengths[l]; ++i)
        expected += (double)a[1 + i] * (double)b[i];
      assert_near(tables[t]->dot(a + 1, b, lengths[l]), expected, 1e-5);
    }
}

static void element_by_element_kernels_touch_n_values_and_no_more(void** state) {
  (void)state;
  fill();
  for (size_t t = 0; t < table_count; ++t)
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; ++l) {
      const size_t n = lengths[l];
      float out[MOST + 1];
      out[n] = 77.0f;
      tables[t]->multiply(out, a + 1, b, n);
      for (size_t i = 0; i < n; ++i)
        assert_near(out[i], a[1 + i] * b[i], 0.0);
      assert_near(out[n], 77.0, 0.0);

      memcpy(out, b, sizeof out);
      tables[t]->accumulate(out, a + 1, n);
      for (size_t i = 0; i < n; ++i)
        assert_near(out[i], b[i] + a[1 + i], 0.0);
      assert_near(out[n], b[n], 0.0);
    }
}

static void a_bin_and_its_mirror_are_added(void** state) {
  (void)state;
  fill();
  for (size_t t = 0; t < table_count; ++t)
    for (size_t n = 4; n < MOST; n += 7) {
      const size_t bins = n / 2 + 1;
      float out[MOST];
      out[bins] = 77.0f;
      tables[t]->add_mirror(out, a, 0.5f, n, bins);
      for (size_t i = 0; i < bins; ++i)
        assert_near(out[i], 0.5f * (a[i] + a[(n - i) % n]), 1e-6);
      assert_near(out[bins], 77.0, 0.0);
    }
}

static void the_number_of_samples_does_not_change_the_decimated_output(void** state) {
  (void)state;
  enum { MOST_OUTPUTS = 13 };
  static const size_t taps[] = {8, 16, 64, 80, 88};
  fill();
  for (size_t t = 0; t < table_count; ++t)
    for (size_t step = 1; step <= 16; step *= 2)
      for (size_t l = 0; l < sizeof taps / sizeof *taps; ++l) {
        float alone[MOST_OUTPUTS], out[MOST_OUTPUTS + 1];
        for (size_t i = 0; i < MOST_OUTPUTS; ++i) {
          double expected = 0.0;
          for (size_t j = 0; j < taps[l]; ++j)
            expected += (double)a[step * i + j] * (double)b[j];
          tables[t]->decimate(&alone[i], a + step * i, step, 1, b, taps[l]);
          assert_near(alone[i], expected, 1e-5);
        }
        for (size_t n = 0; n <= MOST_OUTPUTS; ++n) {
          out[n] = 77.0f;
          tables[t]->decimate(out, a, step, n, b, taps[l]);
          assert_memory_equal(out, alone, n * sizeof *out);
          assert_near(out[n], 77.0, 0.0);
        }
      }
}

static void no_sample_after_the_last_is_read_to_decimate(void** state) {
  (void)state;
  static const size_t taps[] = {8, 64, 80, 88};
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char* pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(pages != MAP_FAILED);
  assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
  const float* end = (const float*)(const void*)(pages + page);
  fill();
  for (size_t t = 0; t < table_count; ++t)
    for (size_t l = 0; l < sizeof taps / sizeof *taps; ++l)
      for (size_t step = 1; step <= 16; step *= 2)
        for (size_t n = 1; n <= 6; ++n) {
          float out[6];
          tables[t]->decimate(out, end - taps[l] - (n - 1) * step, step, n, b, taps[l]);
          assert_near(out[n - 1], 0.0, 0.0);
        }
  munmap(pages, 2 * page);
}

static void bands_are_sums_of_weighted_bins(void** state) {
  (void)state;
  enum { BANDS = 11 };
  fill();
  KernelBand band[BANDS];
  for (size_t i = 0; i < BANDS; ++i)
    band[i] = (KernelBand){5 * i, 3 * i, 7 * (BANDS - i)}; // none, tails, whole vectors
  for (size_t t = 0; t < table_count; ++t)
    for (size_t n = 0; n <= BANDS; ++n) {
      float out[BANDS + 1];
      out[n] = 77.0f;
      tables[t]->bands(out, a, band, n, b);
      for (size_t i = 0; i < n; ++i) {
        double expected = 0.0;
        for (size_t j = 0; j < band[i].count; ++j)
          expected += (double)a[band[i].first + j] * (double)b[band[i].offset + j];
        assert_near(out[i], expected, 1e-5);
      }
      assert_near(out[n], 77.0, 0.0);
    }
}

static void peaks_are_found_from_any_start(void** state) {
  (void)state;
  fill();
  for (size_t t = 0; t < table_count; ++t)
    for (size_t first = 8; first < 40; ++first)
      for (size_t end = first; end < MOST - 8; end += 7) {
        double sum = 0.0, most = 0.0;
        size_t expected = end;
        for (size_t i = end; i-- > first;) {
          sum += (double)a[i];
          most = fmax(most, (double)a[i]);
          const float* x = a + i;
          const float below = 0.25f * (x[-8] + x[-7] + x[-6] + x[-5]);
          const float above = 0.25f * (x[5] + x[6] + x[7] + x[8]);
          if (*x > 0.1f && *x > x[-1] && *x >= x[1] && *x >= 2.0f * fminf(below, above))
            expected = i;
        }
        assert_int_equal(tables[t]->next_peak(a, 0.1f, 2.0f, first, end), expected);
        assert_near(tables[t]->total(a + first, end - first), sum, 1e-5);
        assert_near(tables[t]->top(a + first, end - first), most, 0.0);
      }
}

static void sanitize_clamps_values_and_replaces_nan(void** state) {
  (void)state;
  const float odd[7] = {NAN, -NAN, INFINITY, -INFINITY, 3e10f, -3e10f, -0.25f};
  const float even[7] = {0.0f, 0.0f, 0.0f, 0.0f, 1e10f, -1e10f, -0.25f};
  for (size_t t = 0; t < table_count; ++t)
    for (size_t n = 0; n <= 40; ++n) {
      float in[40], out[41];
      for (size_t i = 0; i < 40; ++i)
        in[i] = odd[i % 7];
      out[n] = 77.0f;
      tables[t]->sanitize(out, in, 1e10f, n);
      for (size_t i = 0; i < n; ++i)
        assert_near(out[i], even[i % 7], 0.0);
      assert_near(out[n], 77.0, 0.0);
    }
}

static void rise_counts_what_went_up(void** state) {
  (void)state;
  fill();
  for (size_t t = 0; t < table_count; ++t)
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; ++l) {
      double expected = 0.0;
      for (size_t i = 0; i < lengths[l]; ++i)
        expected += fmax(0.0, (double)a[1 + i] - (double)b[i]);
      assert_near(tables[t]->rise(a + 1, b, lengths[l]), expected, 1e-4);
      assert_near(tables[t]->rise(a, a, lengths[l]), 0.0, 0.0);
    }
}

static void decibels_are_right_to_2e_minus_5(void** state) {
  (void)state;
  // From the smallest normal float to a large one, many values in each binade.
  float x[997], out[997];
  for (double exponent = -125.0; exponent < 100.0; exponent += 1.0) {
    for (size_t i = 0; i < 997; ++i)
      x[i] = (float)exp2(exponent + (double)i / 997.0);
    for (size_t t = 0; t < table_count; ++t) {
      tables[t]->decibels(out, x, 1.0f, 0.0f, 997);
      for (size_t i = 0; i < 997; ++i) // float's own spacing at 300 dB is 3e-5
        assert_near(out[i], 10.0 * log10((double)x[i]), 2e-5 + 1e-7 * fabs((double)out[i]));
    }
  }
}

static void decibels_scale_and_floor(void** state) {
  (void)state;
  const float x[3] = {0.0f, 0.5f, 2.0f};
  for (size_t t = 0; t < table_count; ++t) {
    float out[4] = {0.0f, 0.0f, 0.0f, 77.0f};
    tables[t]->decibels(out, x, 0.25f, 1e-6f, 3);
    assert_near(out[0], -60.0, 2e-5);
    assert_near(out[1], 10.0 * log10(0.125 + 1e-6), 2e-5);
    assert_near(out[2], 10.0 * log10(0.5 + 1e-6), 2e-5);
    assert_near(out[3], 77.0, 0.0);
  }
}

static void instruction_sets_agree(void** state) {
  (void)state;
  if (table_count < 2) skip();
  fill();
  for (size_t n = 0; n < MOST; ++n) {
    assert_near(tables[0]->dot(a, b, n), tables[1]->dot(a, b, n), 1e-5);
    assert_near(tables[0]->rise(a, b, n), tables[1]->rise(a, b, n), 1e-5);
  }
  float power[MOST], out[2][MOST];
  for (size_t i = 0; i < MOST; ++i)
    power[i] = a[i] * a[i] + 1e-6f;
  for (size_t t = 0; t < 2; ++t)
    tables[t]->decibels(out[t], power, 1.0f, 0.0f, MOST);
  for (size_t i = 0; i < MOST; ++i)
    assert_near(out[0][i], out[1][i], 2e-5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dot_is_the_sum_of_products),
      cmocka_unit_test(element_by_element_kernels_touch_n_values_and_no_more),
      cmocka_unit_test(a_bin_and_its_mirror_are_added),
      cmocka_unit_test(the_number_of_samples_does_not_change_the_decimated_output),
      cmocka_unit_test(no_sample_after_the_last_is_read_to_decimate),
      cmocka_unit_test(bands_are_sums_of_weighted_bins),
      cmocka_unit_test(peaks_are_found_from_any_start),
      cmocka_unit_test(sanitize_clamps_values_and_replaces_nan),
      cmocka_unit_test(rise_counts_what_went_up),
      cmocka_unit_test(decibels_are_right_to_2e_minus_5),
      cmocka_unit_test(decibels_scale_and_floor),
      cmocka_unit_test(instruction_sets_agree),
  };
  return cmocka_run_group_tests(tests, choose_tables, NULL);
}
