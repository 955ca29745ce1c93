// SPDX-License-Identifier: GPL-3.0-or-later
// Fourier transform of a windowed frame of complex samples.
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

typedef struct {
  unsigned count, radix[MOST_PASSES];
  float cost;
} FftPlan;

/// Cost of a pass per value, in vector instructions: reading, rotating and writing it, and spilling
/// where a radix has more values than there are registers.
static const struct {
  unsigned radix;
  float cost;
} costs[] = {{10, 19.0f}, {8, 16.0f}, {7, 19.0f}, {6, 14.0f},
             {5, 14.5f},  {4, 11.0f}, {3, 11.5f}, {2, 8.0f}};

/// Find the cheapest radices with the product \p rest, in falling order.
/// \param first index of the first allowed row of costs
static void choose_radices(size_t rest, size_t first, FftPlan* now, FftPlan* best) {
  if (rest == 1 && (best->count == 0 || now->cost < best->cost)) *best = *now;
  for (size_t i = first; i < sizeof costs / sizeof *costs; ++i) {
    if (rest % costs[i].radix != 0) continue;
    const float before = now->cost;
    now->radix[now->count++] = costs[i].radix;
    now->cost += costs[i].cost;
    choose_radices(rest / costs[i].radix, i, now, best);
    now->cost = before;
    --now->count;
  }
}

/// Choose the radices and strides.  \return number of floats of all twiddles
static size_t find_passes(Fft* fft) {
  const unsigned first = fft->kernels->fft_first_radix(fft->n);
  size_t rest = fft->n, stride = 1, twiddles = 0;
  FftPlan now = {0}, best = {0};
  choose_radices(first ? rest / first : rest, 0, &now, &best);
  if (first) best.radix[best.count++] = first;
  while (best.count > 0) { // large radices last, where there are few twiddles
    const unsigned radix = best.radix[--best.count];
    rest /= radix;
    fft->pass[fft->passes++] = (FftPass){radix, fft->n, rest, stride, NULL};
    stride *= radix;
    twiddles += 2 * (size_t)(radix - 1) * rest;
  }
  return twiddles;
}

/// Roots of unity: e^(-2 pi i t / n) is the product of one value from each of two short lists.
typedef struct {
  size_t step; ///< distance between coarse roots
  double *coarse, *fine;
} Roots;

static void fill_roots(double* roots, size_t count, size_t step, size_t n) {
  const double pi = 3.14159265358979323846;
  for (size_t i = 0; i < count; ++i) {
    const double turn = -2.0 * pi * (double)(step * i) / (double)n;
    roots[2 * i] = cos(turn);
    roots[2 * i + 1] = sin(turn);
  }
}

/// \return false if out of memory
static bool roots_init(Roots* roots, size_t n) {
  roots->step = (size_t)sqrt((double)n) + 1;
  const size_t coarse = n / roots->step + 1;
  roots->fine = malloc(2 * (roots->step + coarse) * sizeof *roots->fine);
  if (!roots->fine) return false;
  roots->coarse = roots->fine + 2 * roots->step;
  fill_roots(roots->fine, roots->step, 1, n);
  fill_roots(roots->coarse, coarse, roots->step, n);
  return true;
}

/// Write w^(p k) for k = 1 .. radix - 1: all k for each p, or, in the first pass, all p for each k.
static void fill_twiddles(const FftPass* pass, bool along, const Roots* roots, float* w) {
  const size_t m = pass->rest, others = pass->radix - 1;
  for (size_t p = 0; p < m; ++p)
    for (size_t k = 1; k <= others; ++k) {
      const size_t t = p * k * pass->stride;
      const double* a = roots->coarse + 2 * (t / roots->step);
      const double* b = roots->fine + 2 * (t % roots->step);
      w[along ? 2 * m * (k - 1) + p : 2 * (others * p + k - 1)] =
          (float)(a[0] * b[0] - a[1] * b[1]);
      w[along ? 2 * m * (k - 1) + m + p : 2 * (others * p + k - 1) + 1] =
          (float)(a[0] * b[1] + a[1] * b[0]);
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
  Roots roots = {0};
  if (!fft->twiddles || !fft->buffer[0] || !fft->buffer[1] || !roots_init(&roots, n)) {
    fft_free(fft);
    return NULL;
  }
  float* w = fft->twiddles;
  const bool along = fft->kernels->fft_first_radix(n) != 0;
  for (unsigned i = 0; i < fft->passes; ++i) {
    fill_twiddles(&fft->pass[i], along && i == 0, &roots, w);
    fft->pass[i].twiddles = w;
    w += 2 * (size_t)(fft->pass[i].radix - 1) * fft->pass[i].rest;
  }
  free(roots.fine);
  return fft;
}

void fft_free(Fft* fft) {
  if (!fft) return;
  free(fft->buffer[1]);
  free(fft->buffer[0]);
  free(fft->twiddles);
  free(fft);
}

/// Run the passes before \p end.  \return their result, in one of the buffers
static float* run_passes(Fft* fft, unsigned end, const float* re, const float* im,
                         const float* window) {
  float *from = fft->buffer[0], *to = fft->buffer[1];
  unsigned i = 0;
  if (fft->kernels->fft_first_radix(fft->n)) {
    fft->kernels->fft_first(&fft->pass[i++], re, im, window, from);
  } else {
    fft->kernels->multiply(from, re, window, fft->n);
    fft->kernels->multiply(from + fft->n, im, window, fft->n);
  }
  for (; i < end; ++i) {
    fft->kernels->fft_pass(&fft->pass[i], from, to);
    float* swap = from;
    from = to, to = swap;
  }
  return from;
}

const float* fft_run(Fft* fft, const float* re, const float* im, const float* window) {
  return run_passes(fft, fft->passes, re, im, window);
}

const float* fft_power(Fft* fft, const float* re, const float* im, const float* window) {
  const float* from = run_passes(fft, fft->passes - 1, re, im, window);
  float* to = fft->buffer[from == fft->buffer[0]];
  fft->kernels->fft_last_power(&fft->pass[fft->passes - 1], from, to);
  return to;
}
