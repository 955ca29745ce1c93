// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Loudness computed from power spectra, the slow gated loudness that normalises levels, and the
/// silence gate.
///
/// K-weighting is the two filters of ITU-R BS.1770-5 (annex 1, tables 1 and 2).  Their frequency
/// response at 48 kHz is applied to the power spectrum.  A level is -0.691 + 10 log10(K-weighted
/// mean square), summed over both channels, in LUFS.  A mono sound counts as two equal channels,
/// because that is how it is played; so it reads 3 LU more than BS.1770's single channel.  The slow
/// loudness is the gated loudness (relative gate -10 LU, as in BS.1770) of the last 60 s of
/// sound.  Older sound has no effect on it, and silence does not change it.
///
/// The slow loudness leaves out the loudest three hops of its 60 s, so that a burst of up to 1 s
/// does not change it, however loud it is.  In relative levels a frame counts as at most 20 LU
/// above the slow loudness.  Frames that the caller marks as a burst are not remembered at all.
///
/// Thread: one at a time.  Nothing allocates after loudness_new().
#ifndef CIRCUMPLEX_DSP_LOUDNESS_H
#define CIRCUMPLEX_DSP_LOUDNESS_H

#include "dsp/state_copy.h"

#include <stdbool.h>
#include <stddef.h>

#define LOUDNESS_FLOOR (-120.0f) ///< LUFS shown for digital zero
#define LOUDNESS_HOP_FRAMES 25   ///< 20 ms frames in a hop

typedef struct Loudness Loudness;

/// The results of one hop of 25 frames.
typedef struct {
  float momentary;      ///< the hop's last 400 ms, LUFS
  float short_term;     ///< last 3 s, LUFS
  float slow;           ///< gated, last 60 s of sound, LUFS; LOUDNESS_FLOOR before any sound
  float slow_energy;    ///< the same as a K-weighted mean square; 0 before any sound
  bool silent;          ///< the gate is closed
  bool opened;          ///< first sounding hop after reset, after at least 2 s of silence, or
                        ///< after a burst in the first 3 s
  float relative;       ///< cue loudness_momentary: the whole hop re slow, LU, >= -40
  float relative_short; ///< cue loudness_short: last 3 s of sound re slow, LU, >= -40
  float slope;          ///< cue loudness_slope: least-squares slope of the last 6 hops, LU/s
  float spread;     ///< cue loudness_spread: standard deviation of the frames of the last 3 s, LU
  float rise;       ///< cue loudness_rise: last 3 s of sound re the mean level of the last 60 s, LU
  float low_energy; ///< cue low_energy: share of the frames of the last 3 s below a quarter of
                    ///< their mean energy (after Tzanetakis and Cook 2002): rests, short notes
} LoudnessHop;

/// K-weighting's power gain at \p hz.
double loudness_k_gain(double hz);

/// Level of a K-weighted mean square, LUFS; LOUDNESS_FLOOR at 0.
float loudness_lufs(float energy);

/// The slow loudness' energy from the energies x[n] of its hops: the mean of those that pass the
/// relative gate (BS.1770-5 annex 1, eq. 5-7), without the loudest ones.  Changes \p x.
float loudness_gated_mean(float* x, unsigned n);

/// \param bin_hz distance between bins, Hz  \return NULL if out of memory
Loudness* loudness_new(double bin_hz, size_t bins);
void loudness_free(Loudness* l); ///< NULL is allowed
void loudness_reset(Loudness* l);

/// Forget all but the last \p hops hops.  The gate stays as it is.
void loudness_forget(Loudness* l, unsigned hops);

/// Set the gate's threshold, LUFS: it opens above it, and closes after 1 s more than 4 LU below it.
void loudness_set_gate(Loudness* l, float lufs);

/// \param power [bins]  \return the frame's K-weighted mean square
float loudness_frame(const Loudness* l, const float* power);

/// \return the largest K-weighted mean square that a frame counts for: 20 LU over the slow loudness
float loudness_limit(const Loudness* l);

/// \return whether at least 2 s of sound came without a break: enough to tell a burst from music
bool loudness_is_settled(const Loudness* l);

/// Count the frames of the last 6 s that were marked as a burst after all: they are music.
void loudness_accept(Loudness* l);

/// Process the 25 frames of a hop.
/// \param frames energies as measured: for the display and the gate
/// \param filled energies with missing bands filled (bandwidth.h): for relative levels; may be
/// \p frames
/// \param burst  which frames belong to a burst, or NULL.  Ignored after a break of 2 s.
void loudness_hop(Loudness* l, const float frames[LOUDNESS_HOP_FRAMES],
                  const float filled[LOUDNESS_HOP_FRAMES], const bool burst[LOUDNESS_HOP_FRAMES],
                  LoudnessHop* out);

/// Copy the state: see dsp/state_copy.h.
void loudness_state(Loudness* l, StateCopy* copy);

#endif
