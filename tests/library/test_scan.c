// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Which files must be read, which are known, and which are missing.
#include "library/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const StoreModel model = {.hash = "0123456789abcdef", .name = "m"};
static char folder[64], error[1024];
static Store* store;

static const char* at(const char* name) {
  static char paths[4][160];
  static unsigned turn;
  char* path = paths[turn++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static int setup(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-scan-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  store = store_open(at("l.db"), STORE_CREATE, error, sizeof error);
  return !store ? -1 : 0;
}

static int teardown(void** state) {
  char command[96];
  (void)state;
  store_close(store);
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

/// A file of \p size bytes and that time.
static void make(const char* name, size_t size, long seconds, long nanoseconds) {
  const struct timespec times[2] = {{seconds, nanoseconds}, {seconds, nanoseconds}};
  FILE* file = fopen(at(name), "wb");
  assert_non_null(file);
  for (size_t i = 0; i < size; ++i)
    fputc('x', file);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(utimensat(AT_FDCWD, at(name), times, 0), 0);
}

/// Store a path with its song.
static void put(const char* name, uint64_t sound) {
  StoreFile file = {.path = at(name)};
  const StoreSound s = {sound, 1000, "T", "", ""};
  const StoreReading r = {.model = &model, .duration = 5.0F};
  assert_int_equal(scan_stat(file.path, &file), 0);
  assert_int_equal(store_put(store, &file, &s, &r, error, sizeof error), 0);
}

static ScanItem item;
static MissingChanges missing;
static ScanOptions options;

static ScanState look(const char* name) {
  options.model_hash = model.hash;
  if (scan_file(store, at(name), &options, &missing, &item, error, sizeof error) != 0)
    fail_msg("%s", error);
  return item.state;
}

static void a_file_must_be_read_unless_it_is_known_and_unchanged(void** state) {
  (void)state;
  options = (ScanOptions){.model_hash = NULL};
  make("a.wav", 70, 1000, 5);
  assert_int_equal(look("a.wav"), SCAN_WORK);
  assert_true(item.is_new && item.file.size == 70);
  assert_int_equal(item.file.mtime, 1000000000005);
  put("a.wav", 1);
  assert_int_equal(look("a.wav"), SCAN_DONE);
  assert_false(item.is_new);
  options.rescan = true;
  assert_int_equal(look("a.wav"), SCAN_WORK);
  options.rescan = false;
  make("a.wav", 70, 1000, 6); // a nanosecond later
  assert_int_equal(look("a.wav"), SCAN_WORK);
  assert_false(item.is_new);
  make("a.wav", 71, 1000, 5);
  assert_int_equal(look("a.wav"), SCAN_WORK);
  // A file that failed before is skipped, unless it changed or a retry is requested.
  make("b.wav", 3, 7, 0);
  StoreFile bad = {.path = at("b.wav")};
  assert_int_equal(scan_stat(bad.path, &bad), 0);
  assert_int_equal(store_put_failure(store, &bad, "is no sound", error, sizeof error), 0);
  assert_int_equal(look("b.wav"), SCAN_BEFORE);
  assert_string_equal(item.reason, "is no sound");
  assert_true(item.is_new);
  options.retry = true;
  assert_int_equal(look("b.wav"), SCAN_WORK);
  options = (ScanOptions){.rescan = true};
  assert_int_equal(look("b.wav"), SCAN_WORK);
  options.rescan = false;
  make("b.wav", 4, 7, 0);
  assert_int_equal(look("b.wav"), SCAN_WORK);
  assert_int_equal(missing.n, 0);
}

static void files_without_sound_and_missing_files_are_distinguished(void** state) {
  (void)state;
  options = (ScanOptions){.model_hash = NULL};
  assert_int_equal(mkdir(at("f.wav"), 0700), 0);
  assert_int_equal(look("f.wav"), SCAN_BAD);
  assert_string_equal(item.reason, "is not a regular file");
  assert_int_equal(look("none.wav"), SCAN_AWAY);
  assert_string_equal(item.reason, strerror(ENOENT));
  assert_int_equal(symlink("nowhere", at("link.wav")), 0);
  assert_int_equal(look("link.wav"), SCAN_BAD);
  assert_non_null(strstr(item.reason, "is a broken link (No such"));
  assert_int_equal(missing.n, 0);
  // A file is missing only if it certainly does not exist, not if it cannot be reached.
  make("file", 1, 1, 1);
  assert_int_equal(symlink("round.wav", at("round.wav")), 0);
  assert_true(scan_is_gone(at("none.wav")) && scan_is_gone(at("link.wav")));
  assert_true(scan_is_gone(at("file/x.wav")));
  assert_false(scan_is_gone(at("file")) || scan_is_gone(at("f.wav")));
  assert_false(scan_is_gone(at("round.wav")));
  if (geteuid() == 0) return; // who may read all
  make("secret.wav", 1, 1, 1);
  assert_int_equal(chmod(at("secret.wav"), 0), 0);
  assert_int_equal(look("secret.wav"), SCAN_AWAY);
  assert_string_equal(item.reason, strerror(EACCES));
}

static void a_link_without_a_target_keeps_its_song(void** state) {
  (void)state;
  options = (ScanOptions){.model_hash = NULL};
  make("target", 5, 1, 1);
  assert_int_equal(symlink("target", at("link.wav")), 0);
  put("link.wav", 1);
  assert_int_equal(unlink(at("target")), 0);
  assert_int_equal(look("link.wav"), SCAN_AWAY);
  assert_int_equal(missing.n, 1);
  assert_true(missing.files[0].is_missing);
  assert_string_equal(missing.files[0].path, at("link.wav"));
  assert_int_equal(missing_changes_store(&missing, store, error, sizeof error), 0);
  missing_changes_free(&missing);
  assert_int_equal(look("link.wav"), SCAN_AWAY); // that is known
  assert_int_equal(missing.n, 0);
  make("target", 5, 1, 1);
  assert_int_equal(look("link.wav"), SCAN_DONE);
  assert_int_equal(missing.n, 1);
  assert_false(missing.files[0].is_missing);
  missing_changes_free(&missing);
}

static void files_missing_from_a_folder_are_counted_once(void** state) {
  (void)state;
  char name[32];
  assert_int_equal(mkdir(at("in"), 0700), 0);
  assert_int_equal(store_begin_batch(store, error, sizeof error), 0);
  for (unsigned i = 0; i < 100; ++i) { // more than the first capacity
    snprintf(name, sizeof name, i < 98 ? "in/%u.wav" : "%u.wav", i);
    make(name, 1, 1, i);
    put(name, i + 1);
    if (i != 7) assert_int_equal(unlink(at(name)), 0);
  }
  assert_int_equal(store_end_batch(store, 0, error, sizeof error), 0);
  assert_int_equal(scan_missing(store, at("in"), error, sizeof error), 97);
  assert_int_equal(scan_missing(store, at("in"), error, sizeof error), 0);
  assert_int_equal(scan_missing(store, at("98.wav"), error, sizeof error), 1);
  make("in/3.wav", 1, 1, 3); // one is back, another is now missing
  assert_int_equal(unlink(at("in/7.wav")), 0);
  assert_int_equal(scan_missing(store, at("in"), error, sizeof error), 1);
  Loaded* loaded = store_load(store, model.hash, LOAD_FACTS, error, sizeof error);
  assert_non_null(loaded);
  assert_int_equal(loaded_catalogue(loaded)->n, 2);
  assert_string_equal(loaded_catalogue(loaded)->songs[0].path, at("in/3.wav"));
  loaded_free(loaded);
}

static void a_track_changes_with_its_sheet_and_its_sound(void** state) {
  (void)state;
  static const char text[] = "FILE \"s.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
                             "TRACK 02 AUDIO\nINDEX 01 00:09:00\n";
  char path[160];
  StoreFile file = {.path = path};
  snprintf(path, sizeof path, "%s", at("s.cue/02"));
  FILE* sheet = fopen(at("s.cue"), "w");
  assert_non_null(sheet);
  fputs(text, sheet);
  assert_int_equal(fclose(sheet), 0);
  const struct timespec early[2] = {{50, 5}, {50, 5}}, late[2] = {{90, 9}, {90, 9}};
  make("s.wav", 33, 60, 6);
  assert_int_equal(utimensat(AT_FDCWD, at("s.cue"), early, 0), 0);
  assert_int_equal(scan_stat(file.path, &file), 0);
  assert_true(file.size == 33 && file.mtime == 60000000006);
  assert_int_equal(utimensat(AT_FDCWD, at("s.cue"), late, 0), 0);
  assert_int_equal(scan_stat(file.path, &file), 0);
  assert_int_equal(file.mtime, 90000000009);
  options = (ScanOptions){.model_hash = NULL};
  assert_int_equal(look("s.cue/02"), SCAN_WORK);
  assert_int_equal(item.file.size, 33);
  assert_int_equal(look("s.cue/03"), SCAN_AWAY); // it has two
  assert_false(scan_is_gone(file.path));
  assert_true(scan_is_gone(at("s.cue/03")));
  assert_int_equal(unlink(at("s.wav")), 0);
  assert_true(scan_is_gone(file.path));
  assert_int_equal(scan_stat(file.path, &file), -1);
  assert_true(scan_is_gone(at("s.cue/x/y"))); // no folder there
}

static void expect_absolute(const char* path, const char* expected) {
  char* absolute = scan_absolute(path);
  assert_non_null(absolute);
  assert_string_equal(absolute, expected);
  free(absolute);
}

static void paths_become_absolute_and_links_in_folders_are_followed(void** state) {
  (void)state;
  assert_int_equal(mkdir(at("real"), 0700), 0);
  make("real/a.wav", 1, 1, 1);
  assert_int_equal(symlink("real", at("way")), 0);
  assert_int_equal(symlink("a.wav", at("real/b.wav")), 0);
  assert_int_equal(chdir(at("real")), 0);
  expect_absolute("a.wav", at("real/a.wav"));
  expect_absolute("./none.wav", at("real/none.wav"));
  expect_absolute("../way/b.wav", at("real/b.wav")); // not the link itself
  expect_absolute(".", at("real"));
  expect_absolute("..", folder);
  expect_absolute("../way", at("real"));
  expect_absolute(at("real//none//"), at("real/none"));
  expect_absolute("/none.wav", "/none.wav");
  expect_absolute("/", "/");
  assert_null(scan_absolute(""));
  assert_int_equal(errno, ENOENT);
  assert_null(scan_absolute("nowhere/a.wav"));
  assert_int_equal(errno, ENOENT);
  assert_int_equal(chdir("/"), 0);
  expect_absolute("none.wav", "/none.wav");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(a_file_must_be_read_unless_it_is_known_and_unchanged),
      TEST(files_without_sound_and_missing_files_are_distinguished),
      TEST(a_link_without_a_target_keeps_its_song),
      TEST(files_missing_from_a_folder_are_counted_once),
      TEST(a_track_changes_with_its_sheet_and_its_sound),
      TEST(paths_become_absolute_and_links_in_folders_are_followed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
