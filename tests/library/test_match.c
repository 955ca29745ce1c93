// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The search compared with brute force; and whether it finds a song from memory.
#include "dsp/harness.h"
#include "library/dtw_lanes.h"
#include "library/match_index.h"
#include "match_brute.h"
#include "synthetic.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 23;
static double uniform(void) {
  return synthetic_uniform(&random_state);
}

static Profile profile;

/// A song in which every value is one of a few, or silent: many ties.
static size_t coarse_song(int16_t* values, size_t n) {
  const double silence = uniform() < 0.3 ? uniform() : 0;
  const int16_t steps[] = {-32767, -8000, 0, 8000, 32767};
  for (size_t k = 0; k < n; ++k) {
    values[k] = uniform() < silence ? CURVE_SILENT : steps[(size_t)(uniform() * 5)];
    values[n + k] = values[k] == CURVE_SILENT ? CURVE_SILENT : steps[(size_t)(uniform() * 5)];
  }
  return n;
}

static void random_profile(bool coarse) {
  const size_t n = 2 + (size_t)(uniform() * uniform() * 200);
  profile = (Profile){.n = n, .has_valence = uniform() < 0.8};
  profile.has_arousal = !profile.has_valence || uniform() < 0.8;
  double v = 0.5 * uniform(), a = -0.5 * uniform();
  for (size_t k = 0; k < n; ++k) {
    v = coarse ? floor(3 * uniform()) - 1 : fmax(-1, fmin(1, v + 0.1 * (uniform() - 0.5)));
    a = coarse ? floor(3 * uniform()) - 1 : fmax(-1, fmin(1, a + 0.1 * (uniform() - 0.5)));
    profile.valence[k] = profile.has_valence ? (float)v : 0;
    profile.arousal[k] = profile.has_arousal ? (float)a : 0;
  }
}

static void check_same(const MatchIndex* index, size_t n, const bool* allowed, MatchKind kind,
                       size_t limit) {
  MatchHit fast[64], plain[64];
  const long found = match_search(index, allowed, &profile, kind, fast, limit);
  assert_int_equal(found, match_brute(index, allowed, &profile, kind, plain, limit));
  assert_true(found >= 0 && (size_t)found <= limit && (size_t)found <= n);
  for (long i = 0; i < found; ++i) {
    assert_int_equal(fast[i].song, plain[i].song);
    assert_near(fast[i].distance, plain[i].distance, 0);
    assert_near(fast[i].start, plain[i].start, 0);
    assert_near(fast[i].end, plain[i].end, 0);
    assert_true(isfinite(fast[i].distance) && fast[i].start < fast[i].end);
    assert_true(!allowed || allowed[fast[i].song]);
    if (i > 0)
      assert_true(fast[i - 1].distance < fast[i].distance ||
                  (fast[i - 1].distance == fast[i].distance && fast[i - 1].song < fast[i].song));
  }
}

static void check_library(const Catalogue* catalogue, bool coarse) {
  const size_t limits[] = {0, 1, 3, 20, 64};
  bool allowed[64];
  MatchIndex* index = match_index_new(catalogue);
  assert_non_null(index);
  for (size_t i = 0; i < catalogue->n; ++i)
    allowed[i] = uniform() < 0.7;
  for (int query = 0; query < 6; ++query) {
    random_profile(coarse);
    for (int kind = 0; kind < 2; ++kind)
      check_same(index, catalogue->n, query % 2 ? allowed : NULL,
                 kind ? MATCH_PASSAGE : MATCH_WHOLE, limits[(size_t)(uniform() * 5)]);
  }
  match_index_free(index);
}

static void hits_are_those_of_brute_force(void** state) {
  (void)state;
  for (size_t round = 0; round < 30; ++round) {
    Synthetic* synthetic = synthetic_new(1 + round * 2, 0, 10 + 8 * round, round);
    assert_non_null(synthetic);
    check_library(synthetic_catalogue(synthetic), false);
    synthetic_free(synthetic);
  }
}

static void hits_are_those_of_brute_force_with_ties(void** state) {
  (void)state;
  static int16_t values[64][2 * 60];
  for (size_t round = 0; round < 60; ++round) {
    Song songs[64];
    const size_t n = 1 + (size_t)(uniform() * 40);
    for (size_t i = 0; i < n; ++i) {
      const size_t hops = (size_t)(uniform() * 60);
      songs[i] = (Song){.curve = {coarse_song(values[i], hops), values[i], values[i] + hops}};
      if (i > 0 && uniform() < 0.4)
        songs[i] = songs[(size_t)(uniform() * (double)i)]; // the same curve
    }
    const Catalogue catalogue = {n, songs};
    check_library(&catalogue, round % 2);
  }
}

