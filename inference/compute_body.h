// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of compute.h, included once per instruction set.  COMPUTE_TABLE names the table;
// COMPUTE_GEMM, if defined, is the matrix product.
#include "inference/compute.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

// Eight floats that the compiler keeps in one register (AVX2) or two (SSE).
typedef float Lanes __attribute__((vector_size(32)));
typedef int32_t IntLanes __attribute__((vector_size(32)));
#define INLINE static inline __attribute__((always_inline))

INLINE Lanes load(const float* p) {
  Lanes v;
  memcpy(&v, p, sizeof v);
  return v;
}
INLINE void store(float* p, Lanes v) {
  memcpy(p, &v, sizeof v);
}
INLINE Lanes all(float x) {
  return (Lanes){x, x, x, x, x, x, x, x};
}
INLINE float sum(Lanes x) {
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}
/// mask ? a : b, by lanes
INLINE Lanes choose(IntLanes mask, Lanes a, Lanes b) {
  return (Lanes)((mask & (IntLanes)a) | (~mask & (IntLanes)b));
}
INLINE Lanes magnitude(Lanes x) {
  return (Lanes)((IntLanes)x & 0x7fffffff);
}
INLINE Lanes clamp(Lanes x, float low, float high) { // NaN becomes low
  x = choose(x > all(low), x, all(low));
  return choose(x < all(high), x, all(high));
}

// exp(x) = 2^k exp(r), k = round(x / ln 2), |r| <= ln(2) / 2: the power series to r^7 is within
// r^8 / 8! = 5e-9.  Clamped to where both the result and 2^k are normal floats.
INLINE Lanes exp_lanes(Lanes x) {
  x = clamp(x, -80.0f, 80.0f);
  const Lanes magic = all(12582912.0f); // 1.5 * 2^23: adding it rounds to a whole number
  Lanes k = (x * all(1.44269504088896f) + magic) - magic;
  // ln 2 in two parts, the first short enough for k * it to be exact (Cody & Waite 1980)
  Lanes r = (x - k * all(0.693359375f)) - k * all(-2.12194440054690e-4f);
  Lanes p = all(1.0f / 5040);
  p = p * r + all(1.0f / 720);
  p = p * r + all(1.0f / 120);
  p = p * r + all(1.0f / 24);
  p = p * r + all(1.0f / 6);
  p = p * r + all(0.5f);
  p = p * r + all(1.0f);
  p = p * r + all(1.0f);
  IntLanes exponent = (__builtin_convertvector(k, IntLanes) + 127) << 23;
  return p * (Lanes)exponent;
}

INLINE Lanes tanh_lanes(Lanes x) {
  Lanes e = exp_lanes(all(-2.0f) * magnitude(x));
  Lanes t = (all(1.0f) - e) / (all(1.0f) + e);
  return (Lanes)((IntLanes)t | ((IntLanes)x & (int32_t)0x80000000));
}
INLINE Lanes sigmoid_lanes(Lanes x) {
  return all(1.0f) / (all(1.0f) + exp_lanes(-x));
}
INLINE Lanes elu_lanes(Lanes x) {
  return choose(x > all(0.0f), x, exp_lanes(choose(x < all(0.0f), x, all(0.0f))) - all(1.0f));
}
INLINE Lanes relu_lanes(Lanes x) {
  return choose(x > all(0.0f), x, all(0.0f));
}
INLINE Lanes tame_lanes(Lanes x) {
  return choose(x == x, clamp(x, -1e6f, 1e6f), all(0.0f));
}

/// An in-place function of every value, its tail through a buffer.
#define EVERY(name, lanes)                                                                         \
  static void name(float* x, size_t n) {                                                           \
    size_t i = 0;                                                                                  \
    for (; i + COMPUTE_LANES <= n; i += COMPUTE_LANES)                                             \
      store(x + i, lanes(load(x + i)));                                                            \
    if (i < n) {                                                                                   \
      Lanes rest = all(0.0f);                                                                      \
      memcpy(&rest, x + i, (n - i) * sizeof *x);                                                   \
      rest = lanes(rest);                                                                          \
      memcpy(x + i, &rest, (n - i) * sizeof *x);                                                   \
    }                                                                                              \
  }
EVERY(every_tanh, tanh_lanes)
EVERY(every_sigmoid, sigmoid_lanes)
EVERY(every_elu, elu_lanes)
EVERY(every_relu, relu_lanes)
EVERY(every_tame, tame_lanes)

#ifndef COMPUTE_GEMM // the includer's
#define COMPUTE_GEMM gemm

// ---- matrix product

/// Write a block's row: all 16 columns, or the first n of them.
INLINE void put(float* c, Lanes left, Lanes right, size_t n) {
  if (n >= COMPUTE_PANEL) {
    store(c, left);
    store(c + COMPUTE_LANES, right);
  } else {
    float both[COMPUTE_PANEL];
    store(both, left);
    store(both + COMPUTE_LANES, right);
    memcpy(c, both, n * sizeof *c);
  }
}

