// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A catalogue made ready for the window: cells to find the dot under the pointer, and the index of
/// its queries.
///
/// Thread: made in one thread; then read only, from any, but for the index, which belongs to the
/// thread that searches.
#ifndef CIRCUMPLEX_GUI_LIBRARY_SHELF_H
#define CIRCUMPLEX_GUI_LIBRARY_SHELF_H

#include "library/query.h"
#include "library/song.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHELF_NONE SIZE_MAX ///< no song

typedef struct Shelf Shelf;

/// \param catalogue must outlive the shelf;  \return NULL if out of memory
Shelf* shelf_new(const Catalogue* catalogue);
void shelf_free(Shelf* shelf); ///< NULL is allowed

const Catalogue* shelf_catalogue(const Shelf* shelf);

/// The allowed song nearest to a point within an ellipse of \p dv by \p da (units of the plane).
/// \param allowed one flag a song, or NULL: all
/// \param[out] crowd how many allowed songs are within; may be NULL
/// \return its index or SHELF_NONE
size_t shelf_at(const Shelf* shelf, const bool* allowed, float valence, float arousal, float dv,
                float da, size_t* crowd);

/// What queries of the catalogue run on; the shelf's.
QueryIndex* shelf_index(Shelf* shelf);

#endif
