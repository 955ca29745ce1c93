// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A library file for tests: SHELF_SONGS songs in a new folder under /tmp, with readings by two
/// models.
#ifndef CIRCUMPLEX_TESTS_GUI_LIBRARY_SHELF_H
#define CIRCUMPLEX_TESTS_GUI_LIBRARY_SHELF_H

#include "library/store.h"

#define SHELF_SONGS 40
#define SHELF_POINTS 400 ///< length of a song's curve: 200 s
#define SHELF_SECOND 5   ///< songs that the second model has read

typedef struct {
  char folder[32];
  char path[64]; ///< path of the library's file
} Shelf;

/// By the model "first", song i is at (i / SHELF_SONGS, 0); "second" has read the first songs, with
/// opposite valence.  \return 0, or -1
int shelf_make(Shelf* shelf);

/// Put song \p i into a library under any path.  \return 0, or -1
int shelf_put(Store* store, const char* path, int i);

/// Remove the file and the folder, which must hold nothing else.  \return 0, or -1
int shelf_remove(const Shelf* shelf);

#endif
