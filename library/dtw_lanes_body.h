// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of dtw_lanes.h, included once per instruction set.  LANES_TABLE names the table.
#include "library/dtw_lanes.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

// Eight words or sixteen halves that the compiler keeps in one register (AVX2) or two (SSE).
typedef int32_t Words __attribute__((vector_size(32), aligned(4), may_alias));
typedef uint32_t Unsigned __attribute__((vector_size(32), aligned(4), may_alias));
typedef int16_t Halves __attribute__((vector_size(32), aligned(2), may_alias));
typedef int32_t PairWord __attribute__((aligned(2), may_alias)); // a Pair

static inline Words least_words(Words a, Words b) {
#ifdef __AVX2__
  return (Words)_mm256_min_epi32((__m256i)a, (__m256i)b);
#else
  const Words less = a < b;
  return (a & less) | (b & ~less);
#endif
}

static inline Halves greatest_halves(Halves a, Halves b) {
#ifdef __AVX2__
  return (Halves)_mm256_max_epi16((__m256i)a, (__m256i)b);
#else
  const Halves more = (Halves)(a > b);
  return (a & more) | (b & ~more);
#endif
}

/// valence^2 + arousal^2 in each lane.
static inline Words squares(Halves d) {
#ifdef __AVX2__
  return (Words)_mm256_madd_epi16((__m256i)d, (__m256i)d);
#else
  const Words first = (Words)d >> 16, second = (Words)((Unsigned)d << 16) >> 16;
  return first * first + second * second;
#endif
}

static inline bool any_below(Words a, int32_t limit) {
  const Words below = a < limit;
#ifdef __AVX2__
  return !_mm256_testz_si256((__m256i)below, (__m256i)below);
#else
  int32_t any = 0;
  for (int l = 0; l < LANES; ++l)
    any |= below[l];
  return any != 0;
#endif
}

static inline Halves load(const Pair* pairs) {
  return *(const Halves*)pairs;
}

/// One pair in all lanes.
static inline Halves all(const Pair* pair) {
  const Words words = {0};
  return (Halves)(words + *(const PairWord*)pair);
}

/// Ones on the axes that count.
static inline Halves wanted(const DtwQuery* query) {
  const Pair pair = {query->has_valence ? -1 : 0, query->has_arousal ? -1 : 0};
  return all(&pair);
}

static bool bound(const DtwQuery* query, const Pair* curve, size_t stride, int32_t limit,
                  int32_t rest[DTW_MAX + 1][LANES]) {
  const Halves mask = wanted(query), zero = {0};
  Words sum = {0};
  *(Words*)rest[query->n] = sum;
  for (size_t i = query->n; i-- > 0;) {
    const Halves x = load(curve + i * stride);
    const Halves off = greatest_halves(all(&query->low[i]) - x, x - all(&query->high[i]));
    sum += squares(greatest_halves(off, zero) & mask);
    *(Words*)rest[i] = sum;
    if (i % 8 == 0 && !any_below(sum, limit)) return false;
  }
  return true;
}

static bool warp(const DtwQuery* query, const Pair* curve, size_t stride, int32_t limit,
                 const int32_t rest[DTW_MAX + 1][LANES], int32_t cost[LANES]) {
  const Halves mask = wanted(query);
  const Words far = (Words){0} + DTW_FAR;
  const size_t n = query->n, band = query->band;
  Words row[DTW_MAX]; // the last row, point j of the profile; overwritten from the left
  for (size_t j = 0; j < n; ++j)
    row[j] = far;
  Words corner = {0}; // the cell to the left below
  for (size_t i = 0; i < n; ++i) {
    const Halves x = load(curve + i * stride);
    const size_t first = i > band ? i - band : 0, last = i + band < n ? i + band : n - 1;
    Words left = far, least = far;
    if (i > 0) corner = first > 0 ? row[first - 1] : far;
    for (size_t j = first; j <= last; ++j) {
      const Words below = row[j];
      left = least_words(left, least_words(below, corner)) +
             squares((x - all(&query->point[j])) & mask);
      row[j] = left;
      corner = below;
      least = least_words(least, left);
    }
    if (!any_below(least + *(const Words*)rest[i + 1], limit)) return false;
  }
  *(Words*)cost = row[n - 1];
  return true;
}

static void range(const DtwQuery* query, const Pair low[LANES], const Pair high[LANES],
                  int32_t cost[LANES]) {
  const Halves mask = wanted(query), zero = {0}, least = load(low), most = load(high);
  Words sum = {0};
  for (size_t j = 0; j < query->n; ++j) {
    const Halves p = all(&query->point[j]);
    sum += squares(greatest_halves(greatest_halves(least - p, p - most), zero) & mask);
  }
  *(Words*)cost = sum;
}

const DtwLanes LANES_TABLE = {LANES_NAME, bound, warp, range};
