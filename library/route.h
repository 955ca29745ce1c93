// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A playlist that moves evenly from one emotion to another.
///
/// The points are evenly spaced on the line, with both ends.  Each point gets a different song,
/// with the least sum of squared near_distance().  This is exact for up to ROUTE_EXACT points;
/// longer routes are solved ROUTE_EXACT points at a time, so their sum may be slightly larger.
/// The songs are then sorted along the line, so that the route never turns back.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_ROUTE_H
#define CIRCUMPLEX_LIBRARY_ROUTE_H

#include "library/song.h"

#include <stdbool.h>

#define ROUTE_EXACT 64

/// Choose \p n different songs for \p n points evenly spaced on the line from (v1, a1) to (v2, a2).
/// One point: the middle of the line.  Songs whose reading is not a number are never chosen.
/// \param allowed for each song: whether it may be chosen; NULL: all
/// \param[out] songs room for \p n indices;  \return how many (fewer if the library is smaller), or
/// -1 if out of memory
long route_plan(const Catalogue* catalogue, const bool* allowed, float v1, float a1, float v2,
                float a2, size_t n, size_t* songs);

#endif
