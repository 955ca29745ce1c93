// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The data of a model change: prepared for the audio thread, and returned from it to be freed.
#ifndef CIRCUMPLEX_PLUGIN_MODEL_CHANGE_H
#define CIRCUMPLEX_PLUGIN_MODEL_CHANGE_H

#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>

#define MODEL_CHANGE_ENGINES 2 ///< the plugin has two equal engines
#define MODEL_CHANGE_SPARE 16  ///< most models that can be left over at a time

/// An engine's state between two hops.
typedef struct {
  unsigned char* bytes;
  size_t capacity, size;
  unsigned taken_over; ///< engine_taken_over() of the engine that was saved
} Snapshot;

/// The first model comes with engines, a later one with runners.
typedef struct {
  Engine* engines[MODEL_CHANGE_ENGINES];
  ModelRunner* runners[MODEL_CHANGE_ENGINES];
  ModelRunner* spare[MODEL_CHANGE_SPARE]; ///< no longer needed, to be freed
  unsigned n_spare;
  Snapshot snapshots[MODEL_CHANGE_ENGINES]; ///< with space for both the old and the new model
} ModelChange;

/// \param engine an engine in use; NULL for the first model
/// \param[in,out] largest bytes of the largest state of one model so far
/// \return NULL and an error message on failure.  Not on the audio thread.
ModelChange* model_change_new(const Engine* engine, Model* model, double rate, size_t* largest,
                              char* error, size_t error_size);
/// Free it with all its contents; NULL is allowed.  Not on the audio thread.
void model_change_free(ModelChange* change);

#endif
