// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Any bytes as a library's file, and changes to a valid one (4 bytes each give an offset and a new
/// byte), so that the inside of pages is reached. Refused with an error message, or songs whose
/// numbers and curves are within their ranges.
#include "library/store.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static char folder[64], path[96], other[96];
static uint8_t* good;
static size_t good_size;

/// \return whether it could be put in
static bool put(Store* store, unsigned song) {
  static const int16_t points[8] = {100, -200, CURVE_SILENT, 300, 1, 2, CURVE_SILENT, 4};
  char name[32], error[512];
  static const StoreModel model = {.hash = "0123456789abcdef", .name = "model"};
  snprintf(name, sizeof name, "/%u.wav", song);
  const StoreFile file = {name, 1, 1, song, NULL};
  const StoreSound sound = {song, 100, "Title", "Artist", "Album"};
  const StoreReading reading = {
      .model = &model, .duration = 2.0f, .curve = {4, points, points + 4}};
  return store_put(store, &file, &sound, &reading, error, sizeof error) == 0;
}

static void clean_up(void) {
  char journal[128];
  snprintf(journal, sizeof journal, "%s-journal", path);
  unlink(journal);
  unlink(path);
  unlink(other);
  rmdir(folder);
  free(good);
}

static void write_file(const char* name, const uint8_t* bytes, size_t size) {
  FILE* file = fopen(name, "wb");
  if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) abort();
}

/// A library of a few songs, once.
static void prepare(void) {
  char error[512];
  snprintf(folder, sizeof folder, "%s/circumplex-fuzz-XXXXXX",
           access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  if (!mkdtemp(folder)) abort();
  snprintf(path, sizeof path, "%s/a.db", folder);
  snprintf(other, sizeof other, "%s/b.db", folder);
  atexit(clean_up);
  Store* store = store_open(other, STORE_CREATE, error, sizeof error);
  if (!store) abort();
  for (unsigned i = 1; i <= 5; ++i)
    if (!put(store, i)) abort();
  store_close(store);
  FILE* file = fopen(other, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) abort();
  good_size = (size_t)ftell(file);
  good = malloc(good_size);
  rewind(file);
  if (!good || fread(good, 1, good_size, file) != good_size) abort();
  fclose(file);
}

static void check(const Loaded* loaded) {
  const Catalogue* songs = loaded_catalogue(loaded);
  for (size_t i = 0; i < songs->n; ++i) {
    const Song* s = &songs->songs[i];
    if (!(fabsf(s->valence) <= 1.0f) || !(fabsf(s->arousal) <= 1.0f)) abort();
    if (!(s->confidence >= 0.0f && s->confidence <= 1.0f) || !(s->duration >= 0.0f)) abort();
    for (size_t k = 0; k < s->curve.n; ++k)
      if ((s->curve.valence[k] == CURVE_SILENT) != (s->curve.arousal[k] == CURVE_SILENT)) abort();
    if (strpbrk(s->title, "\x1b\n\a") || strpbrk(s->artist, "\x1b\n\a")) abort();
  }
}

static void use(StoreAccess access_wanted) {
  char error[2048] = "";
  Store* store = store_open(path, access_wanted, error, sizeof error);
  if (!store) {
    if (!*error) abort();
    return;
  }
  Loaded* loaded = store_load(store, NULL, LOAD_CURVES, error, sizeof error);
  if (loaded) check(loaded);
  if (!loaded && !*error) abort();
  loaded_free(loaded);
  if (access_wanted != STORE_READ) {
    store_merge(store, other, error, sizeof error);
    store_remove_missing(store, error, sizeof error);
    put(store, 9);
  }
  store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (!good) prepare();
  if (size > 16 && memcmp(data, "SQLite format 3", 15) == 0) {
    write_file(path, data, size);
  } else {
    write_file(path, good, good_size);
    FILE* file = fopen(path, "r+b");
    for (size_t i = 0; file && i + 4 <= size; i += 4) {
      const size_t at =
          (data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16) % good_size;
      if (fseek(file, (long)at, SEEK_SET) != 0 || fputc(data[i + 3], file) == EOF) abort();
    }
    if (!file || fclose(file) != 0) abort();
  }
  use(STORE_READ);
  use(STORE_WRITE);
  return 0;
}
