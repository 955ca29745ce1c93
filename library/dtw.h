// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Dynamic time warping of two curves of equal length in a Sakoe-Chiba band (Sakoe & Chiba 1978):
/// the least sum of squared differences over all paths from (0, 0) to (n - 1, n - 1) with steps
/// (1, 0), (0, 1) and (1, 1) that stay within |i - j| <= band.  In integers, thus exact.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_DTW_H
#define CIRCUMPLEX_LIBRARY_DTW_H

#include "library/curve.h"
#include "library/profile.h"

#define DTW_MAX 64 ///< points

/// More than any cost: a path has at most 2 DTW_MAX - 1 points of 2 (2 PAIR_FULL)^2 at most.
#define DTW_FAR ((int32_t)0x3fffffff)

/// A prepared profile.
typedef struct {
  size_t n, band;
  bool has_valence, has_arousal;
  Pair point[DTW_MAX];              ///< 0 on an axis that is not used
  Pair low[DTW_MAX], high[DTW_MAX]; ///< envelope: least and greatest within the band
} DtwQuery;

/// \param points mean values of \p n stretches of the profile, 2 <= n <= DTW_MAX
/// \param band_percent of n, rounded; at least one point
void dtw_query(DtwQuery* query, const Pair* points, size_t n, unsigned band_percent,
               const Profile* profile);

/// The distance of a cost: sqrt(cost / n), in units of the plane.
float dtw_distance(const DtwQuery* query, int32_t cost);

#endif
