// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What counts as alike in a search, in any script and encoding.
#include "text/search_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void search_ignores_case_and_accents(void** state) {
  (void)state;
  static const struct {
    const char *hay, *needle;
    bool found;
  } cases[] = {
      {"Björk Ásdís", "bjork", true},
      {"Björk Ásdís", "BJÖRK asdis", true},
      {"Дмитрий", "ДМИТР", true},
      {"Straße", "STRASSE", true},
      {"naïve", "naive", true},
      {"ΣΊΣΥΦΟΣ", "σισυφος", true},
      {"東京", "京", true},
      {"Abba", "abbb", false},
      {"one two", "two one", true},
      {"one two", "twoone", false},
      {"\xff\xfe broken", "bro", true},
      {"anything", "", true},
      {"a\xE2\x83\x9D"
       "bc",
       "abc", true}, // in a circle
      {"e\xCC\x81tude", "\xC3\x89", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    char* hay = search_key(cases[i].hay);
    char* needle = search_key(cases[i].needle);
    if (search_key_has(hay, needle) != cases[i].found) {
      fail_msg("'%s' in '%s'", cases[i].needle, cases[i].hay);
    }
    free(hay);
    free(needle);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(search_ignores_case_and_accents)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