/// Both implementations agree with the definition; the bounds are not above it.
static void lanes_agree_with_the_definition(void** state) {
  (void)state;
  const char* names[] = {"generic", "avx2"};
  for (size_t t = 0; t < 2; ++t) {
    const DtwLanes* lanes = dtw_lanes_find(names[t]);
    if (!lanes) {
      print_message("this processor has no %s\n", names[t]);
      continue;
    }
    assert_string_equal(lanes->name, names[t]);
    for (int round = 0; round < 300; ++round) {
      DtwQuery query;
      Pair points[DTW_MAX], curves[DTW_MAX * LANES], low[LANES], high[LANES];
      const size_t n = 2 + (size_t)(uniform() * (DTW_MAX - 1));
      const double size = round % 3 == 0 ? 1000 : 100; // 1000: also the largest possible sums
      random_profile(false);
      for (size_t k = 0; k < n; ++k)
        points[k] = (Pair){round % 9 == 0 ? 1000 : (int16_t)((2 * uniform() - 1) * size),
                           round % 9 == 0 ? -1000 : (int16_t)((2 * uniform() - 1) * size)};
      for (size_t k = 0; k < n * LANES; ++k)
        curves[k] = (Pair){round % 9 == 0 ? -1000 : (int16_t)((2 * uniform() - 1) * size),
                           round % 9 == 0 ? 1000 : (int16_t)((2 * uniform() - 1) * size)};
      dtw_query(&query, points, n, (unsigned)(uniform() * 20), &profile);
      for (size_t stride = 1; stride <= LANES; stride += LANES - 1) {
        int32_t rest[DTW_MAX + 1][LANES], cost[LANES], range[LANES], plain[LANES];
        for (size_t l = 0; l < LANES; ++l) {
          Pair curve[DTW_MAX];
          low[l] = (Pair){1000, 1000};
          high[l] = (Pair){-1000, -1000};
          for (size_t k = 0; k < n; ++k) {
            curve[k] = curves[k * stride + l];
            if (curve[k].valence < low[l].valence) low[l].valence = curve[k].valence;
            if (curve[k].arousal < low[l].arousal) low[l].arousal = curve[k].arousal;
            if (curve[k].valence > high[l].valence) high[l].valence = curve[k].valence;
            if (curve[k].arousal > high[l].arousal) high[l].arousal = curve[k].arousal;
          }
          plain[l] = dtw_plain(&query, curve);
        }
        assert_true(lanes->bound(&query, curves, stride, DTW_FAR, rest));
        assert_true(
            lanes->warp(&query, curves, stride, DTW_FAR, (const int32_t(*)[LANES])rest, cost));
        lanes->range(&query, low, high, range);
        for (size_t l = 0; l < LANES; ++l) {
          assert_int_equal(cost[l], plain[l]);
          assert_true(rest[0][l] <= plain[l] && range[l] <= plain[l]);
          assert_true(plain[l] < DTW_FAR);
        }
        // a limit never hides a sum below it
        for (size_t l = 0; l < LANES; ++l) {
          int32_t again[LANES];
          assert_true(lanes->bound(&query, curves, stride, plain[l] + 1, rest));
          assert_true(lanes->warp(&query, curves, stride, plain[l] + 1,
                                  (const int32_t(*)[LANES])rest, again));
          assert_int_equal(again[l], plain[l]);
        }
      }
    }
  }
}

/// The bound by range must not exceed a passage's cost: the range must contain each rounded mean.
static void a_songs_range_contains_each_of_its_means(void** state) {
  (void)state;
  enum { HOPS = 40, FULL = 32767 };
  for (int value = -FULL; value < FULL; value += 37) {
    int16_t values[2 * HOPS];
    for (unsigned k = 0; k < 2 * HOPS; ++k)
      values[k] = (int16_t)(k < HOPS ? value : -value - (int)(k % 2));
    const Song song = {.curve = {HOPS, values, values + HOPS}};
    const Catalogue catalogue = {1, &song};
    MatchIndex* index = match_index_new(&catalogue);
    assert_non_null(index);
    for (unsigned k = 0; k < WHOLE_POINTS; ++k) {
      const Pair point = index->whole[k * LANES];
      assert_in_range(point.valence + 40000, index->low[0].valence + 40000,
                      index->high[0].valence + 40000);
      assert_in_range(point.arousal + 40000, index->low[0].arousal + 40000,
                      index->high[0].arousal + 40000);
    }
    match_index_free(index);
  }
}

