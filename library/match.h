// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds the songs, or passages of songs, whose curve is closest to a profile, by dynamic time
/// warping in a Sakoe-Chiba band, with lower bounds (LB_Kim, LB_Keogh) and early abandoning
/// (Rakthanmanon et al., "Searching and mining trillions of time series subsequences under dynamic
/// time warping", KDD 2012). The bounds only save time: the results are exactly those of the
/// search without them (tests/library/match_brute.h).
///
/// Both curves are divided into the same number of equal segments: 64 for whole songs; for
/// passages 48, or the number of points of a shorter profile. The segments' means, in thousandths,
/// are compared (dtw.h): the least sum of squared differences over the given axes, in a band of
/// 10 % of the length for whole songs, 4 % for passages. The distance is sqrt(sum / number of
/// segments); without warping this is the root of the mean squared difference.
///
/// A passage is 0.8, 0.9, 1, 1.12 or 1.25 times as long as the profile and begins at a multiple
/// of 1/48 of its length (1/n for a profile of n < 48 points).  A song shorter than 0.8 times the
/// profile has no passage and is not a hit.
///
/// Silent hops are filled by straight lines. A song without a reading is not a hit. There are no
/// hits if the profile has no axis or fewer than two points.
/// Thread: pure functions (a MatchIndex is constant once created).
#ifndef CIRCUMPLEX_LIBRARY_MATCH_H
#define CIRCUMPLEX_LIBRARY_MATCH_H

#include "library/profile.h"
#include "library/song.h"

#include <stdbool.h>

#define MATCH_LEAST_STRETCH 0.8 ///< least length of a passage, as a share of the profile's

typedef enum {
  MATCH_WHOLE,  ///< the whole song against the whole profile, both on a time axis of 0..1
  MATCH_PASSAGE ///< the closest part of the song that is about as long as the profile
} MatchKind;

typedef struct {
  size_t song;      ///< index into the catalogue
  float distance;   ///< in units of the plane, both axes together
  float start, end; ///< s: the passage; for MATCH_WHOLE the whole song
} MatchHit;

typedef struct MatchIndex MatchIndex; ///< curves prepared for searches: 265 bytes per song

/// \return NULL if out of memory.  Allocates; the catalogue must have its curves and outlive the
/// index.  A song whose curve is not loaded is not a hit.
MatchIndex* match_index_new(const Catalogue* catalogue);
void match_index_free(MatchIndex* index); ///< NULL is allowed

/// The best songs, best first, each with its best passage.  Ties: songs by index; passages first by
/// length, in the order 1, 0.9, 1.12, 0.8, 1.25 times the profile's, then by start.
/// \param allowed for each song: whether it may be a hit; NULL: all
/// \param[out] hits room for \p limit;  \return how many were written, or -1 if out of memory
long match_search(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  MatchKind kind, MatchHit* hits, size_t limit);

#endif
