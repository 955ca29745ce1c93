// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Valid, unusual and broken tags; a reader process that dies is replaced.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "library/tags.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 4096 };

static char folder[64], path[128];

typedef struct {
  unsigned char bytes[ROOM];
  size_t n;
} Bytes;

static void add(Bytes* to, const void* data, size_t size) {
  assert_true(to->n + size <= ROOM);
  memcpy(to->bytes + to->n, data, size);
  to->n += size;
}

static void add_size(Bytes* to, size_t value, int is_big) {
  unsigned char four[4];
  for (int i = 0; i < 4; ++i)
    four[is_big ? 3 - i : i] = (unsigned char)(value >> (8 * i));
  add(to, four, 4);
}

/// An ID3v2.3 text frame; \p text begins with the byte for its encoding.
static void add_frame(Bytes* tag, const char* id, const char* text, size_t size) {
  add(tag, id, 4);
  add_size(tag, size, 1);
  add(tag, "\0\0", 2);
  add(tag, text, size);
}

/// A WAV with a little sound and an ID3 chunk of these frames and zeros.
static void write_padded_wav(const Bytes* frames, size_t padding) {
  const size_t tag = frames->n + padding;
  Bytes file = {.n = 0};
  unsigned char sound[64] = {0};
  add(&file, "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1F\0\0\x80\x3E\0\0\x02\0\x10\0data",
      40);
  add_size(&file, sizeof sound, 0);
  add(&file, sound, sizeof sound);
  add(&file, "id3 ", 4);
  add_size(&file, tag + 10, 0);
  add(&file, "ID3\x03\0\0", 6);
  // Seven bits a byte.
  const unsigned char size[4] = {(unsigned char)(tag >> 21 & 127), (unsigned char)(tag >> 14 & 127),
                                 (unsigned char)(tag >> 7 & 127), (unsigned char)(tag & 127)};
  add(&file, size, 4);
  add(&file, frames->bytes, frames->n);
  if (file.n % 2 != 0) add(&file, "", 1);
  const size_t whole = file.n + padding - 8;
  for (int i = 0; i < 4; ++i)
    file.bytes[4 + i] = (unsigned char)(whole >> (8 * i));
  FILE* out = fopen(path, "wb");
  assert_non_null(out);
  assert_int_equal(fwrite(file.bytes, 1, file.n, out), file.n);
  assert_int_equal(fclose(out), 0);
  assert_int_equal(truncate(path, (off_t)(whole + 8)), 0);
}

static void write_wav(const Bytes* frames) {
  write_padded_wav(frames, 0);
}

static int setup(void** state) {
  snprintf(folder, sizeof folder, "/tmp/circumplex-tags-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/x.wav", folder);
  *state = tags_open();
  return !*state ? -1 : 0;
}

static int teardown(void** state) {
  tags_close(*state);
  unlink(path);
  return rmdir(folder);
}

#define TEXT(literal) (literal), sizeof(literal) - 1

static void tags_of_any_encoding_become_utf8(void** state) {
  Bytes frames = {.n = 0};
  TagTexts texts;
  add_frame(&frames, "TIT2", TEXT("\0F\xFCr Elise")); // Latin-1
  add_frame(&frames, "TPE1",
            TEXT("\x01\xFF\xFE"
                 "D\0v\0o\0\x59\x01\xE1\0k\0")); // UTF-16
  add_frame(&frames, "TALB", TEXT("\0a\nb\x1B[2J"));
  write_wav(&frames);
  tags_read(*state, path, &texts);
  assert_string_equal(texts.title, "Für Elise");
  assert_string_equal(texts.artist, "Dvořák");
  assert_string_equal(texts.album, "a b [2J");
}

