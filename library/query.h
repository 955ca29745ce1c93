// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Queries to a catalogue: which songs pass the filters, and which of them in what order.  The
/// command line and the library's window use the same queries.
///
///     QueryIndex* index = query_index_new(catalogue);
///     Query query = {.kind = QUERY_NEAR, .valence = 0.5f, .arousal = 0.2f, .limit = 20};
///     QueryResult result;
///     if (query_run(index, &query, NULL, NULL, &result) == 0) use(result.hits, result.n);
///     query_result_clear(&result);
///     query_index_free(index);
///
/// Thread: a QueryIndex belongs to one thread at a time; its catalogue is only read.
#ifndef CIRCUMPLEX_LIBRARY_QUERY_H
#define CIRCUMPLEX_LIBRARY_QUERY_H

#include "library/match.h"
#include "library/profile.h"
#include "library/song.h"

#include <stdbool.h>
#include <stddef.h>

#define QUERY_TEXT 256        ///< bytes of a text filter, with its NUL
#define QUERY_NEAR_LIMIT 500  ///< hits of QUERY_NEAR if no limit is given
#define QUERY_MATCH_LIMIT 200 ///< the same for QUERY_MATCH
#define QUERY_PATH_SONGS 10   ///< the same for QUERY_PATH

typedef enum {
  QUERY_ALL,   ///< all songs that pass the filters, in the order of \ref Query::sort
  QUERY_NEAR,  ///< nearest to a point first
  QUERY_MATCH, ///< closest curve first
  QUERY_PATH   ///< songs that lead from one point to another, in that order
} QueryKind;

typedef enum {
  QUERY_BY_ARTIST, ///< then by album, path and title, as text/search_key.h compares
  QUERY_BY_TITLE,
  QUERY_BY_VALENCE,  ///< greatest first
  QUERY_BY_AROUSAL,  ///< greatest first
  QUERY_BY_DURATION, ///< shortest first
  QUERY_BY_ID
} QuerySort;

/// All zero: every song.
typedef struct {
  unsigned id; ///< the caller's number; returned with the result
  QueryKind kind;
  char text[QUERY_TEXT];   ///< words that must all be in title, artist, album or path; UTF-8
  char artist[QUERY_TEXT]; ///< words that must all be in the artist's name
  unsigned quadrants;      ///< bits 1 << Quadrant (affect/quadrant.h); 0: all
  float confidence;        ///< at least, 0..1
  float min_duration, max_duration; ///< s; max 0: any
  float valence, arousal;           ///< of QUERY_NEAR, and where QUERY_PATH begins
  float to_valence, to_arousal;     ///< where QUERY_PATH ends
  float radius;                     ///< of QUERY_NEAR; 0: any distance
  MatchKind match;                  ///< of QUERY_MATCH
  Profile profile;                  ///< of QUERY_MATCH
  bool relative;            ///< of QUERY_MATCH: curves are scaled to the collection (relative.h)
  bool profile_is_relative; ///< the profile is already on that scale
  QuerySort sort;           ///< of QUERY_ALL
  size_t limit;             ///< most hits; 0: the kind's default (QUERY_ALL: no limit)
} Query;

typedef struct {
  size_t song;      ///< index into the catalogue
  float distance;   ///< 0 for QUERY_ALL; for QUERY_PATH from its point on the line
  float start, end; ///< s: for MATCH_PASSAGE the passage, otherwise the whole song
} QueryHit;

typedef struct {
  unsigned id;
  QueryKind kind;
  size_t n;
  QueryHit* hits;
  bool* allowed; ///< for each song: whether it passes the filters
  size_t n_allowed;
  double seconds; ///< time that the query took
} QueryResult;

/// What a catalogue's queries share: search keys, orders, the index of the curves.  Each is
/// computed when it is first needed, then kept.
typedef struct QueryIndex QueryIndex;

/// \param catalogue must outlive the index;  \return NULL if out of memory
QueryIndex* query_index_new(const Catalogue* catalogue);
void query_index_free(QueryIndex* index); ///< NULL is allowed

const Catalogue* query_index_catalogue(const QueryIndex* index);

/// \return the search key of the text in which \ref Query::text is searched; NULL if out of memory
const char* query_index_text(QueryIndex* index, size_t song);

/// \return whether the query can be answered from numbers alone (LOAD_NUMBERS of the store)
bool query_needs_only_numbers(const Query* query);

/// Run a query.
/// \param is_stale called regularly: whether the result is no longer wanted; may be NULL
/// \return 0; 1 if it was stopped by that; -1 if out of memory.  \p result is set only if 0; clear
/// it with query_result_clear().
int query_run(QueryIndex* index, const Query* query, bool (*is_stale)(void* context), void* context,
              QueryResult* result);
void query_result_clear(QueryResult* result);

#endif
