// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Test signals with known features, and all hops of a front end for one.
///
/// Everything adds to \p x (start from zeros) except where a function says otherwise; rates in Hz.
#ifndef CIRCUMPLEX_TESTS_DSP_SIGNALS_H
#define CIRCUMPLEX_TESTS_DSP_SIGNALS_H

#include "dsp/frontend.h"

#include <stddef.h>
#include <stdint.h>

/// \return \p n zeros, for free(); ends the test if out of memory
float* signal_new(size_t n);

/// The next value of a linear congruential generator, -1..1 (make_goldens.py has the same).
float signal_random(uint32_t* state);

/// White noise, uniform in -amplitude..amplitude.
void signal_noise(float* x, size_t n, float amplitude, uint32_t seed);

/// Approximate 1/f noise between 20 Hz and 20 kHz (sum of one-pole low-passes an octave apart).
void signal_pink(float* x, size_t n, double rate, float amplitude, uint32_t seed);

void signal_sine(float* x, size_t n, double rate, double hz, double amplitude);

/// A sawtooth-like tone: \p harmonics partials of amplitude 1/k, none above 0.45 rate.
void signal_tone(float* x, size_t n, double rate, double midi_note, double amplitude,
                 unsigned harmonics);

/// Several tones of eight harmonics, each of \p amplitude.
void signal_chord(float* x, size_t n, double rate, const double* notes, size_t count,
                  double amplitude);

/// Clicks (5 ms of decaying noise) \p bpm times a minute from \p start on, s.
void signal_clicks(float* x, size_t n, double rate, double bpm, double start, float amplitude);

/// About 14 s of plucked tones under 3.4 kHz, the same sound at any rate: its partials are
/// computed, not resampled.
void signal_plucks(float* x, size_t n, double rate, double amplitude);

/// x *= gain.
void signal_scale(float* x, size_t n, float gain);

/// Push the whole of \p x through a new front end of the default specification.
/// \param[out] count hops  \return the hops (free with free())
HopFeatures* signal_hear(const float* x, size_t n, double rate, size_t* count);

/// The same with two channels.
HopFeatures* signal_hear_two(const float* left, const float* right, size_t n, double rate,
                             size_t* count);

/// Push \p x in blocks of at most \p block samples (0: random sizes); appends to \p hops.
/// \return number of hops in \p hops
size_t signal_push(Frontend* fe, const float* x, size_t n, size_t block, HopFeatures* hops,
                   size_t held, size_t room);

#endif
