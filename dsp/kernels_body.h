// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of kernels.h; included once per instruction set.  KERNELS_TABLE names the table.
#include "dsp/kernels.h"

#include "dsp/fft_body.h"

#include <stdint.h>
#include <string.h>
#ifdef __AVX__
#include <immintrin.h>
#endif

#define LANES 8
// Eight floats that the compiler keeps in one register (AVX) or two (SSE); loads need no
// alignment.
typedef float Lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));
typedef int IntLanes __attribute__((vector_size(LANES * sizeof(int)), aligned(4), may_alias));
typedef float Half __attribute__((vector_size(16), aligned(4), may_alias));

static float sum_lanes(const Lanes* v) {
  const float* x = (const float*)v;
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

static inline bool any_negative(const IntLanes* x) {
#ifdef __AVX__
  return _mm256_movemask_ps((__m256)*x) != 0;
#else
  uint64_t part[LANES / 2];
  memcpy(part, x, sizeof part);
  return ((part[0] | part[1] | part[2] | part[3]) & 0x8000000080000000u) != 0;
#endif
}

static float dot(const float* a, const float* b, size_t n) {
  Lanes even = {0}, odd = {0};
  size_t i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES) {
    even += *(const Lanes*)(a + i) * *(const Lanes*)(b + i);
    odd += *(const Lanes*)(a + i + LANES) * *(const Lanes*)(b + i + LANES);
  }
  if (i + LANES <= n) {
    even += *(const Lanes*)(a + i) * *(const Lanes*)(b + i);
    i += LANES;
  }
  even += odd;
  float sum = sum_lanes(&even);
  for (; i < n; ++i)
    sum += a[i] * b[i];
  return sum;
}

static void multiply(float* restrict out, const float* restrict a, const float* restrict b,
                     size_t n) {
  for (size_t i = 0; i < n; ++i)
    out[i] = a[i] * b[i];
}

static void add_mirror(float* restrict out, const float* restrict p, float scale, size_t n,
                       size_t bins) {
  out[0] = 2.0f * scale * p[0];
  size_t i = 1;
  for (; i + LANES <= bins; i += LANES) {
    const Lanes high = *(const Lanes*)(p + n - i - (LANES - 1));
    *(Lanes*)(out + i) = scale * (*(const Lanes*)(p + i) +
                                  __builtin_shufflevector(high, high, 7, 6, 5, 4, 3, 2, 1, 0));
  }
  for (; i < bins; ++i)
    out[i] = scale * (p[i] + p[n - i]);
}

#define SANITIZED (4 * LANES) // samples checked at once

static void sanitize_each(float* restrict out, const float* restrict in, float largest, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const float x = in[i], low = x < -largest ? -largest : x, cut = low > largest ? largest : low;
    out[i] = x - x == 0.0f ? cut : 0.0f;
  }
}

// Samples are copied as they are; a group is repaired only if a value in it is too large.  Without
// the sign bit, floats compare like their bits as integers, with infinities and NaNs as the
// largest.
static void sanitize(float* restrict out, const float* restrict in, float largest, size_t n) {
  int most;
  memcpy(&most, &largest, sizeof most);
  size_t i = 0;
  for (; i + SANITIZED <= n; i += SANITIZED) {
    IntLanes over = {0};
#pragma GCC unroll 4
    for (size_t v = 0; v < SANITIZED; v += LANES) {
      const IntLanes x = *(const IntLanes*)(in + i + v);
      over |= most - (x & 0x7fffffff); // negative: too large
      *(IntLanes*)(out + i + v) = x;
    }
    if (any_negative(&over)) sanitize_each(out + i, in + i, largest, SANITIZED);
  }
  sanitize_each(out + i, in + i, largest, n - i);
}

/// a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3], then the same for the upper halves.
static inline Lanes pair_sums(Lanes a, Lanes b) {
#ifdef __AVX__
  return (Lanes)_mm256_hadd_ps((__m256)a, (__m256)b);
#else
  return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
         __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
#endif
}

