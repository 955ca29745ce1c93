// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Searches whole songs: eight interleaved songs at a time; they are warped only if the bound
/// allows that one is among the best.
#include "library/match_index.h"

void match_whole(const MatchIndex* index, const bool* allowed, const DtwQuery* query,
                 const DtwLanes* lanes, Best* best) {
  const size_t n = index->catalogue->n;
  for (size_t block = 0; block * LANES < n; ++block) {
    const Pair* means = &index->whole[block * WHOLE_POINTS * LANES];
    int32_t rest[DTW_MAX + 1][LANES], cost[LANES];
    const int32_t limit = match_limit(best);
    if (!lanes->bound(query, means, LANES, limit, rest)) continue;
    if (!lanes->warp(query, means, LANES, limit, (const int32_t(*)[LANES])rest, cost)) continue;
    for (size_t l = 0, song = block * LANES; l < LANES && song < n; ++l, ++song)
      if (index->heard[song] && (!allowed || allowed[song]))
        best_offer(best, (BestEntry){cost[l], song, 0});
  }
}
