// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of kernels.h, included once per instruction set.  KERNELS_TABLE names the table.
#include "dsp/kernels.h"

#include "dsp/fft_body.h"

#include <stdint.h>
#include <string.h>

#define LANES 8
// Eight floats that the compiler keeps in one register (AVX2) or two (SSE); loads need no
// alignment.
typedef float Lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));
typedef int IntLanes __attribute__((vector_size(LANES * sizeof(int)), aligned(4), may_alias));

static float sum_lanes(const Lanes* v) {
  const float* x = (const float*)v;
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
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

static void power_two(float* restrict out, const float* restrict z, float scale, size_t n,
                      size_t bins) {
  const float* im = z + n;
  out[0] = 2.0f * scale * (z[0] * z[0] + im[0] * im[0]);
  size_t i = 1;
  for (; i + LANES <= bins; i += LANES) {
    const size_t mirror = n - i - (LANES - 1);
    const Lanes a = *(const Lanes*)(z + i), b = *(const Lanes*)(im + i);
    const Lanes c = *(const Lanes*)(z + mirror), d = *(const Lanes*)(im + mirror);
    const Lanes low = a * a + b * b, high = c * c + d * d;
    *(Lanes*)(out + i) =
        scale * (low + __builtin_shufflevector(high, high, 7, 6, 5, 4, 3, 2, 1, 0));
  }
  for (; i < bins; ++i) {
    const size_t mirror = n - i;
    out[i] =
        scale * ((z[i] * z[i] + im[i] * im[i]) + (z[mirror] * z[mirror] + im[mirror] * im[mirror]));
  }
}

static void sanitize(float* restrict out, const float* restrict in, float largest, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const float x = in[i], low = x < -largest ? -largest : x, cut = low > largest ? largest : low;
    out[i] = x - x == 0.0f ? cut : 0.0f;
  }
}

// Vectors of outputs side by side, one chain of sums each: in the same order whatever their number.
#define FIR_MOST (KERNELS_FIR_BLOCK / LANES)

static inline __attribute__((always_inline)) void fir_block(const unsigned vectors, float* out,
                                                            const float* x, size_t pitch,
                                                            size_t factor, const float* h,
                                                            size_t taps) {
  Lanes sum[FIR_MOST] = {{0}};
  for (size_t j = 0; j < taps; j += factor, ++x)
#pragma GCC unroll 4
    for (size_t b = 0; b < factor; ++b) {
      const float tap = h[j + b];
#pragma GCC unroll 6
      for (unsigned v = 0; v < vectors; ++v)
        sum[v] += tap * *(const Lanes*)(x + b * pitch + v * LANES);
    }
#pragma GCC unroll 6
  for (unsigned v = 0; v < vectors; ++v)
    *(Lanes*)(out + v * LANES) = sum[v];
}

static inline __attribute__((always_inline)) void fir_by(const size_t factor, float* out,
                                                         const float* x, size_t pitch, size_t n,
                                                         const float* h, size_t taps) {
  size_t i = 0;
  for (; i + FIR_MOST * LANES <= n; i += FIR_MOST * LANES)
    fir_block(FIR_MOST, out + i, x + i, pitch, factor, h, taps);
  if (i == n) return;
  float last[FIR_MOST * LANES]; // one block more costs as much as one vector would
  fir_block(FIR_MOST, last, x + i, pitch, factor, h, taps);
  memcpy(out + i, last, (n - i) * sizeof *out);
}

static void fir(float* out, const float* x, size_t pitch, size_t factor, size_t n, const float* h,
                size_t taps) {
  if (factor == 4) // 44.1 and 48 kHz
    fir_by(4, out, x, pitch, n, h, taps);
  else
    fir_by(factor, out, x, pitch, n, h, taps);
}

static inline __attribute__((always_inline)) void deal_by(const size_t factor, float* out,
                                                          size_t pitch, const float* in, size_t n) {
  for (size_t i = 0; i < n; ++i)
    for (size_t b = 0; b < factor; ++b)
      out[b * pitch + i] = in[factor * i + b];
}

static void deal(float* restrict out, size_t pitch, size_t factor, const float* restrict in,
                 size_t n) {
  if (factor == 2)
    deal_by(2, out, pitch, in, n);
  else if (factor == 4)
    deal_by(4, out, pitch, in, n);
  else
    deal_by(factor, out, pitch, in, n);
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

// The mean of four bins, summed in the same order by one and by eight.
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
                               .power_two = power_two,
                               .sanitize = sanitize,
                               .fir = fir,
                               .deal = deal,
                               .accumulate = accumulate,
                               .decibels = decibels,
                               .rise = rise,
                               .top = top,
                               .total = total,
                               .next_peak = next_peak,
                               .fft_first_radix = fft_first_radix,
                               .fft_first = fft_first,
                               .fft_pass = fft_pass};
