// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the songs near a point of the plane.
///
/// Distance of a song with mean m and spread s to the point x, after Mahalanobis:
///     sqrt(sum over both axes of (x - m)^2 / (s^2 + NEAR_FLOOR^2)) * NEAR_FLOOR
/// So a song that varies much is near many points; for one that does not vary, the distance is
/// about that in the plane. Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_NEAR_H
#define CIRCUMPLEX_LIBRARY_NEAR_H

#include "library/best.h"
#include "library/song.h"

#include <stdbool.h>

#define NEAR_FLOOR 0.1f

float near_distance(const Song* song, float valence, float arousal);

/// The nearest songs, nearest first (ties: by index).
/// \param allowed for each song: whether it may be a hit; NULL: all
/// \param radius largest distance; <= 0: any
/// \param[out] hits room for \p limit; key is the distance  \return how many were written
size_t near_search(const Catalogue* catalogue, const bool* allowed, float valence, float arousal,
                   float radius, BestEntry* hits, size_t limit);

#endif
