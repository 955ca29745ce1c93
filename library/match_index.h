// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Inside match.h: what the two kinds of search share.
#ifndef CIRCUMPLEX_LIBRARY_MATCH_INDEX_H
#define CIRCUMPLEX_LIBRARY_MATCH_INDEX_H

#include "library/best.h"
#include "library/curve.h"
#include "library/dtw.h"
#include "library/match.h"

#define WHOLE_POINTS 64   ///< of a whole song
#define PASSAGE_POINTS 32 ///< of a passage, at most: a profile with fewer has no more to compare
#define STRETCHES 5

/// Lengths of a passage in percent of the profile's, as they are preferred at equal cost.
extern const unsigned match_stretches[STRETCHES];

struct MatchIndex {
  const Catalogue* catalogue;
  size_t longest; ///< hops of the longest curve
};

/// A curve made ready for means, in room that serves one song after the other.
typedef struct {
  int16_t* bridged; ///< room for two axes of the longest curve
  CurveSum* sums;   ///< room for the longest curve + 1
} MatchRoom;

int match_room_new(MatchRoom* room, size_t longest);
void match_room_free(MatchRoom* room);

/// Sums over a song's curve.  \return whether it has any reading
bool match_room_sums(MatchRoom* room, const Curve* curve);

/// The profile as a query of that kind.
/// \param[out] points what the query is made of  \return whether there is anything to ask
bool match_query(DtwQuery* query, const Profile* profile, MatchKind kind);

/// The grid of a passage search at one stretch: edges of the points from a song's start on.
typedef struct {
  unsigned percent;
  double step;    ///< hops a point
  size_t n_edges; ///< for the longest song
  int64_t* edge;
} MatchGrid;

int match_grid_new(MatchGrid* grid, unsigned percent, size_t hops, size_t points, size_t longest);
void match_grid_free(MatchGrid* grid);
/// How many whole points a song of \p n hops has.
size_t match_grid_points(const MatchGrid* grid, size_t n);

/// What is kept of a passage: its stretch and its first point.
size_t match_detail(size_t stretch, size_t start);

/// Entries to hits.
void match_hits(const MatchIndex* index, const Profile* profile, const DtwQuery* query,
                MatchKind kind, Best* best, MatchHit* hits);

#endif
