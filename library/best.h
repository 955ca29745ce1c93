// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The k best of many songs, ties by index: a heap with the worst of them on top.
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
  BestEntry* entries; ///< the caller's, room for \p room
} Best;

/// What a song's key must not exceed to be among the best; INFINITY while there is room.
double best_limit(const Best* best);

/// Offer a song; it is taken if it is better than the worst, or there is room.
void best_offer(Best* best, BestEntry entry);

/// Put the entries in order, best first.  No more offers after that.
void best_sort(Best* best);

#endif
