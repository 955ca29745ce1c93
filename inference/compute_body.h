// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of compute.h; included once per instruction set.  COMPUTE_TABLE names the table;
// COMPUTE_GEMM, if defined, is the matrix product, and COMPUTE_OVERLAPS says whether its rows may
// overlap.
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
/// mask ? a : b, lane by lane
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

// exp(x) = 2^k exp(r), k = round(x / ln 2), |r| <= ln(2) / 2.  The error of the power series to r^7
// is below r^8 / 8! = 5e-9.  x is clamped so that both the result and 2^k are normal floats.
INLINE Lanes exp_lanes(Lanes x) {
  x = clamp(x, -80.0f, 80.0f);
  const Lanes magic = all(12582912.0f); // 1.5 * 2^23: adding it rounds to a whole number
  Lanes k = (x * all(1.44269504088896f) + magic) - magic;
  // ln 2 in two parts; the first is so short that its product with k is exact (Cody & Waite 1980)
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
INLINE Lanes clamp_lanes(Lanes x) {
  return choose(x == x, clamp(x, -1e6f, 1e6f), all(0.0f));
}

INLINE Lanes normalise_lanes(Lanes x, Lanes mean, Lanes gain) {
  return choose(x - x == all(0.0f), clamp((x - mean) * gain, -6.0f, 6.0f), all(0.0f));
}

static void normalise(float* y, const float* x, const float* mean, const float* gain, size_t n) {
  size_t i = 0;
  for (; i + COMPUTE_LANES <= n; i += COMPUTE_LANES)
    store(y + i, normalise_lanes(load(x + i), load(mean + i), load(gain + i)));
  if (i == n) return;
  Lanes rest[3] = {{0}, {0}, {0}};
  memcpy(&rest[0], x + i, (n - i) * sizeof *x);
  memcpy(&rest[1], mean + i, (n - i) * sizeof *mean);
  memcpy(&rest[2], gain + i, (n - i) * sizeof *gain);
  rest[0] = normalise_lanes(rest[0], rest[1], rest[2]);
  memcpy(y + i, &rest[0], (n - i) * sizeof *y);
}

/// Define an in-place function of every value; the last values go through a buffer.
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
EVERY(every_clamp_finite, clamp_lanes)

#ifndef COMPUTE_GEMM
#define COMPUTE_GEMM gemm
#define COMPUTE_OVERLAPS true

// ---- matrix product

/// Write one row of a block: all 16 columns, or the first n.
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

#if defined(__AVX2__)
#define MOST_ROWS 7 // 14 sums, one factor and one weight fill 16 registers of eight floats
#define CHAINS 4
#elif defined(__aarch64__)
#define MOST_ROWS 6 // 24 sums in 32 registers of four
#define CHAINS 4
#else
#define MOST_ROWS 3 // 12 sums in 16 registers of four
#define CHAINS 2
#endif

/// At most MOST_ROWS rows times one panel; rows is a constant, so that the loops unroll.
INLINE void block(const size_t rows, size_t n, size_t k, const float* a, size_t lda,
                  const float* panel, const float* bias, float* c, size_t ldc) {
  Lanes left[MOST_ROWS], right[MOST_ROWS];
#pragma GCC unroll 7
  for (size_t r = 0; r < rows; ++r)
    left[r] = load(bias), right[r] = load(bias + COMPUTE_LANES);
#pragma GCC unroll 4
  for (size_t i = 0; i < k; i++, panel += COMPUTE_PANEL) {
    const Lanes weight = load(panel);
    const float* second = panel + COMPUTE_LANES;
#pragma GCC unroll 7
    for (size_t r = 0; r < rows; ++r) {
      const Lanes x = all(a[r * lda + i]);
      if (MOST_ROWS == 7) __asm__("" : "+r"(second)); // reload it: no register is free to keep it
      left[r] += x * weight;
      right[r] += x * load(second);
    }
  }
#pragma GCC unroll 7
  for (size_t r = 0; r < rows; ++r)
    put(c + r * ldc, left[r], right[r], n);
}

/// One row times one panel: several steps of i in parallel hide the latency of the additions.
INLINE void row(size_t n, size_t k, const float* a, const float* panel, const float* bias,
                float* c) {
  Lanes left[CHAINS] = {load(bias)}, right[CHAINS] = {load(bias + COMPUTE_LANES)};
  size_t i = 0;
  for (; i + 8 <= k; i += 8)
#pragma GCC unroll 8
    for (size_t u = 0; u < 8; ++u) {
      const Lanes x = all(a[i + u]);
      left[u % CHAINS] += x * load(panel + (i + u) * COMPUTE_PANEL);
      right[u % CHAINS] += x * load(panel + (i + u) * COMPUTE_PANEL + COMPUTE_LANES);
    }
  for (; i < k; ++i) {
    left[0] += all(a[i]) * load(panel + i * COMPUTE_PANEL);
    right[0] += all(a[i]) * load(panel + i * COMPUTE_PANEL + COMPUTE_LANES);
  }
  for (size_t u = CHAINS / 2; u > 0; u /= 2)
    for (size_t v = 0; v < u; ++v)
      left[v] += left[v + u], right[v] += right[v + u];
  put(c, left[0], right[0], n);
}

static void gemm(size_t rows, size_t n, size_t k, const float* a, size_t lda, const float* panels,
                 const float* bias, float* c, size_t ldc) {
  for (size_t j = 0; j < n; j += COMPUTE_PANEL) {
    const float* panel = panels + j * k;
    size_t r = 0;
    // If blocks of 6 would leave 1 or 2 rows over, some blocks take 7.
    for (; MOST_ROWS == 7 && rows - r >= 7 && (rows - r) % 6 > 0 && (rows - r) % 6 < 3; r += 7)
      block(MOST_ROWS, n - j, k, a + r * lda, lda, panel, bias + j, c + r * ldc + j, ldc);
    for (; MOST_ROWS >= 6 && r + 6 <= rows; r += 6)
      block(MOST_ROWS < 6 ? 1 : 6, n - j, k, a + r * lda, lda, panel, bias + j, c + r * ldc + j,
            ldc);
    for (; r + 3 <= rows; r += 3)
      block(3, n - j, k, a + r * lda, lda, panel, bias + j, c + r * ldc + j, ldc);
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
    c[j] = h[j] = fabsf(value) < 1e-15f ? 0.0f : value; // avoids denormals
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
  const float scale = 1.0f / total; // total >= 1, because the largest x gives exp(0)
  for (size_t i = 0; i < n; ++i)
    x[i] *= scale;
}

const Compute COMPUTE_TABLE = {.name = COMPUTE_NAME,
                               .gemm = COMPUTE_GEMM,
                               .overlaps = COMPUTE_OVERLAPS,
                               .tanh = every_tanh,
                               .sigmoid = every_sigmoid,
                               .elu = every_elu,
                               .relu = every_relu,
                               .lstm = lstm,
                               .tanh_score = tanh_score,
                               .dot = dot,
                               .add_scaled = add_scaled,
                               .softmax = softmax,
                               .clamp_finite = every_clamp_finite,
                               .normalise = normalise};
