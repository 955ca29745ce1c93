// SPDX-License-Identifier: GPL-3.0-or-later
// Power spectrum of one frame of two channels.
#include "dsp/stft.h"

#include "dsp/fft.h"
#include "dsp/kernels.h"

#include <math.h>
#include <stdlib.h>

struct Stft {
  size_t window, bins;
  float scale;
  float* hann;
  Fft* fft;
  const Kernels* kernels;
};

Stft* stft_new(size_t window) {
  Stft* stft = calloc(1, sizeof *stft);
  if (!stft) return NULL;
  stft->window = window;
  stft->bins = window / 2 + 1;
  stft->kernels = kernels_get();
  stft->hann = malloc(window * sizeof *stft->hann);
  stft->fft = fft_new(window);
  if (!stft->hann || !stft->fft) {
    stft_free(stft);
    return NULL;
  }
  const double pi = 3.14159265358979323846;
  double energy = 0.0;
  for (size_t i = 0; i < window; ++i) {
    const double w = 0.5 - 0.5 * cos(2.0 * pi * (double)i / (double)window);
    stft->hann[i] = (float)w;
    energy += w * w;
  }
  stft->scale = (float)(2.0 / ((double)window * energy));
  return stft;
}

void stft_free(Stft* stft) {
  if (!stft) return;
  fft_free(stft->fft);
  free(stft->hann);
  free(stft);
}

size_t stft_window(const Stft* stft) {
  return stft->window;
}
size_t stft_bins(const Stft* stft) {
  return stft->bins;
}

void stft_power(Stft* stft, const float* left, const float* right, float* power) {
  const float* both = fft_power(stft->fft, left, right, stft->hann);
  stft->kernels->add_mirror(power, both, 0.5f * stft->scale, stft->window, stft->bins);
  power[0] *= 0.5f; // DC (and Nyquist, if the length is even) occurs once in a two-sided spectrum
  if (stft->window % 2 == 0) power[stft->bins - 1] *= 0.5f;
}
