// SPDX-License-Identifier: GPL-3.0-or-later
// Where a song lies in its collection: "calmer than 90 %".
#include "library/percentiles.h"

#include <stdlib.h>

struct Percentiles {
  size_t n;
  float *valence, *arousal; ///< sorted
};

static int by_value(const void* a, const void* b) {
  const float x = *(const float*)a, y = *(const float*)b;
  return (x > y) - (x < y);
}

Percentiles* percentiles_new(const Catalogue* catalogue) {
  Percentiles* p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->n = catalogue->n;
  p->valence = calloc(p->n + 1, sizeof *p->valence);
  p->arousal = calloc(p->n + 1, sizeof *p->arousal);
  if (!p->valence || !p->arousal) {
    percentiles_free(p);
    return NULL;
  }
  for (size_t i = 0; i < p->n; ++i) {
    p->valence[i] = catalogue->songs[i].valence;
    p->arousal[i] = catalogue->songs[i].arousal;
  }
  qsort(p->valence, p->n, sizeof *p->valence, by_value);
  qsort(p->arousal, p->n, sizeof *p->arousal, by_value);
  return p;
}

void percentiles_free(Percentiles* percentiles) {
  if (!percentiles) return;
  free(percentiles->valence);
  free(percentiles->arousal);
  free(percentiles);
}

/// Count the values below \p value, or those not above it.
static size_t count(const float* values, size_t n, float value, int with_equal) {
  size_t low = 0, high = n;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (values[middle] < value || (with_equal != 0 && values[middle] <= value))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static float percentile(const float* values, size_t n, float value) {
  if (n == 0) return 50.0f;
  const double twice = (double)count(values, n, value, 0) + (double)count(values, n, value, 1);
  return (float)(50.0 * twice / (double)n);
}

float percentile_of_valence(const Percentiles* percentiles, float value) {
  return percentile(percentiles->valence, percentiles->n, value);
}

float percentile_of_arousal(const Percentiles* percentiles, float value) {
  return percentile(percentiles->arousal, percentiles->n, value);
}
