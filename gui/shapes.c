// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Small shapes: see shapes.h.
#include "gui/shapes.h"

#define PI 3.14159265358979323846

void shape_round(cairo_t* cr, Rect r, double radius) {
  radius = fmin(radius, 0.5 * fmin(r.w, r.h));
  cairo_new_sub_path(cr);
  cairo_arc(cr, r.x + r.w - radius, r.y + radius, radius, -0.5 * PI, 0.0);
  cairo_arc(cr, r.x + r.w - radius, r.y + r.h - radius, radius, 0.0, 0.5 * PI);
  cairo_arc(cr, r.x + radius, r.y + r.h - radius, radius, 0.5 * PI, PI);
  cairo_arc(cr, r.x + radius, r.y + radius, radius, PI, 1.5 * PI);
  cairo_close_path(cr);
}

void shape_fill(cairo_t* cr, Rect r, Rgb color, double alpha) {
  cairo_rectangle(cr, r.x, r.y, r.w, r.h);
  theme_source(cr, color, alpha);
  cairo_fill(cr);
}

Rect shape_pill(cairo_t* cr, const Theme* theme, Text* text, double right, double y, Rgb ground,
                Rgb ink, const char* string) {
  const double u = theme->unit;
  TextStyle style = {.size = 0.88 * u, .weight = TEXT_BOLD, .anchor = TEXT_CENTER, .color = ink};
  const double w = floor(text_width(text, &style, string) + 1.5 * u);
  const Rect pill = {floor(right - w), floor(y - 0.8 * u), w, floor(1.6 * u)};
  shape_round(cr, pill, pill.h);
  theme_source(cr, ground, 1.0);
  cairo_fill(cr);
  text_draw(text, cr, &style, pill.x + 0.5 * pill.w, pill.y + 0.5 * pill.h, string);
  return pill;
}

Rect shape_note(cairo_t* cr, const Theme* theme, Text* text, Rect bounds, double x, double y,
                const char* const* lines, int n) {
  const double u = theme->unit;
  TextStyle style = {.size = 0.92 * u, .color = theme->text};
  double w = 0.0;
  for (int i = 0; i < n; ++i)
    w = fmax(w, text_width(text, &style, lines[i]));
  Rect box = {x + 0.9 * u, y - 0.5 * u, w + 1.5 * u, n * 1.45 * u + 0.8 * u};
  if (box.x + box.w > bounds.x + bounds.w) box.x = x - 0.9 * u - box.w;
  box.x = floor(fmax(bounds.x, box.x));
  box.y = floor(fmin(fmax(bounds.y, box.y), bounds.y + bounds.h - box.h));
  shape_round(cr, box, 0.4 * u);
  theme_source(cr, theme->raised, 0.97);
  cairo_fill_preserve(cr);
  theme_source(cr, theme->line_strong, 1.0);
  cairo_set_line_width(cr, theme->px);
  cairo_stroke(cr);
  for (int i = 0; i < n; ++i) {
    style.color = i == 0 ? theme->text : theme->text_soft;
    style.weight = i == 0 ? TEXT_MEDIUM : TEXT_REGULAR;
    text_draw(text, cr, &style, box.x + 0.75 * u, box.y + (0.4 + 0.725 + 1.45 * i) * u, lines[i]);
  }
  return box;
}
