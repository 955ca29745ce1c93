// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The front end: host-rate stereo samples in, one HopFeatures every 0.5 s out.
///
/// It combines the other parts of this folder (stft, mel, loudness, tonal, rhythm).  A frame comes
/// every 20 ms, 25 in a hop at every rate; frame k is the 40 ms that end at sample
/// round((k + 1) * rate / 50).  A tonal spectrum with a long window comes every 100 ms.  Levels are
/// normalised by the slow gated loudness.  The power spectra of the two channels are summed, not
/// their samples (as in BS.1770), so that opposite phases do not cancel.  Mono counts as two equal
/// channels, with bit-identical results.  All values except the absolute loudnesses (LUFS) are
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
#define FRONTEND_SEMITONES 72 ///< constant-Q bands, one per semitone: MIDI notes 36 (65.4 Hz)..107
#define FRONTEND_MIN_RATE 8000.0
#define FRONTEND_MAX_RATE 192000.0

/// Settings of the front end, read from the model file.
typedef struct {
  unsigned n_mel; ///< mel bands, 16..FRONTEND_MAX_MEL; default 64
  float fmin;     ///< lower edge of the lowest band, Hz; default 30
  float fmax;     ///< upper edge of the highest band, Hz; default 10000
} FrontendSpec;

/// The features of one 0.5 s hop.
typedef struct {
  uint64_t end;     ///< sample position of the hop's end, counted from creation or reset
  bool silent;      ///< the gate is closed: all features below have neutral values
  bool gate_opened; ///< a piece begins: after reset, after 2 s of silence, or after a burst at once
  bool burst;       ///< it contains a burst (see step_burst()): it does not describe the music
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

/// \return whether two specifications are the same
bool frontend_same_spec(const FrontendSpec* a, const FrontendSpec* b);

/// Create a front end.
/// \param rate sample rate, Hz, FRONTEND_MIN_RATE..FRONTEND_MAX_RATE
/// \param error receives an error message on failure (may be NULL if error_size is 0)
/// \return NULL on a bad specification or rate, or if out of memory
Frontend* frontend_new(const FrontendSpec* spec, double rate, char* error, size_t error_size);
void frontend_free(Frontend* fe);

/// Also collect the same frames into a second series of hops, which end 0.2 s before the first
/// ones. Call it before any samples are pushed.  Allocates.
/// \return false if out of memory
bool frontend_stagger(Frontend* fe);

/// Forget everything heard; positions start again at 0.
void frontend_reset(Frontend* fe);

/// Forget everything heard and continue at \p leader's position: from now on, both complete their
/// hops together.  Both have the same rate; \p leader has just completed a hop.
void frontend_follow(Frontend* fe, const Frontend* leader);

/// Another piece began \p hops hops ago.  Loudness and rhythm forget everything older, and harmony
/// starts again.  The completed hop stays as it is.
void frontend_forget(Frontend* fe, unsigned hops);

/// Set the silence gate's threshold, LUFS (default -60).  It closes after 1 s more than 4 LU below.
void frontend_set_gate(Frontend* fe, float lufs);

/// Push samples until all are used or a hop is complete, whichever comes first.
/// Non-finite samples count as 0; magnitudes above 1e10 are clamped.
/// \param[out] done whether a hop was completed: then read frontend_hop() before the next push
/// \param right may be NULL or \p left: mono
/// \return samples used of each channel (\p n unless a hop was completed)
size_t frontend_push(Frontend* fe, const float* left, const float* right, size_t n, bool* done);

/// The same in slices, for callers that must bound the time of each call.  frontend_take() stops at
/// the end of a frame at the latest; \p right must not be NULL.  \return samples used
size_t frontend_take(Frontend* fe, const float* left, const float* right, size_t n);
/// Compute one slice: a tonal spectrum, or a part of the end of a hop.  Call it while
/// frontend_busy(), before the next frontend_take().  \return whether it completed a hop
bool frontend_advance(Frontend* fe);
bool frontend_busy(const Frontend* fe);
/// \return the part of the end of a hop that is next, 0..FRONTEND_HOP_PARTS - 1; -1 if none is due
int frontend_part(const Frontend* fe);
size_t frontend_frame_rest(const Frontend* fe); ///< samples until the current frame is complete

/// \return the sample at which hop \p hop (0 is the first) ends, counted from creation or reset.
uint64_t frontend_hop_end(double rate, uint64_t hop);

/// \return the last completed hop; valid until the next frontend_push().
const HopFeatures* frontend_hop(const Frontend* fe);

/// \return the last completed hop of the second series (frontend_stagger()), or NULL if there is
/// none; valid until the next frontend_push()
const HopFeatures* frontend_staggered_hop(const Frontend* fe);

/// Copy the state: see dsp/state_copy.h.
void frontend_state(Frontend* fe, StateCopy* copy);

#endif
