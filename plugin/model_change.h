// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What a model change brings to the audio thread, made ready elsewhere, and what it leaves over.
#ifndef CIRCUMPLEX_PLUGIN_MODEL_CHANGE_H
#define CIRCUMPLEX_PLUGIN_MODEL_CHANGE_H

#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>

#define MODEL_CHANGE_ENGINES 2 ///< the plugin has two, made alike
#define MODEL_CHANGE_SPARE 16  ///< models that can be left over at a time

/// An engine's state between two hops.
typedef struct {
  unsigned char* bytes;
  size_t capacity, size;
  unsigned taken_over; ///< engine_taken_over() of the engine that was saved
} Snapshot;

/// The first model brings engines, a later one brings swaps.
typedef struct {
  Engine* engines[MODEL_CHANGE_ENGINES];
  EngineSwap* swaps[MODEL_CHANGE_ENGINES];
  EngineSwap* spare[MODEL_CHANGE_SPARE]; ///< left over: to be freed
  unsigned n_spare;
  Snapshot snapshots[MODEL_CHANGE_ENGINES]; ///< with room for the new model beside the old one
} ModelChange;

/// \param engine one that is in use, or NULL: the change brings the first ones
/// \param largest bytes of the largest state of one model so far; brought up to date
/// \return NULL and an error message.  Not the audio thread.
ModelChange* model_change_new(const Engine* engine, Model* model, double rate, size_t* largest,
                              char* error, size_t error_size);
/// With all that it holds; NULL is allowed.  Not the audio thread.
void model_change_free(ModelChange* change);

#endif
