// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the songs near a point of the plane.
#include "library/near.h"

#include <math.h>

float near_distance(const Song* song, float valence, float arousal) {
  const float floor2 = NEAR_FLOOR * NEAR_FLOOR;
  const float dv = valence - song->valence, da = arousal - song->arousal;
  const float v = dv * dv / (song->valence_spread * song->valence_spread + floor2);
  const float a = da * da / (song->arousal_spread * song->arousal_spread + floor2);
  return sqrtf(v + a) * NEAR_FLOOR;
}

size_t near_search(const Catalogue* catalogue, const bool* allowed, float valence, float arousal,
                   float radius, BestEntry* hits, size_t limit) {
  Best best = {0, limit, hits};
  for (size_t i = 0; i < catalogue->n; ++i) {
    if (allowed && !allowed[i]) continue;
    const float distance = near_distance(&catalogue->songs[i], valence, arousal);
    if (isfinite(distance) && !(radius > 0 && distance > radius))
      best_offer(&best, (BestEntry){(double)distance, i, 0});
  }
  best_sort(&best);
  return best.n;
}
