// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A playlist that moves evenly from one emotion to another.
///
/// The points lie evenly on the line from here to there, ends included.  Up to ROUTE_EXACT songs
/// are chosen together: of all ways to give each point a song of its own, one whose sum of squared
/// near_distance() is least.  Longer routes are chosen so by stretches of ROUTE_EXACT points in
/// turn, each from what is left: near the least sum, not always on it.  The chosen songs are then
/// put in the order in which they lie along the line, so that the route never turns back; for songs
/// of one spread, that order is also the one of the least sum.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_ROUTE_H
#define CIRCUMPLEX_LIBRARY_ROUTE_H

#include "library/song.h"

#include <stdbool.h>

#define ROUTE_EXACT 64

/// Choose \p n different songs for \p n points evenly spaced on the line from (v1, a1) to (v2, a2).
/// One point lies in the middle.  Songs whose reading is no number are never chosen.
/// \param allowed one flag a song, or NULL: all
/// \param[out] songs room for \p n indices;  \return how many (fewer if the library is smaller), or
/// -1 if out of memory
long route_plan(const Catalogue* catalogue, const bool* allowed, float v1, float a1, float v2,
                float a2, size_t n, size_t* songs);

#endif
