// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the same song in two formats: the samples differ, the curve does not.
#include "library/copies.h"

#include "dsp/array.h"
#include "text/search_key.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGER 1.0F     ///< s: copies differ by at most this in length
#define ELSEWHERE 0.05F ///< means of copies differ by at most this
#define SILENCE 0.2     ///< difference for a hop that is silent in one of them

enum { LEAST = 8, MANY = 80 }; ///< hops with a reading: needed; many

typedef struct {
  int64_t song;
  float duration, valence, arousal;
} Known;

struct Copies {
  char model[17];
  Known* songs;
  size_t n, capacity;
};

static int add(Copies* copies, Known known) {
  if (!ARRAY_GROW(copies->songs, copies->n, copies->capacity)) return -1;
  copies->songs[copies->n++] = known;
  return 0;
}

Copies* copies_new(Store* store, const char* model_hash, char* error, size_t error_size) {
  Copies* copies = calloc(1, sizeof *copies);
  Loaded* loaded = copies ? store_load(store, model_hash, LOAD_NUMBERS, error, error_size) : NULL;
  if (!copies) snprintf(error, error_size, "out of memory");
  if (!loaded) {
    copies_free(copies);
    return NULL;
  }
  snprintf(copies->model, sizeof copies->model, "%s", model_hash);
  const Catalogue* catalogue = loaded_catalogue(loaded);
  for (size_t i = 0; copies && i < catalogue->n; ++i) {
    const Song* s = &catalogue->songs[i];
    if (add(copies, (Known){s->id, s->duration, s->valence, s->arousal}) == 0) continue;
    snprintf(error, error_size, "out of memory");
    copies_free(copies);
    copies = NULL;
  }
  loaded_free(loaded);
  return copies;
}

void copies_free(Copies* copies) {
  if (!copies) return;
  free(copies->songs);
  free(copies);
}

/// \param[out] both hops that have a reading in both
static double distance(const Curve* a, const Curve* b, size_t* both) {
  const size_t n = a->n < b->n ? a->n : b->n;
  double sum = 0.0;
  *both = 0;
  for (size_t i = 0; i < n; ++i) {
    const bool is_silent = a->valence[i] == CURVE_SILENT, is_other = b->valence[i] == CURVE_SILENT;
    if (is_silent != is_other) sum += SILENCE;
    if (is_silent || is_other) continue;
    const double v = fabs((double)a->valence[i] - (double)b->valence[i]);
    const double u = fabs((double)a->arousal[i] - (double)b->arousal[i]);
    sum += (v > u ? v : u) / (double)CURVE_FULL;
    ++*both;
  }
  return *both >= LEAST ? sum / (double)*both : 2.0;
}

/// \return whether both have a title; \p differ: two different ones
static bool have_titles(const char* a, const char* b, bool* differ) {
  *differ = false;
  if (a[0] == '\0' || b[0] == '\0') return false;
  char *x = search_key(a), *y = search_key(b);
  *differ = x == NULL || y == NULL || strcmp(x, y) != 0;
  free(x);
  free(y);
  return true;
}

static bool is_alike(const StoreCurve* other, const Curve* curve, const char* title) {
  bool differ;
  size_t both;
  const bool are_titled = have_titles(other->title, title, &differ);
  if (differ) return false;
  const double far = distance(&other->curve, curve, &both);
  return far <= (are_titled || both >= MANY ? COPIES_FAR : 0.5 * COPIES_FAR);
}

int copies_look(Copies* copies, Store* store, int64_t song, const StoreReading* reading,
                const char* title, char* error, size_t error_size) {
  const Known own = {song, reading->duration, reading->valence, reading->arousal};
  bool is_known = false;
  if (reading->curve.n == 0) return 0;
  for (size_t i = 0; i < copies->n; ++i) {
    const Known* k = &copies->songs[i];
    StoreCurve stored;
    is_known = is_known || k->song == song;
    if (k->song >= song || fabsf(k->duration - own.duration) > LONGER ||
        fabsf(k->valence - own.valence) > ELSEWHERE || fabsf(k->arousal - own.arousal) > ELSEWHERE)
      continue;
    if (store_curve(store, copies->model, k->song, &stored, error, error_size) != 0) return -1;
    const bool is_copy = is_alike(&stored, &reading->curve, title);
    store_curve_free(&stored);
    if (is_copy) return store_set_copy(store, song, k->song, error, error_size) == 0 ? 1 : -1;
  }
  if (is_known || add(copies, own) == 0) return 0;
  snprintf(error, error_size, "out of memory");
  return -1;
}

/// Look for a copy of a song that is in the library.  \return as copies_look()
static int look_at(Copies* copies, Store* store, const Known* known, char* error,
                   size_t error_size) {
  StoreCurve stored;
  if (store_curve(store, copies->model, known->song, &stored, error, error_size) != 0) return -1;
  const StoreReading reading = {.duration = known->duration,
                                .valence = known->valence,
                                .arousal = known->arousal,
                                .curve = stored.curve};
  const int found =
      copies_look(copies, store, known->song, &reading, stored.title, error, error_size);
  store_curve_free(&stored);
  return found;
}

long copies_look_behind(Store* store, const char* model_hash, int64_t after, char* error,
                        size_t error_size) {
  long n = 0;
  Copies* copies = copies_new(store, model_hash, error, error_size);
  if (!copies) return -1;
  int status = store_begin_batch(store, error, error_size);
  const bool is_begun = status == 0;
  for (size_t i = 0; status == 0 && i < copies->n; ++i) {
    const Known known = copies->songs[i];
    const int found = known.song > after ? look_at(copies, store, &known, error, error_size) : 0;
    if (found < 0) status = -1;
    n += found > 0;
  }
  if (is_begun) status = store_end_batch(store, status, error, error_size);
  copies_free(copies);
  return status == 0 ? n : -1;
}
