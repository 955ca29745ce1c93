// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The static reading: one valence and arousal of a whole song, by a model that hears no course of
/// time.  Sounding hops are taken in windows (10 s); a window's features are the means and the
/// standard deviations of the step's inputs over its hops; an embedding trained on triplets (songs
/// that were rated alike lie close) and a linear readout make a reading of it; the song's is the
/// mean over its windows.  docs/model-format.md, "Static models", is what is computed here.
///
///     StaticModel* model = static_open(path, error, sizeof error);
///     StaticReading* reading = static_reading_new(model, 44100.0, error, sizeof error);
///     while ((n = more(left, right)) > 0)
///       static_reading_push(reading, left, right, n);
///     StaticResult result;
///     if (static_reading_result(reading, &result)) show(&result); // else: nothing but silence
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
  unsigned n_inputs;   ///< features of a hop; a window has twice as many
  unsigned window;     ///< hops
  unsigned members;    ///< embeddings that are averaged
  unsigned dimensions; ///< of one embedding
} StaticInfo;

typedef struct {
  float valence, arousal; ///< -1..1
  /// Standard deviations over the windows: how far the song strays, not how sure the model is.
  float valence_spread, arousal_spread;
  uint64_t windows; ///< read
  uint64_t hops;    ///< that sounded
  uint64_t silent;  ///< that did not
} StaticResult;

/// Open a model file.
/// \param error receives an error message that names the file and the tensor or key at fault
/// \return NULL on failure
StaticModel* static_open(const char* path, char* error, size_t error_size);

/// The same from memory (fuzzing, tests); the bytes are copied.
StaticModel* static_open_memory(const void* data, size_t size, char* error, size_t error_size);

/// \return whether the file at \p path says that it is a static model (which may be wrong in other
/// ways).  Reads the whole file.
bool static_is(const char* path);

void static_close(StaticModel* model); ///< no reading is left that uses it; NULL is allowed

const StaticInfo* static_info(const StaticModel* model);
const FrontendSpec* static_frontend(const StaticModel* model);

/// Begin a song.  \p model is borrowed.
/// \param rate sample rate, Hz
/// \return NULL and an error message (no such rate, no memory)
StaticReading* static_reading_new(const StaticModel* model, double rate, char* error,
                                  size_t error_size);
void static_reading_free(StaticReading* reading); ///< NULL is allowed

/// Begin another song, at the same rate and with the same gate.
void static_reading_reset(StaticReading* reading);

/// Silence gate, LUFS, default -60.
void static_reading_set_gate(StaticReading* reading, float lufs);

/// Hear \p n more samples a channel; \p right may be NULL or \p left: mono.  Non-finite samples
/// count as 0.
void static_reading_push(StaticReading* reading, const float* left, const float* right, size_t n);

/// Hear a hop that a front end of the model's own specification made (static_frontend()), in place
/// of static_reading_push().  Silent hops are left out.
void static_reading_hop(StaticReading* reading, const HopFeatures* hop);

/// What the song so far reads; hearing goes on as if nobody had asked.
/// \return false if nothing sounded yet: then \p result is 0 but for the silent hops
bool static_reading_result(StaticReading* reading, StaticResult* result);

#endif
