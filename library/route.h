// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A playlist that moves evenly from one emotion to another.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_ROUTE_H
#define CIRCUMPLEX_LIBRARY_ROUTE_H

#include "library/song.h"

#include <stdbool.h>

/// Choose \p n different songs for \p n points evenly spaced on the line from (v1, a1) to (v2, a2).
/// \param allowed one flag a song, or NULL: all
/// \param[out] songs room for \p n indices;  \return how many (fewer if the library is smaller), or
/// -1 without memory
long route_plan(const Catalogue* catalogue, const bool* allowed, float v1, float a1, float v2,
                float a2, size_t n, size_t* songs);

#endif
