// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Computes the static reading of a song (static.h).  Sums are double, because a song can be long.
#include "inference/static_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Sums over the song's windows so far; a window's weight is its number of hops.
typedef struct {
  double weight, reading[2], square[2];
  uint64_t windows;
} WindowSums;

struct StaticReading {
  const StaticModel* model;
  const Compute* compute;
  Frontend* frontend;
  WindowSums song;       // of complete windows
  uint64_t hops, silent; // number of hops with sound, and of silent hops
  unsigned filled;       // hops in the current window
  double *sum, *sq;      // [n]: sums over these, minus the expected mean (for precision)
  float *x, *a, *b;      // [2 n], scratch
};

StaticReading* static_reading_new(const StaticModel* model, double rate, char* error,
                                  size_t error_size) {
  const size_t n = model->inputs.n;
  size_t widest = 2;
  for (unsigned i = 0; i < model->members; ++i)
    if (model->member[i].embedding.widest > widest) widest = model->member[i].embedding.widest;
  StaticReading* reading = calloc(1, sizeof *reading);
  if (!reading) goto no_memory;
  reading->model = model;
  reading->compute = compute_get();
  reading->sum = calloc(2 * n, sizeof *reading->sum);
  reading->x = calloc(2 * n + 2 * widest, sizeof *reading->x);
  if (!reading->sum || !reading->x) goto no_memory;
  reading->sq = reading->sum + n;
  reading->a = reading->x + 2 * n;
  reading->b = reading->a + widest;
  reading->frontend = frontend_new(&model->frontend, rate, error, error_size);
  if (reading->frontend) return reading;
  static_reading_free(reading);
  return NULL;
no_memory:
  if (error_size) snprintf(error, error_size, "There is not enough memory for the reading.");
  static_reading_free(reading);
  return NULL;
}

void static_reading_free(StaticReading* reading) {
  if (!reading) return;
  frontend_free(reading->frontend);
  free(reading->sum);
  free(reading->x);
  free(reading);
}

static void empty_window(StaticReading* reading) {
  memset(reading->sum, 0, 2 * reading->model->inputs.n * sizeof *reading->sum);
  reading->filled = 0;
}

void static_reading_reset(StaticReading* reading) {
  frontend_reset(reading->frontend);
  reading->song = (WindowSums){0};
  reading->hops = reading->silent = 0;
  empty_window(reading);
}

void static_reading_set_gate(StaticReading* reading, float lufs) {
  frontend_set_gate(reading->frontend, lufs);
}

static float limit(double x, double most) { // NaN becomes -most
  return (float)(x > -most ? (x < most ? x : most) : -most);
}

/// Compute the window's normalised features.
static void features(StaticReading* reading) {
  const StaticModel* model = reading->model;
  const size_t n = model->inputs.n;
  const double share = 1.0 / reading->filled;
  for (size_t i = 0; i < n; ++i) {
    const double off = reading->sum[i] * share, variance = reading->sq[i] * share - off * off;
    const double deviation = variance > 0 ? sqrt(variance) : 0;
    reading->x[i] = limit(off * (double)model->gain[i], 6);
    reading->x[n + i] =
        limit((deviation - (double)model->mean[n + i]) * (double)model->gain[n + i], 6);
  }
}

/// Add one member's share to a reading.
static void read_member(StaticReading* reading, const StaticMember* m, double out[2]) {
  const StaticModel* model = reading->model;
  const Compute* compute = reading->compute;
  const size_t d = m->embedding.out.c;
  float two[2];
  float* e = layers_run(&m->embedding, compute, 1, reading->x, reading->a, reading->b, NULL);
  double length = 0;
  for (size_t i = 0; i < d; ++i)
    length += (double)e[i] * (double)e[i];
  const double gain = 1.0 / fmax(sqrt(length), 1e-12);
  for (size_t i = 0; i < d; ++i)
    e[i] = (float)((double)e[i] * gain);
  compute->gemm(1, 2, d, e, d, m->readout.panels, m->readout.bias, two, 2);
  compute->clamp_finite(two, 2);
  for (int axis = 0; axis < 2; ++axis)
    out[axis] += (double)two[axis] / model->members;
}

/// Read the current window, and add its reading to \p song.
static void read_window(StaticReading* reading, WindowSums* song) {
  const StaticModel* model = reading->model;
  double out[2] = {0, 0};
  features(reading);
  for (unsigned i = 0; i < model->members; ++i)
    read_member(reading, &model->member[i], out);
  for (int axis = 0; axis < 2; ++axis) {
    const float* line = model->calibration[axis];
    const double value = (double)line[0] * out[axis] + (double)line[1];
    song->reading[axis] += reading->filled * value;
    song->square[axis] += reading->filled * value * value;
  }
  song->weight += reading->filled;
  ++song->windows;
}

void static_reading_hop(StaticReading* reading, const HopFeatures* hop) {
  const StaticModel* model = reading->model;
  const Inputs* inputs = &model->inputs;
  if (hop->silent) {
    ++reading->silent;
    return;
  }
  float* x = reading->x;
  for (unsigned i = 0; i < inputs->count; ++i)
    x += inputs_gather(inputs, inputs->kinds[i], hop, x);
  for (size_t i = 0; i < inputs->n; ++i) {
    const float value = reading->x[i];
    const double off = isfinite(value) ? (double)value - (double)model->mean[i] : 0;
    reading->sum[i] += off;
    reading->sq[i] += off * off;
  }
  ++reading->hops;
  if (++reading->filled < model->window) return;
  read_window(reading, &reading->song);
  empty_window(reading);
}

void static_reading_push(StaticReading* reading, const float* left, const float* right, size_t n) {
  if (!right) right = left;
  for (size_t used = 0; used < n;) {
    bool done;
    used += frontend_push(reading->frontend, left + used, right + used, n - used, &done);
    if (done) static_reading_hop(reading, frontend_hop(reading->frontend));
  }
}

static float spread(const WindowSums* song, int axis) {
  const double mean = song->reading[axis] / song->weight;
  const double variance = song->square[axis] / song->weight - mean * mean;
  return variance > 0 ? (float)sqrt(variance) : 0;
}

bool static_reading_result(StaticReading* reading, StaticResult* result) {
  WindowSums song = reading->song;
  *result = (StaticResult){.hops = reading->hops, .silent = reading->silent};
  // An incomplete window counts if it is at least half full, or if it is the only one.
  if (reading->filled > 0 && (2 * reading->filled >= reading->model->window || song.windows == 0))
    read_window(reading, &song);
  if (song.windows == 0) return false;
  result->valence = limit(song.reading[0] / song.weight, 1);
  result->arousal = limit(song.reading[1] / song.weight, 1);
  result->valence_spread = spread(&song, 0);
  result->arousal_spread = spread(&song, 1);
  result->windows = song.windows;
  return true;
}
