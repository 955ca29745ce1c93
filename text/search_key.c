// SPDX-License-Identifier: GPL-3.0-or-later
// The rule for comparing texts in searches.
#include "text/search_key.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

// Most tags are ASCII, and need no Unicode tables.
static char* key_of_ascii(const char* text, size_t length) {
  char* out = malloc(length + 1);
  if (!out) return NULL;
  for (size_t i = 0; i <= length; ++i)
    out[i] = g_ascii_tolower(text[i]);
  return out;
}

// Works in place, because UTF-8 only gets shorter when characters are removed.
static void drop_marks(char* text) {
  char* to = text;
  for (const char* from = text; *from;) {
    const char* next = g_utf8_next_char(from);
    const GUnicodeType type = g_unichar_type(g_utf8_get_char(from));
    if (type != G_UNICODE_NON_SPACING_MARK && type != G_UNICODE_ENCLOSING_MARK) {
      memmove(to, from, (size_t)(next - from));
      to += next - from;
    }
    from = next;
  }
  *to = '\0';
}

char* search_key(const char* text) {
  const size_t length = strlen(text);
  bool ascii = true;
  for (size_t i = 0; i < length && ascii; ++i)
    ascii = (text[i] & 0x80) == 0;
  if (ascii) return key_of_ascii(text, length);
  char* valid = g_utf8_make_valid(text, (gssize)length);
  char* apart = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
  drop_marks(apart);
  char* folded = g_utf8_casefold(apart, -1);
  char* out = strdup(folded);
  g_free(folded);
  g_free(apart);
  g_free(valid);
  return out;
}

static bool has_word(const char* key, const char* word, size_t length) {
  for (const char* at = strchr(key, word[0]); at; at = strchr(at + 1, word[0]))
    if (strncmp(at, word, length) == 0) return true;
  return false;
}

bool search_key_has(const char* key, const char* words) {
  static const char white[] = " \t\n\v\f\r";
  for (const char* at = words + strspn(words, white); *at; at += strspn(at, white)) {
    const size_t length = strcspn(at, white);
    if (!has_word(key, at, length)) return false;
    at += length;
  }
  return true;
}
