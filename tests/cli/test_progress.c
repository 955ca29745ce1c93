// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The progress bar: what it shows, when, and that messages do not mix with it.
#define _GNU_SOURCE // posix_openpt
#include "cli/cli.h"
#include "cli/progress.h"
#include "dsp/harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now; ///< s
static FILE* terminal;
static int ours; ///< its other end

int __wrap_clock_gettime(clockid_t clock, struct timespec* time);

int __wrap_clock_gettime(clockid_t clock, struct timespec* time) {
  (void)clock;
  time->tv_sec = (time_t)now;
  time->tv_nsec = (long)lround((now - floor(now)) * 1e9);
  return 0;
}

FILE* cli_errors(void) {
  return terminal;
}

static int setup(void** state) {
  (void)state;
  now = 1000.0;
  ours = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (ours < 0 || grantpt(ours) != 0 || unlockpt(ours) != 0) return -1;
  const int theirs = open(ptsname(ours), O_RDWR | O_NOCTTY);
  terminal = theirs < 0 ? NULL : fdopen(theirs, "w");
  return terminal ? 0 : -1;
}

static int teardown(void** state) {
  (void)state;
  return fclose(terminal) + close(ours);
}

static void expect_shown(const char* expected) {
  char shown[512];
  fflush(terminal);
  const ssize_t n = read(ours, shown, sizeof shown - 1);
  shown[n > 0 ? n : 0] = '\0';
  assert_string_equal(shown, expected);
}

#define ERASED "\r\033[K"

static void a_bar_shows_the_share_and_the_remaining_time(void** state) {
  (void)state;
  progress_begin(1000, false);
  progress_add(100);
  expect_shown(""); // a task that ends immediately has no bar
  now += 0.25;
  progress_add(100);
  expect_shown("\r[######........................]  20 %\033[K"); // too early for an estimate
  now += 0.0625;
  progress_add(1);
  expect_shown(""); // at most ten times a second
  now += 9.6875;
  progress_add(49);
  expect_shown("\r[#######.......................]  25 %  0:30 left\033[K");
  now += 1190.0;
  progress_add(0);
  expect_shown("\r[#######.......................]  25 %  1:00:00 left\033[K");
  now += 2400.0;
  progress_add(0);
  expect_shown("\r[#######.......................]  25 %  3:00:00 left\033[K");
  progress_add(250);
  expect_shown("");
  now += 3600.0;
  progress_add(1000); // more files than expected
  expect_shown("\r[##############################] 100 %  0:00 left\033[K");
  progress_end();
  expect_shown(ERASED);
  progress_end();
  expect_shown("");
}

static void expect_whole_bar(uint64_t total, uint64_t done, const char* bar) {
  progress_begin(total, false);
  now += 0.2;
  progress_add(done);
  expect_shown(bar);
  progress_end();
  expect_shown(ERASED);
}

static void a_message_replaces_the_bar(void** state) {
  (void)state;
  progress_pause();
  progress_resume();
  expect_shown(""); // there is no bar
  progress_begin(4, false);
  now += 0.2;
  progress_add(1);
  expect_shown("\r[#######.......................]  25 %\033[K");
  progress_pause();
  progress_resume();
  expect_shown(ERASED);
  progress_end();
  expect_shown(ERASED);
  // The next bar begins at zero; a task of size 0 is complete.
  expect_whole_bar(2, 1, "\r[###############...............]  50 %\033[K");
  expect_whole_bar(0, 0, "\r[##############################] 100 %\033[K");
}

static void there_is_no_bar_if_quiet_or_without_a_terminal(void** state) {
  (void)state;
  progress_begin(4, true);
  now += 1.0;
  progress_add(1);
  progress_pause();
  progress_resume();
  progress_end();
  expect_shown("");
  FILE* own = terminal;
  terminal = tmpfile();
  assert_non_null(terminal);
  progress_begin(4, false);
  now += 1.0;
  progress_add(1);
  progress_end();
  fflush(terminal);
  assert_int_equal(ftell(terminal), 0);
  fclose(terminal);
  terminal = own;
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(a_bar_shows_the_share_and_the_remaining_time),
      TEST(a_message_replaces_the_bar),
      TEST(there_is_no_bar_if_quiet_or_without_a_terminal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
