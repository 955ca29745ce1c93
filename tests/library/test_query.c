// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// One question and its answer: filters, orders, limits; searches as their own modules give them.
#include "affect/quadrant.h"
#include "library/near.h"
#include "library/query.h"
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
               {"", {1, 2, 3, 4}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    snprintf(query.text, sizeof query.text, "%s", cases[i].text);
    expect(cases[i].ids);
  }
}

static void an_artist_is_looked_for_in_artists_alone(void** state) {
  (void)state;
  snprintf(query.artist, sizeof query.artist, "björk");
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
  query.confidence = 0.7f; // the least itself counts
  expect((const int[]){1, 3, 4, 0});
  query.confidence = 0.0f;
  query.min_duration = 100.0f;
  query.max_duration = 200.0f;
  expect((const int[]){2, 3, 0});
}

static void all_come_in_the_order_asked_for(void** state) {
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
  NearHit near[4];
  size_t route[2];
  query.kind = QUERY_NEAR;
  query.valence = 0.1f;
  query.limit = 3;
  ask(&result);
  assert_int_equal(result.n, near_search(&catalogue, NULL, 0.1f, 0.0f, 0.0f, near, 3));
  for (size_t i = 0; i < result.n; ++i) {
    assert_int_equal(result.hits[i].song, near[i].song);
    assert_true(result.hits[i].distance == near[i].distance);
  }
  query_result_clear(&result);
  query.kind = QUERY_PATH;
  query.valence = query.arousal = -0.5f;
  query.to_valence = query.to_arousal = 0.3f;
  query.limit = 2;
  ask(&result);
  assert_int_equal(route_plan(&catalogue, NULL, -0.5f, -0.5f, 0.3f, 0.3f, 2, route), 2);
  assert_int_equal(result.hits[0].song, route[0]);
  assert_int_equal(result.hits[1].song, route[1]);
  query_result_clear(&result);
}

static void a_match_is_the_course_and_keeps_its_limit(void** state) {
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
  query.relative = false;
  ask(&result);
  assert_true(fabsf(result.hits[0].distance - on_own_scale) > 1e-3f);
  query_result_clear(&result);
  match_index_free(curves);
  relative_free(relative);
  free(scaled);
}

static void a_stale_question_is_given_up(void** state) {
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
      cmocka_unit_test_setup(an_artist_is_looked_for_in_artists_alone, begin),
      cmocka_unit_test_setup(numbers_filter, begin),
      cmocka_unit_test_setup(all_come_in_the_order_asked_for, begin),
      cmocka_unit_test_setup(searches_are_those_of_their_modules, begin),
      cmocka_unit_test_setup(a_match_is_the_course_and_keeps_its_limit, begin),
      cmocka_unit_test_setup(a_relative_match_is_one_among_scaled_courses, begin),
      cmocka_unit_test_setup(a_stale_question_is_given_up, begin),
      cmocka_unit_test_setup(an_empty_catalogue_answers_with_nothing, begin)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
