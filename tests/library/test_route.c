// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/harness.h"
#include "library/assign.h"
#include "library/near.h"
#include "library/route.h"
#include "synthetic.h"

#include <stdbool.h>
#include <stdlib.h>

static uint64_t random_state = 11;
static double uniform(void) {
  return synthetic_uniform(&random_state);
}

/// The smallest sum, found by trying everything.
static double least_of(const double* costs, size_t rows, size_t columns, size_t row, bool* taken) {
  double least = INFINITY;
  if (row == rows) return 0;
  for (size_t j = 0; j < columns; ++j) {
    if (taken[j]) continue;
    taken[j] = true;
    const double sum = costs[row * columns + j] + least_of(costs, rows, columns, row + 1, taken);
    taken[j] = false;
    if (sum < least) least = sum;
  }
  return least;
}

static void assignments_have_the_smallest_sum(void** state) {
  (void)state;
  for (int round = 0; round < 400; ++round) {
    const size_t rows = 1 + (size_t)(uniform() * 5), columns = rows + (size_t)(uniform() * 3);
    double costs[40];
    bool taken[8] = {false}, given[8] = {false};
    size_t column[8];
    for (size_t i = 0; i < rows * columns; ++i)
      costs[i] = round % 2 ? uniform() : floor(4 * uniform()); // sometimes equal distances
    assert_int_equal(assign_least(costs, rows, columns, column), 0);
    double sum = 0;
    for (size_t i = 0; i < rows; ++i) {
      assert_true(column[i] < columns);
      assert_false(given[column[i]]);
      given[column[i]] = true;
      sum += costs[i * columns + column[i]];
    }
    assert_near(sum, least_of(costs, rows, columns, 0, taken), 1e-12);
  }
}

static double squared(const Song* song, const double* point) {
  const double d = (double)near_distance(song, (float)point[0], (float)point[1]);
  return d * d;
}

/// Points of a route as route.h has them.
static void points_of(const double* ends, size_t n, double (*points)[2]) {
  for (size_t k = 0; k < n; ++k)
    for (int axis = 0; axis < 2; ++axis)
      points[k][axis] =
          ends[axis] + (n > 1 ? (double)k / (double)(n - 1) : 0.5) * (ends[2 + axis] - ends[axis]);
}

static double progress(const Song* song, const double* ends) {
  return (double)song->valence * (ends[2] - ends[0]) + (double)song->arousal * (ends[3] - ends[1]);
}

static void check_route(const Song* songs, size_t n_songs, const bool* allowed, const double* ends,
                        const size_t* route, size_t n) {
  bool* in = calloc(n_songs, sizeof *in);
  assert_non_null(in);
  for (size_t k = 0; k < n; ++k) {
    assert_true(route[k] < n_songs);
    assert_false(in[route[k]]);
    assert_true(!allowed || allowed[route[k]]);
    in[route[k]] = true;
    if (k > 0)
      assert_true(progress(&songs[route[k - 1]], ends) <= progress(&songs[route[k]], ends));
  }
  free(in);
}

static Song random_song(double least_spread, double most_spread) {
  const double spread = least_spread + (most_spread - least_spread) * uniform();
  return (Song){.valence = (float)(2 * uniform() - 1),
                .arousal = (float)(2 * uniform() - 1),
                .valence_spread = (float)spread,
                .arousal_spread = (float)spread};
}

/// If all songs have the same spread, playing them in the order along the line does not change the
/// sum: it must be the smallest.
static void small_routes_have_the_least_sum(void** state) {
  (void)state;
  for (int round = 0; round < 200; ++round) {
    Song songs[8];
    double costs[40], points[5][2];
    bool taken[8] = {false};
    size_t route[5];
    const size_t n_songs = 1 + (size_t)(uniform() * 8);
    const size_t n = 1 + (size_t)(uniform() * (double)(n_songs < 5 ? n_songs : 5));
    const double ends[4] = {(float)(uniform() - 1), (float)(uniform() - 1), (float)uniform(),
                            (float)uniform()};
    for (size_t i = 0; i < n_songs; ++i)
      songs[i] = random_song(0.06, 0.06);
    const Catalogue catalogue = {n_songs, songs};
    assert_int_equal(route_plan(&catalogue, NULL, (float)ends[0], (float)ends[1], (float)ends[2],
                                (float)ends[3], n, route),
                     n);
    check_route(songs, n_songs, NULL, ends, route, n);
    points_of(ends, n, points);
    double sum = 0;
    for (size_t k = 0; k < n; ++k) {
      sum += squared(&songs[route[k]], points[k]);
      for (size_t i = 0; i < n_songs; ++i)
        costs[k * n_songs + i] = squared(&songs[i], points[k]);
    }
    assert_near(sum, least_of(costs, n, n_songs, 0, taken), 1e-5);
  }
}

