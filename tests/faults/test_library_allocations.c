// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Every allocation of the library and of the searches fails once: the call returns an error
/// message or the usual result, leaks nothing (sanitizers check this), and the file stays complete.
/// Allocations inside SQLite do not fail.
#include "tests/dsp/harness.h"

#include "library/match.h"
#include "library/profile.h"
#include "library/route.h"
#include "library/scan.h"
#include "library/store.h"
#include "match_brute.h"
#include "synthetic.h"
#include "tests/faults/allocations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  LIMIT = 1000, ///< a bound: no call makes this many allocations
  SONGS = 300,  ///< more than the catalogue's first capacity
  HOPS = 120,
  FOUND = 10
};

static char folder[64], inside[80], path[96], absent[96], error[1024];
static const StoreModel model = {.hash = "0123456789abcdef", .name = "model"};

static void report(const char* what, long failures, long refused) {
  print_message("%s: %ld allocations failed once each, %ld refused\n", what, failures, refused);
  assert_in_range(failures, 1, LIMIT - 1);
  assert_true(refused > 0); // at least one failure must be seen, otherwise the test does nothing
}

/// Every third song's file is missing: more than the first capacity of that list.
static bool is_missing(size_t i) {
  return i % 3 == 0;
}

static int put(Store* store, const Song* song, size_t i) {
  char name[160];
  snprintf(name, sizeof name, "/music/%zu.wav", i);
  const StoreFile file = {name, 1, 1, i + 1, NULL};
  const StoreSound sound = {i + 1, 1000, i % 2 ? "Title" : "", "Artist", "Album"};
  const StoreReading reading = {.model = &model, .duration = 60, .curve = song->curve};
  return store_put(store, &file, &sound, &reading, error, sizeof error);
}

static int setup(void** state) {
  snprintf(folder, sizeof folder, "/tmp/circumplex-faults-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(inside, sizeof inside, "%s/data", folder);
  snprintf(path, sizeof path, "%s/library.db", inside);
  snprintf(absent, sizeof absent, "%s/profile.csv", folder);
  *state = synthetic_new(SONGS, HOPS, (size_t)2 * HOPS, 1);
  return *state ? 0 : -1;
}

static int teardown(void** state) {
  synthetic_free(*state);
  unlink(path);
  unlink(absent);
  rmdir(inside);
  return rmdir(folder);
}

/// A library in a file.
static void fill(const Synthetic* synthetic) {
  Store* store = store_open(path, STORE_CREATE, error, sizeof error);
  assert_non_null(store);
  for (size_t i = 0; i < SONGS; ++i) {
    char name[160];
    assert_int_equal(put(store, &synthetic_catalogue(synthetic)->songs[i], i), 0);
    snprintf(name, sizeof name, "/music/%zu.wav", i);
    if (is_missing(i))
      assert_int_equal(store_set_missing(store, name, true, error, sizeof error), 0);
  }
  store_close(store);
}

static void making_a_library_and_putting_a_song_in(void** state) {
  const Song* song = synthetic_catalogue(*state)->songs;
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    error[0] = '\0';
    allocations_fail(n);
    Store* store = store_open(path, STORE_CREATE, error, sizeof error);
    const int status = store ? put(store, song, 0) : -1;
    allocations_end();
    const bool failed = allocations_failed();
    if (status != 0) assert_true(failed && error[0]);
    refused += status != 0;
    store_close(store);
    // A song is stored completely or not at all.
    store = store_open(path, STORE_CREATE, error, sizeof error);
    assert_non_null(store);
    Loaded* loaded = store_load(store, NULL, LOAD_CURVES, error, sizeof error);
    assert_non_null(loaded);
    assert_int_equal(loaded_catalogue(loaded)->n, status == 0);
    if (status == 0) assert_int_equal(loaded_catalogue(loaded)->songs[0].curve.n, song->curve.n);
    loaded_free(loaded);
    store_close(store);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(inside), 0);
    if (!failed) break;
  }
  report("store_put", n - 1, refused);
}

static void loading_a_library(void** state) {
  fill(*state);
  for (int what = LOAD_FACTS; what <= LOAD_NUMBERS; ++what) {
    long n = 1, refused = 0;
    for (; n < LIMIT; ++n) {
      const size_t some[] = {0, 1, 5};
      error[0] = '\0';
      allocations_fail(n);
      Store* store = store_open(path, STORE_READ, error, sizeof error);
      Loaded* loaded = store ? store_load(store, NULL, (StoreLoad)what, error, sizeof error) : NULL;
      int status = loaded ? 0 : -1;
      if (loaded && what == LOAD_NUMBERS)
        status = store_complete(store, loaded, some, 3, error, sizeof error);
      allocations_end();
      if (status != 0) assert_true(allocations_failed() && error[0]);
      refused += status != 0;
      if (status == 0) {
        const Catalogue* catalogue = loaded_catalogue(loaded);
        assert_int_equal(catalogue->n, SONGS - SONGS / 3);
        assert_string_equal(catalogue->songs[1].path, "/music/2.wav");
        assert_string_equal(catalogue->songs[1].title, "2");
        assert_int_equal(catalogue->songs[1].curve.n > 0, what == LOAD_CURVES);
      }
      loaded_free(loaded);
      store_close(store);
      if (!allocations_failed()) break;
    }
    report("store_load", n - 1, refused);
  }
}

static int count(void* context, const StoreRow* row) {
  *(long*)context += row->path[0] == '/';
  return 0;
}

