// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Queries: filters, orders, limits; searches give the same results as their modules.
#include "affect/quadrant.h"
#include "library/near.h"
#include "library/query.h"
#include "library/query_index.h"
#include "library/relative.h"
#include "library/route.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int16_t rising[] = {-20000, -10000, 0, 10000, 20000};
static const int16_t falling[] = {20000, 10000, 0, -10000, -20000};
#define SONG(ID, PATH, TITLE, ARTIST, ALBUM, LENGTH, V, A, C, CURVE)                               \
  {                                                                                                \
    ID, PATH, TITLE, ARTIST, ALBUM, LENGTH, V, A, 0.1f, 0.1f, C, {                                 \
      5, CURVE, CURVE                                                                              \
    }                                                                                              \
  }
static const Song songs[] = {
    SONG(1, "/m/1.flac", "Jóga", "Björk", "Homogenic", 300, 0.3f, 0.2f, 0.9f, rising),
    SONG(2, "/m/2.flac", "Cafe\xCC\x81", "Motörhead", "", 100, 0.09f, 0.09f, 0.5f, falling),
    SONG(3, "/m/Björk/live.mp3", "Live", "", "", 200, -0.5f, -0.5f, 0.7f, falling),
    SONG(4, "/m/4.flac", "Aria", "bjork", "Debut", 50, 0.01f, 0.02f, 0.8f, rising)};
static const Catalogue catalogue = {4, songs};
static Query query; // large

static void ask(QueryResult* result) {
  QueryIndex* index = query_index_new(&catalogue);
  assert_non_null(index);
  assert_int_equal(query_run(index, &query, NULL, NULL, result), 0);
  query_index_free(index);
}

/// \param ids of the songs wanted, in order, 0 at the end
static void expect(const int* ids) {
  QueryResult result;
  ask(&result);
  for (size_t i = 0; i < result.n; ++i)
    assert_int_equal(songs[result.hits[i].song].id, ids[i]);
  assert_int_equal(ids[result.n], 0);
  query_result_clear(&result);
}

static int begin(void** state) {
  (void)state;
  memset(&query, 0, sizeof query);
  query.sort = QUERY_BY_ID;
  return 0;
}

