// SPDX-License-Identifier: GPL-3.0-or-later
// Searches profiles by the definition, without bounds: the reference for tests.
#include "match_brute.h"

#include "library/match_index.h"

#include <stdlib.h>

static int32_t cost_of(const DtwQuery* query, Pair x, size_t j) {
  const int32_t dv = query->has_valence ? x.valence - query->point[j].valence : 0;
  const int32_t da = query->has_arousal ? x.arousal - query->point[j].arousal : 0;
  return dv * dv + da * da;
}

int32_t dtw_plain(const DtwQuery* query, const Pair* curve) {
  int32_t sum[DTW_MAX][DTW_MAX];
  for (size_t i = 0; i < query->n; ++i) {
    for (size_t j = 0; j < query->n; ++j) {
      int32_t before = i == 0 && j == 0 ? 0 : DTW_FAR;
      if ((i > j ? i - j : j - i) > query->band) {
        sum[i][j] = DTW_FAR;
        continue;
      }
      if (i > 0 && sum[i - 1][j] < before) before = sum[i - 1][j];
      if (j > 0 && sum[i][j - 1] < before) before = sum[i][j - 1];
      if (i > 0 && j > 0 && sum[i - 1][j - 1] < before) before = sum[i - 1][j - 1];
      sum[i][j] = before + cost_of(query, curve[i], j);
    }
  }
  return sum[query->n - 1][query->n - 1];
}

static void brute_whole(const DtwQuery* query, const MatchRoom* room, size_t song, size_t n,
                        Best* best) {
  Pair means[WHOLE_POINTS];
  match_whole_means(room->sums, n, means);
  best_offer(best, (BestEntry){dtw_plain(query, means), song, 0});
}

static void brute_passage(const DtwQuery* query, const MatchRoom* room, const MatchGrid* grids,
                          size_t song, size_t n, Best* best) {
  int32_t least = DTW_FAR;
  size_t detail = 0;
  for (size_t s = 0; s < STRETCHES; ++s) {
    const size_t points = match_grid_points(&grids[s], n);
    for (size_t start = 0; start + query->n <= points; ++start) {
      Pair means[PASSAGE_POINTS];
      curve_means(room->sums, n, &grids[s].edge[start], query->n, grids[s].step, means);
      const int32_t cost = dtw_plain(query, means);
      if (cost >= least) continue;
      least = cost;
      detail = match_detail(s, start);
    }
  }
  if (least < DTW_FAR) best_offer(best, (BestEntry){least, song, detail});
}

long match_brute(const MatchIndex* index, const bool* allowed, const Profile* profile,
                 MatchKind kind, MatchHit* hits, size_t limit) {
  const Catalogue* catalogue = index->catalogue;
  long found = -1;
  DtwQuery query;
  MatchRoom room = {NULL, NULL};
  MatchGrid grids[STRETCHES] = {0};
  Best best = {0, limit < catalogue->n ? limit : catalogue->n, NULL};
  if (best.room == 0 || !match_query(&query, profile, kind)) return 0;
  best.entries = malloc(best.room * sizeof *best.entries);
  if (!best.entries || match_room_new(&room, index->longest) != 0) goto done;
  for (size_t s = 0; s < STRETCHES; ++s)
    if (match_grid_new(&grids[s], match_stretches[s], profile->n, query.n, index->longest) != 0)
      goto done;
  for (size_t i = 0; i < catalogue->n; ++i) {
    const Curve* curve = &catalogue->songs[i].curve;
    const int16_t *valence, *arousal;
    if ((allowed && !allowed[i]) || !match_room_fill(&room, curve, &valence, &arousal)) continue;
    if (kind == MATCH_WHOLE)
      brute_whole(&query, &room, i, curve->n, &best);
    else
      brute_passage(&query, &room, grids, i, curve->n, &best);
  }
  match_hits(index, profile, &query, kind, &best, hits);
  found = (long)best.n;
done:
  for (size_t s = 0; s < STRETCHES; ++s)
    match_grid_free(&grids[s]);
  match_room_free(&room);
  free(best.entries);
  return found;
}
