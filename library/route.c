// SPDX-License-Identifier: GPL-3.0-or-later
#include "library/route.h"
#include "library/assign.h"
#include "library/best.h"
#include "library/near.h"

#include <math.h>
#include <stdlib.h>

/// The songs that may be chosen, as near_distance() sees them.
typedef struct {
  size_t n;
  struct Place {
    double valence, arousal, valence_weight, arousal_weight;
    size_t song;
    bool taken;
  } * places;
} Map;

typedef struct {
  double valence, arousal;
} Point;

static int map_new(Map* map, const Catalogue* catalogue, const bool* allowed) {
  const double floor2 = (double)NEAR_FLOOR * (double)NEAR_FLOOR;
  map->n = 0;
  map->places = malloc((catalogue->n + 1) * sizeof *map->places);
  if (!map->places) return -1;
  for (size_t i = 0; i < catalogue->n; ++i) {
    const Song* song = &catalogue->songs[i];
    if ((allowed && !allowed[i]) || !isfinite(near_distance(song, 0, 0))) continue;
    const double sv = (double)song->valence_spread, sa = (double)song->arousal_spread;
    map->places[map->n++] = (struct Place){(double)song->valence,
                                           (double)song->arousal,
                                           floor2 / (sv * sv + floor2),
                                           floor2 / (sa * sa + floor2),
                                           i,
                                           false};
  }
  return 0;
}

static double squared(const struct Place* place, Point point) {
  const double dv = point.valence - place->valence, da = point.arousal - place->arousal;
  return dv * dv * place->valence_weight + da * da * place->arousal_weight;
}

/// The n songs nearest to each of n points, each once.  No more are needed for the least sum: if a
/// point had a song that is not among its n nearest, one of these would be free and not farther.
/// \return how many, or 0 if out of memory
static size_t candidates(const Map* map, const Point* points, size_t n, size_t* found) {
  size_t n_found = 0;
  BestEntry* entries = malloc(n * sizeof *entries);
  bool* in = calloc(map->n, sizeof *in);
  if (!entries || !in) goto done;
  for (size_t k = 0; k < n; ++k) {
    Best best = {0, n, entries};
    double limit = INFINITY;
    for (size_t i = 0; i < map->n; ++i) {
      const double cost = squared(&map->places[i], points[k]);
      if (cost > limit || map->places[i].taken) continue;
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

/// Choose for \p n <= ROUTE_EXACT points among at least as many places not taken.
static int choose(Map* map, const Point* points, size_t n, size_t* places) {
  int result = -1;
  double* costs = NULL;
  size_t* found = malloc(n * n * sizeof *found);
  if (!found) return -1;
  const size_t n_found = candidates(map, points, n, found);
  if (n_found == 0) goto done;
  costs = malloc(n * n_found * sizeof *costs);
  if (!costs) goto done;
  for (size_t k = 0; k < n; ++k)
    for (size_t j = 0; j < n_found; ++j)
      costs[k * n_found + j] = squared(&map->places[found[j]], points[k]);
  if (assign_least(costs, n, n_found, places) != 0) goto done;
  for (size_t k = 0; k < n; ++k) {
    places[k] = found[places[k]];
    map->places[places[k]].taken = true;
  }
  result = 0;
done:
  free(found);
  free(costs);
  return result;
}

/// Put places in the order in which they lie along the way; ties as they are.
static void put_in_order(const Map* map, Point way, size_t* places, size_t n) {
  for (size_t i = 1; i < n; ++i) { // insertion: they nearly are in order
    const size_t place = places[i];
    const struct Place* p = &map->places[place];
    const double progress = p->valence * way.valence + p->arousal * way.arousal;
    size_t at = i;
    for (; at > 0; --at) {
      const struct Place* q = &map->places[places[at - 1]];
      if (q->valence * way.valence + q->arousal * way.arousal <= progress) break;
      places[at] = places[at - 1];
    }
    places[at] = place;
  }
}

long route_plan(const Catalogue* catalogue, const bool* allowed, float v1, float a1, float v2,
                float a2, size_t n, size_t* songs) {
  long result = -1;
  Map map;
  Point* points = NULL;
  const Point from = {(double)v1, (double)a1}, to = {(double)v2, (double)a2};
  const Point way = {to.valence - from.valence, to.arousal - from.arousal};
  if (!isfinite(way.valence) || !isfinite(way.arousal)) return 0;
  if (map_new(&map, catalogue, allowed) != 0) return -1;
  if (n > map.n) n = map.n;
  points = malloc((n + 1) * sizeof *points);
  if (!points) goto done;
  for (size_t k = 0; k < n; ++k) {
    const double part = n > 1 ? (double)k / (double)(n - 1) : 0.5;
    points[k] = (Point){from.valence + part * way.valence, from.arousal + part * way.arousal};
  }
  for (size_t k = 0; k < n; k += ROUTE_EXACT)
    if (choose(&map, points + k, n - k < ROUTE_EXACT ? n - k : ROUTE_EXACT, songs + k) != 0)
      goto done;
  put_in_order(&map, way, songs, n);
  for (size_t k = 0; k < n; ++k)
    songs[k] = map.places[songs[k]].song;
  result = (long)n;
done:
  free(points);
  free(map.places);
  return result;
}
