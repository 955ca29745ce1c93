// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Every invalid file is refused with an error message that names the cause.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "inference/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned interruptions; ///< next calls of read() that a signal interrupts
static size_t most_at_once = SIZE_MAX;

ssize_t __real_read(int fd, void* to, size_t size);
ssize_t __wrap_read(int fd, void* to, size_t size);
ssize_t __wrap_read(int fd, void* to, size_t size) {
  if (interruptions > 0) {
    --interruptions;
    errno = EINTR;
    return -1;
  }
  return __real_read(fd, to, size < most_at_once ? size : most_at_once);
}

/// A file of a header text and some bytes of data.
static size_t build(unsigned char* file, const char* header, size_t length, size_t data) {
  for (int i = 0; i < 8; ++i)
    file[i] = (unsigned char)((uint64_t)length >> (8 * i));
  memcpy(file + 8, header, length);
  memset(file + 8 + length, 0, data);
  return 8 + length + data;
}

/// Refused, and the error message contains both words.
static void refuse_text(const char* header, size_t data, const char* word, const char* word2) {
  unsigned char* file = NULL;
  char padded[4096], error[256] = "";
  size_t length = strlen(header);
  memcpy(padded, header, length);
  while (length % 8)
    padded[length++] = ' ';
  file = realloc(file, length + data + 16);
  const size_t size = build(file, padded, length, data);
  assert_null(safetensors_open_memory(file, size, error, sizeof error));
  free(file);
  if (!strstr(error, word) || !strstr(error, word2))
    fail_msg("\"%s\" names neither %s nor %s", error, word, word2);
  assert_int_equal(error[strlen(error) - 1], '.');
}

static void sound_files_are_read(void** state) {
  (void)state;
  const char* header = "{\"__metadata__\":{\"k\":\"v\"},\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],"
                       "\"data_offsets\":[4,12]},\"a\":{\"dtype\":\"F32\",\"shape\":[],"
                       "\"data_offsets\":[0,4]},\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],"
                       "\"data_offsets\":[4,4]}}   ";
  unsigned char file[512];
  char error[256] = "";
  const size_t length = strlen(header);
  assert_int_equal(length % 4, 0);
  const size_t size = build(file, header, length, 12);
  Safetensors* st = safetensors_open_memory(file, size, error, sizeof error);
  assert_string_equal(error, "");
  assert_non_null(st);
  assert_string_equal(safetensors_metadata(st, "k"), "v");
  assert_null(safetensors_metadata(st, "absent"));
  assert_string_equal(safetensors_at(st, 0)->name, "a");
  assert_int_equal(safetensors_find(st, "b")->count, 2);
  assert_int_equal(safetensors_find(st, "e")->count, 0);
  assert_null(safetensors_find(st, "c"));
  assert_null(safetensors_at(st, 3));
  safetensors_free(st);
}

#define T(name, dtype, shape, from, to)                                                            \
  "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" from "," to "]}"

static void bad_headers_are_refused(void** state) {
  (void)state;
  refuse_text("[]", 0, "does not start with {", "");
  refuse_text("{\"a\":", 0, "JSON", "");
  refuse_text("{\"a\xff\":1}", 0, "JSON", "decode byte 0xff");
  refuse_text("{" T("wq", "F32", "[1]", "0", "4") "," T("wq", "F32", "[1]", "4", "8") "}", 8,
              "duplicate", "wq");
  refuse_text("{\"__metadata__\":[]}", 0, "__metadata__", "object");
  refuse_text("{\"__metadata__\":{\"key1\":3}}", 0, "key1", "string");
  refuse_text("{\"wq\":[]}", 0, "wq", "object");
  char deep[2000] = "{\"a\":";
  for (int i = 0; i < 900; ++i)
    strcat(deep, "[");
  refuse_text(deep, 0, "nested", "");
}

