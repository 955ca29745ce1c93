// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Inside match.h: what the two kinds of search share.
#ifndef CIRCUMPLEX_LIBRARY_MATCH_INDEX_H
#define CIRCUMPLEX_LIBRARY_MATCH_INDEX_H

#include "library/best.h"
#include "library/curve.h"
#include "library/dtw_lanes.h"
#include "library/match.h"

#define WHOLE_POINTS 64   ///< of a whole song
#define WHOLE_BAND 10     ///< percent
#define PASSAGE_POINTS 48 ///< of a passage, at most: a profile with fewer has no more to compare
#define PASSAGE_BAND 4 ///< percent: the stretches allow for another tempo, this for an uneven one
#define STRETCHES 5

/// Lengths of a passage in percent of the profile's, as they are preferred at equal cost.
extern const unsigned match_stretches[STRETCHES];

struct MatchIndex {
  const Catalogue* catalogue;
  size_t longest;   ///< hops of the longest curve
  bool* heard;      ///< has any reading
  Pair *low, *high; ///< the range of a song's values
  Pair* whole;      ///< [block of LANES songs][WHOLE_POINTS][LANES]
};

/// A curve made ready for means, in room that serves one song after the other.
typedef struct {
  int16_t* bridged; ///< room for two axes of the longest curve
  CurveSum* sums;   ///< room for the longest curve + 1
} MatchRoom;

/// What a song must cost less than to be among the best, or tie with the worst of them.
int32_t match_limit(const Best* best);

void match_whole(const MatchIndex* index, const bool* allowed, const DtwQuery* query,
                 const DtwLanes* lanes, Best* best);

/// \return 0, or -1 if out of memory
int match_passage(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  const DtwQuery* query, const DtwLanes* lanes, Best* best);

int match_room_new(MatchRoom* room, size_t longest);
void match_room_free(MatchRoom* room);

/// Sums over a song's curve, silences bridged.
/// \param[out] valence,arousal the course they are of
/// \return whether it has any reading
bool match_room_fill(const MatchRoom* room, const Curve* curve, const int16_t** valence,
                     const int16_t** arousal);

/// A whole course at WHOLE_POINTS.
void match_whole_course(const CurveSum* sums, size_t n, Pair* course);

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
