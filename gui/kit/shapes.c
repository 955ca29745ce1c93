// SPDX-License-Identifier: GPL-3.0-or-later
// Draws small shapes that several parts use.
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
  cairo_rectangle(cr, r.x, r.y, r.w, r.h);
  theme_source(cr, color, alpha);
  cairo_fill(cr);
}

void shape_fill_round(cairo_t* cr, Rect r, double radius, Rgb color, double alpha) {
  shape_round(cr, r, radius);
  theme_source(cr, color, alpha);
  cairo_fill(cr);
}

void shape_box(cairo_t* cr, Rect r, double radius, Rgb ground, double alpha, Rgb line,
               double width) {
  shape_round(cr, r, radius);
  theme_source(cr, ground, alpha);
  cairo_fill_preserve(cr);
  theme_source(cr, line, 1.0);
  cairo_set_line_width(cr, width);
  cairo_stroke(cr);
}

Rect shape_pill(cairo_t* cr, const Theme* theme, Text* text, double right, double y, Rgb ground,
                Rgb ink, const char* string) {
  const double u = theme->unit;
  TextStyle style = {.size = 0.88 * u, .weight = TEXT_BOLD, .anchor = TEXT_CENTER, .color = ink};
  const double w = floor(text_width(text, &style, string) + 1.5 * u);
  const Rect pill = {floor(right - w), floor(y - 0.8 * u), w, floor(1.6 * u)};
  brush_bar(cr, pill, pill.x, pill.x + pill.w, ground, 1.0);
  text_draw(text, cr, &style, pill.x + 0.5 * pill.w, pill.y + 0.5 * pill.h, string);
  return pill;
}

#define NOTE_GAP 0.5  // units between a note and what it explains
#define NOTE_WIDE 4.0 // a wider part has its note above or below

typedef enum { SIDE_BELOW, SIDE_ABOVE, SIDE_RIGHT, SIDE_LEFT } Side;

// The box on one side, kept inside the bounds along that side only.
static Rect beside(Rect box, Rect bounds, Rect about, Side side, double gap) {
  const bool level = side == SIDE_RIGHT || side == SIDE_LEFT;
  box.x = side == SIDE_RIGHT  ? about.x + about.w + gap
          : side == SIDE_LEFT ? about.x - gap - box.w
                              : fmax(bounds.x, fmin(about.x, bounds.x + bounds.w - box.w));
  box.y = side == SIDE_BELOW   ? about.y + about.h + gap
          : side == SIDE_ABOVE ? about.y - gap - box.h
                               : about.y;
  if (level) {
    if (about.h < box.h) box.y += 0.5 * about.h - gap - gap; // its first line at the same height
    box.y = fmax(bounds.y, fmin(box.y, bounds.y + bounds.h - box.h));
  }
  return (Rect){floor(box.x), floor(box.y), box.w, box.h};
}

static Rect place_note(Rect box, Rect bounds, Rect about, double u) {
  static const Side small[] = {SIDE_RIGHT, SIDE_LEFT, SIDE_BELOW, SIDE_ABOVE};
  static const Side high[] = {SIDE_BELOW, SIDE_ABOVE, SIDE_RIGHT, SIDE_LEFT};
  static const Side low[] = {SIDE_ABOVE, SIDE_BELOW, SIDE_RIGHT, SIDE_LEFT};
  const bool upper = about.y + 0.5 * about.h < bounds.y + 0.5 * bounds.h;
  const Side* order = about.w < NOTE_WIDE * u ? small : upper ? high : low;
  for (int i = 0; i < 4; ++i) {
    const Rect placed = beside(box, bounds, about, order[i], NOTE_GAP * u);
    if (rect_covers(rect_inset(bounds, -1.0, -1.0), placed)) return placed;
  }
  box = beside(box, bounds, about, order[0], NOTE_GAP * u);
  box.x = floor(fmax(bounds.x, fmin(box.x, bounds.x + bounds.w - box.w)));
  box.y = floor(fmax(bounds.y, fmin(box.y, bounds.y + bounds.h - box.h)));
  return box;
}

Rect shape_note(cairo_t* cr, const Theme* theme, Text* text, Rect bounds, Rect about,
                const char* const* lines, int n) {
  const double u = theme->unit;
  const double room = fmax(u, bounds.w - 1.5 * u);
  TextStyle style = {.size = 0.92 * u, .weight = TEXT_MEDIUM, .color = theme->text};
  double size = style.size;
  for (int i = 0; i < n; ++i)
    size = fmin(size, text_fit(text, &style, lines[i], room));
  style.size = fmax(size, 0.72 * u);
  style.max_width = room;
  double w = 0.0;
  for (int i = 0; i < n; ++i) {
    style.weight = i == 0 ? TEXT_MEDIUM : TEXT_REGULAR;
    w = fmax(w, text_width(text, &style, lines[i]));
  }
  const Rect size_of_it = {0.0, 0.0, ceil(w + 1.5 * u), ceil(n * 1.45 * u + 0.8 * u)};
  const Rect box = place_note(size_of_it, bounds, about, u);
  shape_box(cr, box, 0.4 * u, theme->raised, 0.97, theme->line_strong, theme->px);
  for (int i = 0; i < n; ++i) {
    style.color = i == 0 ? theme->text : theme->text_soft;
    style.weight = i == 0 ? TEXT_MEDIUM : TEXT_REGULAR;
    text_draw(text, cr, &style, box.x + 0.75 * u, box.y + (0.4 + 0.725 + 1.45 * i) * u, lines[i]);
  }
  return box;
}

void shape_button(cairo_t* cr, const Theme* theme, Rect r, bool on, bool hot, bool focus) {
  const double u = theme->unit;
  const Rgb ground = on ? theme->accent : hot ? theme->raised_hover : theme->raised;
  shape_fill_round(cr, r, 0.4 * u, ground, 1.0);
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

void shape_choice(cairo_t* cr, const Theme* theme, Text* text, Rect r, const char* name,
                  const char* value) {
  const double u = theme->unit;
  const double y = r.y + 0.5 * r.h;
  const TextStyle style = {.size = 0.90 * u, .color = theme->text_soft};
  TextStyle chosen = {.size = 0.90 * u, .weight = TEXT_MEDIUM, .color = theme->text};
  const double taken = text_width(text, &style, name) + text_width(text, &chosen, value);
  if (taken < r.w - 2.0 * u) {
    text_draw(text, cr, &style, r.x + 0.65 * u, y, name);
    chosen.anchor = TEXT_RIGHT;
    text_draw(text, cr, &chosen, r.x + r.w - 0.65 * u, y, value);
  } else {
    chosen.max_width = r.w - 1.3 * u;
    chosen.anchor = TEXT_CENTER;
    text_draw(text, cr, &chosen, r.x + 0.5 * r.w, y, value);
  }
}