static void profile_values_outside_the_plane_are_clamped(void** state) {
  (void)state;
  enum { POINTS = 20 };
  static const float beyond[] = {1.5f, 40.0f, INFINITY, -1.5f, -40.0f, -INFINITY};
  for (size_t i = 0; i < sizeof beyond / sizeof *beyond; ++i) {
    DtwQuery queries[2];
    for (unsigned k = 0; k < 2; ++k) {
      profile = (Profile){.n = POINTS, .has_valence = true, .has_arousal = true};
      for (unsigned p = 0; p < POINTS; ++p) {
        profile.valence[p] = k ? copysignf(1.0f, beyond[i]) : beyond[i];
        profile.arousal[p] = (float)p / POINTS;
      }
      memset(&queries[k], 0, sizeof queries[k]);
      assert_true(match_query(&queries[k], &profile, MATCH_WHOLE));
    }
    assert_memory_equal(&queries[0], &queries[1], sizeof queries[0]);
  }
}

/// Warping computed by hand: a peak that is one step late costs nothing, two steps late it does.
static void warping_stays_in_the_band(void** state) {
  (void)state;
  DtwQuery query;
  Pair points[20] = {{0}}, curve[20] = {{0}};
  profile = (Profile){.n = 20, .has_valence = true};
  points[9].valence = 100;
  dtw_query(&query, points, 20, 5, &profile);
  assert_int_equal(query.band, 1);
  assert_int_equal(dtw_plain(&query, points), 0);
  curve[10].valence = 100;
  assert_int_equal(dtw_plain(&query, curve), 0);
  curve[10].valence = 0;
  curve[11].valence = 100;
  assert_int_equal(dtw_plain(&query, curve), 20000); // the peak and its old position, 100^2 each
  assert_near(dtw_distance(&query, 20000), sqrt(20000.0 / 20) / 1000, 1e-6);
  curve[11].arousal = 900; // an axis not wanted
  assert_int_equal(dtw_plain(&query, curve), 20000);
  // A part of a point is rounded; one is the least.
  dtw_query(&query, points, 18, 10, &profile);
  assert_int_equal(query.band, 2);
  dtw_query(&query, points, 14, 10, &profile);
  assert_int_equal(query.band, 1);
  dtw_query(&query, points, 4, 10, &profile);
  assert_int_equal(query.band, 1);
}

static void a_songs_own_curve_finds_it_first(void** state) {
  (void)state;
  Synthetic* synthetic = synthetic_new(300, 100, 500, 9);
  assert_non_null(synthetic);
  const Catalogue* catalogue = synthetic_catalogue(synthetic);
  MatchIndex* index = match_index_new(catalogue);
  assert_non_null(index);
  for (size_t i = 0; i < catalogue->n; i += 7) {
    const Curve* curve = &catalogue->songs[i].curve;
    char error[200];
    MatchHit hits[2];
    assert_int_equal(profile_from_curve(&profile, curve, 0, curve->n, error, sizeof error), 0);
    for (int kind = 0; kind < 2; ++kind) {
      assert_int_equal(
          match_search(index, NULL, &profile, kind ? MATCH_PASSAGE : MATCH_WHOLE, hits, 2), 2);
      assert_int_equal(hits[0].song, i);
      assert_near(hits[0].distance, 0, 0);
      assert_near(hits[0].start, 0, 0);
      assert_near(hits[0].end, (double)curve->n / CURVE_RATE, 1e-4);
      assert_above(hits[1].distance, 0);
    }
    // 24 s: as many points as a passage has, so that every start is on the grid
    const size_t first = (curve->n - 48) / 2;
    if (profile_from_curve(&profile, curve, first, first + 48, error, sizeof error) != 0) continue;
    assert_int_equal(match_search(index, NULL, &profile, MATCH_PASSAGE, hits, 1), 1);
    assert_near(hits[0].distance, 0, 0);
    assert_int_equal(hits[0].song, i);
    assert_near(hits[0].start, (double)first / CURVE_RATE, 1e-4);
    assert_near(hits[0].end, (double)(first + 48) / CURVE_RATE, 1e-4);
  }
  match_index_free(index);
  synthetic_free(synthetic);
}

/// \return how many of \p trials find the song first
static size_t remembered(MatchKind kind, size_t trials) {
  Synthetic* synthetic = synthetic_new(2000, 240, 720, 3);
  assert_non_null(synthetic);
  const Catalogue* catalogue = synthetic_catalogue(synthetic);
  MatchIndex* index = match_index_new(catalogue);
  assert_non_null(index);
  size_t found = 0;
  for (size_t t = 0; t < trials;) {
    const size_t song = (size_t)(uniform() * (double)catalogue->n);
    const Curve* curve = &catalogue->songs[song].curve;
    const size_t length = kind == MATCH_WHOLE ? curve->n : 80;
    const size_t first = (size_t)(uniform() * (double)(curve->n - length));
    MatchHit hit;
    if (synthetic_memory(&profile, curve, first, first + length, 0.8 + 0.4 * uniform(), 0.05, 5,
                         &random_state) != 0)
      continue; // a silent stretch
    ++t;
    assert_int_equal(match_search(index, NULL, &profile, kind, &hit, 1), 1);
    found += hit.song == song;
  }
  match_index_free(index);
  synthetic_free(synthetic);
  print_message("%zu of %zu found first\n", found, trials);
  return found;
}

