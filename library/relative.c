// SPDX-License-Identifier: GPL-3.0-or-later
// Curves scaled to their collection.
#include "library/relative.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
  double sum, squares, n;
} RelativeSums;

struct Relative {
  Catalogue catalogue;
  Song* songs;
  int16_t* points;
  RelativeScale valence, arousal;
};

static void count(RelativeSums* sums, const int16_t* points, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    if (points[i] == CURVE_SILENT) continue;
    const double v = (double)points[i] / (double)CURVE_FULL;
    sums->sum += v;
    sums->squares += v * v;
    sums->n += 1.0;
  }
}

static RelativeScale settle(const RelativeSums* sums) {
  const double n = sums->n > 0.0 ? sums->n : 1.0;
  const double mean = sums->sum / n;
  const double variance = sums->squares / n - mean * mean;
  return (RelativeScale){mean, variance > 1e-8 ? RELATIVE_SPAN * sqrt(variance) : 1.0};
}

void relative_scales(const Catalogue* catalogue, RelativeScale* valence, RelativeScale* arousal) {
  RelativeSums v = {0.0, 0.0, 0.0};
  RelativeSums a = v;
  for (size_t i = 0; i < catalogue->n; ++i) {
    const Curve* curve = &catalogue->songs[i].curve;
    count(&v, curve->valence, curve->n);
    count(&a, curve->arousal, curve->n);
  }
  *valence = settle(&v);
  *arousal = settle(&a);
}

static double scaled(const RelativeScale* axis, double value) {
  const double v = (value - axis->mean) / axis->unit;
  return v < -1.0 ? -1.0 : v > 1.0 ? 1.0 : v;
}

static void scale(const RelativeScale* axis, const int16_t* from, int16_t* to, size_t n) {
  for (size_t i = 0; i < n; ++i)
    to[i] = from[i] == CURVE_SILENT
                ? CURVE_SILENT
                : (int16_t)lround((double)CURVE_FULL *
                                  scaled(axis, (double)from[i] / (double)CURVE_FULL));
}

Relative* relative_new(const Catalogue* catalogue) {
  Relative* r = calloc(1, sizeof *r);
  if (!r) return NULL;
  size_t n = 0;
  for (size_t i = 0; i < catalogue->n; ++i)
    n += 2 * catalogue->songs[i].curve.n;
  relative_scales(catalogue, &r->valence, &r->arousal);
  r->songs = calloc(catalogue->n + 1, sizeof *r->songs);
  r->points = calloc(n + 1, sizeof *r->points);
  if (!r->songs || !r->points) {
    relative_free(r);
    return NULL;
  }
  int16_t* at = r->points;
  for (size_t i = 0; i < catalogue->n; ++i) {
    const Curve* curve = &catalogue->songs[i].curve;
    scale(&r->valence, curve->valence, at, curve->n);
    scale(&r->arousal, curve->arousal, at + curve->n, curve->n);
    r->songs[i] = catalogue->songs[i];
    r->songs[i].curve = (Curve){curve->n, at, at + curve->n};
    at += 2 * curve->n;
  }
  r->catalogue = (Catalogue){catalogue->n, r->songs};
  return r;
}

void relative_free(Relative* relative) {
  if (!relative) return;
  free(relative->songs);
  free(relative->points);
  free(relative);
}

const Catalogue* relative_catalogue(const Relative* relative) {
  return &relative->catalogue;
}

void relative_profile(const Relative* relative, Profile* profile) {
  for (size_t i = 0; i < profile->n; ++i) {
    if (profile->has_valence)
      profile->valence[i] = (float)scaled(&relative->valence, (double)profile->valence[i]);
    if (profile->has_arousal)
      profile->arousal[i] = (float)scaled(&relative->arousal, (double)profile->arousal[i]);
  }
}
