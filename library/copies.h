// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the same song in two formats: the samples differ, the curve does not.
///
/// Two songs are the same if their lengths differ by at most 1 s, their titles are not different,
/// and their curves by one model differ by at most COPIES_FAR on average (half of that if there
/// is less than 40 s of sound and no title).
/// Thread: that of the Store.
#ifndef CIRCUMPLEX_LIBRARY_COPIES_H
#define CIRCUMPLEX_LIBRARY_COPIES_H

#include "library/store.h"

/// In units of the plane.  Lossy coding changes a curve by .006 to .029; other music differs by .04
/// or more.
#define COPIES_FAR 0.03

typedef struct Copies Copies;

/// \param model_hash whose readings are compared  \return NULL and an error message
Copies* copies_new(Store* store, const char* model_hash, char* error, size_t error_size);
void copies_free(Copies* copies); ///< NULL is allowed

/// Compare a song whose reading was just stored with older ones.  It is stored as a copy if it is
/// the same; otherwise later songs are compared with it.
/// \return 1 if it is a copy, 0 if not, -1 and an error message
int copies_look(Copies* copies, Store* store, int64_t song, const StoreReading* reading,
                const char* title, char* error, size_t error_size);

/// Compare the songs with ids greater than \p after, which came by a merge.
/// \return how many are copies, or -1 and an error message
long copies_look_behind(Store* store, const char* model_hash, int64_t after, char* error,
                        size_t error_size);

#endif