static void walking_through_and_removing(void** state) {
  fill(*state);
  Store* store = store_open(path, STORE_WRITE, error, sizeof error);
  assert_non_null(store);
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    long found = 0;
    StoreModel* models = NULL;
    error[0] = '\0';
    allocations_fail(n);
    int status =
        store_each_file(store, ROWS_BELOW, 0, "/music", count, &found, error, sizeof error);
    if (status == 0 && store_models(store, &models, error, sizeof error) != 1) status = -1;
    allocations_end();
    free(models);
    assert_int_equal(status != 0, allocations_failed());
    assert_int_equal(status != 0, error[0] != '\0');
    if (status == 0) assert_int_equal(found, SONGS);
    refused += status != 0;
    if (!allocations_failed()) break;
  }
  report("store_each_file", n - 1, refused);

  for (n = 1, refused = 0; n < LIMIT; ++n) { // counts only files not yet marked as missing
    error[0] = '\0';
    allocations_fail(n);
    const long gone = scan_missing(store, "/music", error, sizeof error);
    allocations_end();
    assert_int_equal(gone, allocations_failed() ? -1 : SONGS - SONGS / 3);
    assert_int_equal(gone < 0, error[0] != '\0');
    refused += gone < 0;
    if (!allocations_failed()) break;
  }
  report("scan_missing", n - 1, refused);
  assert_int_equal(scan_missing(store, "/music", error, sizeof error), 0);

  error[0] = '\0';
  allocations_fail(1);
  assert_int_equal(store_remove_below(store, "/music", error, sizeof error), -1);
  allocations_end();
  assert_true(error[0]);
  assert_int_equal(store_remove_below(store, "/music", error, sizeof error), SONGS);
  store_close(store);
}

static void making_a_path_absolute(void** state) {
  (void)state;
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    allocations_fail(n);
    char* whole = scan_absolute("/tmp/no such file");
    allocations_end();
    if (whole) assert_string_equal(whole, "/tmp/no such file");
    assert_int_equal(whole == NULL, allocations_failed());
    refused += !whole;
    free(whole);
    if (!allocations_failed()) break;
  }
  report("scan_absolute", n - 1, refused);
}

/// Make a profile in each way that allocates.
static int make_profile(int way, const Song* song, Profile* profile) {
  switch (way) {
  case 0:
    return profile_from_text(profile, "0:-0.5,-0.5 20:0.5,0.5", error, sizeof error);
  case 1:
    return profile_from_csv(profile, absent, error, sizeof error);
  default:
    return profile_from_curve(profile, &song->curve, 0, 40, error, sizeof error);
  }
}

static void making_a_profile(void** state) {
  static Profile profile;
  static const size_t points[] = {41, 41, 40};
  FILE* csv = fopen(absent, "w");
  assert_non_null(csv);
  fputs("time_s,valence,arousal\n0,-0.5,-0.5\n20,0.5,0.5\n", csv);
  assert_int_equal(fclose(csv), 0);
  for (int way = 0; way < 3; ++way) {
    long n = 1, refused = 0;
    for (; n < LIMIT; ++n) {
      error[0] = '\0';
      allocations_fail(n);
      const int status = make_profile(way, synthetic_catalogue(*state)->songs, &profile);
      allocations_end();
      assert_int_equal(status != 0, allocations_failed());
      assert_int_equal(status != 0, error[0] != '\0');
      if (status == 0) assert_int_equal(profile.n, points[way]);
      refused += status != 0;
      if (!allocations_failed()) break;
    }
    report("profile", n - 1, refused);
  }
}

static void searching(void** state) {
  static Profile profile;
  const Catalogue* catalogue = synthetic_catalogue(*state);
  assert_int_equal(make_profile(0, NULL, &profile), 0);
  for (int kind = MATCH_WHOLE; kind <= MATCH_PASSAGE; ++kind) {
    MatchHit hits[FOUND], first[FOUND];
    MatchIndex* good = match_index_new(catalogue);
    assert_non_null(good);
    assert_int_equal(match_brute(good, NULL, &profile, (MatchKind)kind, first, FOUND), FOUND);
    match_index_free(good);
    long n = 1, refused = 0;
    for (; n < LIMIT; ++n) {
      allocations_fail(n);
      MatchIndex* index = match_index_new(catalogue);
      const long found =
          index ? match_search(index, NULL, &profile, (MatchKind)kind, hits, FOUND) : -1;
      allocations_end();
      assert_int_equal(found < 0, allocations_failed());
      for (long i = 0; i < found; ++i)
        assert_int_equal(hits[i].song, first[i].song);
      refused += found < 0;
      match_index_free(index);
      if (!allocations_failed()) break;
    }
    report("match_search", n - 1, refused);
  }
}

static void planning_a_route(void** state) {
  const Catalogue* catalogue = synthetic_catalogue(*state);
  enum { LONG = ROUTE_EXACT + 6 }; // two stretches
  size_t songs[LONG], first[LONG];
  assert_int_equal(route_plan(catalogue, NULL, -0.5F, -0.5F, 0.5F, 0.5F, LONG, first), LONG);
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    allocations_fail(n);
    const long found = route_plan(catalogue, NULL, -0.5F, -0.5F, 0.5F, 0.5F, LONG, songs);
    allocations_end();
    assert_int_equal(found, allocations_failed() ? -1 : LONG);
    if (found > 0) assert_memory_equal(songs, first, sizeof songs);
    refused += found < 0;
    if (!allocations_failed()) break;
  }
  report("route_plan", n - 1, refused);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(making_a_library_and_putting_a_song_in),
      TEST(loading_a_library),
      TEST(walking_through_and_removing),
      TEST(making_a_path_absolute),
      TEST(making_a_profile),
      TEST(searching),
      TEST(planning_a_route),
  };
  return cmocka_run_group_tests_name("every allocation of the library fails once", tests, NULL,
                                     NULL);
}
