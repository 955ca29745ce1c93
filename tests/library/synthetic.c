// SPDX-License-Identifier: GPL-3.0-or-later
#include "synthetic.h"

#include <math.h>
#include <stdlib.h>

struct Synthetic {
  Catalogue catalogue;
  Song* songs;
  int16_t* values;
};

/// SplitMix64 (Steele, Lea & Flood 2014).
static uint64_t next(uint64_t* random) {
  uint64_t z = *random += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

double synthetic_uniform(uint64_t* random) {
  return (double)(next(random) >> 11) * 0x1p-53;
}

double synthetic_normal(uint64_t* random) { // Box & Muller
  const double r = sqrt(-2 * log(1 - synthetic_uniform(random)));
  return r * cos(6.283185307179586 * synthetic_uniform(random));
}

static double cut(double x, double most) {
  return x < -most ? -most : x > most ? most : x;
}

/// One axis of one song, as a walk with jumps.
static void walk(int16_t* out, size_t n, double mean, uint64_t* random) {
  const double keep = exp(-1 / (12 * CURVE_RATE)), push = 0.045 * sqrt(1 - keep * keep);
  double x = 0.045 * synthetic_normal(random), jump = 0;
  size_t section = 0;
  for (size_t k = 0; k < n; ++k) {
    if (section == 0) {
      section = (size_t)((15 + 30 * synthetic_uniform(random)) * CURVE_RATE);
      jump = 0.04 * synthetic_normal(random);
    }
    --section;
    x = keep * x + push * synthetic_normal(random);
    out[k] = (int16_t)lrint(cut(mean + jump + x, 1) * (double)CURVE_FULL);
  }
}

static void fall_silent(int16_t* valence, int16_t* arousal, size_t n, uint64_t* random) {
  const size_t length = 1 + (size_t)(synthetic_uniform(random) * 0.1 * (double)n);
  const double where = synthetic_uniform(random);
  const size_t room = n > length ? n - length : 0;
  const size_t first = where < 0.3 ? 0 : where > 0.7 ? room : (size_t)(where * (double)room);
  for (size_t k = first; k < first + length && k < n; ++k)
    valence[k] = arousal[k] = CURVE_SILENT;
}

static void sum_up(Song* song) {
  double sum[2] = {0, 0}, squares[2] = {0, 0};
  size_t n = 0;
  for (size_t k = 0; k < song->curve.n; ++k) {
    if (song->curve.valence[k] == CURVE_SILENT) continue;
    const double v = song->curve.valence[k] / (double)CURVE_FULL;
    const double a = song->curve.arousal[k] / (double)CURVE_FULL;
    sum[0] += v, squares[0] += v * v;
    sum[1] += a, squares[1] += a * a;
    ++n;
  }
  if (n == 0) return;
  const double v = sum[0] / (double)n, a = sum[1] / (double)n;
  song->valence = (float)v;
  song->arousal = (float)a;
  song->valence_spread = (float)sqrt(fmax(0, squares[0] / (double)n - v * v));
  song->arousal_spread = (float)sqrt(fmax(0, squares[1] / (double)n - a * a));
}

Synthetic* synthetic_new(size_t n, size_t least, size_t most, uint64_t seed) {
  Synthetic* synthetic = calloc(1, sizeof *synthetic);
  if (!synthetic) return NULL;
  synthetic->songs = calloc(n + 1, sizeof *synthetic->songs);
  synthetic->values = malloc((2 * n * most + 1) * sizeof *synthetic->values);
  if (!synthetic->songs || !synthetic->values) {
    synthetic_free(synthetic);
    return NULL;
  }
  for (size_t i = 0; i < n; ++i) {
    uint64_t random = seed * 1000003 + i;
    next(&random);
    const size_t hops = least + (size_t)(synthetic_uniform(&random) * (double)(most - least + 1));
    int16_t *valence = &synthetic->values[2 * i * most], *arousal = valence + hops;
    walk(valence, hops, cut(0.25 * synthetic_normal(&random), 0.8), &random);
    walk(arousal, hops, cut(0.25 * synthetic_normal(&random), 0.8), &random);
    if (hops > 0 && synthetic_uniform(&random) < 0.05) fall_silent(valence, arousal, hops, &random);
    Song* song = &synthetic->songs[i];
    *song = (Song){.id = (int64_t)i + 1,
                   .path = "",
                   .title = "",
                   .artist = "",
                   .album = "",
                   .duration = (float)((double)hops / CURVE_RATE),
                   .confidence = 0.5f,
                   .curve = {hops, valence, arousal}};
    sum_up(song);
  }
  synthetic->catalogue = (Catalogue){n, synthetic->songs};
  return synthetic;
}

const Catalogue* synthetic_catalogue(const Synthetic* synthetic) {
  return &synthetic->catalogue;
}

void synthetic_free(Synthetic* synthetic) {
  if (!synthetic) return;
  free(synthetic->songs);
  free(synthetic->values);
  free(synthetic);
}

/// An axis stretched, shifted, made noisy and smoothed.
static void remember(float* out, size_t n, const float* in, size_t n_in, double noise,
                     size_t smooth, uint64_t* random) {
  float* rough = malloc(n * sizeof *rough);
  if (!rough) abort();
  const double offset = 0.01 * synthetic_normal(random);
  for (size_t k = 0; k < n; ++k) {
    const double at = (double)k * (double)(n_in - 1) / (double)(n - 1);
    const size_t i = at < (double)(n_in - 2) ? (size_t)at : n_in - 2;
    const double part = at - (double)i;
    const double value = (1 - part) * (double)in[i] + part * (double)in[i + 1];
    rough[k] = (float)(value + offset + noise * synthetic_normal(random));
  }
  for (size_t k = 0; k < n; ++k) {
    const size_t first = k > smooth / 2 ? k - smooth / 2 : 0;
    const size_t last = first + smooth < n ? first + smooth : n;
    double sum = 0;
    for (size_t i = first; i < last; ++i)
      sum += (double)rough[i];
    out[k] = (float)cut(sum / (double)(last - first), 1);
  }
  free(rough);
}

int synthetic_memory(Profile* profile, const Curve* curve, size_t first, size_t last, double tempo,
                     double noise, size_t smooth, uint64_t* random) {
  static Profile original;
  char error[200];
  if (profile_from_curve(&original, curve, first, last, error, sizeof error) != 0) return -1;
  const size_t n = (size_t)lrint((double)original.n / tempo);
  if (n < 2 || n > PROFILE_MAX) return -1;
  *profile = (Profile){.n = n, .has_valence = true, .has_arousal = true};
  remember(profile->valence, n, original.valence, original.n, noise, smooth, random);
  remember(profile->arousal, n, original.arousal, original.n, noise, smooth, random);
  return 0;
}