static void bad_tensors_are_refused_by_name(void** state) {
  (void)state;
  refuse_text("{" T("wq", "F16", "[2]", "0", "4") "}", 4, "wq", "F16");
  refuse_text("{\"wq\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "wq", "dtype");
  refuse_text("{\"wq\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "wq", "shape");
  refuse_text("{" T("wq", "F32", "[-1]", "0", "4") "}", 4, "wq", "dimension");
  refuse_text("{" T("wq", "F32", "[1.0]", "0", "4") "}", 4, "wq", "dimension");
  refuse_text("{" T("wq", "F32", "[1,1,1,1,1,1,1,1,1]", "0", "4") "}", 4, "wq", "9 dimensions");
  refuse_text("{" T("wq", "F32", "[4294967296,4294967296]", "0", "4") "}", 4, "wq", "larger");
  refuse_text("{" T("wq", "F32", "[281474976710656]", "0", "4") "}", 4, "wq", "dimension");
  refuse_text("{" T("wq", "F32", "[99999999999999999999]", "0", "4") "}", 4, "JSON", "big");
  refuse_text("{" T("wq", "F32", "[1]", "4", "0") "}", 4, "wq", "data_offsets");
  refuse_text("{" T("wq", "F32", "[1]", "0", "-4") "}", 4, "wq", "data_offsets");
  refuse_text("{\"wq\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "wq",
              "data_offsets");
  refuse_text("{" T("wq", "F32", "[2]", "0", "8") "}", 4, "wq", "past");
  refuse_text("{" T("wq", "F32", "[1]", "2", "6") "}", 6, "wq", "unaligned");
  refuse_text("{" T("wq", "F32", "[2]", "0", "4") "}", 8, "wq", "shape needs 8");
}

static void layout_errors_are_refused(void** state) {
  (void)state;
  refuse_text("{" T("one", "F32", "[2]", "0", "8") "," T("two", "F32", "[2]", "4", "12") "}", 12,
              "\"two\"", "overlaps tensor \"one\"");
  refuse_text("{" T("one", "F32", "[1]", "0", "4") "," T("two", "F32", "[1]", "8", "12") "}", 12,
              "gap of 4", "two");
  refuse_text("{" T("one", "F32", "[1]", "0", "4") "}", 12, "8 bytes at the end", "");
}

static void truncated_and_oversized_files_are_refused(void** state) {
  (void)state;
  unsigned char file[64] = {0};
  char error[256];
  for (size_t size = 0; size < 8; ++size) {
    assert_null(safetensors_open_memory(file, size, error, sizeof error));
    assert_non_null(strstr(error, "at least 8"));
  }
  file[0] = 60;
  assert_null(safetensors_open_memory(file, sizeof file, error, sizeof error));
  assert_non_null(strstr(error, "truncated"));
  memset(file, 0xff, 8);
  assert_null(safetensors_open_memory(file, sizeof file, error, sizeof error));
  assert_non_null(strstr(error, "header's length"));
  const size_t size = build(file, "{\"__metadata__\":{}}", 20, 0); // 20 = 19 and its 0
  assert_null(safetensors_open_memory(file, size, error, sizeof error));
}

static void unaligned_data_is_refused(void** state) {
  (void)state;
  unsigned char file[128];
  char error[256], padded[100];
  snprintf(padded, sizeof padded, "%s    ", "{" T("wq", "F32", "[1]", "0", "4") "}");
  const size_t shortest = strlen(padded) - 4;
  for (size_t length = shortest; length < shortest + 4; ++length) {
    const size_t size = build(file, padded, length, 4);
    Safetensors* st = safetensors_open_memory(file, size, error, sizeof error);
    assert_int_equal(st != NULL, length % 4 == 0);
    if (!st) assert_non_null(strstr(error, "unaligned"));
    safetensors_free(st);
  }
}

/// A file of \p n empty tensors with a header of at least \p least bytes.  \return the error
/// message
static void open_many(unsigned n, size_t least, char error[256]) {
  const size_t room = least + 80 * (size_t)n + 16;
  char* header = malloc(room);
  unsigned char* file = malloc(room + 8);
  assert_true(header && file);
  size_t at = 1;
  header[0] = '{';
  for (unsigned i = 0; i < n; ++i)
    at += (size_t)snprintf(header + at, room - at,
                           "%s\"%x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}",
                           i ? "," : "", i);
  header[at++] = '}';
  while (at < least || at % 4)
    header[at++] = ' ';
  error[0] = '\0';
  safetensors_free(safetensors_open_memory(file, build(file, header, at, 0), error, 256));
  free(header), free(file);
}

static void a_header_larger_than_the_limit_is_refused(void** state) {
  (void)state;
  char error[256];
  open_many(1, SAFETENSORS_MAX_HEADER, error);
  assert_string_equal(error, "");
  open_many(1, SAFETENSORS_MAX_HEADER + 4, error);
  assert_non_null(strstr(error, "more than the 4194304 allowed"));
}

static void more_tensors_than_the_limit_are_refused(void** state) {
  (void)state;
  char error[256];
  open_many(SAFETENSORS_MAX_TENSORS, 0, error);
  assert_string_equal(error, "");
  open_many(SAFETENSORS_MAX_TENSORS + 1, 0, error);
  assert_non_null(strstr(error, "65537 tensors, more than the 65536 allowed"));
}

static void brackets_in_texts_have_no_depth(void** state) {
  (void)state;
  static const char text[] = "{\"a\\\"[[[\": [\"\\\\\", {}]}";
  assert_int_equal(safetensors_json_depth(text, sizeof text - 1), 3);
}

static void a_header_nested_deeper_than_the_limit_is_refused(void** state) {
  (void)state;
  for (unsigned depth = SAFETENSORS_MAX_DEPTH; depth < SAFETENSORS_MAX_DEPTH + 2; ++depth) {
    char header[200] = "{\"wq\":";
    for (unsigned i = 1; i < depth; ++i)
      strcat(header, "[");
    for (unsigned i = 1; i < depth; ++i)
      strcat(header, "]");
    strcat(header, "}");
    refuse_text(header, 0, depth > SAFETENSORS_MAX_DEPTH ? "nested deeper" : "object", "");
  }
}

/// The access rights of the memory at \p at, like "r--p".
static void find_rights(const void* at, char rights[5]) {
  FILE* maps = fopen("/proc/self/maps", "r");
  char line[512];
  unsigned long from = 0, to = 0;
  assert_non_null(maps);
  rights[0] = '\0';
  while (fgets(line, sizeof line, maps) && !rights[0]) {
    if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) != 3 || (uintptr_t)at < from ||
        (uintptr_t)at >= to)
      rights[0] = '\0';
  }
  fclose(maps);
}