static void broken_tags_break_nothing(void** state) {
  TagTexts texts;
  static const char half[] = "\x01\xFF\xFE\x00\xD8x\0"; // half of a surrogate pair
  Bytes frames = {.n = 0};
  add_frame(&frames, "TIT2", TEXT(half));
  add_frame(&frames, "TPE1", TEXT("\0good"));
  write_wav(&frames);
  tags_read(*state, path, &texts);
  for (const char* s = texts.title; *s != '\0'; ++s)
    assert_true((unsigned char)*s >= 0x20);
  // Cut after each byte, or with each byte replaced, a file gets some answer in time.
  for (size_t i = 0; i < frames.n; ++i) {
    Bytes bad = frames;
    bad.bytes[i] = 0xFF;
    write_wav(&bad);
    tags_read(*state, path, &texts);
    bad = frames;
    bad.n = i;
    write_wav(&bad);
    tags_read(*state, path, &texts);
  }
  write_wav(&frames);
  tags_read(*state, path, &texts);
  assert_string_equal(texts.artist, "good");
}

static void files_without_tags_give_empty_texts(void** state) {
  TagTexts texts;
  char none[160];
  snprintf(none, sizeof none, "%s/none.mp3", folder);
  memset(&texts, 'x', sizeof texts);
  tags_read(*state, none, &texts);
  assert_string_equal(texts.title, "");
  tags_read(*state, folder, &texts);
  assert_string_equal(texts.artist, "");
  tags_read(NULL, path, &texts);
  assert_string_equal(texts.album, "");
}

static void a_long_tag_is_shortened(void** state) {
  static char text[1500];
  TagTexts texts;
  Bytes frames = {.n = 0};
  memset(text, 'y', sizeof text);
  text[0] = 3; // UTF-8
  add_frame(&frames, "TIT2", text, sizeof text);
  write_wav(&frames);
  tags_read(*state, path, &texts);
  assert_int_equal(strlen(texts.title), TAGS_TEXT - 1);
}

static void reading_does_not_change_the_file(void** state) {
  Bytes frames = {.n = 0};
  struct stat before, after;
  TagTexts texts;
  add_frame(&frames, "TIT2", TEXT("\0T"));
  write_wav(&frames);
  assert_int_equal(stat(path, &before), 0);
  tags_read(*state, path, &texts);
  assert_int_equal(stat(path, &after), 0);
  assert_string_equal(texts.title, "T");
  assert_int_equal(before.st_size, after.st_size);
  assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
}

/// Kill every child of this process.  \return how many there were, -1 if unknown
static int kill_children(void) {
  char name[64];
  snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
  FILE* file = fopen(name, "r");
  if (!file) return -1;
  int n = 0;
  long child;
  char text[256];
  if (fgets(text, sizeof text, file))
    for (char* s = text; (child = strtol(s, &s, 10)) > 0; ++n)
      kill((pid_t)child, SIGKILL);
  fclose(file);
  return n;
}

/// The first child of this process, 0 if unknown.
static long child_of_ours(void) {
  char name[64], text[64] = "";
  snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
  FILE* file = fopen(name, "r");
  if (!file) return 0;
  const long child = fgets(text, sizeof text, file) ? strtol(text, NULL, 10) : 0;
  fclose(file);
  return child;
}

/// A line of /proc/CHILD/NAME that begins with \p key.  \return whether there is one
static int line_of(long child, const char* name, const char* key, char* line, int size) {
  char file_name[64];
  snprintf(file_name, sizeof file_name, "/proc/%ld/%s", child, name);
  FILE* file = fopen(file_name, "r");
  if (!file) return 0;
  int found = 0;
  while (!found && fgets(line, size, file))
    found = strncmp(line, key, strlen(key)) == 0;
  fclose(file);
  return found;
}

