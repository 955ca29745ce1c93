// SPDX-License-Identifier: GPL-3.0-or-later
// Answers queries to a catalogue: which songs pass the filters, and which of them in what order.
#include "library/query.h"

#include "affect/quadrant.h"
#include "dsp/clock.h"
#include "library/near.h"
#include "library/query_index.h"
#include "library/route.h"
#include "text/search_key.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Curves are searched in slices, so that a newer query does not wait for a whole large library.
#define SLICE 8192

typedef struct {
  QueryIndex* index;
  const Catalogue* songs;
  const Query* query;
  QueryResult* result;
  bool (*is_stale)(void* context);
  void* context;
} QueryRun;

static bool given_up(const QueryRun* run) {
  return run->is_stale && run->is_stale(run->context);
}

static QueryHit whole_song(const QueryRun* run, size_t song, float distance) {
  return (QueryHit){song, distance, 0.0f, run->songs->songs[song].duration};
}

/// Allocate for \p limit hits, or for all songs if there are fewer.
static int make_room(const QueryRun* run, size_t limit) {
  const size_t n = limit < run->songs->n ? limit : run->songs->n;
  run->result->hits = calloc(n + 1, sizeof *run->result->hits);
  return run->result->hits ? 0 : -1;
}

static bool passes_numbers(const Query* q, const Song* song) {
  const unsigned quadrant = 1u << quadrant_of(song->valence, song->arousal);
  return (q->quadrants == 0 || (q->quadrants & quadrant) != 0) &&
         song->confidence >= q->confidence && song->duration >= q->min_duration &&
         (q->max_duration <= 0.0f || song->duration <= q->max_duration);
}

/// \param words a search key, "" for none; \return 1, 0, or -1 if out of memory
static int artist_has(const Song* song, const char* words) {
  if (words[0] == '\0') return 1;
  char* key = search_key(song->artist);
  const int has = !key ? -1 : search_key_has(key, words) ? 1 : 0;
  free(key);
  return has;
}

static int filter(const QueryRun* run) {
  QueryResult* result = run->result;
  int status = -1;
  char* words = search_key(run->query->text);
  char* artist = search_key(run->query->artist);
  result->allowed = calloc(run->songs->n + 1, sizeof *result->allowed);
  if (!words || !artist || !result->allowed) goto out;
  for (size_t i = 0; i < run->songs->n; ++i) {
    const Song* song = &run->songs->songs[i];
    if (!passes_numbers(run->query, song)) continue;
    const int has = artist_has(song, artist);
    if (has < 0) goto out;
    if (has == 0) continue;
    if (words[0] != '\0') {
      const char* text = query_index_text(run->index, i);
      if (!text) goto out;
      if (!search_key_has(text, words)) continue;
    }
    result->allowed[i] = true;
    ++result->n_allowed;
  }
  status = 0;
out:
  free(words);
  free(artist);
  return status;
}

static int list_all(const QueryRun* run) {
  const size_t limit = run->query->limit > 0 ? run->query->limit : run->songs->n;
  const size_t* order = query_index_order(run->index, run->query->sort);
  if (!order || make_room(run, limit) != 0) return -1;
  for (size_t k = 0; k < run->songs->n && run->result->n < limit; ++k)
    if (run->result->allowed[order[k]])
      run->result->hits[run->result->n++] = whole_song(run, order[k], 0.0f);
  return 0;
}

static int list_near(const QueryRun* run) {
  const Query* q = run->query;
  const size_t wanted = q->limit > 0 ? q->limit : QUERY_NEAR_LIMIT;
  const size_t limit = wanted < run->songs->n ? wanted : run->songs->n;
  BestEntry* near = calloc(limit + 1, sizeof *near);
  if (!near || make_room(run, limit) != 0) {
    free(near);
    return -1;
  }
  const size_t n =
      near_search(run->songs, run->result->allowed, q->valence, q->arousal, q->radius, near, limit);
  for (size_t i = 0; i < n; ++i)
    run->result->hits[i] = whole_song(run, near[i].song, (float)near[i].key);
  run->result->n = n;
  free(near);
  return 0;
}

