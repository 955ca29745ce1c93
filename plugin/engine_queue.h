// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs the engine for the audio thread: sound goes in, readings come out.  The host's worker
/// computes the readings; run() does it itself if there is no worker or the worker is late.
///
/// Sound is collected hop by hop (hop_buffer.h).  A complete hop is given to the worker together
/// with an engine (handover.h).  When the worker has finished, the readings and a snapshot of the
/// engine's state are there.  If it does not finish in time, run() takes the other engine, loads
/// the snapshot of the last finished hop and continues from there.  The worker keeps its engine and
/// its hop until it returns.  So run() never waits, and a reading depends only on the sound, not on
/// which thread computed it or when.
///
/// The work that run() does itself is divided into slices (a frame of the front end, a member of an
/// ensemble, a part of a snapshot), spread evenly over the time until the reading is due.  Each
/// instance has a different phase, so that the slices of many instances do not fall into one block.
///
/// Positions count samples since creation ("stream position"); a reset does not change them.
#ifndef CIRCUMPLEX_PLUGIN_ENGINE_QUEUE_H
#define CIRCUMPLEX_PLUGIN_ENGINE_QUEUE_H

#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct EngineQueue EngineQueue;

/// A reading on its way to the outputs.
typedef struct {
  uint64_t position; ///< stream position of the hop's end
  Estimate estimate;
} TimedEstimate;

/// \param rate sample rate, Hz
/// \param delay samples between the end of a hop and the time when its reading is due
/// \return NULL if out of memory.  Without a model, sound is discarded and there are no readings.
EngineQueue* engine_queue_new(double rate, uint64_t delay);
void engine_queue_free(EngineQueue* q); ///< NULL is allowed

// Audio thread only, real-time safe.

/// Call once per block, before its samples are pushed: fetches the worker's results and new models.
void engine_queue_begin(EngineQueue* q);
/// Add \p n samples of each channel; \p right may be \p left (mono).
void engine_queue_push(EngineQueue* q, const float* left, const float* right, size_t n);
/// Forget everything heard before the present stream position, and the readings of it.
void engine_queue_reset(EngineQueue* q);
/// Set the silence gate in LUFS, from the present stream position on.
/// \return false if it must be tried again
bool engine_queue_set_gate(EngineQueue* q, float lufs);
/// Compute the cue groups' contributions, from the present stream position on.
/// \return false if it must be tried again
bool engine_queue_set_explain(EngineQueue* q, bool on);
/// Call once per block, after its samples were pushed: does the work that is due on this
/// thread.  After it, every reading that is due before the block's end is available.
/// \param n samples in the block
/// \param alone no worker does the analysis
void engine_queue_run(EngineQueue* q, size_t n, bool alone);
/// \return whether the worker must be woken.  Then it is false until there is more to do.
bool engine_queue_take_wake(EngineQueue* q);
/// The host called the worker inside run(), so the worker is useless: run() does all work itself.
void engine_queue_decline(EngineQueue* q);
/// \return samples pushed so far.
uint64_t engine_queue_position(const EngineQueue* q);
/// \return whether there was a reading
bool engine_queue_pop(EngineQueue* q, TimedEstimate* out);

// The worker: any thread but the audio thread.

/// Do the granted job.  Returns at once if another thread is doing it.
void engine_queue_work(EngineQueue* q);

// Any thread but the audio thread; one at a time (the caller's lock).

/// Use \p model from now on: at once if nothing was heard since the last reset, otherwise with the
/// engine's fade.  Takes its own reference.
/// \return 0, or -1 and an error message in \p error
int engine_queue_set_model(EngineQueue* q, Model* model, char* error, size_t error_size);
/// Free what the engine no longer needs.  \return whether a model change is still in progress
bool engine_queue_collect(EngineQueue* q);

#endif
