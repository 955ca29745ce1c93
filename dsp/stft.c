// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/stft.h"

#include "dsp/kernels.h"

#include <fftw3.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

struct Stft {
  size_t window, bins;
  float scale;
  float* hann;
  float* frame;            ///< [2 window]
  fftwf_complex* spectrum; ///< [window]
  fftwf_plan one, two;     ///< of a real frame, of left + i right
  const Kernels* kernels;
};

static void make_planner_safe(void) {
  fftwf_make_planner_thread_safe();
}

size_t stft_friendly_size(size_t n) {
  static const size_t primes[] = {2, 3, 5, 7};
  for (size_t size = n < 4 ? 4 : n;; ++size) {
    size_t rest = size;
    for (size_t i = 0; i < sizeof primes / sizeof *primes; ++i)
      while (rest % primes[i] == 0)
        rest /= primes[i];
    if (rest == 1) return size;
  }
}

Stft* stft_new(size_t window) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_planner_safe);
  if (window < 4 || window > (1u << 20)) return NULL;
  Stft* stft = calloc(1, sizeof *stft);
  if (!stft) return NULL;
  stft->window = window;
  stft->bins = window / 2 + 1;
  stft->kernels = kernels_get();
  stft->hann = fftwf_alloc_real(window);
  stft->frame = fftwf_alloc_real(2 * window);
  stft->spectrum = fftwf_alloc_complex(window);
  if (!stft->hann || !stft->frame || !stft->spectrum) goto fail;
  stft->one = fftwf_plan_dft_r2c_1d((int)window, stft->frame, stft->spectrum,
                                    FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
  stft->two = fftwf_plan_dft_1d((int)window, (fftwf_complex*)stft->frame, stft->spectrum,
                                FFTW_FORWARD, FFTW_ESTIMATE | FFTW_DESTROY_INPUT);
  if (!stft->one || !stft->two) goto fail;
  const double pi = 3.14159265358979323846;
  double energy = 0.0;
  for (size_t i = 0; i < window; ++i) {
    const double w = 0.5 - 0.5 * cos(2.0 * pi * (double)i / (double)window);
    stft->hann[i] = (float)w;
    energy += w * w;
  }
  stft->scale = (float)(2.0 / ((double)window * energy));
  return stft;
fail:
  stft_free(stft);
  return NULL;
}

void stft_free(Stft* stft) {
  if (!stft) return;
  if (stft->two) fftwf_destroy_plan(stft->two);
  if (stft->one) fftwf_destroy_plan(stft->one);
  fftwf_free(stft->spectrum);
  fftwf_free(stft->frame);
  fftwf_free(stft->hann);
  free(stft);
}

size_t stft_window(const Stft* stft) {
  return stft->window;
}
size_t stft_bins(const Stft* stft) {
  return stft->bins;
}

void stft_power(Stft* stft, const float* left, const float* right, float* power) {
  const float* spectrum = (const float*)stft->spectrum;
  if (left == right) {
    stft->kernels->multiply(stft->frame, left, stft->hann, stft->window);
    fftwf_execute(stft->one);
    stft->kernels->power(power, spectrum, 2.0f * stft->scale, stft->bins);
  } else {
    stft->kernels->interleave(stft->frame, left, right, stft->hann, stft->window);
    fftwf_execute(stft->two);
    stft->kernels->power_two(power, spectrum, 0.5f * stft->scale, stft->window, stft->bins);
  }
  power[0] *= 0.5f; // DC (and Nyquist of an even length) stand once in a two-sided spectrum
  if (stft->window % 2 == 0) power[stft->bins - 1] *= 0.5f;
}

size_t stft_size(const Stft* stft) {
  return sizeof *stft + 5 * stft->window * sizeof(float);
}