/// The sum of the elements of each of four vectors.
static inline Half four_sums(const Lanes* x) {
  const Lanes halves = pair_sums(pair_sums(x[0], x[1]), pair_sums(x[2], x[3]));
  return __builtin_shufflevector(halves, halves, 0, 1, 2, 3) +
         __builtin_shufflevector(halves, halves, 4, 5, 6, 7);
}

/// a b + c, rounded once if the processor has FMA.  It is explicit, because the compiler would not
/// fuse in the same way at every place where this is inlined.
static inline Lanes multiply_add(Lanes a, Lanes b, Lanes c) {
#ifdef __FMA__
  return (Lanes)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

/// \param tap [vectors]
static inline __attribute__((always_inline)) Half
filter_four(const size_t vectors, const float* const from[4], const Lanes* tap) {
  Lanes sum[4] = {{0}};
#pragma GCC unroll 10
  for (size_t v = 0; v < vectors; ++v)
#pragma GCC unroll 4
    for (size_t r = 0; r < 4; ++r)
      sum[r] = multiply_add(tap[v], *(const Lanes*)(from[r] + v * LANES), sum[r]);
  return four_sums(sum);
}

/// Four outputs at a time.  If fewer are left, the last one is computed again.
static inline __attribute__((always_inline)) void decimate_by(size_t step, const size_t vectors,
                                                              float* restrict out, const float* x,
                                                              size_t n, const Lanes* tap) {
  size_t i = 0;
  for (; i + 4 <= n; i += 4, x += 4 * step) {
    const float* const from[4] = {x, x + step, x + 2 * step, x + 3 * step};
    *(Half*)(out + i) = filter_four(vectors, from, tap);
  }
  if (i == n) return;
  const float* from[4];
  for (size_t r = 0; r < 4; ++r)
    from[r] = x + step * (i + r < n ? r : n - 1 - i);
  const Half four = filter_four(vectors, from, tap);
  memcpy(out + i, &four, (n - i) * sizeof *out);
}

/// The same with all taps kept in registers.
static inline __attribute__((always_inline)) void decimate_kept(const size_t vectors,
                                                                float* restrict out, const float* x,
                                                                size_t step, size_t n,
                                                                const float* h) {
  Lanes tap[10];
#pragma GCC unroll 10
  for (size_t v = 0; v < vectors; ++v)
    tap[v] = *(const Lanes*)(h + v * LANES);
  decimate_by(step, vectors, out, x, n, tap);
}

static void decimate(float* out, const float* x, size_t step, size_t n, const float* h,
                     size_t taps) {
  if (taps == 8 * LANES) // 48 kHz
    decimate_kept(8, out, x, step, n, h);
  else if (taps == 10 * LANES) // 44.1 kHz
    decimate_kept(10, out, x, step, n, h);
  else
    decimate_by(step, taps / LANES, out, x, n, (const Lanes*)h);
}

static inline Lanes band_sums(const float* x, const float* w, size_t n) {
  Lanes sum = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    sum += *(const Lanes*)(x + i) * *(const Lanes*)(w + i);
  for (; i < n; ++i)
    sum[0] += x[i] * w[i];
  return sum;
}

static void bands(float* restrict out, const float* x, const KernelBand* band, size_t n,
                  const float* weights) {
  size_t i = 0;
  for (; i + 4 <= n; i += 4, band += 4) {
    Lanes sum[4];
#pragma GCC unroll 4
    for (size_t r = 0; r < 4; ++r)
      sum[r] = band_sums(x + band[r].first, weights + band[r].offset, band[r].count);
    *(Half*)(out + i) = four_sums(sum);
  }
  for (; i < n; ++i, ++band) {
    const Lanes sum[4] = {band_sums(x + band->first, weights + band->offset, band->count)};
    out[i] = four_sums(sum)[0];
  }
}

static void accumulate(float* restrict sum, const float* restrict a, size_t n) {
  size_t i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES)
#pragma GCC unroll 4
    for (size_t v = 0; v < 4 * LANES; v += LANES)
      *(Lanes*)(sum + i + v) += *(const Lanes*)(a + i + v);
  for (; i < n; ++i)
    sum[i] += a[i];
}

