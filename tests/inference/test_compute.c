// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The fast kernels compared with plain C, and the matrix product with OpenBLAS, at widths around
/// the sizes of blocks and tails.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "inference/layers.h"

#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint32_t seed = 1;
static float noise(void) { // -1..1, the same on every machine
  seed = seed * 1664525u + 1013904223u;
  return (float)(seed >> 8) / 8388608.0f - 1.0f;
}
static float* noise_array(size_t n, float scale) {
  float* x = malloc((n ? n : 1) * sizeof *x);
  for (size_t i = 0; i < n; ++i)
    x[i] = scale * noise();
  return x;
}

/// Run a check with each table that this processor has.
static void each(void (*check)(const Compute*)) {
  const char* names[] = {"plain", "generic", "openblas", "avx", "avx2"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    const Compute* c = compute_find(names[i]);
    if (c) {
      assert_string_equal(c->name, names[i]);
      check(c);
    } else {
      print_message("this processor has no %s\n", names[i]);
    }
  }
}

static void compare_products(const Compute* c) {
  const size_t rows[] = {1, 2, 3, 5, 6, 7, 8, 9, 12, 13, 20, 40},
               widths[] = {1, 4, 15, 16, 17, 33, 64};
  const size_t depths[] = {1, 3, 4, 5, 9, 64, 145};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; ++r)
    for (size_t w = 0; w < 7; ++w)
      for (size_t d = 0; d < 7; ++d) {
        const size_t m = rows[r], n = widths[w], k = depths[d], ldc = n + 3;
        float *a = noise_array(m * k, 1), *b = noise_array(n * k, 1),
              *bias = noise_array(n + 16, 1);
        float* panels = malloc(compute_packed_size(n, k) * sizeof *panels);
        float *got = noise_array(m * ldc, 1), *want = malloc(m * ldc * sizeof *want);
        memcpy(want, got, m * ldc * sizeof *want); // values between the rows must not change
        compute_pack(panels, b, n, k, k);
        for (size_t i = 0; i < m; ++i)
          memcpy(want + i * ldc, bias, n * sizeof *want);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)k, 1, a, (int)k,
                    b, (int)k, 1, want, (int)ldc);
        c->gemm(m, n, k, a, k, panels, bias, got, ldc);
        for (size_t i = 0; i < m * ldc; ++i)
          assert_true(fabsf(got[i] - want[i]) < 2e-5f);
        free(a), free(b), free(bias), free(panels), free(got), free(want);
      }
}
static void products_agree_with_openblas(void** state) {
  (void)state;
  each(compare_products);
}

static void compare_functions(const Compute* c) {
  enum { N = 4099 }; // a tail of 3
  float *x = noise_array(N, 1), got[N];
  for (size_t i = 0; i < N; ++i)
    x[i] *= i % 3 ? 4.0f : 60.0f;
  x[0] = 0, x[1] = 1e-30f, x[2] = -1e30f, x[3] = 1e30f;
#define AGAINST(name, expression)                                                                  \
  memcpy(got, x, sizeof got);                                                                      \
  c->name(got, N);                                                                                 \
  for (size_t i = 0; i < N; ++i) {                                                                 \
    const double v = (double)x[i];                                                                 \
    assert_true(fabs((double)got[i] - (expression)) <= 3e-7 * fmax(1, fabs(v)));                   \
  }
  AGAINST(tanh, tanh(v))
  AGAINST(sigmoid, 1 / (1 + exp(-v)))
  AGAINST(elu, v > 0 ? v : expm1(v))
  AGAINST(relu, v > 0 ? v : 0)
  AGAINST(clamp_finite, fmin(fmax(v, -1e6), 1e6))
  free(x);
}
static void functions_agree_with_the_c_library(void** state) {
  (void)state;
  each(compare_functions);
}

static void check_clamp(const Compute* c) {
  float x[11] = {NAN, INFINITY, -INFINITY, 1, -1, 0, 2e6f, -2e6f, 1e-40f, NAN, 5};
  c->clamp_finite(x, 11);
  const float want[11] = {0, 1e6f, -1e6f, 1, -1, 0, 1e6f, -1e6f, 1e-40f, 0, 5};
  for (size_t i = 0; i < 11; ++i)
    assert_true(x[i] >= want[i] && x[i] <= want[i]);
}
static void clamping_leaves_only_finite_values(void** state) {
  (void)state;
  each(check_clamp);
}

