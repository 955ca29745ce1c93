// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of a hop's mean power spectrum.
#include "dsp/spectral.h"

#include "dsp/kernels.h"
#include "dsp/loudness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOW_HZ 30.0
#define HIGH_HZ 10000.0
#define BASS_HZ 150.0
#define FLAT_LOW_HZ 250.0
#define FLAT_HIGH_HZ 8000.0
#define CONTRAST_LOW_HZ 200.0
#define CONTRAST_BANDS 5 ///< octaves from 200 Hz to 6.4 kHz
#define ROLLOFF 0.85f
#define FLOOR 1e-6f ///< -60 dB re the mean: the lowest level that counts
#define MOST_BANDS 40
#define INAUDIBLE 1e-5f ///< share of the total below which a band is not heard

struct Spectral {
  double bin_hz;
  size_t bins, first, end; ///< bins of 30 Hz - 10 kHz
  size_t bass_end, flat_first, flat_end;
  unsigned bands;                    ///< one ERB each
  size_t band_first[MOST_BANDS + 1]; ///< first bin
  float band_octave[MOST_BANDS + 1]; ///< lower edge, log2(f / 1 kHz)
  float* k;                          ///< [bins] K-weighting's power gain
  float* scratch;                    ///< [bins]
  const Kernels* kernels;
};

static size_t bin_at(const Spectral* s, double hz) {
  const size_t bin = (size_t)ceil(hz / s->bin_hz);
  return bin < s->bins ? bin : s->bins;
}

static double erb_rate(double hz) {
  return 21.4 * log10(1.0 + 0.00437 * hz);
}

static double erb_rate_hz(double rate) {
  return (pow(10.0, rate / 21.4) - 1.0) / 0.00437;
}

/// Make one band for each ERB, each at least one bin wide.
static void make_bands(Spectral* s) {
  const double low = erb_rate(LOW_HZ), high = erb_rate(HIGH_HZ);
  const unsigned n = (unsigned)lround(high - low);
  size_t first = s->first;
  for (unsigned b = 0; b < n; ++b) {
    const double hz = erb_rate_hz(low + (high - low) * b / n);
    if (b > 0 && bin_at(s, hz) <= first) continue;
    first = bin_at(s, hz);
    if (first >= s->end) break;
    s->band_first[s->bands] = first;
    s->band_octave[s->bands++] = (float)log2(hz / 1000.0);
  }
  s->band_first[s->bands] = s->end;
  s->band_octave[s->bands] = (float)log2(HIGH_HZ / 1000.0);
}

Spectral* spectral_new(double bin_hz, size_t bins) {
  Spectral* s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->bin_hz = bin_hz;
  s->bins = bins;
  s->kernels = kernels_get();
  s->first = bin_at(s, LOW_HZ);
  s->end = bin_at(s, HIGH_HZ);
  s->bass_end = bin_at(s, BASS_HZ);
  s->flat_first = bin_at(s, FLAT_LOW_HZ);
  s->flat_end = bin_at(s, FLAT_HIGH_HZ);
  s->k = calloc(bins, sizeof *s->k);
  s->scratch = calloc(bins, sizeof *s->scratch);
  if (!s->k || !s->scratch) {
    spectral_free(s);
    return NULL;
  }
  for (size_t i = 1; i < bins; ++i)
    s->k[i] = (float)loudness_k_gain((double)i * bin_hz);
  make_bands(s);
  return s;
}

void spectral_free(Spectral* s) {
  if (!s) return;
  free(s->scratch);
  free(s->k);
  free(s);
}

static float sum(const float* x, size_t n) {
  float total = 0.0f;
  for (size_t i = 0; i < n; ++i)
    total += x[i];
  return total;
}

/// Compute the specific loudness, without a unit.  \return its sum
static float find_loudness(const Spectral* s, const float* power, float* loudness) {
  float total = 0.0f, sum_loudness = 0.0f;
  for (unsigned b = 0; b < s->bands; ++b) {
    const size_t first = s->band_first[b], n = s->band_first[b + 1] - first;
    loudness[b] = s->kernels->dot(power + first, s->k + first, n);
    total += loudness[b];
  }
  const float inaudible = sqrtf(sqrtf(INAUDIBLE));
  for (unsigned b = 0; b < s->bands; ++b) {
    loudness[b] = total > 0.0f ? sqrtf(sqrtf(loudness[b] / total + INAUDIBLE)) - inaudible : 0.0f;
    sum_loudness += loudness[b];
  }
  return sum_loudness;
}

