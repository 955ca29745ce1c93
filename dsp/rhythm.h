// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Onsets and pulse from the spectral flux of 20 ms frames.
///
/// Flux: mean over mel bands of the rise in level over two frames (Dixon 2006, "Onset detection
/// revisited", with the lag of Boeck and Widmer's SuperFlux, DAFx 2013).  Onsets: local maxima of
/// the flux above a moving mean.  Tempo: highest peak of the flux's autocorrelation over 8 s,
/// weighted by a log-normal preference around 120 BPM (Ellis 2007, "Beat tracking by dynamic
/// programming", eq. 6).  Pulse clarity: the autocorrelation's highest peak (Lartillot et al.,
/// ISMIR 2008), divided by the flux's power plus the power that a held chord or noise would have.
///
/// Thread: one at a time.  Nothing allocates after rhythm_new().
#ifndef CIRCUMPLEX_DSP_RHYTHM_H
#define CIRCUMPLEX_DSP_RHYTHM_H

#include "dsp/state_copy.h"

#include <stddef.h>

#define RHYTHM_FRAME_RATE 50.0f ///< frames a second

typedef struct Rhythm Rhythm;

typedef struct {
  float flux;          ///< mean flux of the last 1 s, dB, >= 0
  float onset_rate;    ///< onsets a second over the last 3 s
  float attack;        ///< mean height of these onsets over the moving mean, dB; 0 without onsets
  float pulse_clarity; ///< 0..1; 0 in the first 2 s
  float tempo;         ///< BPM, 40..214; keeps its last value without a pulse; 120 at first
} RhythmHop;

#define RHYTHM_BANDS 4 ///< bass (< 200 Hz), low (< 800 Hz), mid (< 3 kHz), high

/// Upper edges of all bands but the last, Hz.
extern const float rhythm_band_edges[RHYTHM_BANDS - 1];

/// Flux by frequency band: which range carries the rhythm.
typedef struct {
  float flux[RHYTHM_BANDS];   ///< mean flux of the last 1 s, dB, >= 0
  float accent[RHYTHM_BANDS]; ///< standard deviation of the frames' flux over the last 3 s, dB
} RhythmBands;

Rhythm* rhythm_new(void); ///< \return NULL if out of memory
void rhythm_free(Rhythm* r);
void rhythm_reset(Rhythm* r);

/// Forget all but the last \p frames frames.
void rhythm_forget(Rhythm* r, size_t frames);

/// \param flux [n] dB, one for each frame of a hop
void rhythm_hop(Rhythm* r, const float* flux, size_t n, RhythmHop* out);

/// \param flux [n][RHYTHM_BANDS] dB, one row for each frame of a hop; n <= 150
void rhythm_bands_hop(Rhythm* r, const float* flux, size_t n, RhythmBands* out);

/// Copy the state: see dsp/state_copy.h.
void rhythm_state(Rhythm* r, StateCopy* copy);

#endif
