// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Keeps the k best of many songs, ties by index: a heap with the worst of them on top.
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_BEST_H
#define CIRCUMPLEX_LIBRARY_BEST_H

#include <stddef.h>

typedef struct {
  double key;          ///< less is better; finite
  size_t song, detail; ///< detail: a value that the search keeps with it
} BestEntry;

typedef struct {
  size_t n, room;
  BestEntry* entries; ///< [room], the caller's
} Best;

/// \return the largest key that can still be among the best; INFINITY while there is room
double best_limit(const Best* best);

/// Add a song if there is room or it is better than the worst.
void best_offer(Best* best, BestEntry entry);

/// Sort the entries, best first.  Do not call best_offer() afterwards.
void best_sort(Best* best);

#endif
