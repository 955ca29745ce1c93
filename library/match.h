// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Songs, or passages of songs, whose course comes closest to a profile, by dynamic time warping in
/// a Sakoe-Chiba band, with lower bounds (LB_Kim, LB_Keogh) and early abandoning (Rakthanmanon et
/// al., "Searching and mining trillions of time series subsequences under dynamic time warping",
/// KDD 2012). The bounds only save time: results are those of match_brute(), to the last bit.
///
/// Both courses are first cut into equally many stretches of equal length, and the mean of each is
/// taken, in thousandths: 64 for whole songs; for passages 48, or as many as the profile has
/// points. Then (dtw.h) the sum of squared differences over the wanted axes is made least over all
/// warpings within the band: 10 % of the length for whole songs, 4 % for passages. The distance is
/// the root of that sum divided by the number of stretches: without warping, the root of the mean
/// squared difference.
///
/// A passage is 0.8, 0.9, 1, 1.12 or 1.25 times as long as the profile and begins at a whole number
/// of 1/48 of its length from the song's start (1/n for a profile of n < 48 points).  A song
/// shorter than 0.8 times the profile has none and is no hit.
///
/// Silent hops are bridged by straight lines; a song without any reading is no hit, nor is any if
/// the profile wants no axis or has fewer than two points.
/// Thread: pure functions (a MatchIndex is read only once made).
#ifndef CIRCUMPLEX_LIBRARY_MATCH_H
#define CIRCUMPLEX_LIBRARY_MATCH_H

#include "library/profile.h"
#include "library/song.h"

#include <stdbool.h>

#define MATCH_LEAST_STRETCH 0.8 ///< a passage's length is at least so much of its profile's

typedef enum {
  MATCH_WHOLE,  ///< the whole song against the whole profile, both on a time axis of 0..1
  MATCH_PASSAGE ///< the stretch of the song, about as long as the profile, that comes closest
} MatchKind;

typedef struct {
  size_t song;      ///< index into the catalogue
  float distance;   ///< in units of the plane, both axes together
  float start, end; ///< s: where in the song (all of it for MATCH_WHOLE)
} MatchHit;

typedef struct MatchIndex MatchIndex; ///< curves made ready for search: 265 bytes a song

/// \return NULL if out of memory.  Allocates; the catalogue must have its curves and outlive the
/// index.  A song whose curve is not loaded is no hit.
MatchIndex* match_index_new(const Catalogue* catalogue);
void match_index_free(MatchIndex* index); ///< NULL is allowed

/// The best songs, best first, each with its best passage.  Ties: songs by index; passages first by
/// length, in the order 1, 0.9, 1.12, 0.8, 1.25 times the profile's, then by start.
/// \param allowed one flag a song, or NULL: all
/// \param[out] hits room for \p limit;  \return how many were written, or -1 if out of memory
long match_search(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  MatchKind kind, MatchHit* hits, size_t limit);

/// The same without any bound: the tests' oracle.
long match_brute(const MatchIndex* index, const bool* allowed, const Profile* profile,
                 MatchKind kind, MatchHit* hits, size_t limit);

#endif
