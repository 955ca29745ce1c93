// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Searches passages: songs in the order of a cheap bound, until no other song can be among the
/// best; in each song eight passages at a time that start one point apart.
#include "library/match_index.h"

#include <stdlib.h>

typedef struct {
  int32_t bound;
  uint32_t song;
} PassageCandidate;

typedef struct {
  const DtwQuery* query;
  const DtwLanes* lanes;
  MatchRoom room;
  MatchGrid grids[STRETCHES];
  Pair* means; ///< of one song on one grid
} PassageSearch;

/// List the songs with the least cost that follows from their range of values.  \return how many
static size_t candidates(const MatchIndex* index, const bool* allowed, const PassageSearch* search,
                         PassageCandidate* found) {
  const size_t n = index->catalogue->n;
  size_t n_found = 0;
  for (size_t block = 0; block * LANES < n; ++block) {
    int32_t bound[LANES];
    search->lanes->range(search->query, &index->low[block * LANES], &index->high[block * LANES],
                         bound);
    for (size_t l = 0, song = block * LANES; l < LANES && song < n; ++l, ++song)
      if (index->heard[song] && (!allowed || allowed[song]))
        found[n_found++] = (PassageCandidate){bound[l], (uint32_t)song};
  }
  return n_found;
}

static int by_bound(const void* a, const void* b) {
  const PassageCandidate *x = a, *y = b;
  return x->bound != y->bound ? (x->bound > y->bound) - (x->bound < y->bound)
                              : (x->song > y->song) - (x->song < y->song);
}

/// Offer the best passage of one song if it costs less than the limit.
static void search_song(const PassageSearch* search, const Curve* curve, size_t song, Best* best) {
  const DtwQuery* query = search->query;
  const DtwLanes* lanes = search->lanes;
  int32_t limit = match_limit(best), least = DTW_FAR;
  size_t detail = 0;
  const int16_t *valence, *arousal;
  if (!match_room_fill(&search->room, curve, &valence, &arousal)) return;
  for (size_t s = 0; s < STRETCHES; ++s) {
    const MatchGrid* grid = &search->grids[s];
    const size_t points = match_grid_points(grid, curve->n);
    if (points < query->n) continue;
    curve_means(search->room.sums, curve->n, grid->edge, points, grid->step, search->means);
    for (size_t start = 0; start + query->n <= points; start += LANES) {
      int32_t rest[DTW_MAX + 1][LANES], cost[LANES];
      const Pair* means = search->means + start;
      if (!lanes->bound(query, means, 1, limit, rest)) continue;
      if (!lanes->warp(query, means, 1, limit, (const int32_t(*)[LANES])rest, cost)) continue;
      for (size_t l = 0; l < LANES && start + l + query->n <= points; ++l) {
        if (cost[l] >= limit) continue;
        limit = least = cost[l];
        detail = match_detail(s, start + l);
      }
    }
  }
  if (least < DTW_FAR) best_offer(best, (BestEntry){least, song, detail});
}

int match_passage(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  const DtwQuery* query, const DtwLanes* lanes, Best* best) {
  int result = -1;
  PassageSearch search = {.query = query, .lanes = lanes};
  PassageCandidate* found = malloc((index->catalogue->n + 1) * sizeof *found);
  if (!found || match_room_new(&search.room, index->longest) != 0) goto done;
  size_t longest = 0;
  for (size_t s = 0; s < STRETCHES; ++s) {
    MatchGrid* grid = &search.grids[s];
    if (match_grid_new(grid, match_stretches[s], profile->n, query->n, index->longest) != 0)
      goto done;
    if (grid->n_edges > longest) longest = grid->n_edges;
  }
  search.means = calloc(longest + LANES, sizeof *search.means); // the lanes read beyond the end
  if (!search.means) goto done;
  const size_t n_found = candidates(index, allowed, &search, found);
  qsort(found, n_found, sizeof *found, by_bound);
  for (size_t i = 0; i < n_found && found[i].bound < match_limit(best); ++i)
    search_song(&search, &index->catalogue->songs[found[i].song].curve, found[i].song, best);
  result = 0;
done:
  for (size_t s = 0; s < STRETCHES; ++s)
    match_grid_free(&search.grids[s]);
  match_room_free(&search.room);
  free(search.means);
  free(found);
  return result;
}
