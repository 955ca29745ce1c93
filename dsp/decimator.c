// SPDX-License-Identifier: GPL-3.0-or-later
// Decimates a stream by a power of two with a linear-phase low-pass filter.
#include "dsp/decimator.h"

#include "dsp/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PASS_HZ 4200.0
#define STOP_DB 70.0
#define VECTOR 8 ///< taps that the kernel processes at once

struct Decimator {
  size_t factor, taps; ///< taps: a multiple of VECTOR; the oldest ones may be 0
  size_t memory;       ///< past samples that an output depends on: taps - 1
  size_t fill;         ///< samples since the newest sample of the last output
  float* h;
  float* edge; ///< [memory] past samples, then [memory] samples that follow
  const Kernels* kernels;
};

size_t decimator_factor(double rate) {
  size_t factor = 1;
  while (rate / (double)(2 * factor) >= 11000.0)
    factor *= 2;
  return factor;
}

/// Modified Bessel function of the first kind, order 0.
static double bessel_i0(double x) {
  double sum = 1.0, term = 1.0;
  for (int k = 1; k < 64; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

static void design(float* h, size_t taps, double cutoff) {
  const double pi = 3.14159265358979323846, beta = 0.1102 * (STOP_DB - 8.7);
  double sum = 0.0;
  for (int pass = 0; pass < 2; ++pass)
    for (size_t i = 0; i < taps; ++i) {
      const double t = (double)i - 0.5 * (double)(taps - 1);
      const double r = 2.0 * t / (double)(taps - 1);
      const double sinc = t == 0.0 ? 2.0 * cutoff : sin(2.0 * pi * cutoff * t) / (pi * t);
      const double tap = sinc * bessel_i0(beta * sqrt(fmax(0.0, 1.0 - r * r))) / bessel_i0(beta);
      if (pass == 0)
        sum += tap;
      else
        h[i] = (float)(tap / sum); // unit gain at 0 Hz
    }
}

Decimator* decimator_new(double rate) {
  Decimator* d = calloc(1, sizeof *d);
  if (!d) return NULL;
  d->factor = decimator_factor(rate);
  d->kernels = kernels_get();
  d->taps = 1;
  const double stop = rate / (double)d->factor - PASS_HZ;
  if (d->factor > 1) {
    const double width = 2.0 * 3.14159265358979323846 * (stop - PASS_HZ) / rate;
    d->taps = (size_t)ceil((STOP_DB - 8.0) / (2.285 * width)) + 1;
    d->taps += d->taps % 2;
  }
  const size_t designed = d->taps;
  d->taps = (designed + VECTOR - 1) / VECTOR * VECTOR;
  d->memory = d->taps - 1;
  d->h = calloc(d->taps, sizeof *d->h);
  d->edge = calloc(2 * d->memory, sizeof *d->edge);
  if (!d->h || !d->edge) {
    decimator_free(d);
    return NULL;
  }
  if (d->factor > 1)
    design(d->h + d->taps - designed, designed, 0.5 * (PASS_HZ + stop) / rate);
  else
    d->h[d->taps - 1] = 1.0f;
  decimator_reset(d);
  return d;
}

void decimator_free(Decimator* d) {
  if (!d) return;
  free(d->edge);
  free(d->h);
  free(d);
}

void decimator_reset(Decimator* d) {
  d->fill = d->factor - 1; // so that the first sample has an output
  memset(d->edge, 0, d->memory * sizeof *d->edge);
}

void decimator_copy(Decimator* d, const Decimator* from) {
  d->fill = from->fill;
  memcpy(d->edge, from->edge, d->memory * sizeof *d->edge);
}

size_t decimator_memory(const Decimator* d) {
  return d->memory;
}

size_t decimator_process(Decimator* d, const float* in, size_t n, float* out) {
  const size_t memory = d->memory, outputs = (d->fill + n) / d->factor;
  const size_t first = d->factor - 1 - d->fill; // the first output's newest sample
  const size_t reach = n < memory ? n : memory;
  memcpy(d->edge + memory, in, reach * sizeof *in);
  // The first outputs also depend on past samples; the others need no copy of the samples.
  size_t early = first < memory ? (memory - first + d->factor - 1) / d->factor : 0;
  if (early > outputs) early = outputs;
  d->kernels->decimate(out, d->edge + first, d->factor, early, d->h, d->taps);
  if (outputs > early)
    d->kernels->decimate(out + early, in + (first + early * d->factor - memory), d->factor,
                         outputs - early, d->h, d->taps);
  if (n < memory)
    memmove(d->edge, d->edge + n, memory * sizeof *d->edge);
  else
    memcpy(d->edge, in + (n - memory), memory * sizeof *d->edge);
  d->fill = (d->fill + n) % d->factor;
  return outputs;
}

void decimator_state(Decimator* d, StateCopy* copy) {
  state_field(copy, &d->fill, sizeof d->fill);
  state_field(copy, d->edge, d->memory * sizeof *d->edge);
}
