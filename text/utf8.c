// SPDX-License-Identifier: GPL-3.0-or-later
// Makes text from untrusted files safe to show.
#include "text/utf8.h"

#include <string.h>

size_t utf8_length(const char* text) {
  const unsigned char* s = (const unsigned char*)text;
  if (s[0] < 0x80) return 1;
  if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
  const unsigned char low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
  const size_t n = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  if (s[1] < low || s[1] > high) return 0;
  for (size_t i = 2; i < n; ++i)
    if ((s[i] & 0xC0) != 0x80) return 0;
  return n;
}

unsigned long utf8_character(const char* text, size_t* n) {
  const unsigned char* s = (const unsigned char*)text;
  *n = utf8_length(text);
  if (*n <= 1) return s[0];
  unsigned long c = s[0] & (0x7FU >> *n);
  for (size_t i = 1; i < *n; ++i)
    c = c << 6 | (s[i] & 0x3FU);
  return c;
}

bool utf8_commands(unsigned long c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0x061C ||
         c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void utf8_clean(char* to, size_t size, const char* from) {
  size_t at = 0;
  if (size == 0) return;
  for (size_t n = 0; *from != '\0'; from += n > 0 ? n : 1) {
    const char* piece = from;
    n = utf8_length(from);
    size_t bytes = n;
    size_t ignored = 0;
    const unsigned long c = n > 0 ? utf8_character(from, &ignored) : 0xFFFD;
    if (n == 0) {
      piece = "\xEF\xBF\xBD";
      bytes = 3;
    } else if (utf8_commands(c)) {
      piece = " ";
      bytes = 1;
    }
    if (at == 0 && *piece == ' ') continue;
    if (at + bytes >= size) break;
    memcpy(to + at, piece, bytes);
    at += bytes;
  }
  while (at > 0 && to[at - 1] == ' ')
    --at;
  to[at] = '\0';
}
