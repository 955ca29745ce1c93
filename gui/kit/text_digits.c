// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Numbers of one form: see text_digits.h.
#include "gui/kit/text_digits.h"

#include <stdlib.h>
#include <string.h>

// The glyphs of a layout in turn, until a visit says that it was the last.
typedef bool (*Visit)(void* handle, char letter, PangoGlyphInfo* glyph);

static void visit_glyphs(PangoLayout* layout, Visit visit, void* handle) {
  const char* string = pango_layout_get_text(layout);
  // Not the lines that are for reading only: what a visit changes is to be shown.
  PangoLayoutLine* line = pango_layout_get_line(layout, 0);
  for (GSList* run = line ? line->runs : NULL; run; run = run->next) {
    const PangoGlyphItem* item = run->data;
    for (int i = 0; i < item->glyphs->num_glyphs; ++i) {
      const char letter = string[item->item->offset + item->glyphs->log_clusters[i]];
      if (!visit(handle, letter, &item->glyphs->glyphs[i])) return;
    }
  }
}

typedef struct {
  PangoGlyph glyphs[10];
  int width, n;
  bool even; // all digits are equally wide, to a hundredth
} Digits;

static bool note_digit(void* handle, char letter, PangoGlyphInfo* glyph) {
  Digits* digits = handle;
  if (digits->n == 10 || letter != '0' + digits->n) {
    digits->even = false;
    return false;
  }
  if (digits->n == 0) digits->width = glyph->geometry.width;
  digits->even = digits->even && 100 * abs(glyph->geometry.width - digits->width) < digits->width;
  digits->glyphs[digits->n++] = glyph->glyph;
  return true;
}

typedef struct {
  const PangoGlyph* digits;
  const char* next; // digit of the string to show
  bool plain;
} Change;

// A zero that looks otherwise than a single one depends on its neighbours: not to be exchanged.
static bool check_zero(void* handle, char letter, PangoGlyphInfo* glyph) {
  Change* change = handle;
  if (letter == '0' && glyph->glyph != change->digits[0]) change->plain = false;
  return change->plain;
}

static bool put_digit(void* handle, char letter, PangoGlyphInfo* glyph) {
  Change* change = handle;
  if (letter != '0') return true;
  while (*change->next && (*change->next < '0' || *change->next > '9'))
    ++change->next;
  if (!*change->next) return false;
  glyph->glyph = change->digits[*change->next++ - '0'];
  return true;
}

bool text_digits_learn(PangoLayout* all, PangoLayout* zeros, PangoGlyph* digits) {
  Digits found = {.even = true};
  visit_glyphs(all, note_digit, &found);
  if (!found.even || found.n != 10) return false;
  Change change = {.digits = found.glyphs, .plain = true};
  visit_glyphs(zeros, check_zero, &change);
  if (change.plain) memcpy(digits, found.glyphs, sizeof found.glyphs);
  return change.plain;
}

void text_digits_put(PangoLayout* layout, const PangoGlyph* digits, const char* string) {
  Change change = {.digits = digits, .next = string};
  visit_glyphs(layout, put_digit, &change);
}