static void check_layers(const Compute* c) {
  float scale[3] = {1e38f, 0.0f, 1e38f}, shift[3] = {0, 0, -3};
  static LayerList list;
  const LayerShape flat = layer_flat(3);
  list = (LayerList){.count = 1, .in = flat, .out = flat, .widest = 3};
  list.layers[0] =
      (Layer){.op = LAYER_AFFINE, .in = flat, .out = flat, .scale = scale, .shift = shift};
  const float in[6] = {1e5f, INFINITY, -1e5f, 1e-38f, 2.0f, 0.0f};
  const float want[6] = {1e6f, 0, -1e6f, 1, 0, -3};
  float a[6], b[6];
  const float* out = layers_run(&list, c, 2, in, a, b, NULL);
  for (size_t i = 0; i < 6; ++i)
    assert_true(fabsf(out[i] - want[i]) <= 1e-5f);
}
static void the_output_of_layers_is_finite(void** state) {
  (void)state;
  each(check_layers);
}

/// The sums of each value and its neighbours in a map of two rows; no value outside it is read.
static void check_convolution(const Compute* c) {
  float panels[9 * COMPUTE_PANEL] = {0}, bias[COMPUTE_PANEL] = {0}, columns[6 * 9], a[6], b[6];
  for (size_t i = 0; i < 9; ++i)
    panels[compute_packed_index(9, 0, i)] = 1.0f;
  static LayerList list;
  const LayerShape map = {1, 2, 3, false};
  list = (LayerList){.count = 1, .in = map, .out = map, .widest = 6};
  list.layers[0] = (Layer){.op = LAYER_CONV,
                           .in = map,
                           .out = map,
                           .kernel = {3, 3},
                           .stride = {1, 1},
                           .padding = {1, 1},
                           .product = {.n = 1, .k = 9, .panels = panels, .bias = bias}};
  const float in[14] = {NAN, NAN, NAN, NAN, 1, 2, 3, 4, 5, 6, NAN, NAN, NAN, NAN};
  static const float want[6] = {12, 21, 16, 12, 21, 16};
  const float* out = layers_run(&list, c, 1, in + 4, a, b, columns);
  for (size_t i = 0; i < 6; ++i)
    assert_float_equal(out[i], want[i], 0.0f);
}
static void a_convolution_reads_zeros_around_its_map(void** state) {
  (void)state;
  each(check_convolution);
}

static void scaled_weights_are_never_denormal(void** state) {
  (void)state;
  float panels[COMPUTE_PANEL] = {1e-30f}, bias[COMPUTE_PANEL] = {2.0f};
  Product p = {.n = 1, .k = 1, .panels = panels, .bias = bias};
  const float scale = 1e-10f, shift = 3.0f;
  product_scale(&p, &scale, &shift);
  assert_true(panels[0] == 0.0f); // not 1e-40
  assert_float_equal(bias[0], 3.0f, 1e-6f);
}

static void check_normalise(const Compute* c) {
  const float x[11] = {NAN, INFINITY, -INFINITY, 1, 2, 3, 1e30f, -1e30f, 0.5f, NAN, -2};
  const float mean[11] = {1, 1, 1, 1, 1, 5, 0, 0, 0.25f, 7, 1};
  const float gain[11] = {2, 2, 2, 2, 2, 2, 1e10f, 1e10f, 4, 1, 10};
  const float want[11] = {0, 0, 0, 0, 2, -4, 6, -6, 1, 0, -6};
  for (size_t n = 0; n <= 11; ++n) {
    float y[12];
    y[n] = 77.0f;
    c->normalise(y, x, mean, gain, n);
    for (size_t i = 0; i < n; ++i)
      assert_true(y[i] >= want[i] && y[i] <= want[i]);
    assert_true(y[n] >= 77.0f && y[n] <= 77.0f);
  }
}
static void normalise_makes_finite_values_within_6(void** state) {
  (void)state;
  each(check_normalise);
}

