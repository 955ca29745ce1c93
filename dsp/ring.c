// SPDX-License-Identifier: GPL-3.0-or-later
// A single-producer, single-consumer ring buffer of elements of one size.
#include "dsp/ring.h"

#include "dsp/pages.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64
#define MAX_BYTES ((size_t)1 << 30)

struct Ring {
  // Producer's line.
  alignas(CACHE_LINE) atomic_size_t head;
  size_t seen_tail;
  // Consumer's line.
  alignas(CACHE_LINE) atomic_size_t tail;
  size_t seen_head;
  // Read-only after creation.
  alignas(CACHE_LINE) size_t mask;
  size_t element; ///< bytes
  unsigned char* data;
};

Ring* ring_new(size_t capacity, size_t element) {
  if (capacity == 0 || element == 0 || capacity > MAX_BYTES) return NULL;
  size_t size = 1;
  while (size < capacity)
    size *= 2;
  if (element > MAX_BYTES / size) return NULL;
  Ring* ring = aligned_alloc(CACHE_LINE, sizeof *ring);
  if (!ring) return NULL;
  memset(ring, 0, sizeof *ring);
  ring->data = pages_new(size, element);
  if (!ring->data) {
    free(ring);
    return NULL;
  }
  ring->mask = size - 1;
  ring->element = element;
  atomic_init(&ring->head, 0);
  atomic_init(&ring->tail, 0);
  return ring;
}

void ring_free(Ring* ring) {
  if (!ring) return;
  free(ring->data);
  free(ring);
}

void ring_clear(Ring* ring) {
  atomic_store_explicit(&ring->head, 0, memory_order_relaxed);
  atomic_store_explicit(&ring->tail, 0, memory_order_relaxed);
  ring->seen_tail = ring->seen_head = 0;
}

size_t ring_capacity(const Ring* ring) {
  return ring->mask + 1;
}

size_t ring_writable(Ring* ring) {
  const size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
  ring->seen_tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
  return ring->mask + 1 - (head - ring->seen_tail);
}

size_t ring_push(Ring* ring, const void* data, size_t n) {
  const size_t size = ring->mask + 1;
  const size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
  if (size - (head - ring->seen_tail) < n) {
    ring->seen_tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    if (size - (head - ring->seen_tail) < n) return 0;
  }
  if (n == 0) return 0;
  const size_t at = head & ring->mask;
  const size_t first = n < size - at ? n : size - at;
  const size_t bytes = ring->element;
  memcpy(ring->data + at * bytes, data, first * bytes);
  memcpy(ring->data, (const unsigned char*)data + first * bytes, (n - first) * bytes);
  atomic_store_explicit(&ring->head, head + n, memory_order_release);
  return n;
}

size_t ring_readable(Ring* ring) {
  const size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
  ring->seen_head = atomic_load_explicit(&ring->head, memory_order_acquire);
  return ring->seen_head - tail;
}

size_t ring_pop(Ring* ring, void* data, size_t n) {
  const size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
  if (ring->seen_head - tail < n) {
    ring->seen_head = atomic_load_explicit(&ring->head, memory_order_acquire);
  }
  const size_t ready = ring->seen_head - tail;
  const size_t take = ready < n ? ready : n;
  if (take == 0) return 0;
  const size_t size = ring->mask + 1, at = tail & ring->mask;
  const size_t first = take < size - at ? take : size - at;
  const size_t bytes = ring->element;
  memcpy(data, ring->data + at * bytes, first * bytes);
  memcpy((unsigned char*)data + first * bytes, ring->data, (take - first) * bytes);
  atomic_store_explicit(&ring->tail, tail + take, memory_order_release);
  return take;
}
