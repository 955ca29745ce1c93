// SPDX-License-Identifier: GPL-3.0-or-later
#include "library/utf8.h"

#include <string.h>

typedef struct {
  unsigned long first, last;
} Range;

/// The blocks that matter for names; single oddities are left out.
static const Range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                             {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                             {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                             {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
static const Range without[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F}, {0x200B, 0x200F},
    {0x202A, 0x202E}, {0x2066, 0x2069}, {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

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
    } else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029) {
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

static int is_in(const Range* ranges, size_t n, unsigned long c) {
  for (size_t i = 0; i < n; ++i)
    if (c >= ranges[i].first && c <= ranges[i].last) return 1;
  return 0;
}

static size_t width_of(unsigned long c) {
  if (c < 0x300) return 1;
  if (is_in(without, sizeof without / sizeof *without, c)) return 0;
  return is_in(wide, sizeof wide / sizeof *wide, c) ? 2 : 1;
}

size_t utf8_width(const char* text) {
  size_t columns = 0;
  for (size_t n = 0; *text != '\0'; text += n > 0 ? n : 1)
    columns += width_of(utf8_character(text, &n));
  return columns;
}

size_t utf8_fit(const char* text, size_t columns) {
  size_t at = 0;
  for (size_t n = 0; text[at] != '\0'; at += n > 0 ? n : 1) {
    const size_t width = width_of(utf8_character(text + at, &n));
    if (width > columns) break;
    columns -= width;
  }
  return at;
}
