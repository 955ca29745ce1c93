// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Tonal cues from a long window: semitone bands, chroma, key clarity, mode, roughness, register.
///
/// Every 100 ms a Hann window of 0.32 s (bins of 3.125 Hz) is taken over the decimated sound; a
/// hop's five power spectra are averaged, and its spectral peaks are the tones heard in it.
/// - chroma: peaks folded to pitch classes with their first four subharmonics (weights 1, .6, .36,
/// .216) and cosine
///   windows, after the tuning has been followed (Gomez 2006, "Tonal description of polyphonic
///   audio").
/// - key clarity, mode: correlation of the averaged square root of the chroma with the 24 rotations
/// of Albrecht and
///   Shanahan's profiles ("The use of large corpora to train a new type of key-finding algorithm",
///   Music Perception 2013); mode is the soft maximum over the major keys less that over the minor
///   ones (after Lartillot's MIRtoolbox), re where major
///   and minor music part.  The key of which the piece's first chord is the tonic is preferred, less
///   and less over 30 s: i VI III VII has the notes of the relative major, and is minor.
/// - roughness: sum over pairs of peaks of Sethares' fit to Plomp and Levelt's curve (JASA 1993),
/// as a share of itself plus the power of the peaks, so that dense sounds are told apart.
///
/// Thread: one at a time.  Nothing allocates after tonal_new().
#ifndef CIRCUMPLEX_DSP_TONAL_H
#define CIRCUMPLEX_DSP_TONAL_H

#include "dsp/state_copy.h"

#include <stdbool.h>
#include <stddef.h>

#define TONAL_CHROMA 12
#define TONAL_SEMITONES 72 ///< MIDI notes 36..107
#define TONAL_LOWEST 36

typedef struct Tonal Tonal;

typedef struct {
  float chroma[TONAL_CHROMA];       ///< shares of the hop's pitch classes, C first; sum 1, or all 0
  float semitones[TONAL_SEMITONES]; ///< mean square in each semitone band
  float register_note; ///< centre of the peaks' amplitude over 1 s, MIDI note; 60 without peaks
  float key_clarity;   ///< best correlation with a key over about 3 s, 0..1
  float mode_fast;     ///< -1 (minor) .. 1 (major), over about 1 s
  float mode;          ///< -1 (minor) .. 1 (major), over about 3 s
  float mode_slow;     ///< the same over about 12 s
  float tonal_change;  ///< 1 - cosine of this hop's chroma with that of about 1.5 s: 0..1
  float tonalness;     ///< share of the power of 1 s that stands in peaks, 0..1
  float roughness;     ///< of 1 s, 0..1; a semitone dyad about 1/3
} TonalHop;

/// \return NULL if out of memory.
Tonal* tonal_new(double rate);
/// One that takes another's spectra by tonal_add(), and no samples.
Tonal* tonal_new_follower(double rate);
void tonal_free(Tonal* t); ///< NULL is allowed
void tonal_reset(Tonal* t);

/// Forget the harmony heard so far, but not the samples of the current window.
void tonal_reset_memory(Tonal* t);

/// Push the samples of one 20 ms frame of both channels at the host's rate.
/// \param right \p left again if the frame's channels are alike
/// \return the power spectrum that the frame completed, valid until the next call, or NULL
const float* tonal_push(Tonal* t, const float* left, const float* right, size_t n);

/// The same in two slices.  \return whether tonal_spectrum() must follow before the next frame
bool tonal_take(Tonal* t, const float* left, const float* right, size_t n);
const float* tonal_spectrum(Tonal* t);

/// Take a spectrum that another Tonal of the same rate made.
void tonal_add(Tonal* t, const float* spectrum);

/// Close a hop: what its frames said.
/// \param remember false for a burst, which is no harmony
void tonal_hop(Tonal* t, bool remember, TonalHop* out);

size_t tonal_size(const Tonal* t);

/// Its part of a copy: see dsp/state_copy.h.
void tonal_state(Tonal* t, StateCopy* copy);

#endif
