// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A catalogue made ready: see shelf.h.
#include "gui/library/shelf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELLS ((size_t)64) // a side of the plane

struct Shelf {
  const Catalogue* catalogue;
  size_t* members; ///< songs, cell by cell
  size_t first[CELLS * CELLS + 1];
  QueryIndex* index;
};

static size_t cell_of(float value) {
  const float cell = floorf((value + 1.0f) * 0.5f * (float)CELLS);
  if (!(cell > 0.0f)) return 0;
  return cell < (float)CELLS ? (size_t)cell : CELLS - 1;
}

static void fill_cells(Shelf* shelf) {
  const Catalogue* c = shelf->catalogue;
  for (size_t i = 0; i < c->n; ++i)
    ++shelf->first[cell_of(c->songs[i].arousal) * CELLS + cell_of(c->songs[i].valence) + 1];
  for (size_t k = 0; k < CELLS * CELLS; ++k)
    shelf->first[k + 1] += shelf->first[k];
  // Backwards, so that each cell's end moves down to its beginning.
  size_t* end = malloc(CELLS * CELLS * sizeof *end);
  if (!end) return; // no dot is found then
  memcpy(end, shelf->first, CELLS * CELLS * sizeof *end);
  for (size_t i = 0; i < c->n; ++i) {
    const size_t cell = cell_of(c->songs[i].arousal) * CELLS + cell_of(c->songs[i].valence);
    shelf->members[end[cell]++] = i;
  }
  free(end);
}

Shelf* shelf_new(const Catalogue* catalogue) {
  Shelf* shelf = calloc(1, sizeof *shelf);
  if (!shelf) return NULL;
  shelf->catalogue = catalogue;
  shelf->members = calloc(catalogue->n + 1, sizeof *shelf->members);
  shelf->index = query_index_new(catalogue);
  if (!shelf->members || !shelf->index) {
    shelf_free(shelf);
    return NULL;
  }
  fill_cells(shelf);
  return shelf;
}

void shelf_free(Shelf* shelf) {
  if (!shelf) return;
  free(shelf->members);
  query_index_free(shelf->index);
  free(shelf);
}

const Catalogue* shelf_catalogue(const Shelf* shelf) {
  return shelf->catalogue;
}

size_t shelf_at(const Shelf* shelf, const bool* allowed, float valence, float arousal, float dv,
                float da, size_t* crowd) {
  size_t best = SHELF_NONE;
  float least = 1.0f;
  size_t within = 0;
  const size_t x0 = cell_of(valence - dv);
  const size_t x1 = cell_of(valence + dv);
  const size_t y1 = cell_of(arousal + da);
  for (size_t y = cell_of(arousal - da); y <= y1; ++y) {
    for (size_t k = shelf->first[y * CELLS + x0]; k < shelf->first[y * CELLS + x1 + 1]; ++k) {
      const size_t i = shelf->members[k];
      if (allowed && !allowed[i]) continue;
      const Song* song = &shelf->catalogue->songs[i];
      const float v = (song->valence - valence) / dv;
      const float a = (song->arousal - arousal) / da;
      const float distance = v * v + a * a;
      if (!(distance <= 1.0f)) continue;
      ++within;
      if (best == SHELF_NONE || distance < least) {
        best = i;
        least = distance;
      }
    }
  }
  if (crowd) *crowd = within;
  return best;
}

QueryIndex* shelf_index(Shelf* shelf) {
  return shelf->index;
}