static void check_small_cells(const Compute* c) {
  if (c == compute_plain()) return; // it is used by tests only
  enum { N = COMPUTE_LANES };
  float gates[4 * N] = {0}, before[N], cells[N], h[N];
  for (size_t i = 0; i < N; ++i)
    before[i] = i % 2 ? 1e-15f : 4e-15f; // is halved
  c->lstm(gates, before, cells, h, N);
  for (size_t i = 0; i < N; ++i)
    assert_true(i % 2 ? cells[i] == 0.0f : cells[i] > 1e-15f);
}
static void a_cell_does_not_decay_to_denormals(void** state) {
  (void)state;
  each(check_small_cells);
}

static void compare_steps(const Compute* c) {
  const Compute* plain = compute_plain();
  for (size_t n = 1; n < 40; ++n) {
    float *gates = noise_array(4 * n, 5), *before = noise_array(n, 3),
          *gates2 = noise_array(4 * n, 1);
    float h[40], cell[40], h2[40], cell2[40];
    memcpy(gates2, gates, 4 * n * sizeof *gates);
    c->lstm(gates, before, cell, h, n);
    plain->lstm(gates2, before, cell2, h2, n);
    float *weights = noise_array(n, 30), *weights2 = noise_array(n, 1);
    memcpy(weights2, weights, n * sizeof *weights);
    c->softmax(weights, n);
    plain->softmax(weights2, n);
    for (size_t i = 0; i < n; ++i) {
      assert_true(fabsf(h[i] - h2[i]) < 1e-6f && fabsf(cell[i] - cell2[i]) < 2e-6f);
      assert_true(fabsf(weights[i] - weights2[i]) < 1e-6f);
    }
    assert_true(fabsf(c->dot(gates, gates2, n) - plain->dot(gates, gates2, n)) < 1e-5f);
    c->add_scaled(h, 0.3f, before, n);
    plain->add_scaled(h2, 0.3f, before, n);
    for (size_t i = 0; i < n; ++i)
      assert_true(fabsf(h[i] - h2[i]) < 2e-6f);
    free(gates), free(gates2), free(before), free(weights), free(weights2);
  }
  for (size_t n = 8; n <= 64; n += 8) {
    float *q = noise_array(n, 2), *k = noise_array(n, 2), *age = noise_array(n, 1),
          *v = noise_array(n, 1);
    assert_true(fabsf(c->tanh_score(q, k, age, v, n) - plain->tanh_score(q, k, age, v, n)) < 1e-5f);
    free(q), free(k), free(age), free(v);
  }
}
static void steps_agree_with_plain_c(void** state) {
  (void)state;
  each(compare_steps);
}

static void avx_gives_the_same_bits_as_generic(void** state) {
  (void)state;
  enum { ROWS = 11, N = 37, K = 53 };
  const Compute* both[] = {compute_find("generic"), compute_find("avx")};
  if (!both[1]) skip();
  float *a = noise_array(ROWS * K, 1), *w = noise_array(N * K, 1), *bias = noise_array(N + 16, 1);
  float* panels = malloc(compute_packed_size(N, K) * sizeof *panels);
  float c[2][ROWS * N];
  compute_pack(panels, w, N, K, K);
  for (size_t i = 0; i < 2; ++i) {
    both[i]->gemm(ROWS, N, K, a, K, panels, bias, c[i], N);
    both[i]->tanh(c[i], N);
    both[i]->elu(c[i] + N, N);
    both[i]->softmax(c[i] + 2 * N, N);
    both[i]->lstm(c[i] + 3 * N, a, c[i] + 7 * N, c[i] + 8 * N, N);
    c[i][0] = both[i]->dot(c[i], a, N);
  }
  assert_memory_equal(c[0], c[1], sizeof c[0]);
  free(a), free(w), free(bias), free(panels);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(products_agree_with_openblas),
                                     cmocka_unit_test(functions_agree_with_the_c_library),
                                     cmocka_unit_test(clamping_leaves_only_finite_values),
                                     cmocka_unit_test(the_output_of_layers_is_finite),
                                     cmocka_unit_test(a_convolution_reads_zeros_around_its_map),
                                     cmocka_unit_test(a_cell_does_not_decay_to_denormals),
                                     cmocka_unit_test(scaled_weights_are_never_denormal),
                                     cmocka_unit_test(normalise_makes_finite_values_within_6),
                                     cmocka_unit_test(steps_agree_with_plain_c),
                                     cmocka_unit_test(avx_gives_the_same_bits_as_generic)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
