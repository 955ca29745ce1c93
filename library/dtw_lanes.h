// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Eight time warpings at once, one in each lane of a vector: the inner loops of a search.
///
/// The same source is compiled twice, for AVX2 and for any processor (as in dsp/kernels.h).  All
/// values are integers, so that both give the same results.  Point i of lane l's curve is
/// curve[i * stride + l]: with stride 1 the lanes are passages that start one point apart, with
/// stride LANES they are songs stored interleaved.  Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_DTW_LANES_H
#define CIRCUMPLEX_LIBRARY_DTW_LANES_H

#include "library/dtw.h"

#define LANES 8

typedef struct {
  const char* name; ///< "avx2" or "generic"

  /// LB_Keogh with LB_Kim's corners: each point of the curve against the profile's envelope.
  /// \param[out] rest least cost of points i.., [0]: of the whole curve, [n]: 0; incomplete if no
  /// lane is below the limit
  /// \return whether any lane is
  bool (*bound)(const DtwQuery* query, const Pair* curve, size_t stride, int32_t limit,
                int32_t rest[DTW_MAX + 1][LANES]);

  /// dtw_plain(), abandoned when no lane can be below the limit.
  /// \param rest from bound()
  /// \param[out] cost of each lane
  /// \return whether any lane is below the limit; if not, \p cost is undefined
  bool (*warp)(const DtwQuery* query, const Pair* curve, size_t stride, int32_t limit,
               const int32_t rest[DTW_MAX + 1][LANES], int32_t cost[LANES]);

  /// Least cost of any curve with values between low and high: the profile's points against that
  /// range.
  void (*range)(const DtwQuery* query, const Pair low[LANES], const Pair high[LANES],
                int32_t cost[LANES]);
} DtwLanes;

/// \return the fastest for this processor
const DtwLanes* dtw_lanes_get(void);

/// \return NULL if this build or processor does not have it
const DtwLanes* dtw_lanes_find(const char* name);

#endif
