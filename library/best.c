// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the k best of many songs in a heap with the worst of them on top.
#include "library/best.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static bool worse(const BestEntry* a, const BestEntry* b) {
  return a->key > b->key || (a->key == b->key && a->song > b->song);
}

double best_limit(const Best* best) {
  if (best->room == 0) return -INFINITY;
  return best->n < best->room ? INFINITY : best->entries[0].key;
}

static void sink(Best* best, BestEntry entry) {
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= best->n) break;
    if (child + 1 < best->n && worse(&best->entries[child + 1], &best->entries[child])) ++child;
    if (!worse(&best->entries[child], &entry)) break;
    best->entries[at] = best->entries[child];
    at = child;
  }
  best->entries[at] = entry;
}

void best_offer(Best* best, BestEntry entry) {
  if (best->n == best->room) {
    if (best->room > 0 && worse(&best->entries[0], &entry)) sink(best, entry);
    return;
  }
  size_t at = best->n++;
  for (; at > 0 && worse(&entry, &best->entries[(at - 1) / 2]); at = (at - 1) / 2)
    best->entries[at] = best->entries[(at - 1) / 2];
  best->entries[at] = entry;
}

static int in_order(const void* a, const void* b) {
  return worse(a, b) - worse(b, a);
}

void best_sort(Best* best) {
  qsort(best->entries, best->n, sizeof *best->entries, in_order);
}