static void text_ignores_case_accents_and_encoding(void** state) {
  (void)state;
  const struct {
    const char* text;
    int ids[5];
  } cases[] = {{"bjork", {1, 3, 4}},     {"BJÖRK homo", {1}}, {"Bjo\xCC\x88rk", {1, 3, 4}},
               {"caf\xC3\xA9", {2}},     {"cafe", {2}},       {"motorhead", {2}},
               {"  bjork\tdebut ", {4}}, {"flac", {1, 2, 4}}, {"nothing", {0}},
               {"j", {1, 3, 4}},         {"x", {0}},          {"", {1, 2, 3, 4}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    snprintf(query.text, sizeof query.text, "%s", cases[i].text);
    expect(cases[i].ids);
  }
}

static void an_artist_is_searched_in_artists_only(void** state) {
  (void)state;
  snprintf(query.artist, sizeof query.artist, "björk");
  expect((const int[]){1, 4, 0});
  query.limit = 2; // counts only songs that pass
  expect((const int[]){1, 4, 0});
  query.limit = 1;
  expect((const int[]){1, 0});
  query.limit = 0;
  snprintf(query.text, sizeof query.text, "flac"); // together with words
  expect((const int[]){1, 4, 0});
}

static void numbers_filter(void** state) {
  (void)state;
  query.quadrants = 1U << QUADRANT_1;
  expect((const int[]){1, 2, 0});
  query.quadrants |= 1U << QUADRANT_3;
  expect((const int[]){1, 2, 3, 0});
  query.quadrants = 1U << QUADRANT_NEUTRAL;
  expect((const int[]){4, 0});
  query.quadrants = 0;
  query.confidence = 0.75f;
  expect((const int[]){1, 4, 0});
  query.confidence = 0.7f; // the minimum itself is allowed
  expect((const int[]){1, 3, 4, 0});
  query.confidence = 0.0f;
  query.min_duration = 100.0f;
  query.max_duration = 200.0f;
  expect((const int[]){2, 3, 0});
}

static void all_songs_come_in_the_requested_order(void** state) {
  (void)state;
  const struct {
    QuerySort sort;
    int ids[5];
  } cases[] = {{QUERY_BY_ARTIST, {3, 4, 1, 2}},
               {QUERY_BY_TITLE, {4, 2, 1, 3}},
               {QUERY_BY_VALENCE, {1, 2, 4, 3}},
               {QUERY_BY_AROUSAL, {1, 2, 4, 3}},
               {QUERY_BY_DURATION, {4, 2, 3, 1}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    query.sort = cases[i].sort;
    expect(cases[i].ids);
  }
  query.limit = 2;
  expect((const int[]){4, 2, 0});
}

static void searches_are_those_of_their_modules(void** state) {
  (void)state;
  QueryResult result;
  BestEntry near[4];
  size_t route[2];
  query.kind = QUERY_NEAR;
  query.valence = 0.1f;
  query.limit = 3;
  ask(&result);
  assert_int_equal(result.n, near_search(&catalogue, NULL, 0.1f, 0.0f, 0.0f, near, 3));
  for (size_t i = 0; i < result.n; ++i) {
    assert_int_equal(result.hits[i].song, near[i].song);
    assert_true((double)result.hits[i].distance == near[i].key);
  }
  query_result_clear(&result);
  query.kind = QUERY_PATH;
  query.valence = query.arousal = -0.5f;
  query.to_valence = query.to_arousal = 0.3f;
  query.limit = 2;
  ask(&result);
  assert_int_equal(route_plan(&catalogue, NULL, -0.5f, -0.5f, 0.3f, 0.3f, 2, route), 2);
  for (size_t i = 0; i < 2; ++i) { // each song's distance from its point on the line
    const Song* song = &songs[route[i]];
    const float place = i == 0 ? -0.5f : 0.3f;
    assert_int_equal(result.hits[i].song, route[i]);
    assert_true(fabsf(result.hits[i].distance -
                      hypotf(song->valence - place, song->arousal - place)) < 1e-6f);
    assert_true(result.hits[i].start == 0.0f && result.hits[i].end == song->duration);
  }
  query_result_clear(&result);
}

static void a_search_finds_only_what_passes_the_filters(void** state) {
  (void)state;
  QueryResult result;
  snprintf(query.artist, sizeof query.artist, "bjork");
  snprintf(query.text, sizeof query.text, "debut");
  query.profile = (Profile){.n = 5, .has_valence = true, .has_arousal = true};
  query.id = 7;
  for (int kind = QUERY_ALL; kind <= QUERY_PATH; ++kind) {
    query.kind = (QueryKind)kind;
    expect((const int[]){4, 0});
    ask(&result);
    assert_int_equal(result.id, 7);
    assert_int_equal(result.kind, kind);
    assert_int_equal(result.n_allowed, 1);
    assert_true(result.allowed[3] && !result.allowed[0]);
    assert_true(result.seconds >= 0.0 && result.seconds < 100.0);
    query_result_clear(&result);
    assert_null(result.hits);
  }
  query.artist[0] = query.text[0] = '\0';
  query.kind = QUERY_NEAR;
  query.radius = 0.05f;
  expect((const int[]){4, 0});
}

static void words_need_more_than_numbers(void** state) {
  (void)state;
  static const bool expected[] = {false, true, false, true}; // of each kind, without words
  for (int kind = QUERY_ALL; kind <= QUERY_PATH; ++kind) {
    query.kind = (QueryKind)kind;
    query.text[0] = query.artist[0] = '\0';
    assert_int_equal(query_needs_only_numbers(&query), expected[kind]);
    query.text[0] = 'a';
    assert_false(query_needs_only_numbers(&query));
    query.text[0] = '\0';
    query.artist[0] = 'a';
    assert_false(query_needs_only_numbers(&query));
  }
}

enum { MANY = 20000, POINTS = 5 };

/// Songs with few different curves, so that many distances are equal.
static const Catalogue* many_songs(void) {
  static int16_t points[MANY][2 * POINTS];
  static Song all[MANY];
  static const Catalogue many = {MANY, all};
  unsigned random = 1;
  for (size_t i = 0; i < MANY; ++i) {
    for (size_t k = 0; k < (size_t)2 * POINTS; ++k) {
      random = random * 1103515245u + 12345u;
      points[i][k] = (int16_t)((int)(random >> 16 & 3u) * 8000 - 12000);
    }
    all[i] = songs[i % 4];
    all[i].id = (int64_t)i;
    all[i].curve = (Curve){POINTS, points[i], points[i] + POINTS};
  }
  return &many;
}

static void a_large_library_is_searched_as_a_whole(void** state) {
  (void)state;
  static const size_t limits[] = {0, 1, 9, 700};
  static MatchHit hits[700];
  const Catalogue* many = many_songs();
  QueryIndex* index = query_index_new(many);
  MatchIndex* curves = match_index_new(many);
  QueryResult result;
  assert_true(index && curves);
  query.kind = QUERY_MATCH;
  query.profile = (Profile){.n = POINTS, .has_valence = true, .has_arousal = true};
  for (int i = 0; i < POINTS; ++i)
    query.profile.valence[i] = query.profile.arousal[i] = 0.1f * (float)i - 0.2f;
  for (size_t i = 0; i < sizeof limits / sizeof *limits; ++i) {
    query.limit = limits[i];
    const size_t n = limits[i] > 0 ? limits[i] : QUERY_MATCH_LIMIT;
    assert_int_equal(query_run(index, &query, NULL, NULL, &result), 0);
    assert_int_equal(match_search(curves, NULL, &query.profile, query.match, hits, n), n);
    assert_int_equal(result.n, n);
    for (size_t k = 0; k < n; ++k) {
      assert_int_equal(result.hits[k].song, hits[k].song);
      assert_true(result.hits[k].distance == hits[k].distance);
      assert_true(result.hits[k].start == hits[k].start && result.hits[k].end == hits[k].end);
    }
    query_result_clear(&result);
  }
  // Without a limit, each search has its own.
  static const size_t own[] = {MANY, QUERY_NEAR_LIMIT, QUERY_MATCH_LIMIT, QUERY_PATH_SONGS};
  query.limit = 0;
  for (int kind = QUERY_ALL; kind <= QUERY_PATH; ++kind) {
    query.kind = (QueryKind)kind;
    assert_int_equal(query_run(index, &query, NULL, NULL, &result), 0);
    assert_int_equal(result.n, own[kind]);
    query_result_clear(&result);
  }
  match_index_free(curves);
  query_index_free(index);
}

static bool from_the_second_time(void* context) {
  return ++*(int*)context >= 2;
}

static void a_query_may_become_outdated_during_its_search(void** state) {
  (void)state;
  int asked = 0;
  QueryResult result;
  QueryIndex* index = query_index_new(many_songs());
  query.kind = QUERY_MATCH;
  query.profile = (Profile){.n = POINTS, .has_valence = true};
  assert_int_equal(query_run(index, &query, from_the_second_time, &asked, &result), 1);
  assert_int_equal(asked, 2);
  assert_true(!result.hits && !result.allowed && result.n == 0);
  query_index_free(index);
}

static void one_index_answers_in_each_order(void** state) {
  (void)state;
  static const size_t by_title[] = {3, 1, 0, 2}, by_artist[] = {2, 3, 0, 1};
  QueryIndex* index = query_index_new(&catalogue);
  for (int round = 0; round < 2; ++round) {
    assert_memory_equal(query_index_order(index, QUERY_BY_TITLE), by_title, sizeof by_title);
    assert_memory_equal(query_index_order(index, QUERY_BY_ARTIST), by_artist, sizeof by_artist);
  }
  query_index_free(index);
  query_index_free(NULL);
}

static void a_match_query_has_the_curve_and_its_limit(void** state) {
  (void)state;
  char error[256];
  QueryResult result;
  query.kind = QUERY_MATCH;
  assert_int_equal(profile_from_text(&query.profile, "0:-0.6,-0.6 2:0.6,0.6", error, sizeof error),
                   0);
  query.limit = 3;
  ask(&result);
  assert_int_equal(result.n, 3);
  assert_int_equal(result.hits[0].song, 0);
  assert_int_equal(result.hits[1].song, 3);
  assert_true(result.hits[0].distance <= result.hits[1].distance &&
              result.hits[1].distance < result.hits[2].distance);
  query_result_clear(&result);
}

static bool always(void* context) {
  ++*(int*)context;
  return true;
}

static void a_relative_match_is_one_among_scaled_courses(void** state) {
  (void)state;
  QueryResult result;
  query.kind = QUERY_MATCH;
  query.profile = (Profile){.n = 5, .has_valence = true, .has_arousal = true};
  for (int i = 0; i < 5; ++i)
    query.profile.valence[i] = query.profile.arousal[i] = 0.1f * (float)i;
  Relative* relative = relative_new(&catalogue);
  assert_non_null(relative);
  Profile* scaled = malloc(sizeof *scaled);
  assert_non_null(scaled);
  *scaled = query.profile;
  relative_profile(relative, scaled);
  MatchIndex* curves = match_index_new(relative_catalogue(relative));
  MatchHit hits[4];
  assert_non_null(curves);
  assert_int_equal(match_search(curves, NULL, scaled, query.match, hits, 4), 4);
  query.relative = true;
  ask(&result);
  assert_int_equal(result.n, 4);
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(result.hits[i].song, hits[i].song);
    assert_true(fabsf(result.hits[i].distance - hits[i].distance) < 1e-6f);
  }
  const float on_own_scale = result.hits[0].distance;
  query_result_clear(&result);
  query.profile = *scaled;
  query.profile_is_relative = true; // it is used unchanged
  ask(&result);
  assert_true(result.hits[0].distance == on_own_scale);
  query_result_clear(&result);
  query.profile_is_relative = false;
  for (int i = 0; i < 5; ++i)
    query.profile.valence[i] = query.profile.arousal[i] = 0.1f * (float)i;
  query.relative = false;
  ask(&result);
  assert_true(fabsf(result.hits[0].distance - on_own_scale) > 1e-3f);
  query_result_clear(&result);
  match_index_free(curves);
  relative_free(relative);
  free(scaled);
}

static void an_outdated_query_is_stopped(void** state) {
  (void)state;
  QueryResult result;
  int asked = 0;
  QueryIndex* index = query_index_new(&catalogue);
  assert_int_equal(query_run(index, &query, always, &asked, &result), 1);
  assert_true(asked > 0);
  query_index_free(index);
}

static void an_empty_catalogue_answers_with_nothing(void** state) {
  (void)state;
  const Catalogue none = {0, NULL};
  QueryResult result;
  QueryIndex* index = query_index_new(&none);
  for (int kind = QUERY_ALL; kind <= QUERY_PATH; ++kind) {
    query.kind = (QueryKind)kind;
    assert_int_equal(query_run(index, &query, NULL, NULL, &result), 0);
    assert_int_equal(result.n, 0);
    query_result_clear(&result);
  }
  query_index_free(index);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(text_ignores_case_accents_and_encoding, begin),
      cmocka_unit_test_setup(an_artist_is_searched_in_artists_only, begin),
      cmocka_unit_test_setup(numbers_filter, begin),
      cmocka_unit_test_setup(all_songs_come_in_the_requested_order, begin),
      cmocka_unit_test_setup(searches_are_those_of_their_modules, begin),
      cmocka_unit_test_setup(a_search_finds_only_what_passes_the_filters, begin),
      cmocka_unit_test_setup(words_need_more_than_numbers, begin),
      cmocka_unit_test_setup(a_large_library_is_searched_as_a_whole, begin),
      cmocka_unit_test_setup(a_query_may_become_outdated_during_its_search, begin),
      cmocka_unit_test_setup(one_index_answers_in_each_order, begin),
      cmocka_unit_test_setup(a_match_query_has_the_curve_and_its_limit, begin),
      cmocka_unit_test_setup(a_relative_match_is_one_among_scaled_courses, begin),
      cmocka_unit_test_setup(an_outdated_query_is_stopped, begin),
      cmocka_unit_test_setup(an_empty_catalogue_answers_with_nothing, begin)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
