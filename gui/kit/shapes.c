// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Small shapes: see shapes.h.
#include "gui/kit/shapes.h"

#include "gui/kit/brush.h"

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
  if (brush_rect(cr, r, color, alpha)) return;
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
  TextStyle style = {
      .size = 0.92 * u, .color = theme->text, .max_width = fmax(u, bounds.w - 1.5 * u)};
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

void shape_button(cairo_t* cr, const Theme* theme, Rect r, bool on, bool hot, bool focus) {
  const double u = theme->unit;
  shape_round(cr, r, 0.4 * u);
  theme_source(cr, on ? theme->accent : hot ? theme->raised_hover : theme->raised, 1.0);
  cairo_fill(cr);
  if (!focus) return;
  shape_round(cr, rect_inset(r, 0.5 * theme->px + 1.0, 0.5 * theme->px + 1.0), 0.3 * u);
  theme_source(cr, on ? theme->on_accent : theme->accent, 1.0);
  cairo_set_line_width(cr, 1.5 * theme->px);
  cairo_stroke(cr);
}

void shape_label(cairo_t* cr, const Theme* theme, Text* text, Rect r, bool on, const char* label) {
  TextStyle style = {.size = 0.95 * theme->unit,
                     .weight = TEXT_MEDIUM,
                     .anchor = TEXT_CENTER,
                     .color = on ? theme->on_accent : theme->text,
                     .max_width = r.w - 0.8 * theme->unit};
  text_draw(text, cr, &style, r.x + 0.5 * r.w, r.y + 0.5 * r.h, label);
}

void shape_slider(cairo_t* cr, const Theme* theme, Text* text, Rect r, const char* name,
                  const char* value, double t) {
  const double u = theme->unit;
  const double y = r.y + 0.43 * r.h;
  TextStyle style = {.size = 0.90 * u, .color = theme->text_soft};
  text_draw(text, cr, &style, r.x + 0.65 * u, y, name);
  style.anchor = TEXT_RIGHT;
  style.color = theme->text;
  style.weight = TEXT_MEDIUM;
  text_draw(text, cr, &style, r.x + r.w - 0.65 * u, y, value);
  const Rect bar = {r.x + 0.65 * u, floor(r.y + 0.80 * r.h), r.w - 1.3 * u, floor(0.17 * u + 0.5)};
  shape_fill(cr, bar, theme->line_strong, 1.0);
  shape_fill(cr, (Rect){bar.x, bar.y, bar.w * fmin(fmax(t, 0.0), 1.0), bar.h}, theme->accent, 1.0);
}
