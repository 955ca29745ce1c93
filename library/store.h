// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library's file: an SQLite database of songs, their tags, readings and curves.
///
/// A song is in whole or not at all: one transaction a song.  Readings carry the name and hash of
/// the model that made them, and every query is of one model's readings, never of a mixture.
/// Thread: a Store belongs to one thread at a time; several processes may open the same file.
#ifndef CIRCUMPLEX_LIBRARY_STORE_H
#define CIRCUMPLEX_LIBRARY_STORE_H

#include "library/song.h"

#include <stdbool.h>

typedef struct Store Store;
typedef struct Loaded Loaded; ///< owns what a Catalogue points to

typedef enum { LOAD_FACTS, LOAD_CURVES } StoreLoad;

/// $XDG_DATA_HOME/circumplex/library.db, or ~/.local/share/circumplex/library.db.
/// \return 0, or -1 and a sentence in \p path
int store_default_path(char* path, size_t size);

/// Open or (if \p create) make the file and its folder.  \return NULL and a sentence
Store* store_open(const char* path, bool create, char* error, size_t error_size);
void store_close(Store* store); ///< NULL is allowed

/// Read all songs with a reading by one model.
/// \param model_hash 16 hexadecimal digits, or NULL: the model with the most songs
/// \return NULL and a sentence
Loaded* store_load(Store* store, const char* model_hash, StoreLoad what, char* error,
                   size_t error_size);
const Catalogue* loaded_catalogue(const Loaded* loaded);
void loaded_free(Loaded* loaded); ///< NULL is allowed

#endif
