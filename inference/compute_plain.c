// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The reference version of compute.h, in plain C: one value at a time, sums in double.  Tests run
/// whole nets with it and compare the fast versions with it.
#include "inference/compute.h"

#include <math.h>

static void gemm(size_t rows, size_t n, size_t k, const float* a, size_t lda, const float* panels,
                 const float* bias, float* c, size_t ldc) {
  for (size_t r = 0; r < rows; ++r)
    for (size_t j = 0; j < n; ++j) {
      double total = (double)bias[j];
      for (size_t i = 0; i < k; ++i)
        total += (double)a[r * lda + i] * (double)panels[compute_packed_index(k, j, i)];
      c[r * ldc + j] = (float)total;
    }
}

static void plain_tanh(float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    x[i] = tanhf(x[i]);
}

static void sigmoid(float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    x[i] = 1.0f / (1.0f + expf(-x[i]));
}

static void elu(float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    x[i] = x[i] > 0 ? x[i] : expm1f(x[i]);
}

static void relu(float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    x[i] = x[i] > 0 ? x[i] : 0;
}

static void lstm(float* gates, const float* c_before, float* c, float* h, size_t n) {
  sigmoid(gates, 2 * n);
  plain_tanh(gates + 2 * n, n);
  sigmoid(gates + 3 * n, n);
  for (size_t j = 0; j < n; ++j) {
    c[j] = gates[n + j] * c_before[j] + gates[j] * gates[2 * n + j];
    h[j] = gates[3 * n + j] * tanhf(c[j]);
  }
}

static float tanh_score(const float* q, const float* key, const float* age, const float* v,
                        size_t n) {
  double total = 0;
  for (size_t i = 0; i < n; ++i)
    total += (double)(v[i] * tanhf(q[i] + key[i] + age[i]));
  return (float)total;
}

static float dot(const float* a, const float* b, size_t n) {
  double total = 0;
  for (size_t i = 0; i < n; ++i)
    total += (double)a[i] * (double)b[i];
  return (float)total;
}

static void add_scaled(float* y, float scale, const float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    y[i] += scale * x[i];
}

static void softmax(float* x, size_t n) {
  float top = x[0];
  double total = 0;
  for (size_t i = 1; i < n; ++i)
    top = fmaxf(top, x[i]);
  for (size_t i = 0; i < n; ++i)
    total += (double)(x[i] = expf(x[i] - top));
  for (size_t i = 0; i < n; ++i)
    x[i] = (float)((double)x[i] / total);
}

static void clamp_finite(float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    x[i] = isnan(x[i]) ? 0.0f : fminf(fmaxf(x[i], -1e6f), 1e6f);
}

static void normalise(float* y, const float* x, const float* mean, const float* gain, size_t n) {
  for (size_t i = 0; i < n; ++i)
    y[i] = isfinite(x[i]) ? fminf(fmaxf((x[i] - mean[i]) * gain[i], -6.0f), 6.0f) : 0.0f;
}

static const Compute plain = {.name = "plain",
                              .gemm = gemm,
                              .overlaps = true,
                              .tanh = plain_tanh,
                              .sigmoid = sigmoid,
                              .elu = elu,
                              .relu = relu,
                              .lstm = lstm,
                              .tanh_score = tanh_score,
                              .dot = dot,
                              .add_scaled = add_scaled,
                              .softmax = softmax,
                              .clamp_finite = clamp_finite,
                              .normalise = normalise};

const Compute* compute_plain(void) {
  return &plain;
}