static void a_stretched_and_noisy_song_is_found(void** state) {
  (void)state;
  assert_true(remembered(MATCH_WHOLE, 500) >= 475);
}

static void a_stretched_and_noisy_passage_is_found(void** state) {
  (void)state;
  assert_true(remembered(MATCH_PASSAGE, 500) >= 475);
}

/// Two songs have the same best passage.  The first has a larger lower bound, because it has
/// nothing else, so it is searched last.
static void ties_go_to_the_first_song(void** state) {
  (void)state;
  int16_t plain[200], wide[200];
  for (size_t k = 0; k < 200; ++k) {
    plain[k] = 3294; // 100.53 thousandths: counts as 101
    wide[k] = k < 120 ? 3294 : (int16_t)(k % 2 ? 30000 : -30000);
  }
  const Song songs[] = {{.curve = {200, plain, plain}}, {.curve = {200, wide, wide}}};
  const Catalogue catalogue = {2, songs};
  MatchIndex* index = match_index_new(&catalogue);
  MatchHit hit;
  assert_non_null(index);
  profile = (Profile){.n = 100, .has_valence = true, .has_arousal = true};
  for (size_t k = 0; k < 100; ++k)
    profile.valence[k] = profile.arousal[k] = 0.5f;
  assert_int_equal(match_search(index, NULL, &profile, MATCH_PASSAGE, &hit, 1), 1);
  assert_int_equal(hit.song, 0);
  assert_near(hit.distance, sqrt(2) * 0.399, 1e-6);
  assert_near(hit.end, 50, 1e-4); // of its own length, from the start
  check_same(index, 2, NULL, MATCH_PASSAGE, 1);
  match_index_free(index);
}

static void songs_that_cannot_match_are_not_hits(void** state) {
  (void)state;
  int16_t values[200], silent[200];
  for (size_t k = 0; k < 200; ++k) {
    values[k] = (int16_t)(100 * k);
    silent[k] = CURVE_SILENT;
  }
  const Song songs[] = {{.curve = {200, silent, silent}}, // a song that is silent throughout
                        {.curve = {79, values, values}},  // shorter than 0.8 of the profile
                        {.curve = {80, values, values}},
                        {.curve = {0, NULL, NULL}},
                        {.curve = {1, values, values}}};
  const Catalogue catalogue = {5, songs}, empty = {0, NULL};
  MatchIndex *index = match_index_new(&catalogue), *none = match_index_new(&empty);
  MatchHit hits[5];
  assert_true(index && none);
  profile = (Profile){.n = 100, .has_valence = true, .has_arousal = true};
  assert_int_equal(match_search(index, NULL, &profile, MATCH_PASSAGE, hits, 5), 1);
  assert_int_equal(hits[0].song, 2);
  assert_near(hits[0].end - hits[0].start, 40, 1e-4);
  assert_int_equal(match_search(index, NULL, &profile, MATCH_WHOLE, hits, 5), 3);
  assert_int_equal(match_search(none, NULL, &profile, MATCH_WHOLE, hits, 5), 0);
  assert_int_equal(match_search(none, NULL, &profile, MATCH_PASSAGE, hits, 5), 0);
  profile.valence[3] = NAN; // set by the test: counts as 0
  assert_int_equal(match_search(index, NULL, &profile, MATCH_WHOLE, hits, 5), 3);
  assert_true(isfinite(hits[0].distance));
  profile.has_valence = profile.has_arousal = false;
  assert_int_equal(match_search(index, NULL, &profile, MATCH_WHOLE, hits, 5), 0);
  profile = (Profile){.n = 1, .has_valence = true};
  assert_int_equal(match_search(index, NULL, &profile, MATCH_PASSAGE, hits, 5), 0);
  match_index_free(index);
  match_index_free(none);
  match_index_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_songs_range_contains_each_of_its_means),
      cmocka_unit_test(profile_values_outside_the_plane_are_clamped),
      cmocka_unit_test(warping_stays_in_the_band),
      cmocka_unit_test(lanes_agree_with_the_definition),
      cmocka_unit_test(hits_are_those_of_brute_force),
      cmocka_unit_test(hits_are_those_of_brute_force_with_ties),
      cmocka_unit_test(a_songs_own_curve_finds_it_first),
      cmocka_unit_test(a_stretched_and_noisy_song_is_found),
      cmocka_unit_test(a_stretched_and_noisy_passage_is_found),
      cmocka_unit_test(ties_go_to_the_first_song),
      cmocka_unit_test(songs_that_cannot_match_are_not_hits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
