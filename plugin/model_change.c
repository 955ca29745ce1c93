// SPDX-License-Identifier: GPL-3.0-or-later
// Prepares a model change for the audio thread, and frees what comes back from it.
#include "plugin/model_change.h"

#include "dsp/pages.h"

#include <stdio.h>
#include <stdlib.h>

/// Allocate snapshots for the states of \p models models and the engine; every page is touched.
static bool make_snapshots(ModelChange* change, size_t largest, unsigned models) {
  for (unsigned i = 0; i < MODEL_CHANGE_ENGINES; ++i) {
    Snapshot* s = &change->snapshots[i];
    s->capacity = models * largest + sizeof(Estimate) + 256;
    s->bytes = pages_new(1, s->capacity);
    if (!s->bytes) return false;
  }
  return true;
}

ModelChange* model_change_new(const Engine* engine, Model* model, double rate, size_t* largest,
                              char* error, size_t error_size) {
  ModelChange* change = calloc(1, sizeof *change);
  bool good = change != NULL;
  size_t size = 0;
  if (error_size) snprintf(error, error_size, "not enough memory for the model");
  for (unsigned i = 0; i < MODEL_CHANGE_ENGINES && good; ++i) {
    if (!engine)
      good = (change->engines[i] = engine_new(model, rate, error, error_size)) != NULL;
    else
      good = (change->runners[i] = model_runner_new(engine, model, error, error_size)) != NULL;
  }
  if (good)
    size = engine ? model_runner_state_size(change->runners[0])
                  : engine_state_size(change->engines[0]);
  if (size > *largest) *largest = size;
  if (!good || !make_snapshots(change, *largest, engine ? 2 : 1)) {
    model_change_free(change);
    return NULL;
  }
  return change;
}

void model_change_free(ModelChange* change) {
  if (!change) return;
  for (unsigned i = 0; i < MODEL_CHANGE_ENGINES; ++i) {
    engine_free(change->engines[i]);
    model_runner_free(change->runners[i]);
    free(change->snapshots[i].bytes);
  }
  for (unsigned i = 0; i < change->n_spare; ++i)
    model_runner_free(change->spare[i]);
  free(change);
}
