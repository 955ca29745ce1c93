// SPDX-License-Identifier: GPL-3.0-or-later
// Prepares a curve for searches: fills silent hops, computes means over equal segments.
#include "library/curve.h"

#include <math.h>

bool curve_silent(const Curve* curve, size_t k) {
  return curve->valence[k] == CURVE_SILENT; // then arousal is too
}

/// \return the value after \p k of \p n steps from a to b, rounded to nearest
static int16_t between(int16_t a, int16_t b, size_t k, size_t n) {
  const int64_t way = (int64_t)(b - a) * (int64_t)k * 2, whole = (int64_t)n;
  return (int16_t)(a + (way + (way < 0 ? -whole : whole)) / (2 * whole));
}

bool curve_bridge(const Curve* curve, int16_t* valence, int16_t* arousal) {
  size_t before = SIZE_MAX; // the last hop with a reading
  for (size_t k = 0; k < curve->n; ++k) {
    if (curve_silent(curve, k)) continue;
    const size_t from = before == SIZE_MAX ? k : before;
    for (size_t i = before == SIZE_MAX ? 0 : before + 1; i <= k; ++i) {
      const size_t step = i < from ? 0 : i - from, steps = k > from ? k - from : 1;
      valence[i] = between(curve->valence[from], curve->valence[k], step, steps);
      arousal[i] = between(curve->arousal[from], curve->arousal[k], step, steps);
    }
    before = k;
  }
  if (before == SIZE_MAX) return false;
  for (size_t i = before + 1; i < curve->n; ++i) {
    valence[i] = curve->valence[before];
    arousal[i] = curve->arousal[before];
  }
  return true;
}

void curve_sums(const int16_t* valence, const int16_t* arousal, size_t n, CurveSum* sums) {
  CurveSum sum = {0, 0};
  for (size_t k = 0; k < n; ++k) {
    sums[k] = sum;
    sum.valence += valence[k];
    sum.arousal += arousal[k];
  }
  sums[n] = sum;
}

int64_t curve_edge(size_t k, size_t hops, unsigned percent, size_t parts) {
  const uint64_t numerator = (uint64_t)k * hops * percent, denominator = 100 * (uint64_t)parts;
  const uint64_t whole = numerator / denominator, rest = numerator % denominator;
  return (int64_t)((whole << CURVE_POSITION_BITS) + (rest << CURVE_POSITION_BITS) / denominator);
}

/// \return the sum from the start to a position inside a hop, in 2^-CURVE_POSITION_BITS.
static CurveSum sum_to(const CurveSum* sums, size_t n, int64_t position) {
  const size_t hop = (size_t)(position >> CURVE_POSITION_BITS);
  const int64_t part = position & ((1 << CURVE_POSITION_BITS) - 1);
  const int64_t one = 1 << CURVE_POSITION_BITS;
  if (hop >= n) return (CurveSum){sums[n].valence * one, sums[n].arousal * one};
  const CurveSum a = sums[hop], b = sums[hop + 1];
  return (CurveSum){a.valence * one + (b.valence - a.valence) * part,
                    a.arousal * one + (b.arousal - a.arousal) * part};
}

void curve_means(const CurveSum* sums, size_t n, const int64_t* edges, size_t n_pairs, double step,
                 Pair* pairs) {
  const double scale = PAIR_FULL / ((double)CURVE_FULL * step * (double)(1 << CURVE_POSITION_BITS));
  CurveSum from = sum_to(sums, n, edges[0]);
  for (size_t k = 0; k < n_pairs; ++k) {
    const CurveSum to = sum_to(sums, n, edges[k + 1]);
    pairs[k].valence = (int16_t)lrint((double)(to.valence - from.valence) * scale);
    pairs[k].arousal = (int16_t)lrint((double)(to.arousal - from.arousal) * scale);
    from = to;
  }
}
