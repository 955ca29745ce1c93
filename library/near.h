// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Songs near a point of the plane.
///
/// Distance of a song with mean m and spread s to the point x, after Mahalanobis:
///     sqrt(sum over both axes of (x - m)^2 / (s^2 + NEAR_FLOOR^2)) * NEAR_FLOOR
/// so that a song that roams far is near many points, and 0.1 off reads about 0.1 for one that
/// stays. Thread: pure functions.
#ifndef CIRCUMPLEX_LIBRARY_NEAR_H
#define CIRCUMPLEX_LIBRARY_NEAR_H

#include "library/song.h"

#include <stdbool.h>

#define NEAR_FLOOR 0.1f

typedef struct {
  size_t song; ///< index into the catalogue
  float distance;
} NearHit;

float near_distance(const Song* song, float valence, float arousal);

/// The nearest songs, nearest first (ties: by index).
/// \param allowed one flag a song, or NULL: all;  \param radius leave out what is farther (<= 0:
/// none) \param[out] hits room for \p limit;  \return how many were written
size_t near_search(const Catalogue* catalogue, const bool* allowed, float valence, float arousal,
                   float radius, NearHit* hits, size_t limit);

#endif
