// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Implements shelf.h.
#include "shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int shelf_put(Store* store, const char* path, int i) {
  char error[512];
  char title[32];
  int16_t valence[SHELF_POINTS];
  int16_t arousal[SHELF_POINTS];
  for (int k = 0; k < SHELF_POINTS; ++k) {
    valence[k] = (int16_t)(32767 * i / SHELF_SONGS);
    arousal[k] = (int16_t)(20000 * k / SHELF_POINTS * (i % 2 ? 1 : -1));
  }
  snprintf(title, sizeof title, "Song %d", i);
  for (int m = 0; m < (i < SHELF_SECOND ? 2 : 1); ++m) {
    const StoreFile file = {path, 1000 + i, 1, (uint64_t)(i + 1), NULL};
    const StoreSound sound = {(uint64_t)(i + 1), 99, title, "Nobody", "Nowhere"};
    StoreModel model = {.hash = "aaaaaaaaaaaaaaaa", .name = "first"};
    if (m == 1) model = (StoreModel){.hash = "bbbbbbbbbbbbbbbb", .name = "second"};
    const StoreReading reading = {.model = &model,
                                  .duration = SHELF_POINTS / 2.0f,
                                  .valence = (m ? -1.0f : 1.0f) * (float)i / SHELF_SONGS,
                                  .confidence = 0.9f,
                                  .curve = {SHELF_POINTS, valence, arousal}};
    if (store_put(store, &file, &sound, &reading, error, sizeof error) != 0) return -1;
  }
  return 0;
}

int shelf_make(Shelf* shelf) {
  char error[512];
  *shelf = (Shelf){.folder = "/tmp/circumplex_shelf_XXXXXX"};
  if (!mkdtemp(shelf->folder)) return -1;
  snprintf(shelf->path, sizeof shelf->path, "%s/library.db", shelf->folder);
  Store* store = store_open(shelf->path, STORE_CREATE, error, sizeof error);
  if (!store) return -1;
  int status = 0;
  for (int i = 0; i < SHELF_SONGS && status == 0; ++i) {
    char name[64];
    snprintf(name, sizeof name, "%s/%d.flac", shelf->folder, i);
    status = shelf_put(store, name, i);
  }
  store_close(store);
  return status;
}

int shelf_remove(const Shelf* shelf) {
  return unlink(shelf->path) == 0 ? rmdir(shelf->folder) : -1;
}
