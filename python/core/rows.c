// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A table of readings that grows, packed for arrays.
#include "python/core/core.h"

#include <stdlib.h>
#include <string.h>

static unsigned columns(void) {
  unsigned number = 1;
  while (reading_at_column(number) < READING_COUNT)
    ++number;
  return number - 1;
}

static unsigned row_width(void) {
  return columns() + CUE_COUNT;
}

/// \return the block enlarged to \p count values; NULL if out of memory: then the old one is
/// unchanged
static void* grown(void* block, size_t count, size_t size, bool* is_good) {
  void* larger = count > 0 ? realloc(block, count * size) : NULL;
  if (count > 0 && !larger) *is_good = false;
  return larger ? larger : block;
}

static int grow(Rows* rows) {
  const size_t capacity = rows->capacity == 0 ? 64 : 2 * rows->capacity;
  bool is_good = true;
  rows->positions = grown(rows->positions, capacity, sizeof *rows->positions, &is_good);
  rows->values = grown(rows->values, capacity * row_width(), sizeof *rows->values, &is_good);
  rows->attention =
      grown(rows->attention, capacity * rows->window, sizeof *rows->attention, &is_good);
  if (!is_good) return -1;
  rows->capacity = capacity;
  return 0;
}

int rows_add(Rows* rows, const Estimate* estimate) {
  if (rows->n == rows->capacity && grow(rows) != 0) return -1;
  const Readings readings = engine_readings(estimate);
  float* row = rows->values + rows->n * row_width();
  unsigned id;
  for (unsigned number = 1; (id = reading_at_column(number)) < READING_COUNT; ++number)
    *row++ = readings.value[id];
  memcpy(row, estimate->cues, sizeof estimate->cues);
  rows->positions[rows->n] = estimate->position;
  if (rows->window > 0) {
    float* weights = rows->attention + rows->n * rows->window;
    const unsigned n = estimate->n_attention < rows->window ? estimate->n_attention : rows->window;
    memset(weights, 0, (rows->window - n) * sizeof *weights);
    memcpy(weights + rows->window - n, estimate->attention + estimate->n_attention - n,
           n * sizeof *weights);
  }
  ++rows->n;
  return 0;
}

void rows_clear(Rows* rows) {
  free(rows->positions);
  free(rows->values);
  free(rows->attention);
  *rows = (Rows){.window = rows->window};
}

PyObject* rows_take(Rows* rows) {
  PyObject* attention =
      rows->window > 0
          ? core_bytes(rows->attention, rows->n * rows->window * sizeof *rows->attention)
          : Py_NewRef(Py_None);
  PyObject* result = Py_BuildValue(
      "NNN", core_bytes(rows->positions, rows->n * sizeof *rows->positions),
      core_bytes(rows->values, rows->n * row_width() * sizeof *rows->values), attention);
  if (result) rows->n = 0;
  return result;
}

PyObject* core_summary(const ReadingSummary* s, double rate) {
  return Py_BuildValue("{s:d,s:K,s:d,s:K,s:K,s:K,s:K,s:d,s:d,s:d,s:f,s:f}", "rate", rate, "samples",
                       (unsigned long long)s->samples, "duration_s", (double)s->samples / rate,
                       "sound", (unsigned long long)s->sound, "hops", (unsigned long long)s->hops,
                       "silent_hops", (unsigned long long)s->silent, "live_hops",
                       (unsigned long long)s->live, "mean_valence", s->valence, "mean_arousal",
                       s->arousal, "mean_confidence", s->confidence, "song_valence",
                       s->song_valence, "song_arousal", s->song_arousal);
}
