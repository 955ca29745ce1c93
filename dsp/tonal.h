// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Tonal cues from a long window: semitone bands, chroma, key clarity, mode, roughness, register.
///
/// Every 100 ms a Hann window of 0.32 s (bins of 3.125 Hz) is taken over the decimated sound.  The
/// five power spectra of a hop are averaged; the peaks of the average are the tones of the hop.
/// - chroma: peaks and their first four subharmonics (weights 1, .6, .36, .216), mapped to pitch
///   classes with cosine windows after tuning correction (Gomez 2006, "Tonal description of
///   polyphonic audio").
/// - key clarity, mode: correlation of the averaged square root of the chroma with the 24 rotations
///   of Albrecht and Shanahan's profiles ("The use of large corpora to train a new type of
///   key-finding algorithm", Music Perception 2013).  Mode is the soft maximum over the major keys
///   minus that over the minor keys (after Lartillot's MIRtoolbox), minus a constant that lies
///   between major and minor music.  The key that has the piece's first chord as its tonic is
///   preferred, with a weight that fades over 30 s; otherwise i VI III VII, a minor progression,
///   would read like the relative major, which has the same notes.
/// - roughness: sum of Sethares' fit to Plomp and Levelt's curve (JASA 1993) over pairs of peaks,
///   divided by itself plus the power of the peaks, so that dense sounds still differ.
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
  float mode_slow;     ///< -1 (minor) .. 1 (major), over about 12 s
  float tonal_change;  ///< 1 - cosine of this hop's chroma and the average of about 1.5 s: 0..1
  float tonalness;     ///< share of the power of the last 1 s that lies in peaks, 0..1
  float roughness;     ///< over the last 1 s, 0..1; about 1/3 for two tones a semitone apart
} TonalHop;

/// \return NULL if out of memory.
Tonal* tonal_new(double rate);
/// Create one that gets spectra from another by tonal_add(), and no samples.
Tonal* tonal_new_follower(double rate);
void tonal_free(Tonal* t); ///< NULL is allowed
void tonal_reset(Tonal* t);

/// Forget the harmony heard so far, but not the samples of the current window.
void tonal_reset_memory(Tonal* t);

/// Push the samples of one 20 ms frame of both channels at the host's rate.
/// \param right equals \p left if the channels are the same
/// \return the power spectrum that the frame completed, valid until the next call, or NULL
const float* tonal_push(Tonal* t, const float* left, const float* right, size_t n);

/// The same in two slices.  \return whether tonal_spectrum() must be called before the next frame
bool tonal_take(Tonal* t, const float* left, const float* right, size_t n);
const float* tonal_spectrum(Tonal* t);

/// Add a spectrum that another Tonal of the same rate made.
void tonal_add(Tonal* t, const float* spectrum);

/// End a hop and compute its cues.
/// \param remember false for a burst, which must not enter the memory of harmony
void tonal_hop(Tonal* t, bool remember, TonalHop* out);

/// Copy the state: see dsp/state_copy.h.
void tonal_state(Tonal* t, StateCopy* copy);

#endif
