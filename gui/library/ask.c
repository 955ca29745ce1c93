// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// One question and its answer: see ask.h.
#include "gui/library/ask.h"

#include "library/fold.h"
#include "library/near.h"
#include "library/route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Courses are searched in slices, so that a newer question need not wait for all of a large
// library.
#define SLICE 8192

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool given_up(const Ask* ask, const atomic_uint* newest) {
  return newest && atomic_load_explicit(newest, memory_order_relaxed) != ask->id;
}

static Hit whole_song(const Catalogue* c, size_t song, float distance) {
  return (Hit){song, distance, 0.0f, c->songs[song].duration};
}

static int filter(const Shelf* shelf, const Ask* ask, Answer* answer) {
  const Catalogue* c = shelf_catalogue(shelf);
  char* needle = fold_text(ask->text);
  answer->allowed = malloc((c->n + 1) * sizeof *answer->allowed);
  if (!needle || !answer->allowed) {
    free(needle);
    return -1;
  }
  for (size_t i = 0; i < c->n; ++i) {
    const Song* song = &c->songs[i];
    const unsigned quadrant = 1u << (shelf_quadrant(song->valence, song->arousal) - 1);
    answer->allowed[i] = (ask->quadrants == 0 || (ask->quadrants & quadrant)) &&
                         song->confidence >= ask->confidence &&
                         (!needle[0] || fold_contains(shelf_text(shelf, i), needle));
    answer->n_allowed += answer->allowed[i];
  }
  free(needle);
  return 0;
}

static int list_all(const Shelf* shelf, Answer* answer) {
  const Catalogue* c = shelf_catalogue(shelf);
  answer->hits = malloc((answer->n_allowed + 1) * sizeof *answer->hits);
  if (!answer->hits) return -1;
  for (size_t k = 0; k < c->n; ++k) {
    const size_t song = shelf_order(shelf)[k];
    if (answer->allowed[song]) answer->hits[answer->n++] = whole_song(c, song, 0.0f);
  }
  return 0;
}

static int list_near(const Shelf* shelf, const Ask* ask, Answer* answer) {
  const Catalogue* c = shelf_catalogue(shelf);
  NearHit* near = malloc(ASK_NEAR_LIMIT * sizeof *near);
  answer->hits = malloc(ASK_NEAR_LIMIT * sizeof *answer->hits);
  if (!near || !answer->hits) {
    free(near);
    return -1;
  }
  answer->n =
      near_search(c, answer->allowed, ask->valence, ask->arousal, 0.0f, near, ASK_NEAR_LIMIT);
  for (size_t i = 0; i < answer->n; ++i)
    answer->hits[i] = whole_song(c, near[i].song, near[i].distance);
  free(near);
  return 0;
}

static int list_path(const Shelf* shelf, const Ask* ask, Answer* answer) {
  const Catalogue* c = shelf_catalogue(shelf);
  size_t songs[ASK_PATH_SONGS];
  answer->hits = malloc(ASK_PATH_SONGS * sizeof *answer->hits);
  if (!answer->hits) return -1;
  const long n = route_plan(c, answer->allowed, ask->valence, ask->arousal, ask->to_valence,
                            ask->to_arousal, ASK_PATH_SONGS, songs);
  if (n < 0) return -1;
  for (long i = 0; i < n; ++i) {
    const float t = n > 1 ? (float)i / (float)(n - 1) : 0.0f;
    const float v = ask->valence + t * (ask->to_valence - ask->valence);
    const float a = ask->arousal + t * (ask->to_arousal - ask->arousal);
    const Song* song = &c->songs[songs[i]];
    answer->hits[answer->n++] =
        whole_song(c, songs[i], hypotf(song->valence - v, song->arousal - a));
  }
  return 0;
}

// Merge into the list, which stays in order and within the limit.
static void merge(Answer* answer, const MatchHit* hits, size_t n) {
  for (size_t k = 0; k < n; ++k) {
    const Hit hit = {hits[k].song, hits[k].distance, hits[k].start, hits[k].end};
    if (answer->n == ASK_MATCH_LIMIT) {
      if (hit.distance >= answer->hits[answer->n - 1].distance) return;
    } else {
      ++answer->n;
    }
    size_t at = answer->n - 1;
    for (; at > 0 && answer->hits[at - 1].distance > hit.distance; --at)
      answer->hits[at] = answer->hits[at - 1];
    answer->hits[at] = hit;
  }
}

static int list_match(Shelf* shelf, const Ask* ask, const atomic_uint* newest, Answer* answer) {
  const size_t n = shelf_catalogue(shelf)->n;
  int status = -1;
  const MatchIndex* curves = shelf_curves(shelf);
  MatchHit* hits = malloc(ASK_MATCH_LIMIT * sizeof *hits);
  bool* slice = calloc(n + 1, sizeof *slice);
  answer->hits = calloc(ASK_MATCH_LIMIT, sizeof *answer->hits);
  if (!curves || !hits || !slice || !answer->hits) goto out;
  for (size_t from = 0; from < n; from += SLICE) {
    const size_t count = n - from < SLICE ? n - from : SLICE;
    if (from > 0) memset(slice + from - SLICE, 0, SLICE * sizeof *slice);
    memcpy(slice + from, answer->allowed + from, count * sizeof *slice);
    const long found =
        match_search(curves, slice, &ask->profile, ask->match, hits, ASK_MATCH_LIMIT);
    if (found < 0) goto out;
    merge(answer, hits, (size_t)found);
    if (given_up(ask, newest)) {
      status = 1;
      goto out;
    }
  }
  status = 0;

out:
  free(slice);
  free(hits);
  return status;
}

int ask_answer(Shelf* shelf, const Ask* ask, const atomic_uint* newest, Answer* answer) {
  const double begun = now();
  *answer = (Answer){.id = ask->id, .kind = ask->kind};
  int status = filter(shelf, ask, answer);
  if (status == 0 && given_up(ask, newest)) status = 1;
  if (status == 0) {
    switch (ask->kind) {
    case ASK_ALL:
      status = list_all(shelf, answer);
      break;
    case ASK_NEAR:
      status = list_near(shelf, ask, answer);
      break;
    case ASK_MATCH:
      status = list_match(shelf, ask, newest, answer);
      break;
    case ASK_PATH:
      status = list_path(shelf, ask, answer);
      break;
    }
  }
  if (status != 0) answer_clear(answer);
  answer->seconds = now() - begun;
  return status;
}

void answer_clear(Answer* answer) {
  free(answer->hits);
  free(answer->allowed);
  *answer = (Answer){.hits = NULL};
}
