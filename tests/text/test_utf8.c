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

static void a_character_is_the_shortest_form_of_a_code_point_that_there_is(void** state) {
  (void)state;
  static const struct {
    const char* bytes;
    unsigned long character; ///< 0: none
  } forms[] = {{"\xC2\x80", 0x80},
               {"\xC1\xBF", 0}, // U+007F in two bytes
               {"\xDF\xBF", 0x7FF},
               {"\xE0\xA0\x80", 0x800},
               {"\xE0\x9F\xBF", 0}, // U+07FF in three
               {"\xE0\x83\xA9", 0}, // U+00E9 in three
               {"\xED\x9F\xBF", 0xD7FF},
               {"\xED\xA0\x80", 0}, // the first and the last surrogate
               {"\xED\xBF\xBF", 0},
               {"\xEE\x80\x80", 0xE000},
               {"\xEF\xBF\xBF", 0xFFFF},
               {"\xF0\x90\x80\x80", 0x10000},
               {"\xF0\x8F\xBF\xBF", 0}, // U+FFFF in four
               {"\xF4\x8F\xBF\xBF", 0x10FFFF},
               {"\xF4\x90\x80\x80", 0}, // U+110000
               {"\xF5\x80\x80\x80", 0},
               {"\x80", 0}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; ++i) {
    size_t n = 0;
    const unsigned long character = utf8_character(forms[i].bytes, &n);
    assert_int_equal(n, forms[i].character != 0 ? strlen(forms[i].bytes) : 0);
    if (n > 0) assert_int_equal(character, forms[i].character);
  }
}

static void control_and_direction_characters_are_removed(void** state) {
  (void)state;
  static const unsigned long ranges[][2] = {
      {0x0, 0x1F},      {0x7F, 0x9F},     {0x61C, 0x61C},    // C0, DEL and C1; Arabic letter mark
      {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}}; // marks; ends of lines; isolates
  for (unsigned long c = 0; c < 0x3000; ++c) {
    bool commands = false;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; ++i)
      commands = commands || (c >= ranges[i][0] && c <= ranges[i][1]);
    if (utf8_commands(c) != commands) fail_msg("U+%04lX", c);
  }
}

/// Every pair of bytes, and every byte after each beginning of a longer one.
static void any_bytes_give_valid_text(void** state) {
  (void)state;
  static const char* const beginnings[] = {"",     "\xE0",         "\xE1\x80", "\xED",
                                           "\xF0", "\xF1\x80\x80", "\xF4",     "\xF4\x8F"};
  for (size_t b = 0; b < sizeof beginnings / sizeof *beginnings; ++b)
    for (int i = 1; i < 256; ++i)
      for (int k = 1; k < 256; ++k) {
        char from[16], text[64];
        snprintf(from, sizeof from, "%s%c%c", beginnings[b], i, k);
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
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_cleaned), cmocka_unit_test(long_text_is_cut_between_characters),
      cmocka_unit_test(a_character_is_the_shortest_form_of_a_code_point_that_there_is),
      cmocka_unit_test(control_and_direction_characters_are_removed),
      cmocka_unit_test(any_bytes_give_valid_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
