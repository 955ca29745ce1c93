// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A library file for tests: SAMPLE_SONGS songs in a new folder under /tmp, with readings by two
/// models.
#ifndef CIRCUMPLEX_TESTS_GUI_LIBRARY_SAMPLE_LIBRARY_H
#define CIRCUMPLEX_TESTS_GUI_LIBRARY_SAMPLE_LIBRARY_H

#include "library/store.h"

#define SAMPLE_SONGS 40
#define SAMPLE_POINTS 400 ///< length of a song's curve: 200 s
#define SAMPLE_SECOND 5   ///< songs that the second model has read

typedef struct {
  char folder[32];
  char path[64]; ///< path of the library's file
} SampleLibrary;

/// By the model "first", song i is at (i / SAMPLE_SONGS, 0); "second" has read the first songs, with
/// opposite valence.  \return 0, or -1
int sample_make(SampleLibrary* sample);

/// Put song \p i into a library under any path.  \return 0, or -1
int sample_put(Store* store, const char* path, int i);

/// Remove the file and the folder, which must hold nothing else.  \return 0, or -1
int sample_remove(const SampleLibrary* sample);

#endif
