// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The engine behind two queues: samples go in on the audio thread, readings come out there, and
/// whichever thread has time does the work between.
///
/// Audio and the commands that change it (reset, gate, explain) travel in one order, so that a
/// reading depends on the samples alone and not on who computed it or when.  The engine has one
/// owner at a time: analysis_drain() takes it with a try-lock, so that nobody ever waits on the
/// audio thread.
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

typedef enum { ANALYSIS_RESET, ANALYSIS_GATE, ANALYSIS_EXPLAIN } AnalysisCommand;

/// \param rate sample rate, Hz.  \return NULL without memory.  Without a model samples are
/// dropped and no readings come.
Analysis* analysis_new(double rate);
void analysis_free(Analysis* a); ///< NULL is allowed

// Audio thread only, real-time safe.

/// Queue \p n samples a channel; \p right may be \p left (mono).  What does not fit is replaced by
/// silence, once there is room. \return false if samples were lost
bool analysis_push(Analysis* a, const float* left, const float* right, size_t n);
/// Queue a command for the present stream position.  \return false if it must be tried again.
bool analysis_command(Analysis* a, AnalysisCommand command, float value);
/// \return samples that are queued and not analysed yet.
size_t analysis_backlog(Analysis* a);
/// \return samples pushed so far.
uint64_t analysis_position(const Analysis* a);
/// \return whether a reading was there.
bool analysis_pop(Analysis* a, Reading* out);

// Any thread.

/// Analyse at most \p limit queued samples.  Real-time safe.
/// \return false if another thread is at it
bool analysis_drain(Analysis* a, size_t limit);

// Any thread but the audio thread; one at a time (the caller's lock).

/// Read with \p model from now on: at once if nothing was heard since the last reset, otherwise
/// with the engine's fade.  Takes its own reference.  \return 0, or -1 and a sentence in \p error.
int analysis_set_model(Analysis* a, Model* model, char* error, size_t error_size);
/// Free what the engine no longer needs.  \return whether a model change is still under way.
bool analysis_collect(Analysis* a);
/// \return bytes that the instance holds (weights not counted).
size_t analysis_size(const Analysis* a);

#endif
