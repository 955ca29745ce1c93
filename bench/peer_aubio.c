// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Compares spectrum and mel bands with aubio's, in one run: 64 bands of a 1920-sample window every
/// 960 samples, 60 s of sound at 48 kHz, CPU time of this thread, the best of several runs each.
#include "dsp/mel.h"
#include "dsp/stft.h"

#include <aubio/aubio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 48000
#define WINDOW 1920
#define HOP 960
#define BANDS 64
#define SECONDS 60
#define RUNS 9

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double ours(const float* x, size_t n, float* sum) {
  Stft* stft = stft_new(WINDOW);
  Mel* mel = mel_new(BANDS, 30.0, 10000.0, (double)RATE / WINDOW, WINDOW / 2 + 1);
  float power[WINDOW / 2 + 1], bands[BANDS];
  if (!stft || !mel) abort();
  const double start = cpu_seconds();
  for (size_t at = 0; at + WINDOW <= n; at += HOP) {
    stft_power(stft, x + at, x + at, power);
    mel_process(mel, power, bands);
    *sum += bands[7];
  }
  const double seconds = cpu_seconds() - start;
  stft_free(stft);
  mel_free(mel);
  return seconds;
}

static double theirs(const float* x, size_t n, float* sum) {
  aubio_pvoc_t* pvoc = new_aubio_pvoc(WINDOW, HOP);
  aubio_filterbank_t* bank = new_aubio_filterbank(BANDS, WINDOW);
  cvec_t* spectrum = new_cvec(WINDOW);
  fvec_t* bands = new_fvec(BANDS);
  if (!pvoc || !bank || !spectrum || !bands) {
    printf("SKIPPED: aubio takes no window of %d\n", WINDOW);
    exit(77);
  }
  aubio_filterbank_set_mel_coeffs(bank, RATE, 30, 10000);
  aubio_filterbank_set_power(bank, 2);
  const double start = cpu_seconds();
  for (size_t at = 0; at + WINDOW <= n; at += HOP) {
    fvec_t hop = {HOP, (smpl_t*)(void*)(x + at)};
    aubio_pvoc_do(pvoc, &hop, spectrum);
    aubio_filterbank_do(bank, spectrum, bands);
    *sum += bands->data[7];
  }
  const double seconds = cpu_seconds() - start;
  del_aubio_pvoc(pvoc);
  del_aubio_filterbank(bank);
  del_cvec(spectrum);
  del_fvec(bands);
  return seconds;
}

int main(void) {
  const size_t n = (size_t)RATE * SECONDS;
  float* x = malloc(n * sizeof *x);
  float sum = 0.0f;
  if (!x) return 1;
  for (size_t i = 0; i < n; ++i)
    x[i] = 0.3f * sinf((float)i * 0.05f) + 0.1f * sinf((float)(i % 9973) * 0.31f);
  double best[2] = {1e9, 1e9};
  for (int run = 0; run < RUNS; ++run) {
    best[0] = fmin(best[0], ours(x, n, &sum));
    best[1] = fmin(best[1], theirs(x, n, &sum));
  }
  free(x);
  printf("| spectrum and %d mel bands of a second | us |\n|---|---:|\n", BANDS);
  printf("| circumplex (window, FFT, power, mel) | %.0f |\n", best[0] / SECONDS * 1e6);
  printf("| aubio (phase vocoder and filter bank) | %.0f |\n", best[1] / SECONDS * 1e6);
  printf("\nRatio %.2f (sum %g).\n", best[0] / best[1], (double)sum);
  return 0;
}
