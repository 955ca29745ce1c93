// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Tags are written to a copy, which replaces the file only if nothing went wrong.
#include "library/tag_write.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sndfile.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[96], error[512];

/// What the writer of tags does with the copy.
static enum { APPENDS, SPOILS, TOUCHES_THE_ORIGINAL, FAILS } writer;

TagFieldsStatus __wrap_tag_fields_put(const char* copy, const TagReading* reading, bool is_dry);

TagFieldsStatus __wrap_tag_fields_put(const char* copy, const TagReading* reading, bool is_dry) {
  (void)reading;
  if (is_dry) return TAG_FIELDS_PUT;
  FILE* file = fopen(writer == TOUCHES_THE_ORIGINAL ? path : copy, "r+b");
  if (!file) return TAG_FIELDS_FAILED;
  fseek(file, writer == SPOILS ? 2000 : 0, writer == SPOILS ? SEEK_SET : SEEK_END);
  fwrite("LIST\4\0\0\0tags", 1, 12, file);
  fclose(file);
  return writer == FAILS ? TAG_FIELDS_FAILED : TAG_FIELDS_PUT;
}

static int setup(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-tag-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/a.wav", folder);
  SF_INFO info = {.samplerate = 8000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
  SNDFILE* file = sf_open(path, SFM_WRITE, &info);
  if (!file) return -1;
  for (short i = 0; i < 4000; ++i)
    sf_writef_short(file, &i, 1);
  return sf_close(file) + chmod(path, 0640);
}

static int teardown(void** state) {
  (void)state;
  return unlink(path) + rmdir(folder); // and no copy is left
}

static off_t size_of_file(void) {
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  return status.st_size;
}

static int write_tags_with(TagWriteOptions options) {
  static const TagReading reading = {"0.100", "0.200", "calm"};
  error[0] = '\0';
  return tag_write(path, &reading, &options, error, sizeof error);
}

static int write_tags(void) {
  return write_tags_with((TagWriteOptions){.is_dry = false});
}

static void a_tagged_copy_replaces_the_file_with_its_permissions(void** state) {
  (void)state;
  struct stat status;
  const off_t before = size_of_file();
  writer = APPENDS;
  assert_int_equal(write_tags(), 1);
  assert_int_equal(size_of_file(), before + 12);
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 07777, 0640);
}

static void a_copy_with_another_sound_does_not_replace_the_file(void** state) {
  (void)state;
  const off_t before = size_of_file();
  writer = SPOILS;
  assert_int_equal(write_tags(), -1);
  assert_string_equal(error, "tags would change its sound: it was not changed");
  assert_int_equal(size_of_file(), before);
}

static void a_file_that_changes_meanwhile_is_not_replaced(void** state) {
  (void)state;
  const off_t before = size_of_file();
  writer = TOUCHES_THE_ORIGINAL;
  assert_int_equal(write_tags(), -1);
  assert_string_equal(error, "changed while it was tagged");
  assert_int_equal(size_of_file(), before + 12); // by the other program
}

static void a_writer_that_fails_changes_nothing(void** state) {
  (void)state;
  const off_t before = size_of_file();
  writer = FAILS;
  assert_int_equal(write_tags(), -1);
  assert_string_equal(error, "the tags could not be written: it was not changed");
  assert_int_equal(size_of_file(), before);
}

static void a_file_that_may_not_be_written_is_not(void** state) {
  (void)state;
  const off_t before = size_of_file();
  writer = APPENDS;
  assert_int_equal(chmod(path, 0444), 0);
  assert_int_equal(write_tags(), -1);
  assert_string_equal(error, "is a read-only file");
  assert_int_equal(size_of_file(), before);
}

static void a_dry_run_changes_nothing_and_the_time_can_stay(void** state) {
  (void)state;
  struct stat status;
  const off_t before = size_of_file();
  const struct timespec times[2] = {{1000, 0}, {2000, 5000}};
  writer = APPENDS;
  assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
  assert_int_equal(write_tags_with((TagWriteOptions){.is_dry = true}), 1);
  assert_int_equal(size_of_file(), before);
  assert_int_equal(write_tags_with((TagWriteOptions){.keep_time = true}), 1);
  assert_int_equal(size_of_file(), before + 12);
  assert_int_equal(stat(path, &status), 0);
  assert_true(status.st_mtim.tv_sec == 2000 && status.st_mtim.tv_nsec == 5000);
  assert_int_equal(write_tags(), 1);
  assert_int_equal(stat(path, &status), 0);
  assert_true(status.st_mtim.tv_sec > 2000);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(a_tagged_copy_replaces_the_file_with_its_permissions),
                                     TEST(a_copy_with_another_sound_does_not_replace_the_file),
                                     TEST(a_file_that_changes_meanwhile_is_not_replaced),
                                     TEST(a_writer_that_fails_changes_nothing),
                                     TEST(a_file_that_may_not_be_written_is_not),
                                     TEST(a_dry_run_changes_nothing_and_the_time_can_stay)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
