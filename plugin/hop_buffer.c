// SPDX-License-Identifier: GPL-3.0-or-later
// A buffer for the sound of at most one 0.5 s hop and the changes of settings in it.
#include "plugin/hop_buffer.h"

#include "dsp/pages.h"

#include <stdlib.h>
#include <string.h>

#define LINE 16 ///< floats in a cache line

// With gcc, TSan does not see streaming stores.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#include <immintrin.h>

/// Copy \p n floats without reading the cache lines of \p to first.  Another core has read these
/// lines, and getting them back takes longer than the rest of run().
__attribute__((target("avx"))) static void stream(float* to, const float* from, size_t n) {
  size_t i = (LINE - (uintptr_t)to / sizeof *to % LINE) % LINE;
  if (i > n) i = n;
  if (i > 0) memcpy(to, from, i * sizeof *to);
#pragma GCC unroll 4
  for (; i + LINE <= n; i += LINE) {
    _mm256_stream_ps(to + i, _mm256_loadu_ps(from + i));
    _mm256_stream_ps(to + i + LINE / 2, _mm256_loadu_ps(from + i + LINE / 2));
  }
  if (i < n) memcpy(to + i, from + i, (n - i) * sizeof *to);
}

static void copy(float* to, const float* from, size_t n, bool shared) {
  if (shared && __builtin_cpu_supports("avx"))
    stream(to, from, n);
  else
    memcpy(to, from, n * sizeof *to);
}

void hop_buffer_complete(void) {
  _mm_sfence(); // a release store does not wait for streaming stores
}

#else

static void copy(float* to, const float* from, size_t n, bool shared) {
  (void)shared;
  memcpy(to, from, n * sizeof *to);
}

void hop_buffer_complete(void) {}

#endif

bool hop_buffer_new(HopBuffer* buffer, size_t capacity) {
  memset(buffer, 0, sizeof *buffer);
  buffer->capacity = capacity;
  const size_t room = (capacity + LINE - 1) / LINE * LINE;
  buffer->memory = pages_new(2 * room + LINE, sizeof(float));
  if (!buffer->memory) return false;
  const size_t over = (uintptr_t)buffer->memory / sizeof(float) % LINE;
  buffer->samples[0] = buffer->memory + (LINE - over) % LINE;
  buffer->samples[1] = buffer->samples[0] + room;
  return true;
}

void hop_buffer_free(HopBuffer* buffer) {
  free(buffer->memory);
}

void hop_buffer_begin(HopBuffer* buffer, uint64_t start, HopSettings settings) {
  buffer->start = start;
  buffer->count = 0;
  buffer->n_changes = 0;
  hop_buffer_change(buffer, settings);
}

size_t hop_buffer_append(HopBuffer* buffer, const float* left, const float* right, size_t n,
                         bool shared) {
  const size_t room = buffer->capacity - buffer->count;
  if (n > room) n = room;
  copy(buffer->samples[0] + buffer->count, left, n, shared);
  copy(buffer->samples[1] + buffer->count, right, n, shared);
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
