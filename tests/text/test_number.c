// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Numbers as people type them: all of the text, finite, within their limits.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "text/number.h"

#include <string.h>

static void a_number_must_be_the_whole_text(void** state) {
  (void)state;
  static const struct {
    const char* text;
    double value;
  } good[] = {{"0", 0.0}, {"-1.5", -1.5}, {"+2", 2.0}, {"1e3", 1000.0}, {".5", 0.5}, {"2E-1", 0.2}};
  static const char* const bad[] = {"",    " 1",  "1 ",  "1x",     "0x10",   "0x1p3",
                                    "inf", "nan", "1,5", "1e9999", "-1e999", "--1",
                                    "1e",  "e",   ".",   "1.2.3",  "\n1"};
  double value = 0.0;
  for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
    assert_true(number_read(good[i].text, strlen(good[i].text), &value));
    assert_true(value >= good[i].value && value <= good[i].value);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i)
    if (number_read(bad[i], strlen(bad[i]), &value)) fail_msg("'%s' is read as %g", bad[i], value);
  assert_true(number_read("12345", 2, &value)); // its size ends it
  assert_true(value >= 12.0 && value <= 12.0);
  static char longest[600];
  memset(longest, '1', sizeof longest - 1);
  assert_false(number_read(longest, sizeof longest - 1, &value));
}

static void limits_belong_to_the_range(void** state) {
  (void)state;
  double value = 9.0;
  assert_true(number_in("-1", -1.0, 1.0, &value));
  assert_true(number_in(" -1", -1.0, 1.0, &value)); // a blank shields it from getopt
  assert_true(number_in("1", -1.0, 1.0, &value));
  value = 9.0;
  assert_false(number_in("1.0001", -1.0, 1.0, &value));
  assert_false(number_in("-1.0001", -1.0, 1.0, &value));
  assert_true(value >= 9.0); // what is refused changes nothing
}

static void counts_are_integers(void** state) {
  (void)state;
  unsigned long n = 0;
  assert_true(count_in("1", 1, 256, &n) && n == 1);
  assert_true(count_in("256", 1, 256, &n) && n == 256);
  static const char* const bad[] = {"0", "257", "-1", "+1",  "1.5",
                                    "",  " 1",  "1 ", "0x1", "99999999999999999999"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i)
    assert_false(count_in(bad[i], 1, 256, &n));
}

static void times_may_have_minutes(void** state) {
  (void)state;
  double seconds = 0.0;
  assert_true(time_in("1:30", 0.0, 1000.0, &seconds) && seconds >= 90.0 && seconds <= 90.0);
  assert_true(time_in("90", 0.0, 1000.0, &seconds) && seconds >= 90.0 && seconds <= 90.0);
  assert_true(time_in("0:59.5", 0.0, 1000.0, &seconds) && seconds >= 59.5 && seconds <= 59.5);
  static const char* const bad[] = {"1:60", "1:99", "-1:10", "1.5:10", "1:-1",
                                    ":10",  "1:",   "20:00", "1:2:3"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i)
    if (time_in(bad[i], 0.0, 1000.0, &seconds)) fail_msg("'%s' is read", bad[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_number_must_be_the_whole_text),
                                     cmocka_unit_test(limits_belong_to_the_range),
                                     cmocka_unit_test(counts_are_integers),
                                     cmocka_unit_test(times_may_have_minutes)};
  return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
