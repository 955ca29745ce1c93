// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the songs, or passages of songs, whose curve is closest to a profile.
#include "library/match_index.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

// Percent; the least is MATCH_LEAST_STRETCH.
const unsigned match_stretches[STRETCHES] = {100, 90, 112, 80, 125};

// ---- the index

/// Minimum and maximum of an axis; CURVE_SILENT counts as a value, so that the loop vectorises.
static void extremes(const int16_t* values, size_t n, int16_t* least, int16_t* most) {
  int16_t low = INT16_MAX, high = INT16_MIN;
  for (size_t k = 0; k < n; ++k) {
    low = values[k] < low ? values[k] : low;
    high = values[k] > high ? values[k] : high;
  }
  *least = low;
  *most = high;
}

/// The range of a curve without gaps, rounded outwards.
static void range_of(const int16_t* valence, const int16_t* arousal, size_t n, Pair* low,
                     Pair* high) {
  const double unit = PAIR_FULL / (double)CURVE_FULL;
  Pair least, most;
  extremes(valence, n, &least.valence, &most.valence);
  extremes(arousal, n, &least.arousal, &most.arousal);
  *low = (Pair){(int16_t)floor(least.valence * unit), (int16_t)floor(least.arousal * unit)};
  *high = (Pair){(int16_t)ceil(most.valence * unit), (int16_t)ceil(most.arousal * unit)};
}

static void add_song(MatchIndex* index, size_t song, const MatchRoom* room) {
  const Curve* curve = &index->catalogue->songs[song].curve;
  Pair means[WHOLE_POINTS];
  const int16_t *valence, *arousal;
  if (!match_room_fill(room, curve, &valence, &arousal)) return;
  index->heard[song] = true;
  range_of(valence, arousal, curve->n, &index->low[song], &index->high[song]);
  match_whole_means(room->sums, curve->n, means);
  Pair* at = &index->whole[song / LANES * WHOLE_POINTS * LANES + song % LANES];
  for (size_t k = 0; k < WHOLE_POINTS; ++k)
    at[k * LANES] = means[k];
}

MatchIndex* match_index_new(const Catalogue* catalogue) {
  const size_t blocks = (catalogue->n + LANES - 1) / LANES, room_for = blocks * LANES + 1;
  MatchRoom room = {NULL, NULL};
  MatchIndex* index = calloc(1, sizeof *index);
  if (!index) return NULL;
  index->catalogue = catalogue;
  for (size_t i = 0; i < catalogue->n; ++i)
    if (catalogue->songs[i].curve.n > index->longest) index->longest = catalogue->songs[i].curve.n;
  index->heard = calloc(room_for, sizeof *index->heard);
  index->low = calloc(room_for, sizeof *index->low);
  index->high = calloc(room_for, sizeof *index->high);
  index->whole = calloc(room_for * WHOLE_POINTS, sizeof *index->whole);
  if (!index->heard || !index->low || !index->high || !index->whole ||
      match_room_new(&room, index->longest) != 0)
    goto fail;
  for (size_t i = 0; i < catalogue->n; ++i)
    add_song(index, i, &room);
  match_room_free(&room);
  return index;
fail:
  match_index_free(index);
  return NULL;
}

void match_index_free(MatchIndex* index) {
  if (!index) return;
  free(index->heard);
  free(index->low);
  free(index->high);
  free(index->whole);
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

/// \return whether any hop is silent; without an early exit, so that the loop vectorises
static bool ever_silent(const Curve* curve) {
  unsigned silent = 0;
  for (size_t k = 0; k < curve->n; ++k)
    silent |= (unsigned)(curve->valence[k] == CURVE_SILENT);
  return silent;
}

bool match_room_fill(const MatchRoom* room, const Curve* curve, const int16_t** valence,
                     const int16_t** arousal) {
  *valence = curve->valence;
  *arousal = curve->arousal;
  if (curve->n == 0) return false;
  if (ever_silent(curve)) {
    if (!curve_bridge(curve, room->bridged, room->bridged + curve->n)) return false;
    *valence = room->bridged;
    *arousal = room->bridged + curve->n;
  }
  curve_sums(*valence, *arousal, curve->n, room->sums);
  return true;
}

void match_whole_means(const CurveSum* sums, size_t n, Pair* means) {
  static_assert((1 << CURVE_POSITION_BITS) % WHOLE_POINTS == 0, "edges without division");
  int64_t edges[WHOLE_POINTS + 1];
  for (size_t k = 0; k <= WHOLE_POINTS; ++k)
    edges[k] = (int64_t)(k * n * ((1 << CURVE_POSITION_BITS) / WHOLE_POINTS));
  curve_means(sums, n, edges, WHOLE_POINTS, (double)n / WHOLE_POINTS, means);
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
  dtw_query(query, points, n_points, kind == MATCH_WHOLE ? WHOLE_BAND : PASSAGE_BAND, profile);
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
  size_t points = (size_t)((double)n / grid->step) + 1; // usually one too many; rounding decides
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
    const uint64_t first = entry->detail / STRETCHES;
    const double start = (double)first * hops / (double)query->n;
    hit->start = (float)(start / CURVE_RATE);
    hit->end = (float)((start + hops) / CURVE_RATE);
  }
}

int32_t match_limit(const Best* best) {
  const double limit = best_limit(best);
  return limit < DTW_FAR ? (int32_t)limit + 1 : DTW_FAR;
}

long match_search(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  MatchKind kind, MatchHit* hits, size_t limit) {
  const size_t n = index->catalogue->n;
  const DtwLanes* lanes = dtw_lanes_get();
  long found = -1;
  DtwQuery query;
  Best best = {0, limit < n ? limit : n, NULL};
  if (best.room == 0 || !match_query(&query, profile, kind)) return 0;
  best.entries = malloc(best.room * sizeof *best.entries);
  if (!best.entries) return -1;
  if (kind == MATCH_WHOLE)
    match_whole(index, allowed, &query, lanes, &best);
  else if (match_passage(index, allowed, profile, &query, lanes, &best) != 0)
    goto fail;
  match_hits(index, profile, &query, kind, &best, hits);
  found = (long)best.n;
fail:
  free(best.entries);
  return found;
}
