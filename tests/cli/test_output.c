// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the command line writes: numbers and text that come back as they were, and files that are
/// there as a whole or not at all.
#define _GNU_SOURCE // open_memstream
#include "cli/output.h"
#include "cli/row_table.h"
#include "cli/table.h"
#include "dsp/harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96], part[104], error[512];

static int setup(void** state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/circumplex-output-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/x.csv", folder);
  snprintf(part, sizeof part, "%s" OUTPUT_PART, path);
  return 0;
}

static int teardown(void** state) {
  char command[96];
  (void)state;
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static char* text; ///< of a stream in memory
static size_t text_size;

static FILE* begin_text(void) {
  FILE* out = open_memstream(&text, &text_size);
  assert_non_null(out);
  return out;
}

static void expect_text(FILE* out, const char* expected) {
  assert_int_equal(fclose(out), 0);
  assert_string_equal(text, expected);
  free(text);
}

// ---- tables

static void a_number_comes_back_as_it_was(void** state) {
  (void)state;
  static const struct {
    float value;
    const char* text;
  } known[] = {{0.0f, "0"},
               {0.1f, "0.1"},
               {-1.0f, "-1"},
               {0.25f, "0.25"},
               {16777216.0f, "16777216"},
               {1e20f, "1e+20"},
               {0.3f, "0.30000001"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
    FILE* out = begin_text();
    table_number(out, known[i].value);
    expect_text(out, known[i].text);
  }
  uint32_t random = 1;
  for (int i = 0; i < 20000; ++i) {
    random = random * 1664525u + 1013904223u;
    const float value = (float)(int32_t)random / 2147483648.0f;
    FILE* out = begin_text();
    table_number(out, value);
    assert_int_equal(fclose(out), 0);
    if (strtof(text, NULL) != value) fail_msg("%s is another number", text);
    free(text);
  }
}

static void cells_are_quoted_where_they_must_be(void** state) {
  (void)state;
  static const char* const cells[][3] = {// as it is, in CSV, and guarded
                                         {"a b'", "a b'", "a b'"},
                                         {"a,b", "\"a,b\"", "\"a,b\""},
                                         {"a\nb", "\"a\nb\"", "\"a\nb\""},
                                         {"a\rb", "\"a\rb\"", "\"a\rb\""},
                                         {"\"", "\"\"\"\"", "\"\"\"\""},
                                         {"", "", ""},
                                         {"=1", "=1", "'=1"},
                                         {"+1", "+1", "'+1"},
                                         {"-1,5", "\"-1,5\"", "\"'-1,5\""},
                                         {"@x", "@x", "'@x"},
                                         {"\tx", "\tx", "'\tx"},
                                         {"\rx", "\"\rx\"", "\"'\rx\""},
                                         {"a=1", "a=1", "a=1"}};
  for (size_t i = 0; i < sizeof cells / sizeof *cells; ++i) {
    FILE* out = begin_text();
    table_csv_text(out, cells[i][0]);
    expect_text(out, cells[i][1]);
    out = begin_text();
    table_csv_guarded(out, cells[i][0]);
    expect_text(out, cells[i][2]);
  }
}

static void json_strings_are_escaped(void** state) {
  (void)state;
  FILE* out = begin_text();
  table_json_string(out, "a\"b\\c/\n\x1B\x7F \xC3\xA9 \xE2\x80\xAE \xFF\xC3 \xF0\x9F\x8E\xB5");
  expect_text(out, "\"a\\\"b\\\\c/\\u000a\\u001b\\u007f \xC3\xA9 \\u202e \\ufffd\\ufffd "
                   "\xF0\x9F\x8E\xB5\"");
}

static void a_summary_is_a_line_of_what_it_counts(void** state) {
  (void)state;
  const AudioInfo info = {8000.0, 2, 0};
  ReadingSummary s = {.samples = 8000 * 125 + 7999,
                      .hops = 200,
                      .silent = 50,
                      .live = 100,
                      .valence = 0.5,
                      .arousal = -0.25,
                      .confidence = 0.625,
                      .song_valence = 0.375f,
                      .song_arousal = -0.125f};
  FILE* out = begin_text();
  table_summary(out, "x.wav", &info, &s);
  assert_int_equal(fclose(out), 0);
  const char *head = "x.wav: 2:05, valence +0.50, arousal -0.25 (Q4, ",
             *tail = "), whole piece +0.38 -0.12, confidence 0.62, silent 25 %\n";
  assert_true(strncmp(text, head, strlen(head)) == 0 && strstr(text, tail));
  free(text);
  s.silent = s.hops;
  s.hops = s.silent;
  out = begin_text();
  table_json_summary(out, &info, &s);
  assert_int_equal(fclose(out), 0);
  assert_non_null(strstr(text, "\"rate\": 8000, \"channels\": 2, \"duration_s\": 125.999875, "
                               "\"hops\": 200, \"silent_hops\": 200, \"live_hops\": 100, "
                               "\"mean_valence\": 0.5, \"mean_arousal\": -0.25, "
                               "\"mean_confidence\": 0.625, \"song_valence\": 0.375, "
                               "\"song_arousal\": -0.125, \"quadrant\": \"Q4\", "
                               "\"word\": \"silent\""));
  free(text);
}

// ---- files

static const char* read_file(const char* name) {
  static char bytes[4096];
  FILE* file = fopen(name, "rb");
  if (!file) return NULL;
  bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
  fclose(file);
  return bytes;
}

static void write_file(const char* name, const char* bytes) {
  FILE* file = fopen(name, "wb");
  assert_non_null(file);
  fputs(bytes, file);
  assert_int_equal(fclose(file), 0);
}

static void a_file_is_replaced_once_it_is_whole(void** state) {
  (void)state;
  Output out;
  write_file(path, "old");
  write_file(part, "what an earlier run left behind");
  assert_int_equal(output_open(&out, path, false, error, sizeof error), 0);
  fputs("new", out.stream);
  assert_int_equal(fflush(out.stream), 0);
  assert_string_equal(read_file(path), "old");
  assert_string_equal(read_file(part), "new");
  assert_int_equal(output_commit(&out, error, sizeof error), 0);
  assert_string_equal(read_file(path), "new");
  assert_int_equal(access(part, F_OK), -1);
  assert_true(!out.stream && !out.path && !out.temporary);
  assert_int_equal(output_open(&out, path, false, error, sizeof error), 0);
  output_abandon(&out);
  assert_string_equal(read_file(path), "new");
  assert_int_equal(access(part, F_OK), -1);
  output_abandon(&out); // nothing is open
  // No link is followed at the temporary name, and it stays.
  assert_int_equal(symlink("/tmp", part), 0);
  assert_int_equal(output_open(&out, path, false, error, sizeof error), -1);
  assert_true(strncmp(error, path, strlen(path)) == 0 && strstr(error, strerror(ELOOP)));
  assert_int_equal(unlink(part), 0);
}

static void what_is_not_whole_is_taken_back_to_the_mark(void** state) {
  (void)state;
  Output out;
  for (int is_failed = 0; is_failed < 2; ++is_failed) {
    assert_int_equal(output_open(&out, path, false, error, sizeof error), 0);
    fputs("[1,", out.stream);
    assert_int_equal(output_mark(&out), 0);
    assert_int_equal(out.marked, 3);
    fputs("2,", out.stream);
    assert_int_equal(output_commit_marked(&out, is_failed, "]", error, sizeof error), 0);
    assert_string_equal(read_file(path), is_failed ? "[1,]" : "[1,2,]");
  }
  assert_int_equal(output_open(&out, "/dev/full", false, error, sizeof error), 0);
  assert_null(out.temporary);
  fputs("x", out.stream);
  assert_int_equal(output_mark(&out), -1);
  assert_int_equal(output_commit(&out, error, sizeof error), -1);
  assert_non_null(strstr(error, strerror(ENOSPC)));
}

static void what_must_not_be_replaced_is_told(void** state) {
  (void)state;
  char other[96], sound[96];
  snprintf(other, sizeof other, "%s/y.csv", folder);
  snprintf(sound, sizeof sound, "%s/y.wav", folder);
  assert_int_equal(output_check(path, false, error, sizeof error), 0); // new
  write_file(path, "mine");
  assert_int_equal(output_check(path, false, error, sizeof error), 0);
  assert_int_equal(symlink(path, other), 0);
  assert_int_equal(output_check(other, false, error, sizeof error), -1);
  assert_non_null(strstr(error, "y.csv: is a link; name the file"));
  assert_int_equal(output_check(other, true, error, sizeof error), 0);
  assert_int_equal(unlink(other), 0);
  assert_int_equal(symlink("nowhere", other), 0);
  assert_int_equal(output_check(other, false, error, sizeof error), -1);
  assert_int_equal(unlink(other), 0);
  assert_int_equal(symlink("/dev/null", other), 0); // to what is no file
  assert_int_equal(output_check(other, false, error, sizeof error), 0);
  write_file(sound, "");
  assert_int_equal(output_check(sound, false, error, sizeof error), 0); // holds nothing
  write_file(sound, "x");
  assert_int_equal(output_check(sound, false, error, sizeof error), -1);
  assert_non_null(strstr(error, "y.wav: is a sound file, which is not replaced"));
  assert_int_equal(chmod(path, 0444), 0);
  assert_int_equal(output_check(path, false, error, sizeof error), -1);
  assert_non_null(strstr(error, "x.csv: is a read-only file; --force replaces it"));
  assert_int_equal(chmod(path, 0464), 0); // somebody may write it
  assert_int_equal(output_check(path, false, error, sizeof error), 0);
  assert_int_equal(output_check("/dev/stdout", false, error, sizeof error), 0);
  assert_true(output_is_folder(folder) && output_is_folder("nowhere/"));
  assert_false(output_is_folder(path) || output_is_folder("") || output_is_folder("nowhere"));
}

static void folders_are_made_below_the_one_that_was_named(void** state) {
  (void)state;
  char expected[160], root[96];
  struct stat status;
  for (int i = 0; i < 2; ++i) {
    snprintf(root, sizeof root, "%s/out%s", folder, i == 0 ? "" : "/");
    snprintf(expected, sizeof expected, "%s/out/a/b.c.csv", folder);
    char* made = output_path_below(root, "a/b.c", "csv", error, sizeof error);
    assert_non_null(made);
    assert_string_equal(made, expected);
    *strrchr(made, '/') = '\0';
    assert_true(stat(made, &status) == 0 && S_ISDIR(status.st_mode));
    free(made);
  }
  write_file(path, "x");
  assert_int_equal(chmod(folder, 0500), 0);
  snprintf(root, sizeof root, "%s/new", folder);
  char* made = output_path_below(root, "a", "csv", error, sizeof error);
  assert_int_equal(chmod(folder, 0700), 0);
  if (geteuid() == 0) { // who may write anywhere
    free(made);
    return;
  }
  assert_null(made);
  assert_non_null(strstr(error, strerror(EACCES)));
}

// ---- tables of many files

static FILE* rows_of(const char* rows) {
  FILE* file = tmpfile();
  assert_non_null(file);
  fputs(rows, file);
  return file;
}

static void put_rows(RowTable* table, const char* rows, bool is_complete) {
  FILE* file = rows_of(rows);
  assert_int_equal(row_table_put(table, file, is_complete, error, sizeof error), 0);
  fclose(file);
}

static void tables_hold_one_file_after_the_other(void** state) {
  (void)state;
  RowTable table = {.format = ROWS_CSV, .with_file = true};
  assert_int_equal(row_table_open(&table, path, false, error, sizeof error), 0);
  put_rows(&table, "a,0.5\na,1\n", true);
  put_rows(&table, "\"b\n\"\"c\",0.5\n", false);
  assert_int_equal(table.n, 2);
  assert_int_equal(row_table_close(&table, error, sizeof error), 0);
  assert_string_equal(read_file(path), "file,time_s,complete\na,0.5,true\na,1,true\n"
                                       "\"b\n\"\"c\",0.5,false\n");
  table = (RowTable){.format = ROWS_JSON, .model_name = "m\"", .model_hash = "h"};
  assert_int_equal(row_table_open(&table, path, false, error, sizeof error), 0);
  put_rows(&table, "{\n1}", true);
  put_rows(&table, "{2}", true);
  assert_int_equal(row_table_close(&table, error, sizeof error), 0);
  assert_string_equal(read_file(path),
                      "{\"version\": \"" CIRCUMPLEX_VERSION "\", \"model\": {\"name\": \"m\\\"\", "
                      "\"hash\": \"h\"}, \"files\": [\n{\n1},\n{2}\n]}\n");
  table = (RowTable){.format = ROWS_JSONL};
  assert_int_equal(row_table_open(&table, path, false, error, sizeof error), 0);
  put_rows(&table, "{\n1}", true);
  put_rows(&table, "{2}", true);
  assert_int_equal(row_table_close(&table, error, sizeof error), 0);
  assert_string_equal(read_file(path), "{ 1}\n{2}\n");
  // One into which nothing came leaves what was there.
  table = (RowTable){.format = ROWS_CSV};
  assert_int_equal(row_table_open(&table, path, false, error, sizeof error), 0);
  row_table_begin(&table);
  assert_int_equal(row_table_close(&table, error, sizeof error), 0);
  assert_string_equal(read_file(path), "{ 1}\n{2}\n");
  assert_int_equal(access(part, F_OK), -1);
  assert_string_equal(row_table_extension(ROWS_JSONL), "jsonl");
  assert_true(row_format_is_document(ROWS_SVL) && !row_format_is_document(ROWS_JSONL));
}

static void a_full_table_takes_no_more(void** state) {
  (void)state;
  RowTable table = {.format = ROWS_CSV};
  FILE* rows = rows_of("1\n");
  assert_int_equal(row_table_open(&table, "/dev/full", false, error, sizeof error), 0);
  assert_int_equal(row_table_put(&table, rows, true, error, sizeof error), -1);
  assert_non_null(strstr(error, strerror(ENOSPC)));
  assert_true(table.is_full && table.n == 0);
  assert_int_equal(row_table_put(&table, rows, true, error, sizeof error), -1);
  assert_string_equal(error, "the table takes no more rows");
  fclose(rows);
  output_abandon(&table.out);
}

/// Go on with a table.  \param left files of a, b, c that are yet to be read
static void resume(RowFormat format, bool is_whole, const char* before, size_t n, const char* kept,
                   const char* left) {
  RowTable table = {.format = format, .with_file = true};
  Walk walk = {.n = 0};
  unlink(is_whole ? part : path);
  write_file(is_whole ? path : part, before);
  for (const char* name = "a\0b\0c\0"; *name != '\0'; name += 2)
    assert_int_equal(walk_add(&walk, name), 0);
  assert_int_equal(row_table_resume(&table, path, &walk, false, error, sizeof error), 0);
  assert_int_equal(table.n, n);
  assert_int_equal(fflush(table.out.stream), 0);
  assert_string_equal(read_file(part), kept);
  assert_int_equal(walk.n, strlen(left));
  for (size_t i = 0; i < walk.n; ++i)
    assert_int_equal(walk.files[i].path[0], left[i]);
  walk_free(&walk);
  output_abandon(&table.out);
}

static void a_table_is_gone_on_with_behind_its_last_whole_file(void** state) {
  (void)state;
#define HEAD "file,time_s\n"
  resume(ROWS_CSV, true, HEAD "a,1\na,2\nb,1\n", 2, HEAD "a,1\na,2\nb,1\n", "c");
  resume(ROWS_CSV, false, HEAD "a,1\na,2\nb,1\n", 1, HEAD "a,1\na,2\n", "bc");
  resume(ROWS_CSV, false, HEAD "a,1\na,2\nb", 0, "", "abc"); // whether a is whole nobody knows
  resume(ROWS_CSV, false, HEAD "\"a\",1\n\"b\",\"x\n,y\"\nc,1", 1, HEAD "\"a\",1\n", "bc");
  resume(ROWS_CSV, false, HEAD, 0, "", "abc");
  resume(ROWS_CSV, false, "", 0, "", "abc");
#define A "{\"file\": \"a\", \"x\": 1}"
#define B "{\"file\": \"b\", \"x\": [\n1]}"
  resume(ROWS_JSON, true, "[\n" A ",\n" B "\n]}\n", 2, "[\n" A ",\n" B, "c");
  resume(ROWS_JSON, false, "[\n" A ",\n" B, 1, "[\n" A, "bc");
  resume(ROWS_JSON, true, "[\n" A ",\n" B, 1, "[\n" A, "bc"); // its end was cut off
  resume(ROWS_JSON, false, "[\n" A, 0, "", "abc");
  resume(ROWS_JSONL, false, A "\n{\"file\": \"b\"}\n", 2, A "\n{\"file\": \"b\"}\n", "c");
  resume(ROWS_JSONL, false, A "\n{\"file\": \"b\", ", 1, A "\n", "bc");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_number_comes_back_as_it_was),
      cmocka_unit_test(cells_are_quoted_where_they_must_be),
      cmocka_unit_test(json_strings_are_escaped),
      cmocka_unit_test(a_summary_is_a_line_of_what_it_counts),
      TEST(a_file_is_replaced_once_it_is_whole),
      TEST(what_is_not_whole_is_taken_back_to_the_mark),
      TEST(what_must_not_be_replaced_is_told),
      TEST(folders_are_made_below_the_one_that_was_named),
      TEST(tables_hold_one_file_after_the_other),
      TEST(a_full_table_takes_no_more),
      TEST(a_table_is_gone_on_with_behind_its_last_whole_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
