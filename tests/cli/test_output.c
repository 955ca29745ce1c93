// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the command line writes: numbers and text are read back unchanged, and a file is written
/// completely or not at all.
#define _GNU_SOURCE // open_memstream, posix_openpt
#include "cli/document.h"
#include "cli/output.h"
#include "cli/row_table.h"
#include "cli/table.h"
#include "dsp/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
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

static char* text; ///< text of a stream in memory
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
  static const char* const cells[][3] = {// in CSV: unchanged, and guarded against formulas
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

static void text_cannot_control_a_terminal(void** state) {
  (void)state;
  static const char evil[] = "a\x1B[2J\x07 \xC2\x9B \xE2\x80\xAE,\nb";
  char shown[256];
  const int ours = posix_openpt(O_RDWR | O_NOCTTY);
  if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0) skip();
  const int theirs = open(ptsname(ours), O_RDWR | O_NOCTTY), before = dup(STDOUT_FILENO);
  assert_true(theirs >= 0 && before >= 0);
  fflush(stdout);
  dup2(theirs, STDOUT_FILENO);
  table_path(stdout, evil);
  table_csv_text(stdout, evil);
  table_csv_guarded(stdout, evil);
  fflush(stdout);
  dup2(before, STDOUT_FILENO);
  const ssize_t n = read(ours, shown, sizeof shown - 1);
  close(before);
  close(theirs);
  close(ours);
  assert_in_range(n, 15, sizeof shown - 1);
  shown[n] = '\0';
  static const char* const marks[] = {"\x1B", "\x07", "\xC2\x9B", "\xE2\x80\xAE", "\n"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; ++i)
    assert_null(strstr(shown, marks[i]));
  FILE* out = begin_text(); // in a file it is unchanged
  table_path(out, evil);
  expect_text(out, evil);
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
  const AudioInfo stereo = {8000.0, 2, 0};
  ReadingSummary s = {.samples = 8000 * 125 + 7999,
                      .hops = 200,
                      .silent = 50,
                      .live = 100,
                      .valence = 0.5,
                      .arousal = -0.25,
                      .confidence = 0.625,
                      .pieces = 1,
                      .song_valence = 0.375f,
                      .song_arousal = -0.125f};
  FILE* out = begin_text();
  table_summary(out, "x.wav", &stereo, &s);
  assert_int_equal(fclose(out), 0);
  const char *head = "x.wav: 2:05, valence +0.50, arousal -0.25 (Q4, ",
             *tail = "), whole piece +0.38 -0.12, confidence 0.62, silent 25 %\n";
  assert_true(strncmp(text, head, strlen(head)) == 0 && strstr(text, tail));
  free(text);
  s.pieces = 2;
  out = begin_text();
  table_summary(out, "x.wav", &stereo, &s);
  assert_int_equal(fclose(out), 0);
  assert_non_null(strstr(text, "), last piece +0.38 -0.12, "));
  free(text);
  s.confidence = 0.24;
  out = begin_text();
  table_summary(out, "x.wav", &stereo, &s);
  assert_int_equal(fclose(out), 0);
  assert_non_null(strstr(text, "arousal -0.25 (" WORDS_OUTSIDE_TEXT "), last piece "));
  free(text);
  s.confidence = 0.625;
  s.silent = s.hops;
  out = begin_text();
  table_json_summary(out, &stereo, &s);
  assert_int_equal(fclose(out), 0);
  assert_non_null(strstr(text, "\"rate\": 8000, \"channels\": 2, \"duration_s\": 125.999875, "
                               "\"hops\": 200, \"silent_hops\": 200, \"live_hops\": 100, "
                               "\"mean_valence\": 0.5, \"mean_arousal\": -0.25, "
                               "\"mean_confidence\": 0.625, \"song_valence\": 0.375, "
                               "\"song_arousal\": -0.125, \"quadrant\": \"Q4\", "
                               "\"word\": \"silent\""));
  free(text);
}

// ---- documents and further models

enum { HOPS = 6 };

/// Two hops with one word, a silent one, two with one word and one with another.
static const struct {
  EngineState state;
  float valence, arousal;
} hops[HOPS] = {{ENGINE_SETTLING, 0.7f, 0.7f}, {ENGINE_LIVE, 0.7f, 0.7f},
                {ENGINE_SILENT, 0.7f, 0.7f},   {ENGINE_LIVE, -0.7f, -0.6f},
                {ENGINE_LIVE, -0.7f, -0.6f},   {ENGINE_LIVE, 0.7f, 0.7f}};

