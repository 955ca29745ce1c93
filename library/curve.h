// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Prepares a curve for searches: fills silent hops, then computes means over equal segments.
///
/// All sums are integers, so that two ways of searching agree to the last bit: a Pair is in
/// thousandths of the plane's unit.  Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_CURVE_H
#define CIRCUMPLEX_LIBRARY_CURVE_H

#include "library/song.h"

#include <stdbool.h>

#define PAIR_FULL 1000         ///< the integer that stands for +1
#define CURVE_POSITION_BITS 16 ///< positions are in hops / 2^16

typedef struct {
  int16_t valence, arousal; ///< -PAIR_FULL..PAIR_FULL
} Pair;

/// Sums of a curve from its start: before hop k, k = 0..n.
typedef struct {
  int64_t valence, arousal;
} CurveSum;

bool curve_silent(const Curve* curve, size_t k);

/// Copy a curve and fill its silent hops: by straight lines between the readings around them, and
/// by the first and last readings at the ends.
/// \param[out] valence,arousal room for curve->n values
/// \return whether the curve has any reading (if not, nothing is written)
bool curve_bridge(const Curve* curve, int16_t* valence, int16_t* arousal);

/// \param[out] sums room for n + 1
void curve_sums(const int16_t* valence, const int16_t* arousal, size_t n, CurveSum* sums);

/// \return position of edge \p k if \p hops * \p percent / 100 hops are divided into \p parts
/// equal parts
int64_t curve_edge(size_t k, size_t hops, unsigned percent, size_t parts);

/// Means between successive edges.
/// \param n number of hops in \p sums; no edge lies after them
/// \param edges n_pairs + 1 ascending positions;  \param step their distance in hops
void curve_means(const CurveSum* sums, size_t n, const int64_t* edges, size_t n_pairs, double step,
                 Pair* pairs);

#endif
