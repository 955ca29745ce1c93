// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Time of each slice of the analysis.  run() does only whole slices, so its longest block takes at
/// least as long as the longest slice.
///
///     slices MODEL [RATE]
///
/// Stereo noise with a beat; CPU time, median and minimum of some hundred slices of each kind.
#include "inference/engine.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SECONDS = 12, KINDS = 20, MOST = 4096 };

static float times[KINDS][MOST];
static unsigned counts[KINDS];

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static int by_size(const void* a, const void* b) {
  const float x = *(const float*)a, y = *(const float*)b;
  return (x > y) - (x < y);
}

static void note(unsigned kind, double us) {
  if (kind < KINDS && counts[kind] < MOST) times[kind][counts[kind]++] = (float)us;
}

static void report(const char* name, unsigned kind) {
  const unsigned n = counts[kind];
  if (n == 0) return;
  qsort(times[kind], n, sizeof(float), by_size);
  printf("  %-24s median %6.1f us   least %6.1f us   (%u)\n", name, (double)times[kind][n / 2],
         (double)times[kind][0], n);
}

static void read_sound(Engine* engine, const float* left, const float* right, size_t n) {
  Estimate estimate;
  unsigned after_hop = 0;
  size_t at = 0;
  for (bool was_whole = true; at < n || engine_busy(engine);) {
    const bool busy = engine_busy(engine);
    const size_t rest = engine_frame_rest(engine);
    const double start = now_us();
    const size_t taken = engine_advance(engine, left + at, right + at, n - at);
    const double us = now_us() - start;
    at += taken;
    if (!busy) {
      was_whole = taken == rest;
      if (was_whole) note(0, us);
      after_hop = 0;
    } else if (after_hop == 0 && !engine_busy(engine)) {
      note(1, us); // a spectrum without the end of a hop
    } else {
      note(2 + after_hop++, us);
    }
    while (engine_pop(engine, &estimate)) {
    }
  }
}

static int measure(const char* path, double rate, bool explain) {
  char error[512], name[32];
  Model* model = model_open(path, error, sizeof error);
  Engine* engine = model ? engine_new(model, rate, error, sizeof error) : NULL;
  const size_t n = (size_t)rate * SECONDS;
  float *left = malloc(n * sizeof *left), *right = malloc(n * sizeof *right);
  if (!engine || !left || !right) {
    fprintf(stderr, "slices: %s\n", engine ? "out of memory" : error);
    return 1;
  }
  uint32_t random = 1;
  for (size_t i = 0; i < n; ++i) {
    random = random * 1664525U + 1013904223U;
    left[i] = ((float)(random >> 8) / 8388608.0f - 1.0f) *
              (0.02f + 0.3f * expf(-12.0f * (float)fmod((double)i / rate, 0.5)));
    right[i] = 0.5f * left[i] + 0.1f * sinf(0.03f * (float)i);
  }
  engine_explain(engine, explain);
  for (unsigned k = 0; k < KINDS; ++k)
    counts[k] = 0;
  read_sound(engine, left, right, n);
  printf("%.0f Hz%s\n", rate, explain ? ", explained" : "");
  report("frame", 0);
  report("tonal spectrum", 1);
  for (unsigned k = 2; k < KINDS; ++k) {
    snprintf(name, sizeof name, "hop's end, slice %u", k - 1);
    report(name, k);
  }
  engine_free(engine);
  model_unref(model);
  free(left);
  free(right);
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: slices MODEL [RATE]\n");
    return 2;
  }
  const double rate = argc > 2 ? strtod(argv[2], NULL) : 48000.0;
  return measure(argv[1], rate, false) || measure(argv[1], rate, true);
}