/// With different spreads, some assignment of the chosen songs to the points has the smallest sum,
/// but not always the order in which they are played.
static void chosen_songs_have_the_smallest_sum(void** state) {
  (void)state;
  for (int round = 0; round < 100; ++round) {
    Song songs[8];
    double all[40], chosen[25], points[5][2];
    bool taken[8] = {false};
    size_t route[5];
    const size_t n_songs = 6 + (size_t)(uniform() * 3), n = 5;
    const double ends[4] = {-0.5, (float)(uniform() - 0.5), 0.5, (float)(uniform() - 0.5)};
    for (size_t i = 0; i < n_songs; ++i)
      songs[i] = random_song(0, 0.3);
    const Catalogue catalogue = {n_songs, songs};
    assert_int_equal(route_plan(&catalogue, NULL, (float)ends[0], (float)ends[1], (float)ends[2],
                                (float)ends[3], n, route),
                     n);
    check_route(songs, n_songs, NULL, ends, route, n);
    points_of(ends, n, points);
    for (size_t k = 0; k < n; ++k) {
      for (size_t i = 0; i < n_songs; ++i)
        all[k * n_songs + i] = squared(&songs[i], points[k]);
      for (size_t i = 0; i < n; ++i)
        chosen[k * n + i] = squared(&songs[route[i]], points[k]);
    }
    assert_near(least_of(chosen, n, n, 0, taken), least_of(all, n, n_songs, 0, taken), 1e-5);
  }
}

/// The farther a point, the wider the spread of its song; none is farther along than another.
static void songs_as_far_along_keep_the_order_of_their_points(void** state) {
  (void)state;
  const Song songs[] = {{.valence_spread = 0.1f}, {.valence_spread = 0.3f}, {.valence_spread = 0}};
  size_t route[3];
  assert_int_equal(route_plan(&(const Catalogue){3, songs}, NULL, 0, 0, 1, 0, 3, route), 3);
  assert_memory_equal(route, ((const size_t[]){2, 0, 1}), sizeof route);
}

static void a_rich_library_gives_an_even_route(void** state) {
  (void)state;
  Synthetic* synthetic = synthetic_new(3000, 60, 120, 5);
  assert_non_null(synthetic);
  const Catalogue* catalogue = synthetic_catalogue(synthetic);
  const double ends[4] = {-0.3f, -0.3f, 0.3f, 0.3f};
  size_t route[12];
  double points[12][2];
  assert_int_equal(route_plan(catalogue, NULL, -0.3f, -0.3f, 0.3f, 0.3f, 12, route), 12);
  check_route(catalogue->songs, catalogue->n, NULL, ends, route, 12);
  points_of(ends, 12, points);
  for (size_t k = 0; k < 12; ++k)
    assert_below(squared(&catalogue->songs[route[k]], points[k]), 0.05 * 0.05);
  synthetic_free(synthetic);
}

static void long_routes_use_each_song_once(void** state) {
  (void)state;
  Synthetic* synthetic = synthetic_new(400, 60, 120, 6);
  assert_non_null(synthetic);
  const Catalogue* catalogue = synthetic_catalogue(synthetic);
  const double ends[4] = {-0.6f, 0.2f, 0.5f, -0.4f};
  bool allowed[400];
  size_t route[1000], n_allowed = 0;
  for (size_t i = 0; i < 400; ++i) {
    allowed[i] = i % 3 != 0;
    n_allowed += allowed[i];
  }
  for (size_t n = ROUTE_EXACT - 1; n < 1000; n += n / 2) {
    const size_t expected = n < n_allowed ? n : n_allowed;
    assert_int_equal(route_plan(catalogue, allowed, -0.6f, 0.2f, 0.5f, -0.4f, n, route), expected);
    check_route(catalogue->songs, catalogue->n, allowed, ends, route, expected);
  }
  synthetic_free(synthetic);
}

static void a_route_of_nothing_is_empty(void** state) {
  (void)state;
  const Song songs[] = {{.valence = NAN}, {.valence = 0.1f}};
  const Catalogue catalogue = {2, songs}, empty = {0, NULL};
  const bool none[2] = {false, false};
  size_t route[4];
  assert_int_equal(route_plan(&empty, NULL, 0, 0, 1, 1, 4, route), 0);
  assert_int_equal(route_plan(&catalogue, none, 0, 0, 1, 1, 4, route), 0);
  assert_int_equal(route_plan(&catalogue, NULL, 0, 0, 1, 1, 0, route), 0);
  assert_int_equal(route_plan(&catalogue, NULL, NAN, 0, 1, 1, 4, route), 0);
  assert_int_equal(route_plan(&catalogue, NULL, 0, 0, 0, 0, 4, route), 1); // from here to here
  assert_int_equal(route[0], 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(assignments_have_the_smallest_sum),
      cmocka_unit_test(small_routes_have_the_least_sum),
      cmocka_unit_test(chosen_songs_have_the_smallest_sum),
      cmocka_unit_test(songs_as_far_along_keep_the_order_of_their_points),
      cmocka_unit_test(a_rich_library_gives_an_even_route),
      cmocka_unit_test(long_routes_use_each_song_once),
      cmocka_unit_test(a_route_of_nothing_is_empty),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