// log2 by exponent and a series in s = (m - 1) / (m + 1), m in [sqrt(1/2), sqrt(2)):
// log(m) = 2 (s + s^3/3 + s^5/5 + s^7/7 + ...); |s| <= 0.1716, so the term in s^9 is below 3e-8.
static void decibels(float* restrict out, const float* restrict a, float scale, float floor,
                     size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const float x = a[i] * scale + floor;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t shifted = bits - 0x3f3504f3u; // sqrt(1/2)
    const int32_t exponent = (int32_t)shifted >> 23;
    const uint32_t mantissa = (shifted & 0x007fffffu) + 0x3f3504f3u;
    float m;
    memcpy(&m, &mantissa, sizeof m);
    const float s = (m - 1.0f) / (m + 1.0f), q = s * s;
    const float log_m =
        2.0f * s * (1.0f + q * (0.33333333f + q * (0.2f + q * (0.14285714f + q * 0.11111111f))));
    out[i] = 3.01029996f * (float)exponent + 4.34294482f * log_m;
  }
}

static float rise(const float* a, const float* b, size_t n) {
  Lanes sum = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const Lanes d = *(const Lanes*)(a + i) - *(const Lanes*)(b + i);
    sum += (Lanes)((IntLanes)d & (d > 0.0f)); // d where positive, else 0
  }
  float total = sum_lanes(&sum);
  for (; i < n; ++i)
    total += a[i] > b[i] ? a[i] - b[i] : 0.0f;
  return total;
}

static float top(const float* a, size_t n) {
  Lanes most = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    const Lanes x = *(const Lanes*)(a + i);
    const IntLanes more = x > most;
    most = (Lanes)(((IntLanes)x & more) | ((IntLanes)most & ~more));
  }
  float best = 0.0f;
  for (size_t lane = 0; lane < LANES; ++lane)
    if (most[lane] > best) best = most[lane];
  for (; i < n; ++i)
    if (a[i] > best) best = a[i];
  return best;
}

static float total(const float* a, size_t n) {
  Lanes sum = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    sum += *(const Lanes*)(a + i);
  float rest = sum_lanes(&sum);
  for (; i < n; ++i)
    rest += a[i];
  return rest;
}

// The mean of four bins; the scalar and the vector code sum in the same order.
static inline Lanes mean_of_four(const float* a) {
  return 0.25f * (*(const Lanes*)a + *(const Lanes*)(a + 1) + *(const Lanes*)(a + 2) +
                  *(const Lanes*)(a + 3));
}

static size_t next_peak(const float* a, float floor, float over, size_t i, size_t end) {
  for (; i + LANES <= end; i += LANES) {
    const Lanes x = *(const Lanes*)(a + i);
    const Lanes below = over * mean_of_four(a + i - 8), above = over * mean_of_four(a + i + 5);
    const IntLanes is = (x > floor) & (x > *(const Lanes*)(a + i - 1)) &
                        (x >= *(const Lanes*)(a + i + 1)) & ((x >= below) | (x >= above));
    uint64_t any[LANES / 2];
    memcpy(any, &is, sizeof any);
    if (!(any[0] | any[1] | any[2] | any[3])) continue;
    size_t lane = 0;
    while (!is[lane])
      ++lane;
    return i + lane;
  }
  for (; i < end; ++i) {
    const float* x = a + i;
    const float below = over * (0.25f * (x[-8] + x[-7] + x[-6] + x[-5]));
    const float above = over * (0.25f * (x[5] + x[6] + x[7] + x[8]));
    if (*x > floor && *x > x[-1] && *x >= x[1] && (*x >= below || *x >= above)) break;
  }
  return i;
}

const Kernels KERNELS_TABLE = {.name = KERNELS_NAME,
                               .dot = dot,
                               .multiply = multiply,
                               .add_mirror = add_mirror,
                               .sanitize = sanitize,
                               .decimate = decimate,
                               .bands = bands,
                               .accumulate = accumulate,
                               .decibels = decibels,
                               .rise = rise,
                               .top = top,
                               .total = total,
                               .next_peak = next_peak,
                               .fft_first_radix = fft_first_radix,
                               .fft_first = fft_first,
                               .fft_pass = fft_pass,
                               .fft_last_power = fft_last_power};
