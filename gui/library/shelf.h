// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A catalogue made ready for the window: folded text to search in, an order to leaf through, cells
/// to find the dot under the pointer, and the index of the curves.
///
/// Thread: made in one thread; then read only, from any, but for shelf_curves(), which belongs to
/// the thread that searches.
#ifndef CIRCUMPLEX_GUI_LIBRARY_SHELF_H
#define CIRCUMPLEX_GUI_LIBRARY_SHELF_H

#include "library/match.h"
#include "library/song.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHELF_NONE SIZE_MAX ///< no song

typedef struct Shelf Shelf;

/// \param catalogue must outlive the shelf;  \return NULL without memory
Shelf* shelf_new(const Catalogue* catalogue);
void shelf_free(Shelf* shelf); ///< NULL is allowed

const Catalogue* shelf_catalogue(const Shelf* shelf);

/// Title, artist and album of a song, folded (fold.h).
const char* shelf_text(const Shelf* shelf, size_t song);

/// Songs by artist, album and title: catalogue's indices.
const size_t* shelf_order(const Shelf* shelf);

/// The allowed song nearest to a point within an ellipse of \p dv by \p da (units of the plane).
/// \param allowed one flag a song, or NULL: all
/// \param[out] crowd how many allowed songs are within; may be NULL
/// \return its index or SHELF_NONE
size_t shelf_at(const Shelf* shelf, const bool* allowed, float valence, float arousal, float dv,
                float da, size_t* crowd);

/// The curves' index, made when first asked for.  \return NULL without memory
const MatchIndex* shelf_curves(Shelf* shelf);

/// \return 1..4: the quadrant of a point (1: both positive, then counter-clockwise)
int shelf_quadrant(float valence, float arousal);

#endif
