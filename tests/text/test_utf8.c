// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Whatever bytes come in, what is shown is UTF-8 that commands no terminal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "text/utf8.h"

#include <stdio.h>
#include <string.h>

static void expect(const char* from, const char* to) {
  char text[64];
  utf8_clean(text, sizeof text, from);
  assert_string_equal(text, to);
}

static void text_is_cleaned(void** state) {
  (void)state;
  expect("", "");
  expect("Für Elise – Ω 音", "Für Elise – Ω 音");
  expect("caf\xE9", "caf\xEF\xBF\xBD");
  expect("\xC0\xAF\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  expect("cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD");
  expect(" \t a\x1B[31mb\x7F\xC2\x9B"
         "c\n",
         "a [31mb  c");
  expect("a\xE2\x80\xAE"
         "b\xE2\x81\xA6"
         "c\xD8\x9C"
         "d\xE2\x80\x8F",
         "a b c d");
}

static void long_text_is_cut_between_characters(void** state) {
  (void)state;
  for (size_t size = 1; size < 12; ++size) {
    char text[12];
    memset(text, 'x', sizeof text);
    utf8_clean(text, size, "aé音b𝄞");
    assert_true(strlen(text) < size);
    for (const char* s = text; *s != '\0';) {
      const size_t n = utf8_length(s);
      assert_in_range(n, 1, 4);
      s += n;
    }
  }
}

/// Every pair of bytes, and every byte after each beginning of a longer one.
static void any_bytes_give_good_text(void** state) {
  (void)state;
  static const char* const beginnings[] = {"",     "\xE0",         "\xE1\x80", "\xED",
                                           "\xF0", "\xF1\x80\x80", "\xF4",     "\xF4\x8F"};
  for (size_t b = 0; b < sizeof beginnings / sizeof *beginnings; ++b)
    for (int i = 1; i < 256; ++i)
      for (int k = 1; k < 256; ++k) {
        char from[16], text[64];
        (void)snprintf(from, sizeof from, "%s%c%c", beginnings[b], i, k);
        utf8_clean(text, sizeof text, from);
        for (const char* s = text; *s != '\0'; s += utf8_length(s)) {
          assert_true(utf8_length(s) > 0);
          size_t n;
          const unsigned long c = utf8_character(s, &n);
          assert_true(c >= 0x20 && (c < 0x7F || c > 0x9F) && c <= 0x10FFFF);
          assert_false(c >= 0xD800 && c <= 0xDFFF);
        }
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(text_is_cleaned),
                                     cmocka_unit_test(long_text_is_cut_between_characters),
                                     cmocka_unit_test(any_bytes_give_good_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
