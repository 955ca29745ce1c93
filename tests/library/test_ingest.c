// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Adding files that change, and adding that is stopped.
#include "library/ingest.h"
#include "library/reading.h"
#include "library/store.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sndfile.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { RATE = 8000, FRAMES = 6 * RATE };

static char folder[64], library[96], music[96], error[1024];

/// What the task does while files are read, and what it was told.
static struct {
  const char* touched;       ///< a file that gets another time; NULL: none
  atomic_uint_fast64_t done; ///< bytes; by any thread
  uint64_t stops_at;         ///< bytes; 0: it does not stop
  char message[1024];
} task;

static bool disk_fails;

int __real_hash_file(const char* path, bool (*is_stopped)(const void* context), const void* context,
                     uint64_t* hash);
int __wrap_hash_file(const char* path, bool (*is_stopped)(const void* context), const void* context,
                     uint64_t* hash);

int __wrap_hash_file(const char* path, bool (*is_stopped)(const void* context), const void* context,
                     uint64_t* hash) {
  if (!disk_fails) return __real_hash_file(path, is_stopped, context, hash);
  errno = EIO;
  return -1;
}

static void progress(void* context, uint64_t amount) {
  const struct timespec times[2] = {{1000, 0}, {1000, 0}};
  (void)context;
  task.done += amount;
  if (task.touched) assert_int_equal(utimensat(AT_FDCWD, task.touched, times, 0), 0);
}

static bool is_stopped(void* context) {
  (void)context;
  return task.stops_at > 0 && task.done >= task.stops_at;
}

static void message(void* context, const char* path, const char* text) {
  (void)context;
  snprintf(task.message, sizeof task.message, "%s: %s", path ? path : "", text);
}

static const char* in_music(const char* name) {
  static char path[160];
  snprintf(path, sizeof path, "%s/%s", music, name);
  return path;
}

