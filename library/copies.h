// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The same song in two formats: its samples differ, its course does not.
///
/// Two songs are one if their lengths differ by 1 s at most, their titles are not two different
/// ones, and their courses by one model differ by COPIES_FAR on average (half of that where there is
/// less than 40 s of sound, and no title to go by).
/// Thread: that of the Store.
#ifndef CIRCUMPLEX_LIBRARY_COPIES_H
#define CIRCUMPLEX_LIBRARY_COPIES_H

#include "library/store.h"

/// Of the plane's unit; coders move a course by .006 to .029, other music is .04 away or more.
#define COPIES_FAR 0.03

typedef struct Copies Copies;

/// \param model_hash whose readings are compared  \return NULL and an error message
Copies* copies_new(Store* store, const char* model_hash, char* error, size_t error_size);
void copies_free(Copies* copies); ///< NULL is allowed

/// Is the song whose reading was just stored the same as an older one?  If so it is noted as its
/// copy; if not, later ones are compared with it.
/// \return 1 if it is a copy, 0 if not, -1 and an error message
int copies_look(Copies* copies, Store* store, int64_t song, const StoreReading* reading,
                const char* title, char* error, size_t error_size);

/// Look at songs that came otherwise than by a reading: those behind \p after, an id.
/// \return how many are copies, or -1 and an error message
long copies_look_behind(Store* store, const char* model_hash, int64_t after, char* error,
                        size_t error_size);

#endif
