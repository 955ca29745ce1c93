// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/decimator.h"

#include "dsp/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PASS_HZ 4200.0
#define STOP_DB 70.0
#define CHUNK 1024 ///< input samples handled at once
#define LANES 8    ///< the kernel takes whole vectors of taps

struct Decimator {
  size_t factor, taps; ///< a multiple of LANES: the first, oldest ones may be 0
  size_t phase;        ///< input samples until the next output
  float* h;
  float* buffer; ///< [taps - 1 + CHUNK]: the past, then the chunk
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
  d->taps = (designed + LANES - 1) / LANES * LANES;
  d->h = calloc(d->taps, sizeof *d->h);
  d->buffer = calloc(d->taps - 1 + CHUNK, sizeof *d->buffer);
  if (!d->h || !d->buffer) {
    decimator_free(d);
    return NULL;
  }
  if (d->factor > 1)
    design(d->h + d->taps - designed, designed, 0.5 * (PASS_HZ + stop) / rate);
  else
    d->h[d->taps - 1] = 1.0f;
  return d;
}

void decimator_free(Decimator* d) {
  if (!d) return;
  free(d->buffer);
  free(d->h);
  free(d);
}

void decimator_reset(Decimator* d) {
  d->phase = 0;
  memset(d->buffer, 0, (d->taps - 1 + CHUNK) * sizeof *d->buffer);
}

void decimator_copy(Decimator* d, const Decimator* from) {
  d->phase = from->phase;
  memcpy(d->buffer, from->buffer, (d->taps - 1) * sizeof *d->buffer);
}

size_t decimator_memory(const Decimator* d) {
  return d->taps - 1;
}

size_t decimator_process(Decimator* d, const float* in, size_t n, float* out) {
  const size_t past = d->taps - 1;
  size_t written = 0;
  while (n > 0) {
    const size_t chunk = n < CHUNK ? n : CHUNK;
    memcpy(d->buffer + past, in, chunk * sizeof *in);
    const size_t outputs = d->phase < chunk ? (chunk - d->phase + d->factor - 1) / d->factor : 0;
    d->kernels->fir(out + written, d->buffer + d->phase, d->factor, outputs, d->h, d->taps);
    written += outputs;
    d->phase += outputs * d->factor - chunk;
    memmove(d->buffer, d->buffer + chunk, past * sizeof *d->buffer);
    in += chunk;
    n -= chunk;
  }
  return written;
}

size_t decimator_size(const Decimator* d) {
  return sizeof *d + (2 * d->taps + CHUNK) * sizeof(float);
}

void decimator_state(Decimator* d, StateCopy* copy) {
  state_field(copy, &d->phase, sizeof d->phase);
  state_field(copy, d->buffer, (d->taps - 1) * sizeof *d->buffer);
}
