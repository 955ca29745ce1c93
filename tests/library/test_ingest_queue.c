// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Results that wait to be stored: stored together, counted only when they are stored.
#include "library/ingest_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST = 300, HOPS = 4 };

static const StoreModel model = {.hash = "0123456789abcdef", .name = "m"};
static char folder[64], error[1024], paths[MOST][96];
static Store* store;
static IngestQueue* queue;
static IngestReport report;

static long now; ///< s: the clock is simulated, so a slow machine changes nothing

int __wrap_clock_gettime(clockid_t clock, struct timespec* time);

int __wrap_clock_gettime(clockid_t clock, struct timespec* time) {
  (void)clock;
  *time = (struct timespec){1000 + now, 0};
  return 0;
}

static int setup(void** state) {
  char path[96];
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-queue-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  for (int i = 0; i < MOST; ++i)
    snprintf(paths[i], sizeof paths[i], "%s/%d.wav", folder, i);
  snprintf(path, sizeof path, "%s/l.db", folder);
  store = store_open(path, STORE_CREATE, error, sizeof error);
  report = (IngestReport){.files = 0};
  queue = store ? ingest_queue_new(store, model.hash, &report, error, sizeof error) : NULL;
  // The first result is stored immediately, later ones at most once a second.
  return !queue ? -1 : 0;
}

