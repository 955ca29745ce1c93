// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library on a disk that loses power, is full, or fails to read, at every possible point while
/// songs are added, merged and removed. What was reported as stored is there afterwards; an
/// unfinished change is there completely or not at all.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "library/store_internal.h"
#include "tests/library/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POINTS = 900, OWN = 3, THEIRS = 4, MOST = 2000, TEARS = 3 };

static char folder[64], path[96], other_path[96], error[1024];
static const StoreModel model = {.hash = "0123456789abcdef", .name = "model"};

/// Songs are numbered; a song's curve is long enough to fill whole pages.
static int put(Store* store, unsigned song) {
  static int16_t points[2 * POINTS];
  char name[64], title[32];
  snprintf(name, sizeof name, "/music/%u/song.flac", song);
  snprintf(title, sizeof title, "Song %u", song);
  for (size_t i = 0; i < (size_t)2 * POINTS; ++i)
    points[i] = (int16_t)(song * 100 + i % 1000);
  const StoreFile file = {name, 1000, 5, song, NULL};
  const StoreSound sound = {song, 60000, title, "Artist", ""};
  const StoreReading reading = {.model = &model,
                                .duration = 450.0F,
                                .valence = 0.25F,
                                .curve = {POINTS, points, points + POINTS}};
  return store_put(store, &file, &sound, &reading, error, sizeof error);
}

/// The interrupted operations, with the number of songs before and after each.
typedef struct {
  const char* name;
  int (*run)(Store* store);
  size_t before, after;
} Operation;

static int put_two(Store* store) {
  if (store_begin_batch(store, error, sizeof error) != 0) return -1;
  int status = put(store, 100);
  if (status == 0) status = put(store, 101);
  return store_end_batch(store, status, error, sizeof error);
}

static int take_over(Store* store) {
  return store_merge(store, other_path, error, sizeof error) == THEIRS ? 0 : -1;
}

static int take_out(Store* store) {
  return store_remove_below(store, "/music/2", error, sizeof error) == 1 ? 0 : -1;
}

static const Operation operations[] = {{"put", put_two, OWN, OWN + 2},
                                       {"merge", take_over, OWN, OWN + THEIRS},
                                       {"remove", take_out, OWN, OWN - 1}};
enum { OPERATIONS = sizeof operations / sizeof *operations };

static Store* open_or_fail(const char* which) {
  Store* store = store_open(which, STORE_CREATE, error, sizeof error);
  if (!store) fail_msg("%s", error);
  return store;
}

static void touch(const char* name) {
  FILE* file = fopen(name, "w"); // the store looks for it before SQLite opens it
  assert_non_null(file);
  assert_int_equal(fclose(file), 0);
}

/// Two libraries on the disk, whose contents are saved.
static int setup(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-disk-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/library.db", folder);
  snprintf(other_path, sizeof other_path, "%s/other.db", folder);
  disk_clear();
  touch(path);
  touch(other_path);
  Store* store = open_or_fail(path);
  for (unsigned i = 1; i <= OWN; ++i)
    assert_int_equal(put(store, i), 0);
  store_close(store);
  store = open_or_fail(other_path);
  for (unsigned i = 11; i < 11 + THEIRS; ++i)
    assert_int_equal(put(store, i), 0);
  store_close(store);
  disk_keep();
  return 0;
}

static int teardown(void** state) {
  (void)state;
  return unlink(path) != 0 || unlink(other_path) != 0 || rmdir(folder) != 0;
}

static long number(Store* store, const char* sql) {
  sqlite3_stmt* statement = NULL;
  long n = -1;
  if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    n = (long)sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return n;
}

