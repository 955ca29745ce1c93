// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A catalogue made ready: see shelf.h.
#include "gui/library/shelf.h"

#include "library/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELLS ((size_t)64) // a side of the plane

struct Shelf {
  const Catalogue* catalogue;
  char** texts;
  size_t* order;
  size_t* members; ///< songs, cell by cell
  size_t first[CELLS * CELLS + 1];
  MatchIndex* curves;
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

typedef struct {
  const char* key;
  size_t song;
} Entry;

static int by_key(const void* a, const void* b) {
  const Entry* x = a;
  const Entry* y = b;
  const int order = strcmp(x->key, y->key);
  return order != 0 ? order : x->song < y->song ? -1 : 1;
}

// The folded text begins with the artist, so that it is the key of the order, too.
static char* song_text(const Song* song) {
  const size_t bytes = strlen(song->artist) + strlen(song->album) + strlen(song->title) + 3;
  char* all = malloc(bytes);
  if (!all) return NULL;
  char* at = stpcpy(all, song->artist);
  *at++ = '\n';
  at = stpcpy(at, song->album);
  *at++ = '\n';
  memcpy(at, song->title, strlen(song->title) + 1);
  char* folded = fold_text(all);
  free(all);
  return folded;
}

static bool fill_texts(Shelf* shelf) {
  const Catalogue* c = shelf->catalogue;
  Entry* entries = malloc((c->n + 1) * sizeof *entries);
  if (!entries) return false;
  for (size_t i = 0; i < c->n; ++i) {
    shelf->texts[i] = song_text(&c->songs[i]);
    if (!shelf->texts[i]) {
      free(entries);
      return false;
    }
    entries[i] = (Entry){shelf->texts[i], i};
  }
  qsort(entries, c->n, sizeof *entries, by_key);
  for (size_t i = 0; i < c->n; ++i)
    shelf->order[i] = entries[i].song;
  free(entries);
  return true;
}

Shelf* shelf_new(const Catalogue* catalogue) {
  Shelf* shelf = calloc(1, sizeof *shelf);
  if (!shelf) return NULL;
  shelf->catalogue = catalogue;
  shelf->texts = calloc(catalogue->n + 1, sizeof *shelf->texts);
  shelf->order = calloc(catalogue->n + 1, sizeof *shelf->order);
  shelf->members = calloc(catalogue->n + 1, sizeof *shelf->members);
  if (!shelf->texts || !shelf->order || !shelf->members || !fill_texts(shelf)) {
    shelf_free(shelf);
    return NULL;
  }
  fill_cells(shelf);
  return shelf;
}

void shelf_free(Shelf* shelf) {
  if (!shelf) return;
  if (shelf->texts) {
    for (size_t i = 0; i < shelf->catalogue->n; ++i)
      free(shelf->texts[i]);
  }
  free(shelf->texts);
  free(shelf->order);
  free(shelf->members);
  match_index_free(shelf->curves);
  free(shelf);
}

const Catalogue* shelf_catalogue(const Shelf* shelf) {
  return shelf->catalogue;
}

const char* shelf_text(const Shelf* shelf, size_t song) {
  return shelf->texts[song];
}

const size_t* shelf_order(const Shelf* shelf) {
  return shelf->order;
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

const MatchIndex* shelf_curves(Shelf* shelf) {
  if (!shelf->curves) shelf->curves = match_index_new(shelf->catalogue);
  return shelf->curves;
}

int shelf_quadrant(float valence, float arousal) {
  if (arousal >= 0.0f) return valence >= 0.0f ? 1 : 2;
  return valence < 0.0f ? 3 : 4;
}
