// SPDX-License-Identifier: GPL-3.0-or-later
#include "signals.h"

#include "harness.h"

#include <stdlib.h>

static const double pi = 3.14159265358979323846;

float* signal_new(size_t n) {
  float* x = calloc(n ? n : 1, sizeof *x);
  assert_non_null(x);
  return x;
}

float signal_random(uint32_t* state) {
  *state = 1664525u * *state + 1013904223u;
  return (float)(*state >> 8) / 8388608.0f - 1.0f;
}

void signal_noise(float* x, size_t n, float amplitude, uint32_t seed) {
  for (size_t i = 0; i < n; ++i)
    x[i] += amplitude * signal_random(&seed);
}

void signal_pink(float* x, size_t n, double rate, float amplitude, uint32_t seed) {
  double state[10] = {0}, keep[10], gain[10];
  for (int k = 0; k < 10; ++k) {
    keep[k] = exp(-2.0 * pi * 30.0 * exp2(k) / rate);
    gain[k] = (1.0 - keep[k]) * exp2(-0.5 * k);
  }
  for (size_t i = 0; i < n; ++i) {
    const double white = (double)signal_random(&seed);
    double sum = 0.0;
    for (int k = 0; k < 10; ++k) {
      state[k] = keep[k] * state[k] + gain[k] * white;
      sum += state[k];
    }
    x[i] += amplitude * (float)(8.0 * sum);
  }
}

/// A sine by complex multiplication: as exact as sin() for minutes, and much faster.
typedef struct {
  double re, im, turn_re, turn_im;
} Phasor;

static Phasor phasor(double cycles_a_sample, double start_cycles) {
  return (Phasor){cos(2.0 * pi * start_cycles), sin(2.0 * pi * start_cycles),
                  cos(2.0 * pi * cycles_a_sample), sin(2.0 * pi * cycles_a_sample)};
}

static double phasor_next(Phasor* p) {
  const double re = p->re, im = p->im;
  p->re = re * p->turn_re - im * p->turn_im;
  p->im = re * p->turn_im + im * p->turn_re;
  return im;
}

void signal_sine(float* x, size_t n, double rate, double hz, double amplitude) {
  Phasor p = phasor(hz / rate, 0.0);
  for (size_t i = 0; i < n; ++i)
    x[i] += (float)(amplitude * phasor_next(&p));
}

void signal_tone(float* x, size_t n, double rate, double midi_note, double amplitude,
                 unsigned harmonics) {
  const double hz = 440.0 * exp2((midi_note - 69.0) / 12.0);
  for (unsigned k = 1; k <= harmonics && k * hz < 0.45 * rate; ++k)
    signal_sine(x, n, rate, k * hz, amplitude / k);
}

void signal_chord(float* x, size_t n, double rate, const double* notes, size_t count,
                  double amplitude) {
  for (size_t i = 0; i < count; ++i)
    signal_tone(x, n, rate, notes[i], amplitude, 8);
}

void signal_clicks(float* x, size_t n, double rate, double bpm, double start, float amplitude) {
  const double period = 60.0 * rate / bpm;
  const size_t length = (size_t)(0.03 * rate);
  uint32_t seed = 11;
  for (size_t k = 0;; ++k) {
    const size_t at = (size_t)llround(start * rate + (double)k * period);
    if (at >= n) break;
    for (size_t i = 0; i < length && at + i < n; ++i)
      x[at + i] += amplitude * signal_random(&seed) * (float)exp(-(double)i / (0.005 * rate));
  }
}

void signal_plucks(float* x, size_t n, double rate, double amplitude) {
  uint32_t seed = 5;
  for (int pluck = 0; pluck < 36; ++pluck) {
    const double start = 0.4 * pluck, hz = 110.0 * exp2(1.5 + 1.5 * (double)signal_random(&seed));
    const double level = amplitude * (0.6 + 0.4 * (double)signal_random(&seed));
    const size_t first = (size_t)ceil(start * rate);
    const size_t end = (size_t)((start + 1.6) * rate) < n ? (size_t)((start + 1.6) * rate) : n;
    const double lead = (double)first / rate - start; // seconds from the pluck to its first sample
    for (int k = 1; k <= 8 && k * hz < 3400.0; ++k) {
      Phasor p = phasor(k * hz / rate, k * hz * lead);
      double attack = exp(-lead / 0.008), decay = level / k * exp(-lead / 0.3);
      const double attack_step = exp(-1.0 / (0.008 * rate)), decay_step = exp(-1.0 / (0.3 * rate));
      for (size_t i = first; i < end; ++i, attack *= attack_step, decay *= decay_step)
        x[i] += (float)((1.0 - attack) * decay * phasor_next(&p));
    }
  }
  // Noise that keeps every band below 3.4 kHz above rounding errors.
  for (double hz = 35.0; hz < 3400.0; hz *= 1.031)
    signal_sine(x, n, rate, hz, 0.004 * amplitude);
}

void signal_scale(float* x, size_t n, float gain) {
  for (size_t i = 0; i < n; ++i)
    x[i] *= gain;
}

size_t signal_push(Frontend* fe, const float* x, size_t n, size_t block, HopFeatures* hops,
                   size_t held, size_t room) {
  uint32_t seed = 7;
  for (size_t at = 0; at < n;) {
    size_t size = block ? block : 1 + (size_t)(2500.0f * (1.0f + signal_random(&seed)));
    if (size > n - at) size = n - at;
    for (size_t used = 0; used < size;) {
      bool done = false;
      const size_t took = frontend_push(fe, x + at + used, NULL, size - used, &done);
      assert_true(took > 0 && took <= size - used);
      assert_true(done || took == size - used);
      used += took;
      if (!done) continue;
      assert_true(held < room);
      hops[held++] = *frontend_hop(fe);
    }
    at += size;
  }
  return held;
}

HopFeatures* signal_hear(const float* x, size_t n, double rate, size_t* count) {
  const FrontendSpec spec = frontend_default_spec();
  Frontend* fe = frontend_new(&spec, rate, NULL, 0);
  assert_non_null(fe);
  const size_t room = (size_t)((double)n / rate * 2.0) + 2;
  HopFeatures* hops = calloc(room, sizeof *hops);
  assert_non_null(hops);
  *count = signal_push(fe, x, n, 4096, hops, 0, room);
  frontend_free(fe);
  return hops;
}

HopFeatures* signal_hear_two(const float* left, const float* right, size_t n, double rate,
                             size_t* count) {
  const FrontendSpec spec = frontend_default_spec();
  Frontend* fe = frontend_new(&spec, rate, NULL, 0);
  assert_non_null(fe);
  const size_t room = (size_t)(2.0 * (double)n / rate) + 2;
  HopFeatures* hops = calloc(room, sizeof *hops);
  assert_non_null(hops);
  *count = 0;
  for (size_t used = 0; used < n;) {
    bool done = false;
    used += frontend_push(fe, left + used, right + used, n - used, &done);
    if (!done) continue;
    assert_true(*count < room);
    hops[(*count)++] = *frontend_hop(fe);
  }
  frontend_free(fe);
  return hops;
}
