// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Implements sample_library.h.
#include "sample_library.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int sample_put(Store* store, const char* path, int i) {
  char error[512];
  char title[32];
  int16_t valence[SAMPLE_POINTS];
  int16_t arousal[SAMPLE_POINTS];
  for (int k = 0; k < SAMPLE_POINTS; ++k) {
    valence[k] = (int16_t)(32767 * i / SAMPLE_SONGS);
    arousal[k] = (int16_t)(20000 * k / SAMPLE_POINTS * (i % 2 ? 1 : -1));
  }
  snprintf(title, sizeof title, "Song %d", i);
  for (int m = 0; m < (i < SAMPLE_SECOND ? 2 : 1); ++m) {
    const StoreFile file = {path, 1000 + i, 1, (uint64_t)(i + 1), NULL};
    const StoreSound sound = {(uint64_t)(i + 1), 99, title, "Nobody", "Nowhere"};
    StoreModel model = {.hash = "aaaaaaaaaaaaaaaa", .name = "first"};
    if (m == 1) model = (StoreModel){.hash = "bbbbbbbbbbbbbbbb", .name = "second"};
    const StoreReading reading = {.model = &model,
                                  .duration = SAMPLE_POINTS / 2.0f,
                                  .valence = (m ? -1.0f : 1.0f) * (float)i / SAMPLE_SONGS,
                                  .confidence = 0.9f,
                                  .curve = {SAMPLE_POINTS, valence, arousal}};
    if (store_put(store, &file, &sound, &reading, error, sizeof error) != 0) return -1;
  }
  return 0;
}

int sample_make(SampleLibrary* sample) {
  char error[512];
  *sample = (SampleLibrary){.folder = "/tmp/circumplex_sample_XXXXXX"};
  if (!mkdtemp(sample->folder)) return -1;
  snprintf(sample->path, sizeof sample->path, "%s/library.db", sample->folder);
  Store* store = store_open(sample->path, STORE_CREATE, error, sizeof error);
  if (!store) return -1;
  int status = 0;
  for (int i = 0; i < SAMPLE_SONGS && status == 0; ++i) {
    char name[64];
    snprintf(name, sizeof name, "%s/%d.flac", sample->folder, i);
    status = sample_put(store, name, i);
  }
  store_close(store);
  return status;
}

int sample_remove(const SampleLibrary* sample) {
  return unlink(sample->path) == 0 ? rmdir(sample->folder) : -1;
}
