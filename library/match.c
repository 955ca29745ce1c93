// SPDX-License-Identifier: GPL-3.0-or-later
#include "library/match_index.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

const unsigned match_stretches[STRETCHES] = {100, 90, 112, 80, 125};

MatchIndex* match_index_new(const Catalogue* catalogue) {
  MatchIndex* index = calloc(1, sizeof *index);
  if (!index) return NULL;
  index->catalogue = catalogue;
  for (size_t i = 0; i < catalogue->n; ++i)
    if (catalogue->songs[i].curve.n > index->longest) index->longest = catalogue->songs[i].curve.n;
  return index;
}

void match_index_free(MatchIndex* index) {
  free(index);
}

// ---- a song's sums

int match_room_new(MatchRoom* room, size_t longest) {
  room->bridged = malloc((2 * longest + 1) * sizeof *room->bridged);
  room->sums = malloc((longest + 1) * sizeof *room->sums);
  if (room->bridged && room->sums) return 0;
  match_room_free(room);
  return -1;
}

void match_room_free(MatchRoom* room) {
  free(room->bridged);
  free(room->sums);
  *room = (MatchRoom){NULL, NULL};
}

bool match_room_sums(MatchRoom* room, const Curve* curve) {
  int16_t least = 0;
  for (size_t k = 0; k < curve->n; ++k) {
    least = curve->valence[k] < least ? curve->valence[k] : least;
    least = curve->arousal[k] < least ? curve->arousal[k] : least;
  }
  if (curve->n == 0) return false;
  if (least != CURVE_SILENT) {
    curve_sums(curve->valence, curve->arousal, curve->n, room->sums);
    return true;
  }
  if (!curve_bridge(curve, room->bridged, room->bridged + curve->n)) return false;
  curve_sums(room->bridged, room->bridged + curve->n, curve->n, room->sums);
  return true;
}

// ---- the profile

static int16_t stored(float value) {
  if (!(value > -1)) return value <= -1 ? (int16_t)-CURVE_FULL : 0; // NAN: 0
  return (int16_t)lrintf((value < 1 ? value : 1) * CURVE_FULL);
}

bool match_query(DtwQuery* query, const Profile* profile, MatchKind kind) {
  static_assert(WHOLE_POINTS <= DTW_MAX && PASSAGE_POINTS <= DTW_MAX, "room in a query");
  int16_t valence[PROFILE_MAX], arousal[PROFILE_MAX];
  CurveSum sums[PROFILE_MAX + 1];
  int64_t edges[DTW_MAX + 1];
  Pair points[DTW_MAX];
  const size_t n = profile->n;
  if (n < 2 || n > PROFILE_MAX || (!profile->has_valence && !profile->has_arousal)) return false;
  const size_t n_points = kind == MATCH_WHOLE  ? WHOLE_POINTS
                          : n < PASSAGE_POINTS ? n
                                               : PASSAGE_POINTS;
  for (size_t k = 0; k < n; ++k) {
    valence[k] = stored(profile->valence[k]);
    arousal[k] = stored(profile->arousal[k]);
  }
  curve_sums(valence, arousal, n, sums);
  for (size_t k = 0; k <= n_points; ++k)
    edges[k] = curve_edge(k, n, 100, n_points);
  curve_means(sums, n, edges, n_points, (double)n / (double)n_points, points);
  dtw_query(query, points, n_points, profile);
  return true;
}

// ---- passages

int match_grid_new(MatchGrid* grid, unsigned percent, size_t hops, size_t points, size_t longest) {
  grid->percent = percent;
  grid->step = (double)hops * percent / (100 * (double)points);
  grid->n_edges = (size_t)((double)longest / grid->step) + 2;
  grid->edge = malloc(grid->n_edges * sizeof *grid->edge);
  if (!grid->edge) return -1;
  for (size_t k = 0; k < grid->n_edges; ++k)
    grid->edge[k] = curve_edge(k, hops, percent, points);
  return 0;
}

void match_grid_free(MatchGrid* grid) {
  free(grid->edge);
  grid->edge = NULL;
}

size_t match_grid_points(const MatchGrid* grid, size_t n) {
  const int64_t end = (int64_t)n << CURVE_POSITION_BITS;
  size_t points = (size_t)((double)n / grid->step) + 1; // one too many, but for rounding
  if (points + 1 > grid->n_edges) points = grid->n_edges - 1;
  while (points > 0 && grid->edge[points] > end)
    --points;
  return points;
}

size_t match_detail(size_t stretch, size_t start) {
  return start * STRETCHES + stretch;
}

void match_hits(const MatchIndex* index, const Profile* profile, const DtwQuery* query,
                MatchKind kind, Best* best, MatchHit* hits) {
  best_sort(best);
  for (size_t i = 0; i < best->n; ++i) {
    const BestEntry* entry = &best->entries[i];
    MatchHit* hit = &hits[i];
    const size_t n = index->catalogue->songs[entry->song].curve.n;
    *hit = (MatchHit){entry->song, dtw_distance(query, (int32_t)entry->key), 0,
                      (float)((double)n / CURVE_RATE)};
    if (kind == MATCH_WHOLE) continue;
    const double hops = (double)profile->n * match_stretches[entry->detail % STRETCHES] / 100;
    const double start = (double)(entry->detail / STRETCHES) * hops / (double)query->n;
    hit->start = (float)(start / CURVE_RATE);
    hit->end = (float)((start + hops) / CURVE_RATE);
  }
}

// ---- by the definition alone

static void brute_whole(const DtwQuery* query, const MatchRoom* room, size_t song, size_t n,
                        Best* best) {
  int64_t edges[WHOLE_POINTS + 1];
  Pair course[WHOLE_POINTS];
  for (size_t k = 0; k <= WHOLE_POINTS; ++k)
    edges[k] = curve_edge(k, n, 100, WHOLE_POINTS);
  curve_means(room->sums, n, edges, WHOLE_POINTS, (double)n / WHOLE_POINTS, course);
  best_offer(best, (BestEntry){dtw_plain(query, course), song, 0});
}

static void brute_passage(const DtwQuery* query, const MatchRoom* room, const MatchGrid* grids,
                          size_t song, size_t n, Best* best) {
  int32_t least = DTW_FAR;
  size_t detail = 0;
  for (size_t s = 0; s < STRETCHES; ++s) {
    const size_t points = match_grid_points(&grids[s], n);
    for (size_t start = 0; start + query->n <= points; ++start) {
      Pair course[PASSAGE_POINTS];
      curve_means(room->sums, n, &grids[s].edge[start], query->n, grids[s].step, course);
      const int32_t cost = dtw_plain(query, course);
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
    if ((allowed && !allowed[i]) || !match_room_sums(&room, curve)) continue;
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

long match_search(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  MatchKind kind, MatchHit* hits, size_t limit) {
  return match_brute(index, allowed, profile, kind, hits, limit);
}