static void write_sound(const char* name, uint32_t seed, int frames, short loudness) {
  SF_INFO info = {.samplerate = RATE, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
  SNDFILE* file = sf_open(in_music(name), SFM_WRITE, &info);
  assert_non_null(file);
  for (int i = 0; i < frames; ++i) {
    seed = seed * 1664525u + 1013904223u;
    const short sample = (short)(((int)(seed >> 18) - 8192) * loudness);
    assert_int_equal(sf_writef_short(file, &sample, 1), 1);
  }
  assert_int_equal(sf_close(file), 0);
}

static void write_noise(const char* name, uint32_t seed) {
  write_sound(name, seed, FRAMES, 1);
}

static int setup(void** state) {
  (void)state;
  memset(&task, 0, sizeof task);
  snprintf(folder, sizeof folder, "/tmp/circumplex-ingest-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(library, sizeof library, "%s/l.db", folder);
  snprintf(music, sizeof music, "%s/music", folder);
  return mkdir(music, 0700);
}

static int teardown(void** state) {
  char command[96];
  (void)state;
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

#define GOLDEN_MODEL CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/none-lstm.safetensors"

static IngestStatus add_paths(const char* const* paths, size_t n, IngestReport* report) {
  static const Task told = {.is_stopped = is_stopped, .progress = progress, .message = message};
  const IngestRequest request = {.library = library,
                                 .model = GOLDEN_MODEL,
                                 .paths = paths,
                                 .n_paths = n,
                                 .gate = -60.0,
                                 .jobs = 1};
  const IngestStatus status = ingest(&request, &told, report, error, sizeof error);
  if (status == INGEST_FAILED) fail_msg("%s", error);
  return status;
}

static IngestStatus add(IngestReport* report) {
  return add_paths((const char* const[]){music}, 1, report);
}

static void a_file_that_changes_while_it_is_read_is_read_again_later(void** state) {
  (void)state;
  IngestReport report;
  char path[160];
  write_noise("a.wav", 1);
  snprintf(path, sizeof path, "%s", in_music("a.wav"));
  task.touched = path; // its size stays
  assert_int_equal(add(&report), INGEST_DONE);
  assert_true(report.read == 0 && report.failed == 1);
  assert_non_null(strstr(task.message, "music/a.wav: changed while it was read"));
  task.touched = NULL;
  assert_int_equal(add(&report), INGEST_DONE);
  assert_true(report.read == 1 && report.failed == 0);
}

/// For example a disk that fails for a moment.
static void a_file_that_cannot_be_read_now_is_tried_again(void** state) {
  (void)state;
  IngestReport report;
  write_noise("a.wav", 1);
  disk_fails = true;
  assert_int_equal(add(&report), INGEST_DONE);
  assert_true(report.read == 0 && report.failed == 1);
  assert_non_null(strstr(task.message, "music/a.wav: Input/output error"));
  disk_fails = false;
  assert_int_equal(add(&report), INGEST_DONE);
  assert_true(report.read == 1 && report.before == 0);
}

static void a_stop_keeps_what_was_read_and_is_no_failure(void** state) {
  (void)state;
  IngestReport report;
  write_noise("a.wav", 1);
  write_noise("b.wav", 2);
  write_noise("c.wav", 3);
  task.stops_at = 5 * FRAMES; // in the third file; a frame has two bytes
  assert_int_equal(add(&report), INGEST_STOPPED);
  assert_true(report.read == 2 && report.failed == 0);
  assert_string_equal(task.message, "");
  task.stops_at = 0;
  assert_int_equal(add(&report), INGEST_DONE);
  assert_true(report.read == 1 && report.as_before == 2 && report.failed == 0);
}

static void a_failure_of_the_whole_has_an_error_message(void** state) {
  (void)state;
  IngestReport report;
  const char* const paths[] = {music};
  const IngestRequest request = {
      .library = library, .model = "no-such", .paths = paths, .n_paths = 1, .gate = -60.0};
  assert_int_equal(ingest(&request, NULL, &report, error, sizeof error), INGEST_FAILED);
  assert_non_null(strstr(error, "there is no model 'no-such'"));
}

static void a_broken_link_is_reported(void** state) {
  (void)state;
  IngestReport report;
  assert_int_equal(symlink("/nowhere", in_music("a.wav")), 0);
  assert_int_equal(add(&report), INGEST_DONE);
  assert_true(report.failed == 1 && report.as_before == 0);
  assert_non_null(strstr(task.message, "music/a.wav: is a broken link"));
}

static void missing_files_are_counted_in_all_that_is_given(void** state) {
  (void)state;
  IngestReport report;
  char paths[2][160];
  for (int i = 0; i < 2; ++i) {
    write_noise(i ? "b.wav" : "a.wav", (uint32_t)i);
    snprintf(paths[i], sizeof paths[i], "%s", in_music(i ? "b.wav" : "a.wav"));
  }
  assert_int_equal(add(&report), INGEST_DONE);
  for (int i = 0; i < 2; ++i)
    assert_int_equal(unlink(paths[i]), 0);
  assert_int_equal(add_paths((const char* const[]){paths[0], paths[1]}, 2, &report), INGEST_DONE);
  assert_int_equal(report.missing, 2);
  assert_int_equal(add(&report), INGEST_DONE);
  assert_int_equal(report.missing, 0); // they are missing already
}

static void a_track_has_the_tags_of_its_sheet(void** state) {
  (void)state;
  IngestReport report;
  write_noise("a.wav", 1);
  FILE* file = fopen(in_music("a.cue"), "w");
  assert_non_null(file);
  fputs("TITLE \"The Album\"\nPERFORMER \"Whole\"\nFILE \"a.wav\" WAVE\n"
        "TRACK 01 AUDIO\nTITLE \"One\"\nPERFORMER \"Ann\"\nINDEX 01 00:00:00\n"
        "TRACK 02 AUDIO\nTITLE \"Two\"\nPERFORMER \"Ben\"\nINDEX 01 00:03:00\n",
        file);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(add(&report), INGEST_DONE);
  assert_int_equal(report.read, 2);
  Store* store = store_open(library, STORE_READ, error, sizeof error);
  assert_non_null(store);
  Loaded* loaded = store_load(store, NULL, LOAD_FACTS, error, sizeof error);
  assert_non_null(loaded);
  for (size_t i = 0; i < 2; ++i) {
    const Song* song = &loaded_catalogue(loaded)->songs[i];
    assert_string_equal(song->title, i ? "Two" : "One");
    assert_string_equal(song->artist, i ? "Ben" : "Ann");
    assert_string_equal(song->album, "The Album");
  }
  loaded_free(loaded);
  store_close(store);
}

/// Read as a whole, a file without a reading is silent or too short; another may be cut.
static void a_static_model_tells_what_is_wrong_with_a_file(void** state) {
  (void)state;
  static const Task told = {.message = message};
  IngestReport report;
  const IngestRequest request = {.library = library,
                                 .static_model =
                                     CIRCUMPLEX_SOURCE_DIR "/models/static-tnn.safetensors",
                                 .paths = (const char* const[]){music},
                                 .n_paths = 1,
                                 .gate = -60.0,
                                 .jobs = 1};
  for (int brief = 0; brief < 2; ++brief) {
    write_sound("a.wav", 1, brief ? RATE / 10 : FRAMES, 0);
    assert_int_equal(ingest(&request, &told, &report, error, sizeof error), INGEST_DONE);
    assert_int_equal(report.failed, 1);
    assert_non_null(strstr(task.message, brief ? "music/a.wav: is shorter than one hop of 0.5 s"
                                               : "music/a.wav: is silent from end to end"));
  }
  write_noise("a.wav", 1);
  assert_int_equal(truncate(in_music("a.wav"), 44 + 2 * 5 * RATE), 0);
  assert_int_equal(ingest(&request, &told, &report, error, sizeof error), INGEST_DONE);
  assert_true(report.read == 1 && report.in_part == 1);
  assert_non_null(strstr(task.message, "music/a.wav: is cut off"));
}

static uint64_t positions[8];
static size_t n_positions;

static int on_row(void* context, const Estimate* estimate) {
  (void)context;
  if (n_positions < 8) positions[n_positions] = estimate->position;
  ++n_positions;
  return 0;
}

static void positions_of_a_part_are_those_in_the_file(void** state) {
  (void)state;
  ReadingSummary summary;
  TaskFile done = {.size = 100};
  write_noise("a.wav", 1);
  Model* model = reading_model(GOLDEN_MODEL, error, sizeof error);
  assert_non_null(model);
  const ReadingOptions options = {.model = model, .gate = -60.0, .from = 2.0, .to = 3.5};
  Reader* reader = reader_new(&options);
  for (int again = 0; again < 2; ++again) { // the reader is used for one file after another
    AudioFile* audio = audio_open(in_music("a.wav"), NULL, error, sizeof error);
    assert_true(reader && audio);
    n_positions = 0;
    assert_int_equal(reader_run(reader, audio, &done, on_row, NULL, &summary, error, sizeof error),
                     0);
    audio_close(audio);
    assert_int_equal(n_positions, 3);
    for (size_t i = 0; i < 3; ++i)
      assert_int_equal(positions[i], 2 * RATE + (i + 1) * RATE / 2);
    assert_int_equal(summary.samples, RATE * 3 / 2);
  }
  reader_free(reader);
  model_unref(model);
}

/// A header that is wrong would keep the program busy for hours.
static void a_file_longer_than_twelve_hours_is_refused(void** state) {
  (void)state;
  IngestReport report;
  static const unsigned char head[] =
      "RIFF....WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0"
      "data";
  const uint32_t size = 13u * 3600u * RATE; // a byte a frame
  FILE* file = fopen(in_music("long.wav"), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(head, 1, 40, file), 40);
  for (unsigned i = 0; i < 4; ++i)
    fputc((int)(size >> (8 * i) & 0xFF), file);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(truncate(in_music("long.wav"), 44 + (off_t)size), 0);
  assert_int_equal(add(&report), INGEST_DONE);
  assert_true(report.read == 0 && report.failed == 1);
  assert_non_null(strstr(task.message, "is 13 hours long; at most 12 are allowed"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(a_file_that_changes_while_it_is_read_is_read_again_later),
                                     TEST(a_file_that_cannot_be_read_now_is_tried_again),
                                     TEST(a_stop_keeps_what_was_read_and_is_no_failure),
                                     TEST(a_failure_of_the_whole_has_an_error_message),
                                     TEST(a_broken_link_is_reported),
                                     TEST(missing_files_are_counted_in_all_that_is_given),
                                     TEST(a_track_has_the_tags_of_its_sheet),
                                     TEST(a_static_model_tells_what_is_wrong_with_a_file),
                                     TEST(positions_of_a_part_are_those_in_the_file),
                                     TEST(a_file_longer_than_twelve_hours_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
