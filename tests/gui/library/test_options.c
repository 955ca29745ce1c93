// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// circumplex-library's options: what the window is opened with, what is refused, how it ends.
#include "gui/library/window.h"

#include <getopt.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/// The program's main(), which the build names so.
int library_main(int argc, char** argv);

static AppOptions opened; ///< what the last window was opened with
static char library[512];
static double scale;
static int windows, runs, freed, closes_after, signal_to_send;
static bool fails;

// These stand for gui/library/window.c.

LibraryWindow* library_window_new(const AppOptions* options, double given, char* error,
                                  size_t error_size) {
  ++windows;
  opened = *options;
  snprintf(library, sizeof library, "%s", options->library);
  scale = given;
  snprintf(error, error_size, "no display");
  return fails ? NULL : (LibraryWindow*)&opened;
}

void library_window_free(LibraryWindow* window) {
  assert_ptr_equal(window, &opened);
  ++freed;
}

bool library_window_run_once(LibraryWindow* window) {
  assert_ptr_equal(window, &opened);
  ++runs;
  if (signal_to_send && raise(signal_to_send) != 0) abort();
  return runs >= closes_after;
}

static int run(char* a, char* b, char* c, char* d) {
  char name[] = "circumplex-library";
  char* argv[] = {name, a, b, c, d, NULL};
  int argc = 0;
  while (argv[argc])
    ++argc;
  optind = 0; // begin anew
  windows = runs = freed = 0;
  closes_after = 3;
  opened = (AppOptions){.library = NULL};
  return library_main(argc, argv);
}

static void each_option_reaches_the_window(void** state) {
  (void)state;
  char db[] = "--db=/x/l.db", model[] = "--model=abc", save[] = "--save=/x/s.m3u8",
       two[] = "--scale=2.5", trace[] = "--trace", letter[] = "-mxyz";
  assert_int_equal(run(db, model, save, two), 0);
  assert_string_equal(library, "/x/l.db");
  assert_string_equal(opened.model, "abc");
  assert_string_equal(opened.save, "/x/s.m3u8");
  assert_true(scale > 2.49 && scale < 2.51 && !opened.trace);
  assert_true(windows == 1 && runs == 3 && freed == 1);
  assert_int_equal(run(trace, letter, NULL, NULL), 0);
  assert_string_equal(opened.model, "xyz");
  assert_true(opened.trace && !opened.save);
}

static void without_options_it_is_the_users_library_at_the_displays_scale(void** state) {
  (void)state;
  assert_int_equal(setenv("XDG_DATA_HOME", "/nowhere/data", 1), 0);
  assert_int_equal(run(NULL, NULL, NULL, NULL), 0);
  assert_string_equal(library, "/nowhere/data/circumplex/library.db");
  assert_true(!opened.model && !opened.save && !opened.trace);
  assert_true(scale >= 0.0 && scale <= 0.0);
}

static void wrong_usage_opens_nothing(void** state) {
  (void)state;
  char file[] = "song.flac", large[] = "--scale=6.1", small[] = "--scale=0.4", unknown[] = "--no",
       most[] = "--scale=6", least[] = "--scale=0.5";
  char* const wrong[] = {file, large, small, unknown};
  for (int i = 0; i < 4; ++i) {
    assert_int_equal(run(wrong[i], NULL, NULL, NULL), 2);
    assert_int_equal(windows, 0);
  }
  assert_int_equal(run(most, NULL, NULL, NULL), 0);
  assert_int_equal(run(least, NULL, NULL, NULL), 0);
}

static void help_and_version_open_nothing(void** state) {
  (void)state;
  char help[] = "--help", version[] = "--version", letter[] = "-V";
  char* const asked[] = {help, version, letter};
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(run(asked[i], NULL, NULL, NULL), 0);
    assert_int_equal(windows, 0);
  }
}

static void without_a_window_it_fails(void** state) {
  (void)state;
  fails = true;
  assert_int_equal(run(NULL, NULL, NULL, NULL), 1);
  fails = false;
  assert_true(windows == 1 && runs == 0 && freed == 0);
}

static void a_signal_ends_it_in_order(void** state) {
  (void)state;
  signal_to_send = SIGTERM;
  assert_int_equal(run(NULL, NULL, NULL, NULL), 0);
  signal_to_send = 0;
  assert_true(runs == 1 && freed == 1);
  struct sigaction term, interrupt;
  assert_int_equal(sigaction(SIGTERM, NULL, &term), 0);
  assert_int_equal(sigaction(SIGINT, NULL, &interrupt), 0);
  assert_true(interrupt.sa_handler == term.sa_handler);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_option_reaches_the_window),
      cmocka_unit_test(without_options_it_is_the_users_library_at_the_displays_scale),
      cmocka_unit_test(wrong_usage_opens_nothing),
      cmocka_unit_test(help_and_version_open_nothing),
      cmocka_unit_test(without_a_window_it_fails),
      cmocka_unit_test(a_signal_ends_it_in_order), // the last: from then on it is interrupted
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