static void the_reader_is_limited(void** state) {
  TagTexts texts;
  Bytes frames = {.n = 0};
  char line[256];
  unsigned long long limit = 0, bytes = 0;
  add_frame(&frames, "TIT2", TEXT("\0T"));
  write_wav(&frames);
  tags_read(*state, path, &texts); // so that it has started
  const long child = child_of_ours();
  if (child == 0) skip();
  assert_true(line_of(child, "limits", "Max file size", line, sizeof line));
  assert_int_equal(sscanf(line, "Max file size %llu %llu", &limit, &bytes), 2);
  assert_true(limit == 0 && bytes == 0); // it must not write a file
  assert_true(line_of(child, "limits", "Max core file size", line, sizeof line));
  assert_int_equal(sscanf(line, "Max core file size %llu %llu", &limit, &bytes), 2);
  assert_true(limit == 0 && bytes == 0);
#ifndef CIRCUMPLEX_SANITIZED // which reserves terabytes of addresses
  unsigned long long size = 0;
  assert_true(line_of(child, "status", "VmSize:", line, sizeof line));
  assert_int_equal(sscanf(line, "VmSize: %llu", &size), 1);
  assert_true(line_of(child, "limits", "Max address space", line, sizeof line));
  assert_int_equal(sscanf(line, "Max address space %llu %llu", &limit, &bytes), 2);
  assert_true(limit == bytes && limit < size * 1024 + ((unsigned long long)3 << 30));
#endif
  // Ctrl-C is handled by the parent; the child ignores it, but can be ended by a signal to it.
  assert_true(line_of(child, "status", "SigIgn:", line, sizeof line));
  assert_int_equal(sscanf(line, "SigIgn: %llx", &bytes), 1);
  assert_true(bytes >> (SIGINT - 1) & 1);
  assert_false(bytes >> (SIGTERM - 1) & 1);
}

static void a_reader_that_hangs_is_replaced(void** state) {
  TagTexts texts;
  Bytes frames = {.n = 0};
  struct timespec from, to;
  add_frame(&frames, "TIT2", TEXT("\0T"));
  write_wav(&frames);
  tags_read(*state, path, &texts);
  const long child = child_of_ours();
  if (child == 0) skip();
  assert_int_equal(kill((pid_t)child, SIGSTOP), 0);
  clock_gettime(CLOCK_MONOTONIC, &from);
  tags_read(*state, path, &texts);
  clock_gettime(CLOCK_MONOTONIC, &to);
  assert_string_equal(texts.title, "");
  assert_in_range(to.tv_sec - from.tv_sec, TAGS_PATIENCE - 1, 6 * TAGS_PATIENCE);
  tags_read(*state, path, &texts); // by another one
  assert_string_equal(texts.title, "T");
}

static void a_dead_reader_is_replaced(void** state) {
  TagTexts texts;
  Bytes frames = {.n = 0};
  add_frame(&frames, "TIT2", TEXT("\0T"));
  write_wav(&frames);
  for (int i = 0; i < 20; ++i) {
    const int n = kill_children();
    if (n < 0) skip();
    assert_int_equal(n, 1);
    if (i % 2 == 0) nanosleep(&(struct timespec){0, 2000000}, NULL); // dead by then, or just dying
    tags_read(*state, path, &texts);
    assert_string_equal(texts.title, "T");
  }
}

/// Many threads reserve much address space, and a new child starts with all of it.
static void a_reader_started_late_has_enough_memory(void** state) {
  const size_t size = (size_t)4 << 30;
  TagTexts texts;
  Bytes frames = {.n = 0};
  add_frame(&frames, "TIT2", TEXT("\0T"));
  write_padded_wav(&frames, (size_t)16 << 20); // as long as a large picture
  const int file = open("/dev/zero", O_RDONLY);
  assert_true(file >= 0);
  void* reserved = mmap(NULL, size, PROT_NONE, MAP_PRIVATE, file, 0);
  close(file);
  if (reserved == MAP_FAILED || kill_children() != 1) skip();
  tags_read(*state, path, &texts);
  munmap(reserved, size);
  assert_string_equal(texts.title, "T");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {TEST(tags_of_any_encoding_become_utf8),
                                     TEST(broken_tags_break_nothing),
                                     TEST(files_without_tags_give_empty_texts),
                                     TEST(a_long_tag_is_shortened),
                                     TEST(reading_does_not_change_the_file),
                                     TEST(a_dead_reader_is_replaced),
                                     TEST(the_reader_is_limited),
                                     TEST(a_reader_that_hangs_is_replaced),
                                     TEST(a_reader_started_late_has_enough_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