static void weights_are_in_read_only_memory(void** state) {
  (void)state;
  unsigned char file[128];
  char error[256] = "", rights[5];
  const char* header = "{" T("wq", "F32", "[1]", "0", "4") "}    ";
  const size_t size = build(file, header, strlen(header) / 4 * 4, 4);
  Safetensors* st = safetensors_open_memory(file, size, error, sizeof error);
  assert_string_equal(error, "");
  find_rights(safetensors_find(st, "wq")->data, rights);
  assert_string_equal(rights, "r--p");
  safetensors_free(st);
}

static void special_files_are_refused_without_blocking(void** state) {
  (void)state;
  char fifo[] = "/tmp/circumplex-test-XXXXXX", error[256];
  assert_non_null(mkdtemp(fifo));
  assert_null(safetensors_open(fifo, NULL, error, sizeof error));
  assert_non_null(strstr(error, "folder"));
  char path[64];
  snprintf(path, sizeof path, "%s/pipe", fifo);
  assert_int_equal(mkfifo(path, 0600), 0);
  alarm(100); // ends a reader that waits for a writer
  assert_null(safetensors_open(path, NULL, error, sizeof error));
  alarm(0);
  assert_non_null(strstr(error, "regular"));
  unlink(path);
  snprintf(path, sizeof path, "%s/absent", fifo);
  assert_null(safetensors_open(path, NULL, error, sizeof error));
  assert_non_null(strstr(error, "No such file"));
  snprintf(path, sizeof path, "%s/large", fifo); // a hole, which takes no disk space
  const int large = open(path, O_WRONLY | O_CREAT, 0600);
  assert_int_equal(ftruncate(large, (off_t)SAFETENSORS_MAX_FILE + 1), 0);
  close(large);
  assert_null(safetensors_open(path, NULL, error, sizeof error));
  assert_non_null(strstr(error, "more than"));
  unlink(path);
  rmdir(fifo);
  assert_null(safetensors_open("/dev/zero", NULL, error, sizeof error));
  assert_non_null(strstr(error, "regular"));
}

