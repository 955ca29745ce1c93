// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Two threads push and pop a known sequence through a small ring for a while. Always built with
/// ThreadSanitizer, and once more with the ring's memory order removed (ring_relaxed.c), as a
/// control: there ThreadSanitizer must report a race.
#include "dsp/ring.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>

#define TOTAL 120000u

static float value_at(uint32_t i) {
  return (float)(i % 1000003u); // exact in float
}

static void* produce(void* argument) {
  Ring* ring = argument;
  float block[61];
  uint32_t made = 0, step = 1;
  while (made < TOTAL) {
    step = step * 1103515245u + 12345u;
    uint32_t n = 1 + (step >> 16) % 61;
    if (n > TOTAL - made) n = TOTAL - made;
    for (uint32_t i = 0; i < n; ++i)
      block[i] = value_at(made + i);
    if (n > ring_capacity(ring) || !ring_push(ring, block, n))
      sched_yield();
    else
      made += n;
  }
  return NULL;
}

int main(void) {
  Ring* ring = ring_new(128, sizeof(float));
  pthread_t producer;
  if (!ring || pthread_create(&producer, NULL, produce, ring)) return 2;
  uint32_t taken = 0, wrong = 0, step = 7;
  while (taken < TOTAL) {
    step = step * 1103515245u + 12345u;
    const size_t n = 1 + (step >> 16) % 97;
    float block[97];
    const size_t got = ring_pop(ring, block, n);
    for (size_t i = 0; i < got; ++i)
      wrong += block[i] != value_at(taken + (uint32_t)i);
    taken += (uint32_t)got;
    if (got == 0) sched_yield();
  }
  pthread_join(producer, NULL);
  const size_t left = ring_readable(ring);
  ring_free(ring);
  printf("%u floats, %u wrong, %zu left\n", taken, wrong, left);
  return wrong || left || taken != TOTAL;
}
