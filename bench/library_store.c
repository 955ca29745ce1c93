// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Size of a library file, and time of reading it.  If FILE does not exist, it is made: songs of
/// four minutes, with random walks as curves.
///
///     library_store FILE [SONGS]      default 100000
#include "library/near.h"
#include "library/store_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { POINTS = 480, RUNS = 7 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static uint64_t state = 88172645463325252U;

/// -1..1 (xorshift64, Marsaglia 2003)
static double noise(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) / (double)(1ULL << 52) - 1.0;
}

/// A random walk around \p centre.
static void walk(int16_t* points, double centre, float* mean, float* spread) {
  double v = centre, sum = 0.0, squares = 0.0;
  for (int i = 0; i < POINTS; ++i) {
    v += 0.05 * (centre - v) + 0.04 * noise();
    v = fmax(-1.0, fmin(1.0, v));
    points[i] = (int16_t)lrint(v * (double)CURVE_FULL);
    sum += v;
    squares += v * v;
  }
  *mean = (float)(sum / POINTS);
  *spread = (float)sqrt(fmax(0.0, squares / POINTS - sum / POINTS * (sum / POINTS)));
}

static int make(Store* store, long songs, char* error, size_t size) {
  static int16_t valence[POINTS], arousal[POINTS];
  const StoreModel model = {.hash = "0123456789abcdef", .name = "synthetic"};
  int status = store_begin(store, error, size);
  for (long i = 0; status == 0 && i < songs; ++i) {
    char path[256], title[64], artist[64], album[64];
    snprintf(title, sizeof title, "Song number %ld", i);
    snprintf(artist, sizeof artist, "Artist %ld", i / 40);
    snprintf(album, sizeof album, "Album %ld", i / 10);
    snprintf(path, sizeof path, "/home/someone/Music/%s/%s/%02ld %s.flac", artist, album,
             i % 10 + 1, title);
    const StoreFile file = {path, 20000000 + i, 1700000000000000000 + i, (uint64_t)i + 1, NULL};
    const StoreSound sound = {(uint64_t)i * 0x9E3779B97F4A7C15U, 10584000, title, artist, album};
    StoreReading reading = {.model = &model, .duration = 240.0F, .confidence = 0.9F};
    walk(valence, 0.7 * noise(), &reading.valence, &reading.valence_spread);
    walk(arousal, 0.7 * noise(), &reading.arousal, &reading.arousal_spread);
    reading.curve = (Curve){POINTS, valence, arousal};
    status = store_put(store, &file, &sound, &reading, error, size);
  }
  return store_end(store, status, error, size);
}

static int by_value(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

/// Median of several runs, the search for a point included.
static int measure(Store* store, StoreLoad what, const char* name, char* error, size_t size) {
  double times[RUNS];
  for (int i = 0; i < RUNS; ++i) {
    BestEntry hits[20];
    const double begun = now();
    Loaded* loaded = store_load(store, NULL, what, error, size);
    if (!loaded) return -1;
    const size_t n = near_search(loaded_catalogue(loaded), NULL, 0.3F, 0.2F, 0.0F, hits,
                                 sizeof hits / sizeof *hits);
    times[i] = now() - begun;
    if (n == 0) printf("nothing found\n");
    loaded_free(loaded);
  }
  qsort(times, RUNS, sizeof *times, by_value);
  printf("load %s and search for a point: %.1f ms (%.1f to %.1f)\n", name, times[RUNS / 2],
         times[0], times[RUNS - 1]);
  return 0;
}

int main(int argc, char** argv) {
  char error[1024] = "";
  const long songs = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;
  struct stat status;
  if (argc < 2 || songs < 1) {
    fprintf(stderr, "usage: library_store FILE [SONGS]\n");
    return 2;
  }
  const int is_there = stat(argv[1], &status) == 0;
  double begun = now();
  Store* store = store_open(argv[1], is_there ? STORE_READ : STORE_CREATE, error, sizeof error);
  if (!store || (!is_there && make(store, songs, error, sizeof error) != 0)) goto fail;
  if (!is_there) printf("made in %.1f s\n", (now() - begun) * 1e-3);
  StoreModel* models = NULL;
  if (store_models(store, &models, error, sizeof error) < 1 || stat(argv[1], &status) != 0)
    goto fail;
  printf("%zu songs, %.0f bytes a song\n", models->songs,
         (double)status.st_size / (double)models->songs);
  free(models);
  store_close(store);
  begun = now();
  store = store_open(argv[1], STORE_READ, error, sizeof error);
  if (!store) goto fail;
  printf("open: %.2f ms\n", now() - begun);
  if (measure(store, LOAD_NUMBERS, "numbers", error, sizeof error) != 0 ||
      measure(store, LOAD_FACTS, "facts", error, sizeof error) != 0 ||
      measure(store, LOAD_CURVES, "curves", error, sizeof error) != 0)
    goto fail;
  store_close(store);
  return 0;
fail:
  fprintf(stderr, "%s\n", error);
  store_close(store);
  return 1;
}
