// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The engine at work: sound goes in on the audio thread, readings come out there, and the host's
/// worker does the work between, or run() itself where there is no worker or it does not come in
/// time.
///
/// Sound is collected hop by hop (batch.h).  A complete hop is granted to the worker (handover.h)
/// with an engine, which is then the worker's; when it has finished, the readings are there and the
/// engine's state lies in a snapshot.  If it is not done in time, run() takes the other engine,
/// loads the snapshot of the last hop that was finished and goes on from there; what the worker
/// still holds is left to it until it comes back.  So run() never waits, and a reading depends on
/// the sound alone, not on who computed it or when.
///
/// What run() does itself is cut into slices (a frame of the front end, a member of an ensemble, a
/// part of a snapshot) that are spread evenly over the time until the reading is due.  Each instance
/// has a phase of its own, so that the slices of many do not fall into one block.
///
/// Positions count samples since creation ("stream position"); they go on over a reset.
#ifndef CIRCUMPLEX_PLUGIN_ANALYSIS_H
#define CIRCUMPLEX_PLUGIN_ANALYSIS_H

#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Analysis Analysis;

/// A reading on its way to the outputs.
typedef struct {
  uint64_t position; ///< stream position of the hop's end
  uint32_t epoch;    ///< number of resets before it
  Estimate estimate;
} Reading;

/// \param rate sample rate, Hz
/// \param delay samples from a hop's end until its reading is due
/// \return NULL if out of memory.  Without a model sound is dropped and no readings come.
Analysis* analysis_new(double rate, uint64_t delay);
void analysis_free(Analysis* a); ///< NULL is allowed

// Audio thread only, real-time safe.

/// Once a block, before its samples are pushed: take what the worker has finished, and new models.
void analysis_begin(Analysis* a);
/// Take \p n samples a channel; \p right may be \p left (mono).
void analysis_push(Analysis* a, const float* left, const float* right, size_t n);
/// Forget everything heard, from the present stream position on.
void analysis_reset(Analysis* a);
/// The silence gate in LUFS, from the present stream position on.
/// \return false if it must be tried again
bool analysis_set_gate(Analysis* a, float lufs);
/// Compute the cue groups' contributions, from the present stream position on.
/// \return false if it must be tried again
bool analysis_set_explain(Analysis* a, bool on);
/// Once a block, after its samples were pushed: do what must be done here.  Every reading that is due before the block's end is there afterwards.
/// \param n samples in the block
/// \param alone nobody else does the analysis
void analysis_run(Analysis* a, size_t n, bool alone);
/// \return whether the worker is to be woken; asked once, it is false until there is more to do.
bool analysis_take_wake(Analysis* a);
/// The worker was called inside run(): it cannot relieve run(), which continues by itself.
void analysis_decline(Analysis* a);
/// \return samples pushed so far.
uint64_t analysis_position(const Analysis* a);
/// \return whether a reading was there.
bool analysis_pop(Analysis* a, Reading* out);

// The worker: any thread but the audio thread.

/// Do what was granted.  Returns at once if another thread is at it.
void analysis_work(Analysis* a);

// Any thread but the audio thread; one at a time (the caller's lock).

/// Read with \p model from now on: at once if nothing was heard since the last reset, otherwise
/// with the engine's fade.  Takes its own reference.
/// \return 0, or -1 and an error message in \p error
int analysis_set_model(Analysis* a, Model* model, char* error, size_t error_size);
/// Free what the engine no longer needs.  \return whether a model change is still under way.
bool analysis_collect(Analysis* a);

#endif