static const AudioInfo info = {8000.0, 1, 0};
static const ReadingSummary reading = {
    .samples = 8000 * 3 + 100, .hops = HOPS, .silent = 1, .live = 4, .damage = "is cut"};
static Estimate estimates[HOPS];
static const Document document = {.path = "/a/b \"c\".wav",
                                  .info = &info,
                                  .summary = &reading,
                                  .model_name = "m",
                                  .model_hash = "0123456789abcdef",
                                  .estimates = estimates,
                                  .n = HOPS};

static void make_estimates(void) {
  for (size_t i = 0; i < HOPS; ++i)
    estimates[i] = (Estimate){.state = hops[i].state,
                              .position = 4000 * (i + 1),
                              .valence = hops[i].valence,
                              .arousal = hops[i].arousal,
                              .confidence = 0.5f,
                              .valence_spread = 0.125f * (float)i};
}

static void jams_contain_a_curve_and_its_words(void** state) {
  (void)state;
  make_estimates();
  FILE* out = begin_text();
  document_jams(out, &document);
  assert_int_equal(fclose(out), 0);
  json_error_t where;
  json_t* jam = json_loads(text, 0, &where);
  free(text);
  if (!jam) fail_msg("%s", where.text);
  const json_t* annotations = json_object_get(jam, "annotations");
  const json_t* course = json_object_get(json_array_get(annotations, 0), "data");
  static const size_t heard[] = {0, 1, 3, 4, 5};
  assert_int_equal(json_array_size(course), 5);
  for (size_t i = 0; i < 5; ++i) {
    const json_t* o = json_array_get(course, i);
    assert_near(json_number_value(json_object_get(o, "time")), 0.5 * (double)heard[i], 1e-9);
    assert_near(json_number_value(json_object_get(o, "duration")), 0.5, 0);
    const json_t* value = json_object_get(o, "value");
    assert_near(json_number_value(json_array_get(value, 0)), hops[heard[i]].valence, 1e-6);
    assert_near(json_number_value(json_array_get(value, 1)), hops[heard[i]].arousal, 1e-6);
    assert_near(json_number_value(json_object_get(o, "confidence")), 0.5, 0);
  }
  const json_t* spread =
      json_object_get(json_object_get(json_array_get(annotations, 0), "sandbox"), "valence_spread");
  assert_int_equal(json_array_size(spread), HOPS);
  for (size_t i = 0; i < HOPS; ++i)
    if (i == 2)
      assert_true(json_is_null(json_array_get(spread, i)));
    else
      assert_near(json_number_value(json_array_get(spread, i)), 0.125 * (double)i, 1e-6);
  const json_t* words = json_object_get(json_array_get(annotations, 1), "data");
  static const double stretches[][2] = {{0, 1}, {1.5, 1}, {2.5, 0.5}};
  assert_int_equal(json_array_size(words), 3);
  for (size_t i = 0; i < 3; ++i) {
    const json_t* o = json_array_get(words, i);
    assert_near(json_number_value(json_object_get(o, "time")), stretches[i][0], 1e-9);
    assert_near(json_number_value(json_object_get(o, "duration")), stretches[i][1], 1e-9);
  }
  const json_t* file = json_object_get(jam, "file_metadata");
  assert_string_equal(json_string_value(json_object_get(file, "title")), "b \"c\".wav");
  assert_near(json_number_value(json_object_get(file, "duration")), 3.0125, 1e-9);
  const json_t* box = json_object_get(jam, "sandbox");
  assert_string_equal(json_string_value(json_object_get(box, "file")), document.path);
  assert_true(json_is_false(json_object_get(box, "complete")));
  assert_string_equal(json_string_value(json_object_get(box, "damage")), "is cut");
  json_decref(jam);
}