static void written_tensors_are_read_back(void** state) {
  (void)state;
  char folder[] = "/tmp/circumplex-test-XXXXXX", path[64], error[256] = "";
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/out.safetensors", folder);
  const float data[6] = {1, -2, 3.5f, 4, 5, 6};
  const Tensor tensors[2] = {{.name = "m\"x", .rank = 2, .shape = {2, 3}, .data = data},
                             {.name = "empty", .rank = 1, .shape = {0}, .data = data}};
  const char* metadata[] = {"who", "na\xc3\xafve \"quotes\""};
  assert_int_equal(safetensors_write(path, tensors, 2, metadata, 1, error, sizeof error), 0);
  interruptions = 2;
  most_at_once = 7; // bytes
  Safetensors* st = safetensors_open(path, NULL, error, sizeof error);
  most_at_once = SIZE_MAX;
  assert_int_equal(interruptions, 0);
  assert_string_equal(error, "");
  const Tensor* t = safetensors_find(st, "m\"x");
  assert_int_equal(t->rank, 2);
  assert_int_equal(t->shape[1], 3);
  assert_memory_equal(t->data, data, sizeof data);
  assert_string_equal(safetensors_metadata(st, "who"), metadata[1]);
  // Weights do not change, whatever happens to the file.
  assert_int_equal(truncate(path, 0), 0);
  assert_memory_equal(t->data, data, sizeof data);
  safetensors_free(st);
  unlink(path);
  assert_int_equal(rmdir(folder), 0); // no temporary file was left
}

static void a_failed_write_leaves_the_old_file(void** state) {
  (void)state;
  char error[256] = "";
  const char* bad[] = {"key", "\xff"};
  assert_int_equal(
      safetensors_write("/tmp/circumplex-absent", NULL, 0, bad, 1, error, sizeof error), -1);
  assert_non_null(strstr(error, "UTF-8"));
  assert_int_not_equal(access("/tmp/circumplex-absent", F_OK), 0);
  assert_int_equal(safetensors_write("/nowhere/x", NULL, 0, NULL, 0, error, sizeof error), -1);
  assert_non_null(strstr(error, "/nowhere/x"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sound_files_are_read),
      cmocka_unit_test(bad_headers_are_refused),
      cmocka_unit_test(bad_tensors_are_refused_by_name),
      cmocka_unit_test(layout_errors_are_refused),
      cmocka_unit_test(truncated_and_oversized_files_are_refused),
      cmocka_unit_test(unaligned_data_is_refused),
      cmocka_unit_test(a_header_larger_than_the_limit_is_refused),
      cmocka_unit_test(more_tensors_than_the_limit_are_refused),
      cmocka_unit_test(brackets_in_texts_have_no_depth),
      cmocka_unit_test(a_header_nested_deeper_than_the_limit_is_refused),
      cmocka_unit_test(weights_are_in_read_only_memory),
      cmocka_unit_test(special_files_are_refused_without_blocking),
      cmocka_unit_test(written_tensors_are_read_back),
      cmocka_unit_test(a_failed_write_leaves_the_old_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
