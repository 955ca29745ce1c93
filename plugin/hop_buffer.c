// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/hop_buffer.h"

#include "dsp/pages.h"

#include <stdlib.h>
#include <string.h>

bool hop_buffer_new(HopBuffer* buffer, size_t capacity) {
  memset(buffer, 0, sizeof *buffer);
  buffer->capacity = capacity;
  for (int c = 0; c < 2; ++c) {
    buffer->samples[c] = pages_new(capacity, sizeof(float));
    if (!buffer->samples[c]) return false;
  }
  return true;
}

void hop_buffer_free(HopBuffer* buffer) {
  free(buffer->samples[0]);
  free(buffer->samples[1]);
}

void hop_buffer_begin(HopBuffer* buffer, uint64_t start, HopSettings settings) {
  buffer->start = start;
  buffer->count = 0;
  buffer->n_changes = 0;
  hop_buffer_change(buffer, settings);
}

size_t hop_buffer_append(HopBuffer* buffer, const float* left, const float* right, size_t n) {
  const size_t room = buffer->capacity - buffer->count;
  if (n > room) n = room;
  memcpy(buffer->samples[0] + buffer->count, left, n * sizeof *left);
  memcpy(buffer->samples[1] + buffer->count, right, n * sizeof *right);
  buffer->count += n;
  return n;
}

bool hop_buffer_change(HopBuffer* buffer, HopSettings settings) {
  const unsigned last = buffer->n_changes;
  if (last == HOP_BUFFER_CHANGES) return false;
  buffer->changes[last].at = buffer->count;
  buffer->changes[last].settings = settings;
  ++buffer->n_changes;
  return true;
}

bool hop_buffer_advance(HopBufferCursor* cursor, Engine* engine) {
  const HopBuffer* b = cursor->buffer;
  if (engine_busy(engine)) {
    engine_advance(engine, NULL, NULL, 0);
    return true;
  }
  while (cursor->change < b->n_changes && b->changes[cursor->change].at == cursor->at) {
    const HopSettings* s = &b->changes[cursor->change++].settings;
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
