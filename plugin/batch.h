// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A stretch of sound, at most one 0.5 s hop, with the settings that change in it; and reading it with an
/// engine, slice by slice.
///
/// Thread: one at a time writes a batch; once it is complete any number may read it.  Real-time safe
/// but for batch_new() and batch_free().
#ifndef CIRCUMPLEX_PLUGIN_BATCH_H
#define CIRCUMPLEX_PLUGIN_BATCH_H

#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BATCH_CHANGES 64 ///< changes of settings in a batch

/// What travels in order with the sound.
typedef struct {
  float gate; ///< LUFS
  bool explain;
} BatchSettings;

typedef struct {
  uint64_t start; ///< stream position of the first sample
  size_t count;   ///< samples a channel so far
  size_t capacity;
  float* samples[2];
  unsigned n_changes;
  struct {
    size_t at; ///< samples before it
    BatchSettings settings;
  } changes[BATCH_CHANGES];
} Batch;

/// A place in a batch, up to which it has been read.
typedef struct {
  const Batch* batch;
  size_t at;
  unsigned change; ///< changes applied
} BatchCursor;

/// Room for \p capacity samples a channel, every page of it touched.  \return false if out of memory
bool batch_new(Batch* batch, size_t capacity);
void batch_free(Batch* batch);

/// Empty it; it begins at stream position \p start with \p settings.
void batch_begin(Batch* batch, uint64_t start, BatchSettings settings);

/// Append up to \p n samples.  \return how many there was room for
size_t batch_append(Batch* batch, const float* left, const float* right, size_t n);

/// Change the settings from here on.  \return false if too many changes have been made
bool batch_change(Batch* batch, BatchSettings settings);

/// One slice of reading: see engine_advance().  \return false if there was nothing to do
bool batch_advance(BatchCursor* cursor, Engine* engine);

#endif
