// SPDX-License-Identifier: GPL-3.0-or-later
// The Fourier transform by FFTW (CIRCUMPLEX_FFT=fftw), in place of fft.c.
#include "dsp/fft.h"
#include "dsp/kernels.h"

#include <fftw3.h>
#include <pthread.h>
#include <stdlib.h>

struct Fft {
  size_t n;
  fftwf_complex* frame; ///< [n]
  fftwf_complex* bins;  ///< [n]
  float* parts;         ///< [2 n]
  fftwf_plan plan;
};

static void make_planner_safe(void) {
  fftwf_make_planner_thread_safe();
}

Fft* fft_new_with(size_t n, const Kernels* kernels) {
  (void)kernels; // FFTW has its own
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_planner_safe);
  if (!fft_takes(n)) return NULL;
  Fft* fft = calloc(1, sizeof *fft);
  if (!fft) return NULL;
  fft->n = n;
  fft->frame = fftwf_alloc_complex(n);
  fft->bins = fftwf_alloc_complex(n);
  fft->parts = malloc(2 * n * sizeof *fft->parts);
  // FFTW_ESTIMATE: a plan chosen by timing would not give the same bits on every run.
  if (fft->frame && fft->bins && fft->parts)
    fft->plan = fftwf_plan_dft_1d((int)n, fft->frame, fft->bins, FFTW_FORWARD, FFTW_ESTIMATE);
  if (!fft->plan) {
    fft_free(fft);
    return NULL;
  }
  return fft;
}

void fft_free(Fft* fft) {
  if (!fft) return;
  if (fft->plan) fftwf_destroy_plan(fft->plan);
  free(fft->parts);
  fftwf_free(fft->bins);
  fftwf_free(fft->frame);
  free(fft);
}

static void transform(Fft* fft, const float* re, const float* im, const float* window) {
  float* frame = (float*)fft->frame;
  for (size_t i = 0; i < fft->n; ++i) {
    frame[2 * i] = re[i] * window[i];
    frame[2 * i + 1] = im[i] * window[i];
  }
  fftwf_execute(fft->plan);
}

const float* fft_run(Fft* fft, const float* re, const float* im, const float* window) {
  transform(fft, re, im, window);
  const float* bins = (const float*)fft->bins;
  for (size_t k = 0; k < fft->n; ++k) {
    fft->parts[k] = bins[2 * k];
    fft->parts[fft->n + k] = bins[2 * k + 1];
  }
  return fft->parts;
}

const float* fft_power(Fft* fft, const float* re, const float* im, const float* window) {
  transform(fft, re, im, window);
  const float* bins = (const float*)fft->bins;
  for (size_t k = 0; k < fft->n; ++k)
    fft->parts[k] = bins[2 * k] * bins[2 * k] + bins[2 * k + 1] * bins[2 * k + 1];
  return fft->parts;
}
