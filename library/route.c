// SPDX-License-Identifier: GPL-3.0-or-later
// A playlist that moves evenly from one emotion to another.
#include "library/route.h"
#include "library/assign.h"
#include "library/best.h"
#include "library/near.h"

#include <math.h>
#include <stdlib.h>

/// The songs that may be chosen, with the weights of near_distance().
typedef struct {
  size_t n;
  struct Candidate {
    double valence, arousal, valence_weight, arousal_weight;
    size_t song;
    bool taken;
  } * candidates;
} Map;

typedef struct {
  double valence, arousal;
} RoutePoint;

static int map_new(Map* map, const Catalogue* catalogue, const bool* allowed) {
  const double floor2 = (double)NEAR_FLOOR * (double)NEAR_FLOOR;
  map->n = 0;
  map->candidates = malloc((catalogue->n + 1) * sizeof *map->candidates);
  if (!map->candidates) return -1;
  for (size_t i = 0; i < catalogue->n; ++i) {
    const Song* song = &catalogue->songs[i];
    if ((allowed && !allowed[i]) || !isfinite(near_distance(song, 0, 0))) continue;
    const double sv = (double)song->valence_spread, sa = (double)song->arousal_spread;
    map->candidates[map->n++] = (struct Candidate){(double)song->valence,
                                                   (double)song->arousal,
                                                   floor2 / (sv * sv + floor2),
                                                   floor2 / (sa * sa + floor2),
                                                   i,
                                                   false};
  }
  return 0;
}

static double squared(const struct Candidate* candidate, RoutePoint point) {
  const double dv = point.valence - candidate->valence, da = point.arousal - candidate->arousal;
  return dv * dv * candidate->valence_weight + da * da * candidate->arousal_weight;
}

/// Collect the n songs nearest to each of n points, each once.  Others cannot improve the sum: if a
/// point had a song that is not among its n nearest, one of these would be free and not farther.
/// \return how many, or 0 if out of memory
static size_t find_candidates(const Map* map, const RoutePoint* points, size_t n, size_t* found) {
  size_t n_found = 0;
  BestEntry* entries = malloc(n * sizeof *entries);
  bool* in = calloc(map->n, sizeof *in);
  if (!entries || !in) goto done;
  for (size_t k = 0; k < n; ++k) {
    Best best = {0, n, entries};
    double limit = INFINITY;
    for (size_t i = 0; i < map->n; ++i) {
      const double cost = squared(&map->candidates[i], points[k]);
      if (cost > limit || map->candidates[i].taken) continue;
      best_offer(&best, (BestEntry){cost, i, 0});
      limit = best_limit(&best);
    }
    for (size_t i = 0; i < best.n; ++i) {
      if (!in[entries[i].song]) found[n_found++] = entries[i].song;
      in[entries[i].song] = true;
    }
  }
done:
  free(entries);
  free(in);
  return n_found;
}

/// Choose songs for \p n <= ROUTE_EXACT points; at least as many must be free.
static int choose(Map* map, const RoutePoint* points, size_t n, size_t* chosen) {
  int result = -1;
  double* costs = NULL;
  size_t* found = malloc(n * n * sizeof *found);
  if (!found) return -1;
  const size_t n_found = find_candidates(map, points, n, found);
  if (n_found == 0) goto done;
  costs = malloc(n * n_found * sizeof *costs);
  if (!costs) goto done;
  for (size_t k = 0; k < n; ++k)
    for (size_t j = 0; j < n_found; ++j)
      costs[k * n_found + j] = squared(&map->candidates[found[j]], points[k]);
  if (assign_least(costs, n, n_found, chosen) != 0) goto done;
  for (size_t k = 0; k < n; ++k) {
    chosen[k] = found[chosen[k]];
    map->candidates[chosen[k]].taken = true;
  }
  result = 0;
done:
  free(found);
  free(costs);
  return result;
}

/// Sort the songs by their position along the way; ties keep their order.
static void put_in_order(const Map* map, RoutePoint way, size_t* candidates, size_t n) {
  for (size_t i = 1; i < n; ++i) { // insertion sort: they are nearly sorted
    const size_t candidate = candidates[i];
    const struct Candidate* p = &map->candidates[candidate];
    const double progress = p->valence * way.valence + p->arousal * way.arousal;
    size_t at = i;
    for (; at > 0; --at) {
      const struct Candidate* q = &map->candidates[candidates[at - 1]];
      if (q->valence * way.valence + q->arousal * way.arousal <= progress) break;
      candidates[at] = candidates[at - 1];
    }
    candidates[at] = candidate;
  }
}

long route_plan(const Catalogue* catalogue, const bool* allowed, float v1, float a1, float v2,
                float a2, size_t n, size_t* songs) {
  long result = -1;
  Map map;
  RoutePoint* points = NULL;
  const RoutePoint from = {(double)v1, (double)a1}, to = {(double)v2, (double)a2};
  const RoutePoint way = {to.valence - from.valence, to.arousal - from.arousal};
  if (!isfinite(way.valence) || !isfinite(way.arousal)) return 0;
  if (map_new(&map, catalogue, allowed) != 0) return -1;
  if (n > map.n) n = map.n;
  points = malloc((n + 1) * sizeof *points);
  if (!points) goto done;
  for (size_t k = 0; k < n; ++k) {
    const double part = n > 1 ? (double)k / (double)(n - 1) : 0.5;
    points[k] = (RoutePoint){from.valence + part * way.valence, from.arousal + part * way.arousal};
  }
  for (size_t k = 0; k < n; k += ROUTE_EXACT)
    if (choose(&map, points + k, n - k < ROUTE_EXACT ? n - k : ROUTE_EXACT, songs + k) != 0)
      goto done;
  put_in_order(&map, way, songs, n);
  for (size_t k = 0; k < n; ++k)
    songs[k] = map.candidates[songs[k]].song;
  result = (long)n;
done:
  free(points);
  free(map.candidates);
  return result;
}
