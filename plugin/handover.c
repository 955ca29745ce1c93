// SPDX-License-Identifier: GPL-3.0-or-later
// Gives jobs from one thread (the giver) to another (the worker), one at a time.
#include "plugin/handover.h"

void handover_init(Handover* h) {
  atomic_init(&h->granted, 0);
  atomic_init(&h->finished, 0);
  atomic_init(&h->unwanted, 0);
}

bool handover_idle(Handover* h) {
  return atomic_load_explicit(&h->finished, memory_order_acquire) ==
         atomic_load_explicit(&h->granted, memory_order_relaxed);
}

void handover_grant(Handover* h) {
  const size_t granted = atomic_load_explicit(&h->granted, memory_order_relaxed);
  atomic_store_explicit(&h->granted, granted + 1, memory_order_release);
}

void handover_stop_wanting(Handover* h) {
  const size_t granted = atomic_load_explicit(&h->granted, memory_order_relaxed);
  atomic_store_explicit(&h->unwanted, granted, memory_order_relaxed);
}

size_t handover_take(Handover* h) {
  const size_t granted = atomic_load_explicit(&h->granted, memory_order_acquire);
  return granted == atomic_load_explicit(&h->finished, memory_order_relaxed) ? 0 : granted;
}

bool handover_wanted(Handover* h, size_t job) {
  return atomic_load_explicit(&h->unwanted, memory_order_relaxed) != job;
}

void handover_finish(Handover* h, size_t job) {
  atomic_store_explicit(&h->finished, job, memory_order_release);
}
