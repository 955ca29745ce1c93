// SPDX-License-Identifier: GPL-3.0-or-later
// A catalogue prepared for the window.
#include "gui/library/catalogue_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELLS 64 // a side of the plane

struct CatalogueIndex {
  const Catalogue* catalogue;
  size_t* members; ///< songs, cell by cell
  size_t first[CELLS * CELLS + 1];
  QueryIndex* query;
  RelativeScale scales[2]; ///< valence, arousal
};

static size_t cell_of(float value) {
  const float cell = floorf((value + 1.0f) * 0.5f * (float)CELLS);
  if (!(cell > 0.0f)) return 0;
  return cell < (float)CELLS ? (size_t)cell : CELLS - 1;
}

static void fill_cells(CatalogueIndex* index) {
  const Catalogue* c = index->catalogue;
  for (size_t i = 0; i < c->n; ++i)
    ++index->first[cell_of(c->songs[i].arousal) * CELLS + cell_of(c->songs[i].valence) + 1];
  for (size_t k = 0; k < CELLS * CELLS; ++k)
    index->first[k + 1] += index->first[k];
  size_t next[CELLS * CELLS]; // where the next member of each cell goes
  memcpy(next, index->first, sizeof next);
  for (size_t i = 0; i < c->n; ++i) {
    const size_t cell = cell_of(c->songs[i].arousal) * CELLS + cell_of(c->songs[i].valence);
    index->members[next[cell]++] = i;
  }
}

CatalogueIndex* catalogue_index_new(const Catalogue* catalogue) {
  CatalogueIndex* index = calloc(1, sizeof *index);
  if (!index) return NULL;
  index->catalogue = catalogue;
  index->members = calloc(catalogue->n + 1, sizeof *index->members);
  index->query = query_index_new(catalogue);
  if (!index->members || !index->query) {
    catalogue_index_free(index);
    return NULL;
  }
  fill_cells(index);
  relative_scales(catalogue, &index->scales[0], &index->scales[1]);
  return index;
}

void catalogue_index_free(CatalogueIndex* index) {
  if (!index) return;
  free(index->members);
  query_index_free(index->query);
  free(index);
}

const Catalogue* catalogue_index_songs(const CatalogueIndex* index) {
  return index->catalogue;
}

size_t catalogue_index_at(const CatalogueIndex* index, const bool* allowed, float valence,
                          float arousal, float dv, float da, size_t* crowd) {
  size_t best = CATALOGUE_INDEX_NONE;
  float least = 1.0f;
  size_t within = 0;
  const size_t x0 = cell_of(valence - dv);
  const size_t x1 = cell_of(valence + dv);
  const size_t y1 = cell_of(arousal + da);
  for (size_t y = cell_of(arousal - da); y <= y1; ++y) {
    for (size_t k = index->first[y * CELLS + x0]; k < index->first[y * CELLS + x1 + 1]; ++k) {
      const size_t i = index->members[k];
      if (allowed && !allowed[i]) continue;
      const Song* song = &index->catalogue->songs[i];
      const float v = (song->valence - valence) / dv;
      const float a = (song->arousal - arousal) / da;
      const float distance = v * v + a * a;
      if (!(distance <= 1.0f)) continue;
      ++within;
      if (best == CATALOGUE_INDEX_NONE || distance < least) {
        best = i;
        least = distance;
      }
    }
  }
  if (crowd) *crowd = within;
  return best;
}

QueryIndex* catalogue_index_query(CatalogueIndex* index) {
  return index->query;
}

const RelativeScale* catalogue_index_scales(const CatalogueIndex* index) {
  return index->scales;
}

void catalogue_index_extent(const CatalogueIndex* index, double low[2], double high[2]) {
  size_t columns[2][CELLS] = {{0}};
  for (size_t k = 0; k < CELLS * CELLS; ++k) {
    const size_t n = index->first[k + 1] - index->first[k];
    columns[0][k % CELLS] += n;
    columns[1][k / CELLS] += n;
  }
  const size_t outside = index->catalogue->n / 100;
  for (int axis = 0; axis < 2; ++axis) {
    size_t from = 0;
    size_t to = CELLS;
    size_t n = columns[axis][0];
    while (from + 1 < to && n <= outside)
      n += columns[axis][++from];
    n = columns[axis][CELLS - 1];
    while (from + 1 < to && n <= outside)
      n += columns[axis][--to - 1];
    const bool none = index->catalogue->n == 0;
    low[axis] = none ? -1.0 : 2.0 * (double)from / CELLS - 1.0;
    high[axis] = none ? 1.0 : 2.0 * (double)to / CELLS - 1.0;
  }
}
