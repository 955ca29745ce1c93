// SPDX-License-Identifier: GPL-3.0-or-later
// Describes the moment under the pointer in the line above the timeline.
#include "gui/meter/readout.h"

#include "gui/kit/format.h"

#include <stdarg.h>
#include <stdio.h>

#define GAP 1.1 // between pieces, units

void readout_add(Readout* readout, Rgb color, bool strong, const char* format, ...) {
  if (readout->n == READOUT_MAX) return;
  va_list list;
  va_start(list, format);
  vsnprintf(readout->pieces[readout->n].text, READOUT_TEXT, format, list);
  va_end(list);
  readout->pieces[readout->n].color = color;
  readout->pieces[readout->n].strong = strong;
  ++readout->n;
}

void readout_add_place(Readout* readout, const Theme* theme, const char* word,
                       const double values[2]) {
  char number[16];
  readout_add(readout, theme->text, true, "%s", word);
  format_signed(number, sizeof number, values[0]);
  readout_add(readout, theme->valence, false, "valence %s", number);
  format_signed(number, sizeof number, values[1]);
  readout_add(readout, theme->arousal, false, "arousal %s", number);
}

static TextStyle style_of(const Readout* readout, int piece, double size) {
  return (TextStyle){.size = size,
                     .weight = readout->pieces[piece].strong ? TEXT_BOLD : TEXT_REGULAR,
                     .color = readout->pieces[piece].color};
}

void readout_draw(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                  const Readout* readout) {
  const MeterLayout* l = layout;
  const double room = l->timeline.x + l->timeline.w - l->strip.x;
  double size = 0.88 * theme->unit;
  double w = GAP * theme->unit * (readout->n - 1);
  for (int i = 0; i < readout->n; ++i) {
    const TextStyle style = style_of(readout, i, size);
    w += text_width(text, &style, readout->pieces[i].text);
  }
  const double share = w > room ? 0.98 * room / w : 1.0;
  size *= share;
  double x = l->strip.x;
  for (int i = 0; i < readout->n; ++i) {
    const TextStyle style = style_of(readout, i, size);
    x += text_draw(text, cr, &style, x, l->head.y + 0.40 * l->head.h, readout->pieces[i].text);
    x += share * GAP * theme->unit;
  }
}
