// SPDX-License-Identifier: GPL-3.0-or-later
// Dynamic time warping: prepares the profile's points and their envelope for the bounds.
#include "library/dtw.h"

#include <math.h>

static int16_t least(int16_t a, int16_t b) {
  return a < b ? a : b;
}
static int16_t greatest(int16_t a, int16_t b) {
  return a > b ? a : b;
}

void dtw_query(DtwQuery* query, const Pair* points, size_t n, unsigned band_percent,
               const Profile* profile) {
  const size_t band = (n * band_percent + 50) / 100;
  *query = (DtwQuery){.n = n,
                      .band = band > 0 ? band : 1,
                      .has_valence = profile->has_valence,
                      .has_arousal = profile->has_arousal};
  for (size_t i = 0; i < n; ++i) {
    query->point[i].valence = profile->has_valence ? points[i].valence : 0;
    query->point[i].arousal = profile->has_arousal ? points[i].arousal : 0;
  }
  for (size_t i = 0; i < n; ++i) {
    Pair low = query->point[i], high = low;
    // The corners belong to every path: there the envelope is the point itself (LB_Kim).
    const bool corner = i == 0 || i + 1 == n;
    const size_t first = corner ? i : i > query->band ? i - query->band : 0;
    const size_t last = corner ? i : i + query->band < n ? i + query->band : n - 1;
    for (size_t j = first; j <= last; ++j) {
      low.valence = least(low.valence, query->point[j].valence);
      low.arousal = least(low.arousal, query->point[j].arousal);
      high.valence = greatest(high.valence, query->point[j].valence);
      high.arousal = greatest(high.arousal, query->point[j].arousal);
    }
    query->low[i] = low;
    query->high[i] = high;
  }
}

float dtw_distance(const DtwQuery* query, int32_t cost) {
  return (float)(sqrt((double)cost / (double)query->n) / PAIR_FULL);
}
