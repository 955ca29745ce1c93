// SPDX-License-Identifier: GPL-3.0-or-later
#include "library/near.h"

#include <math.h>

float near_distance(const Song* song, float valence, float arousal) {
  const float floor2 = NEAR_FLOOR * NEAR_FLOOR;
  const float dv = valence - song->valence, da = arousal - song->arousal;
  const float v = dv * dv / (song->valence_spread * song->valence_spread + floor2);
  const float a = da * da / (song->arousal_spread * song->arousal_spread + floor2);
  return sqrtf(v + a) * NEAR_FLOOR;
}

static bool worse(const NearHit* a, const NearHit* b) {
  return a->distance > b->distance || (a->distance == b->distance && a->song > b->song);
}

/// Put \p hit where \p hits[0] was, in a heap with the worst on top.
static void sink(NearHit* hits, size_t n, NearHit hit) {
  size_t at = 0;
  for (size_t child = 1; child < n; child = 2 * at + 1) {
    if (child + 1 < n && worse(&hits[child + 1], &hits[child])) ++child;
    if (!worse(&hits[child], &hit)) break;
    hits[at] = hits[child];
    at = child;
  }
  hits[at] = hit;
}

size_t near_search(const Catalogue* catalogue, const bool* allowed, float valence, float arousal,
                   float radius, NearHit* hits, size_t limit) {
  size_t n = 0;
  if (limit == 0) return 0;
  for (size_t i = 0; i < catalogue->n; ++i) {
    if (allowed && !allowed[i]) continue;
    const NearHit hit = {i, near_distance(&catalogue->songs[i], valence, arousal)};
    if (!isfinite(hit.distance) || (radius > 0 && hit.distance > radius)) continue;
    if (n == limit) {
      if (worse(&hits[0], &hit)) sink(hits, n, hit);
      continue;
    }
    size_t at = n++;
    for (; at > 0 && worse(&hit, &hits[(at - 1) / 2]); at = (at - 1) / 2)
      hits[at] = hits[(at - 1) / 2];
    hits[at] = hit;
  }
  for (size_t last = n; last > 1; --last) { // the worst to the end, one after the other
    const NearHit hit = hits[last - 1];
    hits[last - 1] = hits[0];
    sink(hits, last - 1, hit);
  }
  return n;
}
