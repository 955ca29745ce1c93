// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A library's file for tests: SHELF_SONGS songs in a new folder under /tmp, as two models read them.
#ifndef CIRCUMPLEX_TESTS_GUI_LIBRARY_SHELF_H
#define CIRCUMPLEX_TESTS_GUI_LIBRARY_SHELF_H

#include "library/store.h"

#define SHELF_SONGS 40
#define SHELF_POINTS 400 ///< of a song's curve: 200 s
#define SHELF_SECOND 5   ///< songs that the second model has read

typedef struct {
  char folder[32];
  char path[64]; ///< of the library's file
} Shelf;

/// Song i lies at (i / SHELF_SONGS, 0) by the model "first"; "second" has read the first ones,
/// mirrored.  \return 0, or -1
int shelf_make(Shelf* shelf);

/// Put song \p i into a library under any path.  \return 0, or -1
int shelf_put(Store* store, const char* path, int i);

/// Remove the file and the folder, which must hold nothing else.  \return 0, or -1
int shelf_remove(const Shelf* shelf);

#endif
