// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fft.h"

#include "dsp/kernels.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define MOST_PASSES 20

struct Fft {
  size_t n, n_twiddles;
  unsigned passes;
  FftPass pass[MOST_PASSES];
  float* twiddles;
  float* buffer[2]; ///< [2 n] each
  const Kernels* kernels;
};

/// The radices and strides.  \return floats of all twiddles
static size_t find_passes(Fft* fft) {
  static const unsigned radices[] = {4, 2, 3, 5, 7}; // dear ones last, where twiddles are few
  size_t rest = fft->n, stride = 1, twiddles = 0;
  const unsigned first = fft->kernels->fft_first_radix(fft->n);
  while (rest > 1) {
    unsigned radix = stride == 1 ? first : 0;
    for (size_t i = 0; radix == 0; ++i)
      if (rest % radices[i] == 0) radix = radices[i];
    rest /= radix;
    fft->pass[fft->passes++] = (FftPass){radix, fft->n, rest, stride, NULL};
    stride *= radix;
    twiddles += 2 * (size_t)(radix - 1) * rest;
  }
  return twiddles;
}

/// w^(p k), for each p those of k = 1 .. radix - 1; in the first of vectors along p for each k.
static void fill_twiddles(const FftPass* pass, bool along, float* w) {
  const double pi = 3.14159265358979323846;
  const size_t m = pass->rest, others = pass->radix - 1;
  for (size_t p = 0; p < m; ++p)
    for (size_t k = 1; k <= others; ++k) {
      const double turn = -2.0 * pi * (double)(p * k) / (double)(m * pass->radix);
      w[along ? 2 * m * (k - 1) + p : 2 * (others * p + k - 1)] = (float)cos(turn);
      w[along ? 2 * m * (k - 1) + m + p : 2 * (others * p + k - 1) + 1] = (float)sin(turn);
    }
}

Fft* fft_new_with(size_t n, const Kernels* kernels) {
  if (!fft_takes(n)) return NULL;
  Fft* fft = calloc(1, sizeof *fft);
  if (!fft) return NULL;
  fft->n = n;
  fft->kernels = kernels;
  fft->n_twiddles = find_passes(fft);
  fft->twiddles = malloc(fft->n_twiddles * sizeof *fft->twiddles);
  for (int i = 0; i < 2; ++i)
    fft->buffer[i] = aligned_alloc(64, (2 * n * sizeof(float) + 63) / 64 * 64);
  if (!fft->twiddles || !fft->buffer[0] || !fft->buffer[1]) {
    fft_free(fft);
    return NULL;
  }
  float* w = fft->twiddles;
  const bool along = fft->kernels->fft_first_radix(n) != 0;
  for (unsigned i = 0; i < fft->passes; ++i) {
    fill_twiddles(&fft->pass[i], along && i == 0, w);
    fft->pass[i].twiddles = w;
    w += 2 * (size_t)(fft->pass[i].radix - 1) * fft->pass[i].rest;
  }
  return fft;
}

void fft_free(Fft* fft) {
  if (!fft) return;
  free(fft->buffer[1]);
  free(fft->buffer[0]);
  free(fft->twiddles);
  free(fft);
}

const float* fft_run(Fft* fft, const float* re, const float* im, const float* window) {
  float *from = fft->buffer[0], *to = fft->buffer[1];
  unsigned i = 0;
  if (fft->kernels->fft_first_radix(fft->n)) {
    fft->kernels->fft_first(&fft->pass[i++], re, im, window, from);
  } else {
    fft->kernels->multiply(from, re, window, fft->n);
    fft->kernels->multiply(from + fft->n, im, window, fft->n);
  }
  for (; i < fft->passes; ++i) {
    fft->kernels->fft_pass(&fft->pass[i], from, to);
    float* swap = from;
    from = to, to = swap;
  }
  return from;
}

size_t fft_size(const Fft* fft) {
  return sizeof *fft + (fft->n_twiddles + 4 * fft->n) * sizeof(float);
}
