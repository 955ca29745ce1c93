// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Songs, or passages of songs, whose course comes closest to a profile, by dynamic time warping in
/// a Sakoe-Chiba band, with lower bounds (LB_Kim, LB_Keogh) and early abandoning (Rakthanmanon et
/// al., "Searching and mining trillions of time series subsequences under dynamic time warping",
/// KDD 2012). The bounds only save time: results are those of match_brute(). Thread: pure functions
/// (a MatchIndex is read only once made).
#ifndef CIRCUMPLEX_LIBRARY_MATCH_H
#define CIRCUMPLEX_LIBRARY_MATCH_H

#include "library/profile.h"
#include "library/song.h"

#include <stdbool.h>

typedef enum {
  MATCH_WHOLE,  ///< the whole song against the whole profile, both on a time axis of 0..1
  MATCH_PASSAGE ///< the stretch of the song, about as long as the profile, that comes closest
} MatchKind;

typedef struct {
  size_t song;      ///< index into the catalogue
  float distance;   ///< root of the mean squared difference along the warped path, in units of the
                    ///< plane
  float start, end; ///< s: where in the song (all of it for MATCH_WHOLE)
} MatchHit;

typedef struct MatchIndex MatchIndex; ///< curves made ready for search

/// \return NULL without memory.  Allocates; the catalogue must have its curves and outlive the
/// index.
MatchIndex* match_index_new(const Catalogue* catalogue);
void match_index_free(MatchIndex* index); ///< NULL is allowed

/// The best songs, best first, each with its best passage (ties: by index).
/// \param allowed one flag a song, or NULL: all
/// \param[out] hits room for \p limit;  \return how many were written, or -1 without memory
long match_search(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  MatchKind kind, MatchHit* hits, size_t limit);

/// The same without any bound: the tests' oracle.
long match_brute(const MatchIndex* index, const bool* allowed, const Profile* profile,
                 MatchKind kind, MatchHit* hits, size_t limit);

#endif