static void layers_have_points_only_for_sound(void** state) {
  (void)state;
  make_estimates();
  FILE* out = begin_text();
  document_svl(out, &document);
  assert_int_equal(fclose(out), 0);
  size_t n = 0;
  for (const char* s = text; (s = strstr(s, "<point ")); ++s)
    ++n;
  assert_int_equal(n, 2 * (HOPS - 1));
  assert_non_null(strstr(text, "<model id=\"1\" name=\"Valence\" sampleRate=\"8000\" start=\"0\" "
                               "end=\"24100\" type=\"sparse\" dimensions=\"2\" "
                               "resolution=\"4000\""));
  assert_non_null(strstr(text, "<point frame=\"16000\" value=\"-0.69999999\" label=\"\"/>"));
  assert_non_null(strstr(text, "<point frame=\"16000\" value=\"-0.60000002\" label=\"\"/>"));
  assert_null(strstr(text, "frame=\"12000\"")); // silent
  free(text);
}

static void further_models_have_columns_of_their_own(void** state) {
  (void)state;
  static char whole; // any pointer: a static model, which is not used here
  SideModels sides = {.n = 2, .models = {{.prefix = "a."}, {.prefix = "b."}}};
  sides.models[1].whole = (StaticModel*)(void*)&whole;
  float course[2][SIDE_VALUES] = {{0.5f, NAN, 0.25f, 0, 1}, {-0.5f, 0, 0, 0, 0}};
  float one[1][SIDE_VALUES] = {{0.75f, -0.75f, 0, 0.5f, NAN}};
  const SideReading readings[2] = {{.rows = course, .n = 2},
                                   {.rows = one, .n = 1, .is_static = true}};
  FILE* out = begin_text();
  side_csv_header(out, &sides);
  fputc('\n', out);
  for (size_t row = 0; row < 3; ++row) {
    side_csv(out, &sides, readings, row);
    fputc('\n', out);
  }
  side_json(out, &sides, readings, 0);
  expect_text(out, ",a.valence,a.arousal,a.valence_spread,a.arousal_spread,a.confidence,b.valence,"
                   "b.arousal,b.valence_spread,b.arousal_spread\n"
                   ",0.5,,0.25,0,1,0.75,-0.75,0,0.5\n"
                   ",-0.5,0,0,0,0,0.75,-0.75,0,0.5\n"
                   ",,,,,,0.75,-0.75,0,0.5\n"
                   ", \"a.valence\": 0.5, \"a.arousal\": null, \"a.valence_spread\": 0.25, "
                   "\"a.arousal_spread\": 0, \"a.confidence\": 1, \"b.valence\": 0.75, "
                   "\"b.arousal\": -0.75, \"b.valence_spread\": 0, \"b.arousal_spread\": 0.5");
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

/// A link to /dev/full, so that the device itself cannot be replaced.
static const char* full_disk(void) {
  static char name[96];
  snprintf(name, sizeof name, "%s/full", folder);
  assert_int_equal(symlink("/dev/full", name), 0);
  return name;
}

static void a_file_is_replaced_when_it_is_complete(void** state) {
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
  output_abandon(&out); // no file is open
  // A link at the temporary name is not followed, and is kept.
  assert_int_equal(symlink("/tmp", part), 0);
  assert_int_equal(output_open(&out, path, false, error, sizeof error), -1);
  assert_true(strncmp(error, path, strlen(path)) == 0 && strstr(error, strerror(ELOOP)));
  assert_int_equal(unlink(part), 0);
}

static void incomplete_output_is_removed_up_to_the_mark(void** state) {
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
  assert_int_equal(output_open(&out, full_disk(), false, error, sizeof error), 0);
  assert_null(out.temporary);
  fputs("x", out.stream);
  assert_int_equal(output_mark(&out), -1);
  assert_int_equal(output_commit(&out, error, sizeof error), -1);
  assert_non_null(strstr(error, strerror(ENOSPC)));
}

static void a_full_disk_behind_standard_output_is_reported(void** state) {
  (void)state;
  Output out;
  fflush(stdout);
  const int full = open("/dev/full", O_WRONLY), before = dup(STDOUT_FILENO);
  assert_true(full >= 0 && before >= 0);
  assert_int_equal(output_open(&out, "-", false, error, sizeof error), 0);
  assert_ptr_equal(out.stream, stdout);
  dup2(full, STDOUT_FILENO);
  fputc('\n', out.stream);
  const int status = output_commit(&out, error, sizeof error);
  dup2(before, STDOUT_FILENO);
  clearerr(stdout);
  close(before);
  close(full);
  assert_int_equal(status, -1);
  assert_string_equal(error, "standard output: No space left on device");
  assert_null(out.stream);
}

static void files_that_must_not_be_replaced_are_reported(void** state) {
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
  assert_int_equal(symlink("/dev/null", other), 0); // to something that is not a file
  assert_int_equal(output_check(other, false, error, sizeof error), 0);
  write_file(sound, "");
  assert_int_equal(output_check(sound, false, error, sizeof error), 0); // is empty
  write_file(sound, "x");
  assert_int_equal(output_check(sound, false, error, sizeof error), -1);
  assert_non_null(strstr(error, "y.wav: is a sound file, which is not replaced"));
  assert_int_equal(chmod(path, 0444), 0);
  assert_int_equal(output_check(path, false, error, sizeof error), -1);
  assert_non_null(strstr(error, "x.csv: is a read-only file; --force replaces it"));
  assert_int_equal(chmod(path, 0464), 0); // someone may write to it
  assert_int_equal(output_check(path, false, error, sizeof error), 0);
  assert_int_equal(output_check("/dev/stdout", false, error, sizeof error), 0);
  assert_true(output_is_folder(folder) && output_is_folder("nowhere/"));
  assert_false(output_is_folder(path) || output_is_folder("") || output_is_folder("nowhere"));
}

static void folders_are_created_below_the_given_one(void** state) {
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
  if (geteuid() == 0) { // root may write anywhere
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
  RowTable table = {.format = ROWS_CSV, .with_file = true, .model_name = "m,n", .model_hash = "h"};
  assert_int_equal(row_table_open(&table, path, false, error, sizeof error), 0);
  put_rows(&table, "a,0.5\na,1\n", true);
  put_rows(&table, "\"b\n\"\"c\",0.5\n", false);
  assert_int_equal(table.n, 2);
  assert_int_equal(row_table_close(&table, error, sizeof error), 0);
  assert_string_equal(read_file(path),
                      "file,time_s,complete,model,model_hash\na,0.5,true,\"m,n\",h\n"
                      "a,1,true,\"m,n\",h\n\"b\n\"\"c\",0.5,false,\"m,n\",h\n");
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
  // A table without rows leaves the old file.
  table = (RowTable){.format = ROWS_CSV};
  assert_int_equal(row_table_open(&table, path, false, error, sizeof error), 0);
  row_table_begin(&table);
  assert_int_equal(row_table_close(&table, error, sizeof error), 0);
  assert_string_equal(read_file(path), "{ 1}\n{2}\n");
  assert_int_equal(access(part, F_OK), -1);
  assert_string_equal(row_table_extension(ROWS_JSONL), "jsonl");
  assert_true(row_format_is_document(ROWS_SVL) && !row_format_is_document(ROWS_JSONL));
}

static void a_failed_table_accepts_no_more_files(void** state) {
  (void)state;
  RowTable table = {.format = ROWS_CSV, .model_name = "m", .model_hash = "0"};
  FILE* rows = rows_of("1\n");
  assert_int_equal(row_table_open(&table, full_disk(), false, error, sizeof error), 0);
  assert_int_equal(row_table_put(&table, rows, true, error, sizeof error), -1);
  assert_non_null(strstr(error, strerror(ENOSPC)));
  assert_true(table.is_full && table.n == 0);
  assert_int_equal(row_table_put(&table, rows, true, error, sizeof error), -1);
  assert_string_equal(error, "the table cannot be continued");
  fclose(rows);
  output_abandon(&table.out);
}

/// Continue a table.  \param left which files of a, b, c must still be read
static void resume(RowFormat format, bool is_whole, const char* before, size_t n, const char* kept,
                   const char* left) {
  RowTable table = {.format = format, .with_file = true, .model_name = "m", .model_hash = "0"};
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

static void a_table_is_continued_after_its_last_complete_file(void** state) {
  (void)state;
#define HEAD "file,time_s,complete,model,model_hash\n"
#define END ",true,m,0\n"
  resume(ROWS_CSV, true, HEAD "a,1" END "a,2" END "b,1" END, 2, HEAD "a,1" END "a,2" END "b,1" END,
         "c");
  resume(ROWS_CSV, false, HEAD "a,1" END "a,2" END "b,1" END, 1, HEAD "a,1" END "a,2" END, "bc");
  resume(ROWS_CSV, false, HEAD "a,1" END "a,2" END "b", 0, "", "abc"); // a may be incomplete
  resume(ROWS_CSV, false, HEAD "\"a\",1,false,m,0\n\"b\",\"x\n,y\"\nc,1", 1,
         HEAD "\"a\",1,false,m,0\n", "bc");
  resume(ROWS_CSV, false, HEAD, 0, "", "abc");
  resume(ROWS_CSV, false, "", 0, "", "abc");
#define MODEL "\"model\": {\"name\": \"m\", \"hash\": \"0\"}, "
#define BEGIN "{" MODEL "\"files\": [\n"
#define A "{\"file\": \"a\", \"x\": 1}"
#define B "{\"file\": \"b\", \"x\": [\n1]}"
  resume(ROWS_JSON, true, BEGIN A ",\n" B "\n]}\n", 2, BEGIN A ",\n" B, "c");
  resume(ROWS_JSON, false, BEGIN A ",\n" B, 1, BEGIN A, "bc");
  resume(ROWS_JSON, true, BEGIN A ",\n" B, 1, BEGIN A, "bc"); // its end is missing
  resume(ROWS_JSON, false, BEGIN A, 0, "", "abc");
#define LINE(NAME) "{\"file\": \"" NAME "\", " MODEL "\"rows\": []}\n"
  resume(ROWS_JSONL, false, LINE("a") LINE("b"), 2, LINE("a") LINE("b"), "c");
  resume(ROWS_JSONL, false, LINE("a") "{\"file\": \"b\", ", 1, LINE("a"), "bc");
}

static void a_table_of_other_models_is_not_continued(void** state) {
  (void)state;
  static const struct {
    RowFormat format;
    const char* text;
    bool is_alike;
  } cases[] = {
      {ROWS_CSV, HEAD "a,1" END, true},
      {ROWS_CSV, HEAD "a,1,true,m,1\n", false},
      {ROWS_CSV, HEAD "a,1,true,n,0\n", false},
      {ROWS_CSV, HEAD "\"a\n\",1,true,m,1\nb,1" END, false},
      {ROWS_CSV, HEAD "m,0\n", false},
      {ROWS_CSV, "file,time_s,complete\na,1,true\n", false}, // of an earlier version
      {ROWS_CSV, HEAD "a,1,tr", true},
      {ROWS_CSV, "file,time", true}, // too short to tell
      {ROWS_JSON, BEGIN A, true},
      {ROWS_JSON, "{\"version\": \"0\", \"model\": {\"name\": \"m\"", true},
      {ROWS_JSON, "{\"model\": {\"name\": \"m\", \"hash\": \"1\"}, \"files\": [\n", false},
      {ROWS_JSON, "{" MODEL "\"further_models\": [{", false},
      {ROWS_JSONL, LINE("a"), true},
      {ROWS_JSONL, "{\"file\": \"a\", \"rows\": []}\n", false},
      {ROWS_JSONL, "{\"file\": \"a", true},
      {ROWS_JAMS, "{\"hash\": \"0\"}", true},
      {ROWS_SVL, "<!-- model 1 -->", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    const RowTable table = {
        .format = cases[i].format, .with_file = true, .model_name = "m", .model_hash = "0"};
    write_file(path, cases[i].text);
    if (row_table_is_alike(&table, path) != cases[i].is_alike) fail_msg("%s", cases[i].text);
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_number_comes_back_as_it_was),
      cmocka_unit_test(cells_are_quoted_where_they_must_be),
      cmocka_unit_test(text_cannot_control_a_terminal),
      cmocka_unit_test(json_strings_are_escaped),
      cmocka_unit_test(a_summary_is_a_line_of_what_it_counts),
      cmocka_unit_test(jams_contain_a_curve_and_its_words),
      cmocka_unit_test(layers_have_points_only_for_sound),
      cmocka_unit_test(further_models_have_columns_of_their_own),
      TEST(a_file_is_replaced_when_it_is_complete),
      TEST(incomplete_output_is_removed_up_to_the_mark),
      TEST(a_full_disk_behind_standard_output_is_reported),
      TEST(files_that_must_not_be_replaced_are_reported),
      TEST(folders_are_created_below_the_given_one),
      TEST(tables_hold_one_file_after_the_other),
      TEST(a_failed_table_accepts_no_more_files),
      TEST(a_table_is_continued_after_its_last_complete_file),
      TEST(a_table_of_other_models_is_not_continued),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
