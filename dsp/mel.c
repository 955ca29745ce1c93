// SPDX-License-Identifier: GPL-3.0-or-later
// Mel filterbank: triangular bands over a power spectrum.
#include "dsp/mel.h"

#include "dsp/kernels.h"

#include <math.h>
#include <stdlib.h>

#define VECTOR 8 ///< bins that the kernel processes at once

struct Mel {
  size_t n_mel, n_weights;
  double mel_low, mel_step;
  KernelBand* bands;
  float* weights;
  const Kernels* kernels;
};

double mel_from_hz(double hz) {
  return 2595.0 * log10(1.0 + hz / 700.0);
}
double mel_to_hz(double mel) {
  return 700.0 * (pow(10.0, mel / 2595.0) - 1.0);
}

/// Height of the triangle low - centre - high at \p f.
static double triangle(double f, double low, double centre, double high) {
  if (f <= low || f >= high) return 0.0;
  return f < centre ? (f - low) / (centre - low) : (high - f) / (high - centre);
}

/// The edges of band \p i; each side is at least one bin wide.
static void band_edges(const Mel* mel, size_t i, double bin_hz, double edges[3]) {
  for (size_t j = 0; j < 3; ++j)
    edges[j] = mel_to_hz(mel->mel_low + mel->mel_step * (double)(i + j));
  edges[0] = fmin(edges[0], edges[1] - bin_hz);
  edges[2] = fmax(edges[2], edges[1] + bin_hz);
}

/// Widen the band to whole vectors; bins outside the triangle have the weight 0.
static void fill_vectors(KernelBand* band, size_t bins) {
  const size_t whole = (band->count + VECTOR - 1) / VECTOR * VECTOR;
  if (whole > bins) return;
  band->count = whole;
  if (band->first + whole > bins) band->first = bins - whole;
}

Mel* mel_new(size_t n_mel, double fmin_hz, double fmax_hz, double bin_hz, size_t bins) {
  if (n_mel == 0 || fmin_hz < 0.0 || !(fmax_hz > fmin_hz) || !(bin_hz > 0.0) || bins == 0)
    return NULL;
  Mel* mel = calloc(1, sizeof *mel);
  if (!mel) return NULL;
  mel->n_mel = n_mel;
  mel->kernels = kernels_get();
  mel->mel_low = mel_from_hz(fmin_hz);
  mel->mel_step = (mel_from_hz(fmax_hz) - mel->mel_low) / (double)(n_mel + 1);
  mel->bands = calloc(n_mel, sizeof *mel->bands);
  if (!mel->bands) goto fail;
  for (size_t i = 0; i < n_mel; ++i) {
    double edges[3];
    band_edges(mel, i, bin_hz, edges);
    KernelBand* band = &mel->bands[i];
    const double low = ceil(fmax(edges[0], 0.0) / bin_hz), high = floor(edges[2] / bin_hz);
    band->offset = mel->n_weights;
    if (low < (double)bins && high >= low) {
      band->first = (size_t)low;
      const size_t last = high < (double)bins ? (size_t)high : bins - 1;
      band->count = last - band->first + 1;
      fill_vectors(band, bins);
    }
    mel->n_weights += band->count;
  }
  mel->weights = calloc(mel->n_weights + 1, sizeof *mel->weights);
  if (!mel->weights) goto fail;
  for (size_t i = 0; i < n_mel; ++i) {
    double edges[3];
    band_edges(mel, i, bin_hz, edges);
    const KernelBand* band = &mel->bands[i];
    for (size_t j = 0; j < band->count; ++j)
      mel->weights[band->offset + j] =
          (float)triangle((double)(band->first + j) * bin_hz, edges[0], edges[1], edges[2]);
  }
  return mel;
fail:
  mel_free(mel);
  return NULL;
}

void mel_free(Mel* mel) {
  if (!mel) return;
  free(mel->weights);
  free(mel->bands);
  free(mel);
}

void mel_process(const Mel* mel, const float* power, float* out) {
  mel->kernels->bands(out, power, mel->bands, mel->n_mel, mel->weights);
}

double mel_centre(const Mel* mel, size_t i) {
  return mel_to_hz(mel->mel_low + mel->mel_step * (double)(i + 1));
}