/// Six rows (or fewer: a constant, so that the loops unroll) by one panel.
INLINE void block(size_t rows, size_t n, size_t k, const float* a, size_t lda, const float* panel,
                  const float* bias, float* c, size_t ldc) {
  Lanes left[6], right[6];
  for (size_t r = 0; r < rows; ++r)
    left[r] = load(bias), right[r] = load(bias + COMPUTE_LANES);
  for (size_t i = 0; i < k; ++i) {
    const Lanes w0 = load(panel + i * COMPUTE_PANEL);
    const Lanes w1 = load(panel + i * COMPUTE_PANEL + COMPUTE_LANES);
    for (size_t r = 0; r < rows; ++r) {
      const Lanes x = all(a[r * lda + i]);
      left[r] += x * w0;
      right[r] += x * w1;
    }
  }
  for (size_t r = 0; r < rows; ++r)
    put(c + r * ldc, left[r], right[r], n);
}

/// One row by one panel: four steps of i side by side hide the latency of the additions.
INLINE void row(size_t n, size_t k, const float* a, const float* panel, const float* bias,
                float* c) {
  Lanes left[4] = {load(bias)}, right[4] = {load(bias + COMPUTE_LANES)};
  size_t i = 0;
  for (; i + 4 <= k; i += 4)
    for (size_t u = 0; u < 4; ++u) {
      const Lanes x = all(a[i + u]);
      left[u] += x * load(panel + (i + u) * COMPUTE_PANEL);
      right[u] += x * load(panel + (i + u) * COMPUTE_PANEL + COMPUTE_LANES);
    }
  for (; i < k; ++i) {
    left[0] += all(a[i]) * load(panel + i * COMPUTE_PANEL);
    right[0] += all(a[i]) * load(panel + i * COMPUTE_PANEL + COMPUTE_LANES);
  }
  put(c, (left[0] + left[1]) + (left[2] + left[3]), (right[0] + right[1]) + (right[2] + right[3]),
      n);
}

static void gemm(size_t rows, size_t n, size_t k, const float* a, size_t lda, const float* panels,
                 const float* bias, float* c, size_t ldc) {
  for (size_t j = 0; j < n; j += COMPUTE_PANEL) {
    const float* panel = panels + j * k;
    size_t r = 0;
    for (; r + 6 <= rows; r += 6)
      block(6, n - j, k, a + r * lda, lda, panel, bias + j, c + r * ldc + j, ldc);
    if (rows - r >= 3) {
      block(3, n - j, k, a + r * lda, lda, panel, bias + j, c + r * ldc + j, ldc);
      r += 3;
    }
    for (; r < rows; ++r)
      row(n - j, k, a + r * lda, panel, bias + j, c + r * ldc + j);
  }
}
#endif

// ---- recurrence and attention

static void lstm(float* gates, const float* c_before, float* c, float* h, size_t n) {
  every_sigmoid(gates, 2 * n);
  every_tanh(gates + 2 * n, n);
  every_sigmoid(gates + 3 * n, n);
  const float *in = gates, *forget = gates + n, *cell = gates + 2 * n, *out = gates + 3 * n;
  for (size_t j = 0; j < n; ++j) {
    const float value = forget[j] * c_before[j] + in[j] * cell[j];
    c[j] = h[j] = fabsf(value) < 1e-15f ? 0.0f : value; // decays to 0, never to a denormal
  }
  every_tanh(h, n);
  for (size_t j = 0; j < n; ++j)
    h[j] *= out[j];
}

static float tanh_score(const float* q, const float* key, const float* age, const float* v,
                        size_t n) {
  Lanes s = all(0.0f);
  for (size_t i = 0; i < n; i += COMPUTE_LANES)
    s += load(v + i) * tanh_lanes(load(q + i) + load(key + i) + load(age + i));
  return sum(s);
}

static float dot(const float* a, const float* b, size_t n) {
  Lanes s = all(0.0f);
  size_t i = 0;
  for (; i + COMPUTE_LANES <= n; i += COMPUTE_LANES)
    s += load(a + i) * load(b + i);
  float total = sum(s);
  for (; i < n; ++i)
    total += a[i] * b[i];
  return total;
}

static void add_scaled(float* y, float scale, const float* x, size_t n) {
  for (size_t i = 0; i < n; ++i)
    y[i] += scale * x[i];
}

static void softmax(float* x, size_t n) {
  float top = x[0], total = 0;
  for (size_t i = 1; i < n; ++i)
    top = x[i] > top ? x[i] : top;
  for (size_t i = 0; i < n; i += COMPUTE_LANES) {
    const size_t m = n - i < COMPUTE_LANES ? n - i : COMPUTE_LANES;
    Lanes part = all(-1e30f);
    memcpy(&part, x + i, m * sizeof *x);
    part = exp_lanes(part - all(top));
    memcpy(x + i, &part, m * sizeof *x);
    for (size_t u = 0; u < m; ++u)
      total += part[u];
  }
  const float scale = 1.0f / total; // total >= 1: the largest gave exp(0)
  for (size_t i = 0; i < n; ++i)
    x[i] *= scale;
}

const Compute COMPUTE_TABLE = {.name = COMPUTE_NAME,
                               .gemm = COMPUTE_GEMM,
                               .tanh = every_tanh,
                               .sigmoid = every_sigmoid,
                               .elu = every_elu,
                               .relu = every_relu,
                               .lstm = lstm,
                               .tanh_score = tanh_score,
                               .dot = dot,
                               .add_scaled = add_scaled,
                               .softmax = softmax,
                               .tame = every_tame};
