// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Time of each search in a synthetic library, on one core; and whether results are those of brute
/// force.
///
///     library_search [SONGS]      of four minutes, default 100000
#include "library/match.h"
#include "library/near.h"
#include "library/route.h"
#include "tests/library/match_brute.h"
#include "tests/library/synthetic.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HITS 20
#define QUERIES 9 ///< odd: a median
#define HOPS 480

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int ascending(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

static bool failed;

/// One line; \p target in ms, of the median.
static void report(const char* name, double* times, size_t n, double target) {
  qsort(times, n, sizeof *times, ascending);
  const bool over = times[n / 2] > target;
  failed = failed || over;
  printf("%-50s %9.2f %9.2f %7.0f%s\n", name, times[n / 2], times[n - 1], target,
         over ? "  MISSED" : "");
}

static uint64_t random_state = 7;

/// A drawn arc like that of few songs, so bounds help little.
static void arc(Profile* profile, size_t query) {
  char text[200], error[200];
  const double v = 0.3 + 0.05 * (double)query, seconds = 30 + 3 * (double)query;
  snprintf(text, sizeof text, "0:%g,-0.5 %g:0,0.1 %g:%g,0.7", -v, seconds / 2, seconds, v);
  if (profile_from_text(profile, text, error, sizeof error) != 0) exit(1);
}

typedef enum { REMEMBERED, DRAWN } Asked;

static void ask(Profile* profile, const Catalogue* catalogue, Asked asked, MatchKind kind,
                size_t query) {
  if (asked == DRAWN) {
    arc(profile, query);
    return;
  }
  const Song* song = &catalogue->songs[(query * 7919 + 13) % catalogue->n];
  const size_t length = kind == MATCH_WHOLE ? song->curve.n : (30 + 4 * query) * 2;
  const size_t first = (song->curve.n - length) / 2;
  const double tempo = 0.8 + 0.4 * synthetic_uniform(&random_state);
  if (synthetic_memory(profile, &song->curve, first, first + length, tempo, 0.05, 5,
                       &random_state) != 0)
    arc(profile, query);
}

/// \return the median
static double search(const MatchIndex* index, const Catalogue* catalogue, Asked asked,
                     MatchKind kind, const char* name, double target) {
  static Profile profile;
  double times[QUERIES];
  for (size_t q = 0; q < QUERIES; ++q) {
    MatchHit hits[HITS];
    ask(&profile, catalogue, asked, kind, q);
    const double start = milliseconds();
    if (match_search(index, NULL, &profile, kind, hits, HITS) < 0) exit(1);
    times[q] = milliseconds() - start;
  }
  report(name, times, QUERIES, target);
  return times[QUERIES / 2];
}

/// What is allocated, in bytes.
static double allocated(void) {
  const struct mallinfo2 info = mallinfo2();
  return (double)info.uordblks + (double)info.hblkhd;
}

/// Whether hits are those of brute force, over the first songs.
static void check(const Catalogue* catalogue, size_t songs, size_t queries) {
  static Profile profile;
  const Catalogue some = {songs < catalogue->n ? songs : catalogue->n, catalogue->songs};
  MatchIndex* index = match_index_new(&some);
  if (!index) exit(1);
  size_t different = 0, n = 0;
  for (size_t q = 0; q < queries; ++q) {
    for (int k = 0; k < 4; ++k, ++n) {
      MatchHit fast[HITS], plain[HITS];
      const MatchKind kind = k % 2 ? MATCH_PASSAGE : MATCH_WHOLE;
      ask(&profile, &some, k / 2 ? DRAWN : REMEMBERED, kind, q);
      const long a = match_search(index, NULL, &profile, kind, fast, HITS);
      const long b = match_brute(index, NULL, &profile, kind, plain, HITS);
      bool same = a == b && a > 0;
      for (long i = 0; i < a && same; ++i)
        same = fast[i].song == plain[i].song && fast[i].start == plain[i].start &&
               fast[i].end == plain[i].end && fast[i].distance == plain[i].distance;
      different += !same;
    }
  }
  match_index_free(index);
  failed = failed || different;
  printf("%zu queries over %zu songs: %zu differ from brute force\n", n, some.n, different);
}

int main(int argc, char** argv) {
  const size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
  Synthetic* synthetic = synthetic_new(n, HOPS, HOPS, 1);
  if (n == 0 || !synthetic) return 2;
  const Catalogue* catalogue = synthetic_catalogue(synthetic);
  double times[QUERIES];
  printf("%zu songs of %.0f s, %d best                 median ms  worst ms  target\n", n,
         HOPS / CURVE_RATE, HITS);
  for (size_t q = 0; q < QUERIES; ++q) {
    BestEntry hits[HITS];
    const double start = milliseconds();
    near_search(catalogue, NULL, 0.1f * (float)q - 0.4f, 0.3f, 0, hits, HITS);
    times[q] = milliseconds() - start;
  }
  report("near", times, QUERIES, 20);
  for (size_t q = 0; q < QUERIES; ++q) {
    size_t songs[20];
    const double start = milliseconds();
    if (route_plan(catalogue, NULL, -0.5f, -0.4f, 0.1f * (float)q, 0.5f, 20, songs) < 0) return 1;
    times[q] = milliseconds() - start;
  }
  report("path of 20 songs", times, QUERIES, 100);
  MatchIndex* index = NULL;
  double before = 0;
  for (size_t q = 0; q < QUERIES; ++q) {
    match_index_free(index);
    before = allocated();
    const double start = milliseconds();
    index = match_index_new(catalogue);
    if (!index) return 1;
    times[q] = milliseconds() - start;
  }
  const double bytes = (allocated() - before) / (double)n;
  report("index for match", times, QUERIES, 300);
  const double made = times[QUERIES / 2];
  double slowest =
      search(index, catalogue, REMEMBERED, MATCH_WHOLE, "match, whole songs: one remembered", 300);
  const double drawn =
      search(index, catalogue, DRAWN, MATCH_WHOLE, "match, whole songs: an arc drawn", 300);
  if (drawn > slowest) slowest = drawn;
  search(index, catalogue, REMEMBERED, MATCH_PASSAGE, "match, passages: one remembered, 30..62 s",
         3000);
  search(index, catalogue, DRAWN, MATCH_PASSAGE, "match, passages: an arc drawn, 30..54 s", 3000);
  if (made + slowest > 300) failed = true;
  printf("index and slower match of whole songs: %.2f ms (target 300)\n", made + slowest);
  printf("index: %.0f bytes a song, beside a curve of %zu\n", bytes, 2 * HOPS * sizeof(int16_t));
  check(catalogue, 500, 5);
  match_index_free(index);
  synthetic_free(synthetic);
  return failed;
}
