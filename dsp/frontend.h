// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The front end: host-rate stereo samples in, one HopFeatures every 0.5 s out.
///
/// It composes the parts of this folder (stft, mel, loudness, tonal, rhythm): a frame every
/// 20 ms (25 a hop at every rate; frame k is the 40 ms that end at sample
/// round((k + 1) * rate / 50)), a long-window tonal spectrum every 100 ms, and the slow gated
/// loudness by which levels are normalised.  Power spectra, not samples, are summed over the two
/// channels (BS.1770), so that nothing cancels; mono sound counts as both channels alike, to the
/// last bit.  All values except the two absolute loudnesses are
/// independent of gain.
///
/// Errors: frontend_new() returns NULL and writes an error message; nothing else fails.
/// Thread: an instance belongs to one thread at a time; frontend_new() may run on any thread.
/// Nothing allocates, locks or calls the system after frontend_new().
#ifndef CIRCUMPLEX_DSP_FRONTEND_H
#define CIRCUMPLEX_DSP_FRONTEND_H

#include "dsp/cues.h"
#include "dsp/state_copy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRONTEND_FRAMES 25   ///< 20 ms frames in a hop of 0.5 s
#define FRONTEND_MAX_MEL 128 ///< largest number of mel bands that a model may ask for
#define FRONTEND_HOP_PARTS 4
#define FRONTEND_CHROMA 12    ///< pitch classes, C first
#define FRONTEND_SEMITONES 72 ///< constant-Q bands: one a semitone, MIDI notes 36 (65.4 Hz) .. 107
#define FRONTEND_MIN_RATE 8000.0
#define FRONTEND_MAX_RATE 192000.0

/// What a model asks of the front end (read from the model file).
typedef struct {
  unsigned n_mel; ///< mel bands, 16..FRONTEND_MAX_MEL; default 64
  float fmin;     ///< lower edge of the lowest band, Hz; default 30
  float fmax;     ///< upper edge of the highest band, Hz; default 10000
} FrontendSpec;

/// The features of one 0.5 s hop.
typedef struct {
  uint64_t end;     ///< sample position of the hop's end, counted from creation or reset
  bool silent;      ///< the gate is closed: everything below is held at neutral values
  bool gate_opened; ///< a piece begins: after reset, at least 2 s of silence, or a burst at once
  bool burst;       ///< something absurdly loud is in it: it says nothing of the music
  float loudness;   ///< momentary: K-weighted loudness of this hop, LUFS (-120 at digital zero)
  float loudness_short; ///< K-weighted loudness of the last 3 s, LUFS
  float loudness_slow;  ///< gated loudness of the last 60 s of sound, LUFS: the normaliser
  float logmel[FRONTEND_FRAMES * FRONTEND_MAX_MEL]; ///< [25][n_mel] dB re loudness_slow, >= -60
  float cues[CUE_COUNT];                            ///< see cues.h
  float chroma[FRONTEND_CHROMA];       ///< pitch-class shares of this hop, sum 1 (or all 0)
  float semitones[FRONTEND_SEMITONES]; ///< constant-Q level, dB re loudness_slow, >= -60
} HopFeatures;

typedef struct Frontend Frontend;

/// \return the default specification.
FrontendSpec frontend_default_spec(void);

/// \return whether two specifications ask for the same features.
bool frontend_same_spec(const FrontendSpec* a, const FrontendSpec* b);

/// Create a front end.
/// \param rate sample rate, Hz, FRONTEND_MIN_RATE..FRONTEND_MAX_RATE
/// \param error receives an error message on failure (may be NULL if error_size is 0)
/// \return NULL on a bad specification or rate, or if out of memory
Frontend* frontend_new(const FrontendSpec* spec, double rate, char* error, size_t error_size);
void frontend_free(Frontend* fe);

/// Have the same frames gathered a second time, into hops that end 0.2 s before the first ones.
/// Before anything is heard.  Allocates.
/// \return false if out of memory
bool frontend_stagger(Frontend* fe);

/// Forget everything heard; positions start again at 0.
void frontend_reset(Frontend* fe);

/// Forget everything heard and go on from \p leader's position: the two complete their hops
/// together from now on.  Both run at the same rate; \p leader has just completed a hop.
void frontend_follow(Frontend* fe, const Frontend* leader);

/// Another piece began \p hops hops ago: of the memories of loudness and rhythm only what was heard
/// since counts from now on, and harmony begins anew.  The completed hop stays as it is.
void frontend_forget(Frontend* fe, unsigned hops);

/// Set the silence gate's threshold, LUFS (default -60; it closes 4 LU below and after 1 s).
void frontend_set_gate(Frontend* fe, float lufs);

/// Push samples until they are used up or a hop is complete, whichever comes first.
/// Non-finite samples count as 0; magnitudes above 1e10 are clamped.
/// \param[out] done set to whether a hop was completed: read frontend_hop() before pushing on
/// \param right may be NULL or \p left: mono
/// \return how many samples a channel were used (all \p n unless a hop was completed)
size_t frontend_push(Frontend* fe, const float* left, const float* right, size_t n, bool* done);

/// The same in slices, for who must bound the time of each call.  frontend_take() stops at the end of
/// a frame at the latest; \p right is not NULL here.  \return samples used
size_t frontend_take(Frontend* fe, const float* left, const float* right, size_t n);
/// Before more is taken, frontend_advance() must be called while frontend_busy(): a tonal spectrum,
/// or a part of a hop's end.  \return whether that completed a hop
bool frontend_advance(Frontend* fe);
bool frontend_busy(const Frontend* fe);
/// \return the part of a hop's end that is next, below FRONTEND_HOP_PARTS; -1 if none is
int frontend_part(const Frontend* fe);
size_t frontend_frame_rest(const Frontend* fe); ///< samples that complete the frame

/// \return the sample at which hop \p hop (0 is the first) ends, counted from creation or reset.
uint64_t frontend_hop_end(double rate, uint64_t hop);

/// \return the last completed hop; valid until the next frontend_push().
const HopFeatures* frontend_hop(const Frontend* fe);

/// \return the last completed hop of the second kind (frontend_stagger()), or NULL if there is none;
/// valid as frontend_hop() is.
const HopFeatures* frontend_staggered_hop(const Frontend* fe);

/// \return bytes of memory the instance holds.
size_t frontend_size(const Frontend* fe);

/// Its part of a copy: see dsp/state_copy.h.
void frontend_state(Frontend* fe, StateCopy* copy);

#endif
