// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A buffer for the sound of at most one 0.5 s hop and the changes of settings in it; an engine
/// reads it slice by slice.
///
/// Thread: one thread writes a batch; once it is complete, any number of threads may read
/// it.  Real-time safe except batch_new() and batch_free().
#ifndef CIRCUMPLEX_PLUGIN_BATCH_H
#define CIRCUMPLEX_PLUGIN_BATCH_H

#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BATCH_CHANGES 64 ///< most changes of settings in a batch

/// Settings that change at a position in the sound.
typedef struct {
  float gate; ///< LUFS
  bool explain;
} BatchSettings;

typedef struct {
  uint64_t start; ///< stream position of the first sample
  size_t count;   ///< samples of each channel so far
  size_t capacity;
  float* samples[2];
  unsigned n_changes;
  struct {
    size_t at; ///< number of samples before the change
    BatchSettings settings;
  } changes[BATCH_CHANGES];
} Batch;

/// How far a batch has been read.
typedef struct {
  const Batch* batch;
  size_t at;
  unsigned change; ///< number of changes applied
} BatchCursor;

/// Allocate \p capacity samples per channel, and touch every page.  \return false if out of memory
bool batch_new(Batch* batch, size_t capacity);
void batch_free(Batch* batch);

/// Empty the batch, and begin at stream position \p start with \p settings.
void batch_begin(Batch* batch, uint64_t start, BatchSettings settings);

/// Append up to \p n samples.  \return how many were appended
size_t batch_append(Batch* batch, const float* left, const float* right, size_t n);

/// Change the settings from here on.  \return false if there are too many changes
bool batch_change(Batch* batch, BatchSettings settings);

/// Process one slice: see engine_advance().  \return false if there was nothing to do
bool batch_advance(BatchCursor* cursor, Engine* engine);

#endif
