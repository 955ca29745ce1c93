// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Eight warpings at once, one in each lane of a vector: what costs time in a search.
///
/// The same source is compiled twice, for AVX2 and for any processor (as dsp/kernels.h does); it
/// counts in integers, so that both give the same numbers.  Point i of lane l's course is
/// course[i * stride + l]: with stride 1 the lanes are passages that start one point apart, with
/// stride LANES they are songs that lie interleaved.  Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_DTW_LANES_H
#define CIRCUMPLEX_LIBRARY_DTW_LANES_H

#include "library/dtw.h"

#define LANES 8

typedef struct {
  const char* name; ///< "avx2" or "generic"

  /// LB_Keogh with LB_Kim's corners: each point of the course against the profile's envelope.
  /// \param[out] rest what points i.. cost at least, [0]: the whole course, [n]: 0; unfinished if
  /// no lane is below the limit
  /// \return whether any lane is
  bool (*bound)(const DtwQuery* query, const Pair* course, size_t stride, int32_t limit,
                int32_t rest[DTW_MAX + 1][LANES]);

  /// dtw_plain(), given up when no lane can come below the limit.
  /// \param rest from bound()
  /// \param[out] cost of each lane
  /// \return whether any lane is below the limit; if not, \p cost means nothing
  bool (*warp)(const DtwQuery* query, const Pair* course, size_t stride, int32_t limit,
               const int32_t rest[DTW_MAX + 1][LANES], int32_t cost[LANES]);

  /// What any course costs at least whose values lie between low and high: the profile's points
  /// against that range.
  void (*range)(const DtwQuery* query, const Pair low[LANES], const Pair high[LANES],
                int32_t cost[LANES]);
} DtwLanes;

/// The fastest for this processor.
const DtwLanes* dtw_lanes_get(void);

/// \return NULL if this build or processor has none of that name
const DtwLanes* dtw_lanes_find(const char* name);

#endif
