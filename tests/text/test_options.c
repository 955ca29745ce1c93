// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Command lines are read by the tables, and what is wrong with one is refused.
#include "text/options.h"

#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
  double gate;
  bool loud;
} Sound;

typedef struct {
  unsigned jobs;
  Sound sound;
  const char* output;
  double from;
  enum { PLAIN, BOLD, ZERO } form;
} Line;

static const Option sound_options[] = {
    {"gate", 0, "LUFS", "silence", option_number, offsetof(Sound, gate), -120.0, 0.0},
    {"loud", 'l', NULL, "loud", option_flag, offsetof(Sound, loud), 0.0, 0.0},
    {.name = NULL}};
static const Option other_options[] = {
    {"jobs", 'j', "N", "at once", option_count, offsetof(Line, jobs), 1.0, 8.0},
    {"output", 'o', "OUT", "out", option_text, offsetof(Line, output), 0.0, 0.0},
    {"from", 0, "TIME", "begin", option_time, offsetof(Line, from), 0.0, 600.0},
    {"bold", 0, NULL, "bold", option_constant, offsetof(Line, form), BOLD, 0.0},
    {"null", '0', NULL, "zero", option_constant, offsetof(Line, form), ZERO, 0.0},
    {.name = NULL}};
static const OptionGroup groups[] = {
    {sound_options, offsetof(Line, sound)}, {other_options, 0}, {NULL, 0}};
static const OptionCommand command = {"test", "[OPTION]...", "Test.", groups, NULL, 2};

enum { ARGUMENTS = 8 };

static int read_line(const char* const* words, Line* line, int* first) {
  char text[ARGUMENTS][32];
  char* argv[ARGUMENTS + 1] = {NULL};
  int argc = 0;
  for (; words[argc]; ++argc) {
    strcpy(text[argc], words[argc]);
    argv[argc] = text[argc];
  }
  optind = 0; // glibc: begin anew
  memset(line, 0, sizeof *line);
  return options_read(&command, argc, argv, line, first);
}

static void every_kind_of_option_is_read(void** state) {
  (void)state;
  Line line;
  int first = 0;
  const char* const words[] = {"test", "--gate=-40.5", "-lj3", "-o", "x", "--from", "1:30", NULL};
  assert_int_equal(read_line(words, &line, &first), -1);
  assert_int_equal(first, 7);
  assert_true(line.sound.gate < -40.4 && line.sound.gate > -40.6);
  assert_true(line.sound.loud);
  assert_int_equal(line.jobs, 3);
  assert_true(line.from > 89.9 && line.from < 90.1);
  assert_int_equal(line.form, PLAIN);
  const char* const bold[] = {"test", "--bold", NULL};
  assert_int_equal(read_line(bold, &line, &first), -1);
  assert_int_equal(line.form, BOLD);
}

static void negative_numbers_are_arguments(void** state) {
  (void)state;
  Line line;
  int first = 0;
  const char* const words[] = {"test", "-0.5", "-.3", "-j", "2", NULL};
  assert_int_equal(read_line(words, &line, &first), -1);
  assert_int_equal(first, 3);
  assert_int_equal(line.jobs, 2);
}

/// "-0" counts as a number only if a number is missing.
static void minus_zero_is_a_number_where_one_is_missing(void** state) {
  (void)state;
  static const struct {
    const char* words[6];
    int arguments;
    bool has_option;
  } cases[] = {{{"test", "-0", "0.5"}, 2, false},
               {{"test", "0.5", "-0"}, 2, false},
               {{"test", "-0", "-0"}, 2, false},
               {{"test", "0.5", "-0", "-j2"}, 2, false},
               {{"test", "-0", "0.5", "0.2"}, 2, true},
               {{"test", "0.5", "-0", "-1"}, 2, true},
               {{"test", "-0"}, 0, true},
               {{"test", "-0l", "0.5", "1"}, 2, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    Line line;
    int first = 0, n = 0;
    assert_int_equal(read_line(cases[i].words, &line, &first), -1);
    while (cases[i].words[n])
      ++n;
    assert_int_equal(n - first, cases[i].arguments);
    assert_int_equal(line.form, cases[i].has_option ? ZERO : PLAIN);
  }
}

static void wrong_lines_are_refused(void** state) {
  (void)state;
  static const char* const lines[][4] = {
      {"test", "--nonsense"}, {"test", "-x"},          {"test", "--gate"},
      {"test", "--gate=1"},   {"test", "--gate=loud"}, {"test", "--loud=1"},
      {"test", "-j"},         {"test", "-j0"},         {"test", "-j9"},
      {"test", "-j1.5"},      {"test", "--from=1:60"}, {"test", "--from=-1:10"},
      {"test", "--from=601"}, {"test", "--from=11:0"}};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i) {
    Line line;
    int first = 0;
    if (read_line(lines[i], &line, &first) != 2) fail_msg("%s was taken", lines[i][1]);
  }
}

/// What is said of a wrong line; to be freed.
static char* said_of(const char* const* words) {
  char* text = NULL;
  size_t size = 0;
  FILE *own = stderr, *out = open_memstream(&text, &size);
  Line line;
  int first = 0;
  assert_non_null(out);
  stderr = out;
  const int status = read_line(words, &line, &first);
  stderr = own;
  fclose(out);
  assert_int_equal(status, 2);
  return text;
}

static void an_error_about_a_value_says_what_the_option_takes(void** state) {
  (void)state;
  static const char* const lines[][4] = {
      {"test", "-j", "-1", "for --jobs, which takes a whole number from 1 to 8"},
      {"test", "--gate", "1", "for --gate, which takes a number from -120 to 0"},
      {"test", "--from", "x", "for --from, which takes seconds or MINUTES:SECONDS"}};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i) {
    const char* const words[] = {lines[i][0], lines[i][1], lines[i][2], NULL};
    char* text = said_of(words);
    char shown[32];
    snprintf(shown, sizeof shown, "'%s' is not a value", lines[i][2]); // as it was typed
    if (!strstr(text, lines[i][3]) || !strstr(text, shown)) fail_msg("%s", text);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_error_about_a_value_says_what_the_option_takes),
      cmocka_unit_test(every_kind_of_option_is_read),
      cmocka_unit_test(negative_numbers_are_arguments),
      cmocka_unit_test(minus_zero_is_a_number_where_one_is_missing),
      cmocka_unit_test(wrong_lines_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
