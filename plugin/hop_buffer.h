// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A buffer for the sound of at most one 0.5 s hop and the changes of settings in it; an engine
/// reads it slice by slice.
///
/// Thread: one thread writes a buffer; once it is complete, any number of threads may read
/// it.  Real-time safe except hop_buffer_new() and hop_buffer_free().
#ifndef CIRCUMPLEX_PLUGIN_HOP_BUFFER_H
#define CIRCUMPLEX_PLUGIN_HOP_BUFFER_H

#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOP_BUFFER_CHANGES 64 ///< most changes of settings in a buffer

/// Settings that change at a position in the sound.
typedef struct {
  float gate; ///< LUFS
  bool explain;
} HopSettings;

typedef struct {
  uint64_t start; ///< stream position of the first sample
  size_t count;   ///< samples of each channel so far
  size_t capacity;
  float* memory;
  float* samples[2]; ///< [capacity] each, in `memory`, at the start of a cache line
  unsigned n_changes;
  struct {
    size_t at; ///< number of samples before the change
    HopSettings settings;
  } changes[HOP_BUFFER_CHANGES];
} HopBuffer;

/// How far a buffer has been read.
typedef struct {
  const HopBuffer* buffer;
  size_t at;
  unsigned change; ///< number of changes applied
} HopBufferCursor;

/// Allocate \p capacity samples per channel, and touch every page.  \return false if out of memory
bool hop_buffer_new(HopBuffer* buffer, size_t capacity);
void hop_buffer_free(HopBuffer* buffer);

/// Empty the buffer, and begin at stream position \p start with \p settings.
void hop_buffer_begin(HopBuffer* buffer, uint64_t start, HopSettings settings);

/// Append up to \p n samples.
/// \param shared whether another thread will read the buffer: decides only which way is faster
/// \return how many were appended
size_t hop_buffer_append(HopBuffer* buffer, const float* left, const float* right, size_t n,
                         bool shared);

/// Call it in the writing thread before a complete buffer is given to another thread.
void hop_buffer_complete(void);

/// Change the settings from here on.  \return false if there are too many changes
bool hop_buffer_change(HopBuffer* buffer, HopSettings settings);

/// Process one slice: see engine_advance().  \return false if there was nothing to do
bool hop_buffer_advance(HopBufferCursor* cursor, Engine* engine);

#endif
