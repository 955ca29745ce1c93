// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Text files in the encodings in which people have them.
#include "text/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void decodes(const char* bytes, size_t size, const char* text) {
  char* own = malloc(size + 1);
  assert_non_null(own);
  memcpy(own, bytes, size);
  own[size] = '\0';
  char* got = decode_marked(own, &size);
  if (!text) {
    assert_null(got);
    return;
  }
  assert_non_null(got);
  assert_int_equal(size, strlen(text));
  assert_string_equal(got, text);
  free(got);
}

static void a_mark_says_what_the_bytes_are(void** state) {
  (void)state;
  decodes("\xEF\xBB\xBF"
          "caf\xC3\xA9",
          8, "caf\xC3\xA9");
  decodes("\xFF\xFE"
          "a\0\xE9\0",
          6, "a\xC3\xA9");
  decodes("\xFE\xFF"
          "\0a\0\xE9",
          6, "a\xC3\xA9");
  decodes("\xFF\xFE"
          "\x3D\xD8\x00\xDE",
          6, "\xF0\x9F\x98\x80"); // a surrogate pair
  decodes("\xFF\xFE", 2, "");
  decodes("\xEF\xBB\xBF", 3, "");
}

static void text_without_a_byte_order_mark_is_unchanged(void** state) {
  (void)state;
  decodes("", 0, "");
  decodes("\xE9", 1, "\xE9");
  decodes("\xFF", 1, "\xFF");
}

static void bad_utf16_is_refused(void** state) {
  (void)state;
  decodes("\xFF\xFE"
          "\x00\xDC"
          "a\0",
          6, NULL); // half of a pair
  decodes("\xFF\xFE"
          "a",
          3, NULL); // half of a character
}

static void text_that_is_not_utf8_counts_as_latin1(void** state) {
  char to[16];
  (void)state;
  decode_latin1("caf\xE9", to, sizeof to);
  assert_string_equal(to, "caf\xC3\xA9");
  decode_latin1("caf\xC3\xA9", to, sizeof to);
  assert_string_equal(to, "caf\xC3\xA9");
  decode_latin1("\x7F\x80\xBF\xC0\xFF", to, sizeof to);
  assert_string_equal(to, "\x7F\xC2\x80\xC2\xBF\xC3\x80\xC3\xBF");
  decode_latin1("\xE9\xE9\xE9", to, 6);
  assert_string_equal(to, "\xC3\xA9\xC3\xA9"); // never half of a character
  assert_true(decode_is_utf8("caf\xC3\xA9"));
  assert_false(decode_is_utf8("caf\xE9"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_mark_says_what_the_bytes_are),
      cmocka_unit_test(text_without_a_byte_order_mark_is_unchanged),
      cmocka_unit_test(bad_utf16_is_refused),
      cmocka_unit_test(text_that_is_not_utf8_counts_as_latin1),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
