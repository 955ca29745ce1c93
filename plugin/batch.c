// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/batch.h"

#include "dsp/pages.h"

#include <stdlib.h>
#include <string.h>

bool batch_new(Batch* batch, size_t capacity) {
  memset(batch, 0, sizeof *batch);
  batch->capacity = capacity;
  for (int c = 0; c < 2; ++c) {
    batch->samples[c] = pages_new(capacity, sizeof(float));
    if (!batch->samples[c]) return false;
  }
  return true;
}

void batch_free(Batch* batch) {
  free(batch->samples[0]);
  free(batch->samples[1]);
}

void batch_begin(Batch* batch, uint64_t start, BatchSettings settings) {
  batch->start = start;
  batch->count = 0;
  batch->n_changes = 0;
  batch_change(batch, settings);
}

size_t batch_append(Batch* batch, const float* left, const float* right, size_t n) {
  const size_t room = batch->capacity - batch->count;
  if (n > room) n = room;
  memcpy(batch->samples[0] + batch->count, left, n * sizeof *left);
  memcpy(batch->samples[1] + batch->count, right, n * sizeof *right);
  batch->count += n;
  return n;
}

bool batch_change(Batch* batch, BatchSettings settings) {
  const unsigned last = batch->n_changes;
  if (last == BATCH_CHANGES) return false;
  batch->changes[last].at = batch->count;
  batch->changes[last].settings = settings;
  ++batch->n_changes;
  return true;
}

bool batch_advance(BatchCursor* cursor, Engine* engine) {
  const Batch* b = cursor->batch;
  if (engine_busy(engine)) {
    engine_advance(engine, NULL, NULL, 0);
    return true;
  }
  while (cursor->change < b->n_changes && b->changes[cursor->change].at == cursor->at) {
    const BatchSettings* s = &b->changes[cursor->change++].settings;
    engine_set_gate(engine, s->gate);
    engine_explain(engine, s->explain);
  }
  const size_t end = cursor->change < b->n_changes ? b->changes[cursor->change].at : b->count;
  if (cursor->at == end) return false;
  const size_t taken = engine_advance(engine, b->samples[0] + cursor->at,
                                      b->samples[1] + cursor->at, end - cursor->at);
  cursor->at += taken;
  return taken > 0;
}