static int teardown(void** state) {
  char command[96];
  (void)state;
  ingest_queue_free(queue);
  store_close(store);
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

static void make(int i) {
  FILE* file = fopen(paths[i], "w");
  assert_non_null(file);
  assert_int_equal(fclose(file), 0);
}

static IngestResult* result_of(int i, uint64_t content) {
  IngestResult* r = calloc(1, sizeof *r);
  assert_non_null(r);
  r->file = (StoreFile){.path = paths[i], .size = 9, .mtime = 5, .content = content};
  r->is_new = true;
  return r;
}

static void put(IngestResult* r) {
  if (ingest_queue_put(queue, r, error, sizeof error) != 0) fail_msg("%s", error);
}

/// A reading of the sound \p sound; each sound has a different curve.
static IngestResult* reading_of(int i, uint64_t sound) {
  IngestResult* r = result_of(i, sound + 1000);
  r->kind = RESULT_READ;
  r->read.sound = sound;
  r->read.samples = 77;
  r->read.reading = (StoreReading){.model = &model, .duration = 5.0F * (float)sound};
  snprintf(r->tags.title, sizeof r->tags.title, "T%d", (int)sound);
  return r;
}

static IngestResult* copy_of(int i, int64_t song, bool is_new) {
  IngestResult* r = result_of(i, 7);
  r->kind = RESULT_COPY;
  r->song = song;
  r->is_new = is_new;
  return r;
}

static void flush(void) {
  if (ingest_queue_flush(queue, error, sizeof error) != 0) fail_msg("%s", error);
}

static size_t songs(void) {
  Loaded* loaded = store_load(store, model.hash, LOAD_FACTS, error, sizeof error);
  assert_non_null(loaded);
  const size_t n = loaded_catalogue(loaded)->n;
  loaded_free(loaded);
  return n;
}

static int note_path(void* context, const StoreRow* row) {
  char* text = context;
  const size_t n = strlen(text);
  snprintf(text + n, 200 - n, "%s:%d%s%s ", strrchr(row->path, '/') + 1, (int)row->song,
           row->failure, row->damage);
  return 0;
}

static void expect_files(const char* expected) {
  char text[200] = "";
  assert_int_equal(store_each_file(store, ROWS_ALL, 0, NULL, note_path, text, error, sizeof error),
                   0);
  assert_string_equal(text, expected);
}

static void waiting_results_are_stored_together(void** state) {
  (void)state;
  put(reading_of(0, 1));
  assert_int_equal(songs(), 1); // the first at once
  for (int i = 1; i < 256; ++i)
    put(reading_of(i, (uint64_t)i + 1));
  assert_int_equal(songs(), 1); // those of a second together
  put(reading_of(256, 257));
  assert_int_equal(songs(), 257); // at most 256
  put(reading_of(257, 258));
  ++now;
  assert_int_equal(ingest_queue_tick(queue, error, sizeof error), 0);
  assert_int_equal(songs(), 258);
  put(reading_of(258, 259));
  flush();
  assert_int_equal(songs(), 259);
  assert_int_equal(report.read, 259);
  flush(); // there is nothing to store
  assert_int_equal(ingest_queue_tick(queue, error, sizeof error), 0);
  assert_int_equal(report.read, 259);
}

static void each_kind_of_result_is_stored_and_counted(void** state) {
  (void)state;
  IngestResult* r = reading_of(0, 1);
  snprintf(r->read.damage, sizeof r->read.damage, " is cut");
  make(0);
  put(r);
  r = result_of(1, 0);
  r->kind = RESULT_FAILED;
  snprintf(r->failure, sizeof r->failure, " is bad");
  put(r);
  put(copy_of(2, 1, true));  // 0.wav exists, so this is a copy
  put(copy_of(0, 1, false)); // the same path: as before, and no longer damaged
  flush();
  expect_files("0.wav:1 1.wav:0 is bad 2.wav:1 ");
  assert_true(report.read == 1 && report.in_part == 1 && report.copies == 1);
  assert_true(report.renamed == 0 && report.alike == 0);
  assert_int_equal(unlink(paths[0]), 0);
  put(copy_of(3, 1, true)); // 0.wav is missing, so it was renamed; 2.wav never existed
  flush();
  expect_files("1.wav:0 is bad 2.wav:1 3.wav:1 ");
  assert_true(report.copies == 1 && report.renamed == 1 && report.failed == 0);
}

static void only_stored_results_are_counted(void** state) {
  (void)state;
  put(reading_of(0, 1));
  put(reading_of(1, 2));
  put(copy_of(2, 99, true)); // of a song that does not exist
  assert_int_equal(ingest_queue_flush(queue, error, sizeof error), -1);
  assert_true(strlen(error) > 0);
  assert_int_equal(report.copies, 0);
  assert_int_equal(report.read, songs());
  flush(); // a result that could not be stored is not tried again
  assert_int_equal(report.copies, 0);
}

static void the_same_bytes_are_found_among_waiting_results(void** state) {
  (void)state;
  int64_t song = 0;
  put(reading_of(0, 1));
  put(reading_of(1, 2));
  const StoreFile same = {.path = paths[5], .size = 9, .content = 1002},
                  other = {.path = paths[5], .size = 9, .content = 1003};
  assert_int_equal(ingest_queue_same_content(queue, &other, model.hash, &song, error, sizeof error),
                   0);
  assert_int_equal(ingest_queue_same_content(queue, &same, model.hash, &song, error, sizeof error),
                   1);
  assert_int_equal(song, 2);
  assert_int_equal(songs(), 2); // it was stored before that
  // A file whose new sound waits to be stored no longer has its old song.
  put(reading_of(1, 3));
  assert_int_equal(ingest_queue_same_content(queue, &same, model.hash, &song, error, sizeof error),
                   0);
  assert_int_equal(songs(), 2);
}

/// A curve for a reading: a saw; two of the same are those of one song.
static IngestResult* with_curve(IngestResult* r, const char* title) {
  enum { LONG = 100 };
  static int16_t saw[LONG];
  for (int i = 0; i < LONG; ++i)
    saw[i] = (int16_t)(500 * (i % 30));
  r->read.reading.duration = 50.0F;
  r->read.reading.curve = (Curve){LONG, saw, saw};
  snprintf(r->tags.title, sizeof r->tags.title, "%s", title);
  return r;
}

static void a_song_in_another_format_is_counted(void** state) {
  (void)state;
  put(with_curve(reading_of(0, 1), "Song"));
  put(with_curve(reading_of(1, 2), "Song")); // the same curve and title, of other samples
  put(with_curve(reading_of(2, 3), "Other"));
  flush();
  assert_true(report.read == 3 && report.alike == 1 && report.copies == 0);
}

static void new_copies_go_on_waiting_while_bytes_are_looked_for(void** state) {
  (void)state;
  int64_t song = 0;
  const StoreFile same = {.path = paths[5], .size = 9, .content = 1001};
  make(0); // what comes are copies, since the others are still there
  make(2);
  make(3);
  put(reading_of(0, 1));
  put(copy_of(2, 1, true));
  for (int is_new = 1; is_new >= 0; --is_new) {
    assert_int_equal(
        ingest_queue_same_content(queue, &same, model.hash, &song, error, sizeof error), 1);
    assert_int_equal(song, 1);
    expect_files(is_new ? "0.wav:1 " : "0.wav:1 2.wav:1 3.wav:1 4.wav:1 ");
    put(copy_of(3, 1, false)); // a path that may have had another song
    put(copy_of(4, 1, true));
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(waiting_results_are_stored_together),
      TEST(each_kind_of_result_is_stored_and_counted),
      TEST(only_stored_results_are_counted),
      TEST(the_same_bytes_are_found_among_waiting_results),
      TEST(a_song_in_another_format_is_counted),
      TEST(new_copies_go_on_waiting_while_bytes_are_looked_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
