// SPDX-License-Identifier: GPL-3.0-or-later
// Converts text files of various encodings to UTF-8.
#include "text/decode.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static bool begins_with(const char* bytes, size_t size, const char* mark) {
  const size_t length = strlen(mark);
  return size >= length && memcmp(bytes, mark, length) == 0;
}

char* decode_marked(char* bytes, size_t* size) {
  if (begins_with(bytes, *size, "\xEF\xBB\xBF")) {
    *size -= 3;
    memmove(bytes, bytes + 3, *size + 1);
    return bytes;
  }
  if (!begins_with(bytes, *size, "\xFF\xFE") && !begins_with(bytes, *size, "\xFE\xFF"))
    return bytes;
  gsize written = 0;
  char* text = g_convert(bytes, (gssize)*size, "UTF-8", "UTF-16", NULL, &written, NULL);
  free(bytes);
  char* own = text ? malloc(written + 1) : NULL;
  if (own) {
    memcpy(own, text, written);
    own[written] = '\0';
    *size = written;
  }
  g_free(text);
  return own;
}

bool decode_is_utf8(const char* text) {
  return g_utf8_validate(text, -1, NULL);
}

void decode_latin1(const char* text, char* to, size_t size) {
  const bool is_good = decode_is_utf8(text);
  size_t at = 0;
  for (const unsigned char* s = (const unsigned char*)text; *s != '\0' && at + 2 < size; ++s) {
    if (is_good || *s < 0x80) {
      to[at++] = (char)*s;
    } else {
      to[at++] = (char)(0xC0 | *s >> 6);
      to[at++] = (char)(0x80 | (*s & 0x3F));
    }
  }
  if (size > 0) to[at] = '\0';
}
