// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The static reading: one valence and arousal for a whole song, by a model without a memory of
/// time. Hops that are not silent are collected in windows (10 s).  A window's features are the
/// means and standard deviations of the step's inputs over its hops.  An embedding, trained on
/// triplets so that songs with similar ratings are close, and a linear readout turn them into a
/// reading.  The song's reading is the mean over its windows.  docs/model-format.md, "Static
/// models", has the definition.
///
///     StaticModel* model = static_open(path, error, sizeof error);
///     StaticReading* reading = static_reading_new(model, 44100.0, error, sizeof error);
///     while ((n = more(left, right)) > 0)
///       static_reading_push(reading, left, right, n);
///     StaticResult result;
///     if (static_reading_result(reading, &result)) show(&result); // false: only silence
///     static_reading_free(reading), static_close(model);
///
/// Results depend on the samples alone: they are bit-identical for any split into blocks.
/// Thread: an open model is constant: any.  A reading belongs to one thread at a time; nothing
/// allocates, locks or calls the system between static_reading_new() and static_reading_free().
#ifndef CIRCUMPLEX_INFERENCE_STATIC_H
#define CIRCUMPLEX_INFERENCE_STATIC_H

#include "dsp/frontend.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATIC_MAX_WINDOW 1200 ///< hops
#define STATIC_MAX_MEMBERS 16

typedef struct StaticModel StaticModel;
typedef struct StaticReading StaticReading;

/// Facts about a model, for display.  Strings belong to the model.
typedef struct {
  const char* name; ///< e.g. "static-tnn"
  const char* description;
  const char* licence;
  const char* hash;    ///< 16 hexadecimal digits over the file's bytes
  size_t parameters;   ///< number of weights
  size_t bytes;        ///< size of the file
  unsigned n_inputs;   ///< features per hop; a window has twice as many
  unsigned window;     ///< hops
  unsigned members;    ///< number of embeddings that are averaged
  unsigned dimensions; ///< size of one embedding
} StaticInfo;

typedef struct {
  float valence, arousal; ///< -1..1
  /// Standard deviations over the windows: how much the song varies, not how certain the model is.
  float valence_spread, arousal_spread;
  uint64_t windows; ///< number of windows
  uint64_t hops;    ///< number of hops that are not silent
  uint64_t silent;  ///< number of silent hops
} StaticResult;

/// Open a model file.
/// \param error receives an error message that names the file and the tensor or key at fault
/// \return NULL on failure
StaticModel* static_open(const char* path, char* error, size_t error_size);

/// The same from memory (fuzzing, tests); the bytes are copied.
StaticModel* static_open_memory(const void* data, size_t size, char* error, size_t error_size);

/// \return whether the file at \p path is marked as a static model (it may have other
/// errors).  Reads the whole file.
bool static_is(const char* path);

void static_close(StaticModel* model); ///< after all its readings are freed; NULL is allowed

const StaticInfo* static_info(const StaticModel* model);
const FrontendSpec* static_frontend(const StaticModel* model);

/// Begin a song.  \p model is borrowed.
/// \param rate sample rate, Hz
/// \return NULL and an error message (rate not possible, out of memory)
StaticReading* static_reading_new(const StaticModel* model, double rate, char* error,
                                  size_t error_size);
void static_reading_free(StaticReading* reading); ///< NULL is allowed

/// Begin another song, at the same rate and with the same gate.
void static_reading_reset(StaticReading* reading);

/// Set the threshold of the silence gate, LUFS, default -60.
void static_reading_set_gate(StaticReading* reading, float lufs);

/// Process \p n samples of each channel.  For mono, \p right is NULL or \p left.  Non-finite
/// samples count as 0.
void static_reading_push(StaticReading* reading, const float* left, const float* right, size_t n);

/// Instead of static_reading_push(): process a hop of a front end with the model's specification
/// (static_frontend()).  Silent hops are left out.
void static_reading_hop(StaticReading* reading, const HopFeatures* hop);

/// Get the reading of the song so far.  The state does not change.
/// \return false if all hops were silent: then \p result is 0 except for `silent`
bool static_reading_result(StaticReading* reading, StaticResult* result);

#endif