static int list_path(const QueryRun* run) {
  const Query* q = run->query;
  const size_t wanted = q->limit > 0 ? q->limit : QUERY_PATH_SONGS;
  const size_t limit = wanted < run->songs->n ? wanted : run->songs->n;
  size_t* songs = calloc(limit + 1, sizeof *songs);
  long n = -1;
  if (songs && make_room(run, limit) == 0)
    n = route_plan(run->songs, run->result->allowed, q->valence, q->arousal, q->to_valence,
                   q->to_arousal, wanted < limit ? wanted : limit, songs);
  for (long i = 0; i < n; ++i) {
    const float t = n > 1 ? (float)i / (float)(n - 1) : 0.0f;
    const float v = q->valence + t * (q->to_valence - q->valence);
    const float a = q->arousal + t * (q->to_arousal - q->arousal);
    const Song* song = &run->songs->songs[songs[i]];
    run->result->hits[run->result->n++] =
        whole_song(run, songs[i], hypotf(song->valence - v, song->arousal - a));
  }
  free(songs);
  return n < 0 ? -1 : 0;
}

/// Merge hits into the list, which stays sorted and within \p limit.
static void merge(QueryResult* result, size_t limit, const MatchHit* hits, size_t n) {
  for (size_t k = 0; k < n; ++k) {
    const QueryHit hit = {hits[k].song, hits[k].distance, hits[k].start, hits[k].end};
    if (result->n == limit) {
      if (limit == 0 || hit.distance >= result->hits[result->n - 1].distance) return;
    } else {
      ++result->n;
    }
    size_t at = result->n - 1;
    for (; at > 0 && result->hits[at - 1].distance > hit.distance; --at)
      result->hits[at] = result->hits[at - 1];
    result->hits[at] = hit;
  }
}

/// Get the profile on the scale of the search.  \return \p own to be freed; NULL if out of memory
static Profile* scaled_profile(const QueryRun* run) {
  const Relative* relative = query_index_relative(run->index);
  Profile* own = relative ? malloc(sizeof *own) : NULL;
  if (!own) return NULL;
  *own = run->query->profile;
  if (!run->query->profile_is_relative) relative_profile(relative, own);
  return own;
}

static int list_match(const QueryRun* run) {
  const Query* q = run->query;
  const size_t n = run->songs->n;
  const size_t wanted = q->limit > 0 ? q->limit : QUERY_MATCH_LIMIT;
  const size_t limit = wanted < n ? wanted : n;
  int status = -1;
  Profile* scaled = q->relative ? scaled_profile(run) : NULL;
  const Profile* profile = q->relative ? scaled : &q->profile;
  const MatchIndex* curves =
      q->relative ? query_index_relative_curves(run->index) : query_index_curves(run->index);
  MatchHit* hits = calloc(limit + 1, sizeof *hits);
  bool* slice = calloc(n + 1, sizeof *slice);
  if (!profile || !curves || !hits || !slice || make_room(run, limit) != 0) goto out;
  for (size_t from = 0; from < n; from += SLICE) {
    const size_t count = n - from < SLICE ? n - from : SLICE;
    if (from > 0) memset(slice + from - SLICE, 0, SLICE * sizeof *slice);
    memcpy(slice + from, run->result->allowed + from, count * sizeof *slice);
    const long found = match_search(curves, slice, profile, q->match, hits, limit);
    if (found < 0) goto out;
    merge(run->result, limit, hits, (size_t)found);
    if (given_up(run)) {
      status = 1;
      goto out;
    }
  }
  status = 0;
out:
  free(scaled);
  free(slice);
  free(hits);
  return status;
}

bool query_needs_only_numbers(const Query* query) {
  return query->text[0] == '\0' && query->artist[0] == '\0' &&
         (query->kind == QUERY_NEAR || query->kind == QUERY_PATH);
}

int query_run(QueryIndex* index, const Query* query, bool (*is_stale)(void* context), void* context,
              QueryResult* result) {
  static int (*const lists[])(const QueryRun* run) = {[QUERY_ALL] = list_all,
                                                      [QUERY_NEAR] = list_near,
                                                      [QUERY_MATCH] = list_match,
                                                      [QUERY_PATH] = list_path};
  const double begun = clock_seconds();
  const QueryRun run = {index, query_index_catalogue(index), query, result, is_stale, context};
  *result = (QueryResult){.id = query->id, .kind = query->kind};
  int status = filter(&run);
  if (status == 0 && given_up(&run)) status = 1;
  if (status == 0) status = lists[query->kind](&run);
  if (status != 0) query_result_clear(result);
  result->seconds = clock_seconds() - begun;
  return status;
}

void query_result_clear(QueryResult* result) {
  free(result->hits);
  free(result->allowed);
  *result = (QueryResult){.hits = NULL};
}