/// The error in the library on the disk; NULL: none.
/// \param n receives its number of songs
static const char* examine(const char* which, size_t* n) {
  static char wrong[1200];
  const char* result = NULL;
  Store* store = store_open(which, STORE_CREATE, error, sizeof error);
  if (!store) {
    snprintf(wrong, sizeof wrong, "it cannot be opened: %s", error);
    return wrong;
  }
  Loaded* loaded = store_load(store, NULL, LOAD_CURVES, error, sizeof error);
  *n = loaded != NULL ? loaded_catalogue(loaded)->n : 0;
  if (number(store, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") !=
      0)
    result = "it is damaged";
  else if (!loaded)
    result = error;
  else if (number(store, "SELECT count(*) FROM pragma_foreign_key_check") != 0)
    result = "its tables do not fit together";
  else if (number(store, "SELECT count(*) FROM songs") != (long)*n ||
           number(store, "SELECT count(*) FROM curves") != (long)*n ||
           number(store, "SELECT count(*) FROM files") != (long)*n)
    result = "a song is there in part";
  for (size_t i = 0; !result && i < *n; ++i)
    if (loaded_catalogue(loaded)->songs[i].curve.n != POINTS) result = "a curve is cut";
  loaded_free(loaded);
  store_close(store);
  return result;
}

/// Cut the power at the n th change of an operation, and check the library.
/// \return whether the cut came before the operation was done
static bool cut(const Operation* operation, unsigned n, DiskCut kind, unsigned seed, bool has_syncs,
                unsigned* damaged) {
  size_t songs = 0;
  disk_put_back();
  if (!has_syncs) disk_ignores_syncs();
  Store* store = open_or_fail(path);
  disk_cut_at(n);
  const int status = operation->run(store);
  const bool was_cut = disk_has_failed();
  store_close(store); // like a process that ends: nothing is written any more
  disk_start_again(kind, seed);
  const char* wrong = examine(path, &songs);
  if (!wrong && songs != operation->after && (status == 0 || songs != operation->before))
    wrong = status == 0 ? "what was stored is lost" : "a part of the operation is there";
  if (!wrong && examine(other_path, &songs)) wrong = "the other library is hurt";
  if (!wrong && songs != THEIRS) wrong = "the other library has changed";
  if (wrong) ++*damaged;
  if (wrong && has_syncs)
    fail_msg("%s, cut at change %u, %d, seed %u: %s", operation->name, n, (int)kind, seed, wrong);
  return was_cut;
}

static unsigned cut_everywhere(bool has_syncs) {
  unsigned damaged = 0;
  for (size_t i = 0; i < (has_syncs ? OPERATIONS : 1); ++i) {
    unsigned n = 1;
    for (bool was_cut = true; was_cut && n < MOST; ++n)
      for (unsigned k = 0; k < CUTS - 1 + TEARS; ++k)
        was_cut = cut(&operations[i], n, k < CUT_TEARS ? (DiskCut)k : CUT_TEARS, k * 77 + n,
                      has_syncs, &damaged);
    assert_in_range(n, 10, MOST - 1);
    if (has_syncs)
      print_message("%s: the power was cut at each of %u changes\n", operations[i].name, n - 2);
  }
  return damaged;
}

static void a_power_cut_leaves_each_operation_done_or_undone(void** state) {
  (void)state;
  assert_int_equal(cut_everywhere(true), 0);
}

/// The control: a disk that reports syncs but does not do them.
static void a_disk_that_does_not_sync_is_detected(void** state) {
  (void)state;
  assert_true(cut_everywhere(false) > 10);
}

static void a_full_disk_at_any_write_is_reported_and_loses_nothing(void** state) {
  (void)state;
  for (size_t i = 0; i < OPERATIONS; ++i) {
    const Operation* operation = &operations[i];
    unsigned n = 1, failed = 0;
    for (bool has_failed = true; has_failed && n < MOST; ++n) {
      size_t songs = 0;
      disk_put_back();
      Store* store = open_or_fail(path);
      disk_full_at(n);
      error[0] = '\0';
      const int status = operation->run(store);
      has_failed = disk_has_failed();
      disk_full_at(0);
      if (status != 0) {
        ++failed;
        if (!strstr(error, "the disk is full")) fail_msg("%s: %s", operation->name, error);
        // There is space again: the same library can be used.
        if (operation->run(store) != 0) fail_msg("%s, write %u: %s", operation->name, n, error);
      }
      store_close(store);
      const char* wrong = examine(path, &songs);
      if (wrong) fail_msg("%s, write %u: %s", operation->name, n, wrong);
      assert_int_equal(songs, operation->after);
    }
    assert_in_range(n, 4, MOST - 1);
    assert_true(failed > 2);
  }
}

static void a_failed_read_is_reported_and_loses_nothing(void** state) {
  (void)state;
  unsigned said = 0;
  for (size_t i = 0; i < OPERATIONS; ++i) {
    const Operation* operation = &operations[i];
    unsigned n = 1;
    for (bool has_failed = true; has_failed && n < MOST; ++n) {
      size_t songs = 0;
      disk_put_back();
      disk_read_fails_at(n);
      error[0] = '\0';
      Store* store = store_open(path, STORE_CREATE, error, sizeof error);
      const int status = store ? operation->run(store) : -1;
      if (status != 0) assert_string_not_equal(error, "");
      has_failed = disk_has_failed();
      said += status != 0;
      store_close(store);
      disk_read_fails_at(0);
      const char* wrong = examine(path, &songs);
      if (wrong) fail_msg("%s, read %u: %s", operation->name, n, wrong);
      if (songs != operation->before && songs != operation->after)
        fail_msg("%s, read %u: %zu songs", operation->name, n, songs);
      if (status == 0) assert_int_equal(songs, operation->after);
    }
    assert_in_range(n, 5, MOST - 1);
  }
  assert_true(said > 10);
}

int main(void) {
  disk_install();
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(a_power_cut_leaves_each_operation_done_or_undone),
                                     TEST(a_disk_that_does_not_sync_is_detected),
                                     TEST(a_full_disk_at_any_write_is_reported_and_loses_nothing),
                                     TEST(a_failed_read_is_reported_and_loses_nothing)};
  return cmocka_run_group_tests_name("the library's disk", tests, NULL, NULL);
}
