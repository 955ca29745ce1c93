// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Internals of match.h that both kinds of search use.
#ifndef CIRCUMPLEX_LIBRARY_MATCH_INDEX_H
#define CIRCUMPLEX_LIBRARY_MATCH_INDEX_H

#include "library/best.h"
#include "library/curve.h"
#include "library/dtw_lanes.h"
#include "library/match.h"

#define WHOLE_POINTS 64   ///< of a whole song
#define WHOLE_BAND 10     ///< percent
#define PASSAGE_POINTS 48 ///< of a passage; fewer if the profile has fewer
#define PASSAGE_BAND 4    ///< percent: for an uneven tempo; the stretches handle another tempo
#define STRETCHES 5

/// Lengths of a passage in percent of the profile's, in order of preference at equal cost.
extern const unsigned match_stretches[STRETCHES];

struct MatchIndex {
  const Catalogue* catalogue;
  size_t longest;   ///< hops of the longest curve
  bool* heard;      ///< whether a song has a reading
  Pair *low, *high; ///< the range of a song's values
  Pair* whole;      ///< [block of LANES songs][WHOLE_POINTS][LANES]
};

/// Memory for one song's prepared curve, used again for each song.
typedef struct {
  int16_t* bridged; ///< room for two axes of the longest curve
  CurveSum* sums;   ///< room for the longest curve + 1
} MatchRoom;

/// \return the limit below which a song's cost is among the best, or equal to the worst of them
int32_t match_limit(const Best* best);

void match_whole(const MatchIndex* index, const bool* allowed, const DtwQuery* query,
                 const DtwLanes* lanes, Best* best);

/// \return 0, or -1 if out of memory
int match_passage(const MatchIndex* index, const bool* allowed, const Profile* profile,
                  const DtwQuery* query, const DtwLanes* lanes, Best* best);

int match_room_new(MatchRoom* room, size_t longest);
void match_room_free(MatchRoom* room);

/// Compute sums over a song's curve, silent hops filled.
/// \param[out] valence,arousal the filled curve
/// \return whether it has any reading
bool match_room_fill(const MatchRoom* room, const Curve* curve, const int16_t** valence,
                     const int16_t** arousal);

/// A whole curve at WHOLE_POINTS.
void match_whole_means(const CurveSum* sums, size_t n, Pair* means);

/// Make a query from the profile.  \return whether it has an axis and enough points
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
/// \return number of complete points of a song of \p n hops
size_t match_grid_points(const MatchGrid* grid, size_t n);

/// \return BestEntry.detail of a passage: its stretch and its first point
size_t match_detail(size_t stretch, size_t start);

/// Convert entries to hits.
void match_hits(const MatchIndex* index, const Profile* profile, const DtwQuery* query,
                MatchKind kind, Best* best, MatchHit* hits);

#endif
