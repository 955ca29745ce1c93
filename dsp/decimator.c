// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/decimator.h"

#include "dsp/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PASS_HZ 4200.0
#define STOP_DB 70.0
#define CHUNK 1024 ///< input samples handled at once

/// The sound is dealt in groups of `factor` samples, sample b of each group to phase b; the last
/// sample of a group is the newest one of an output.
struct Decimator {
  size_t factor, taps; ///< a multiple of factor: the first, oldest ones may be 0
  size_t groups;       ///< that an output depends on: taps / factor
  size_t fill;         ///< samples of the group that is not complete
  size_t pitch;        ///< from one phase to the next
  float* h;
  float* buffer; ///< [factor][pitch]: groups - 1 of the past, then the one being filled, then more
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
  const size_t designed = d->taps, unit = d->factor > 8 ? d->factor : 8;
  d->taps = (designed + unit - 1) / unit * unit;
  d->groups = d->taps / d->factor;
  d->pitch = d->groups + CHUNK / d->factor + 2 + KERNELS_FIR_BLOCK;
  d->h = calloc(d->taps, sizeof *d->h);
  d->buffer = calloc(d->factor * d->pitch, sizeof *d->buffer);
  if (!d->h || !d->buffer) {
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
  free(d->buffer);
  free(d->h);
  free(d);
}

void decimator_reset(Decimator* d) {
  d->fill = d->factor - 1; // so that the first sample has an output
  memset(d->buffer, 0, d->factor * d->pitch * sizeof *d->buffer);
}

void decimator_copy(Decimator* d, const Decimator* from) {
  d->fill = from->fill;
  for (size_t b = 0; b < d->factor; ++b)
    memcpy(d->buffer + b * d->pitch, from->buffer + b * d->pitch, d->groups * sizeof *d->buffer);
}

size_t decimator_memory(const Decimator* d) {
  return d->taps - 1;
}

/// Put n samples behind what is there, and count them to `fill`.
static void deal_out(Decimator* d, const float* in, size_t n) {
  float* open = d->buffer + d->groups - 1; // the group that is not complete
  size_t i = 0;
  for (; i < n && d->fill % d->factor != 0; ++i, ++d->fill)
    open[d->fill % d->factor * d->pitch + d->fill / d->factor] = in[i];
  const size_t whole = (n - i) / d->factor;
  d->kernels->deal(open + d->fill / d->factor, d->pitch, d->factor, in + i, whole);
  i += whole * d->factor, d->fill += whole * d->factor;
  for (; i < n; ++i, ++d->fill)
    open[d->fill % d->factor * d->pitch + d->fill / d->factor] = in[i];
}

size_t decimator_process(Decimator* d, const float* in, size_t n, float* out) {
  size_t written = 0;
  while (n > 0) {
    const size_t chunk = n < CHUNK ? n : CHUNK;
    deal_out(d, in, chunk);
    const size_t outputs = d->fill / d->factor;
    d->kernels->fir(out + written, d->buffer, d->pitch, d->factor, outputs, d->h, d->taps);
    written += outputs;
    d->fill -= outputs * d->factor;
    for (size_t b = 0; b < d->factor; ++b)
      memmove(d->buffer + b * d->pitch, d->buffer + b * d->pitch + outputs,
              d->groups * sizeof *d->buffer);
    in += chunk;
    n -= chunk;
  }
  return written;
}

size_t decimator_size(const Decimator* d) {
  return sizeof *d + (d->taps + d->factor * d->pitch) * sizeof(float);
}

void decimator_state(Decimator* d, StateCopy* copy) {
  state_field(copy, &d->fill, sizeof d->fill);
  for (size_t b = 0; b < d->factor; ++b)
    state_field(copy, d->buffer + b * d->pitch, d->groups * sizeof *d->buffer);
}