static void find_brightness(const Spectral* s, const float* power, SpectralShape* out) {
  float loudness[MOST_BANDS];
  const float total = find_loudness(s, power, loudness);
  if (!(total > 0.0f)) return;
  float centroid = 0.0f, square = 0.0f, below = 0.0f;
  out->rolloff = s->band_octave[s->bands];
  for (unsigned b = 0; b < s->bands; ++b) {
    const float low = s->band_octave[b], high = s->band_octave[b + 1];
    const float octave = 0.5f * (low + high), share = loudness[b] / total;
    centroid += share * octave;
    square += share * octave * octave;
    if (below < ROLLOFF && below + share >= ROLLOFF)
      out->rolloff = low + (high - low) * (ROLLOFF - below) / share;
    below += share;
  }
  out->centroid = centroid;
  const float variance = square - centroid * centroid;
  out->spread = variance > 0.0f ? sqrtf(variance) : 0.0f;
}

static float find_flatness(const Spectral* s, const float* power) {
  const size_t n = s->flat_end - s->flat_first;
  if (n == 0) return 0.0f;
  const float mean = sum(power + s->flat_first, n) / (float)n;
  if (!(mean > 1e-30f)) return 0.0f;
  s->kernels->decibels(s->scratch, power + s->flat_first, 1.0f / mean, FLOOR, n);
  const float flatness = sum(s->scratch, n) / (float)n;
  return flatness < 0.0f ? flatness : 0.0f;
}

/// Move the \p k smallest of x[0..n) to the front (Hoare's selection), in place.
static void select_smallest(float* x, size_t n, size_t k) {
  size_t low = 0, high = n;
  while (high - low > 1) {
    const float pivot = x[low + (high - low) / 2];
    size_t i = low, j = high - 1;
    for (;;) {
      while (x[i] < pivot)
        ++i;
      while (x[j] > pivot)
        --j;
      if (i >= j) break;
      const float swap = x[i];
      x[i++] = x[j];
      x[j--] = swap;
    }
    const size_t split = j + 1; // x[low..split) <= pivot <= x[split..high)
    if (split == low || split >= high) break;
    if (k == split) return;
    if (k < split)
      high = split;
    else
      low = split;
  }
}

static float find_contrast(const Spectral* s, const float* power, float floor) {
  float contrast = 0.0f;
  unsigned bands = 0;
  for (unsigned b = 0; b < CONTRAST_BANDS; ++b) {
    const size_t first = bin_at(s, CONTRAST_LOW_HZ * exp2(b));
    const size_t end = bin_at(s, CONTRAST_LOW_HZ * exp2(b + 1));
    if (end < first + 5) continue;
    const size_t n = end - first, fifth = n / 5 ? n / 5 : 1;
    memcpy(s->scratch, power + first, n * sizeof *power);
    select_smallest(s->scratch, n, fifth);
    const float faint = sum(s->scratch, fifth) / (float)fifth;
    select_smallest(s->scratch, n, n - fifth);
    const float loud = sum(s->scratch + n - fifth, fifth) / (float)fifth;
    contrast += 10.0f * log10f((loud + floor) / (faint + floor));
    ++bands;
  }
  return bands ? contrast / (float)bands : 0.0f;
}

void spectral_shape(Spectral* s, const float* power, SpectralShape* out) {
  memset(out, 0, sizeof *out);
  if (s->end <= s->first + 1) return;
  const size_t n = s->end - s->first;
  const float total = sum(power + s->first, n);
  if (!(total > 1e-30f)) return;
  find_brightness(s, power, out);
  out->flatness = find_flatness(s, power);
  out->bass_share = sum(power + s->first, s->bass_end - s->first) / total;
  out->contrast = find_contrast(s, power, FLOOR * total / (float)n);
}
