// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A list of names: see menu.h.
#include "gui/kit/menu.h"

#include "gui/kit/shapes.h"

void menu_open(Menu* menu, const Theme* theme, Text* text, Rect window, Rect anchor,
               const char* const* names, const char* const* details, size_t n, size_t current) {
  const double u = theme->unit;
  TextStyle style = {.size = 0.95 * u};
  TextStyle soft = {.size = 0.86 * u};
  double name = 0.0;
  double detail = 0.0;
  for (size_t i = 0; i < n; ++i) {
    name = fmax(name, text_width(text, &style, names[i]));
    if (details) detail = fmax(detail, text_width(text, &soft, details[i]));
  }
  double w = fmax(anchor.w, name + 3.0 * u + (detail > 0.0 ? detail + 1.2 * u : 0.0));
  const double row = floor(1.9 * u);
  const size_t most = (size_t)fmax(1.0, floor((anchor.y - 2.0 * u) / row));
  if (n > most) n = most;
  w = fmin(w, window.w - 2.0 * u);
  const double h = row * (double)n + 0.6 * u;
  const double x = fmin(anchor.x, window.w - w - u);
  *menu = (Menu){.names = names, .details = details, .n = n, .current = current, .row = row};
  menu->name_width = name;
  menu->box = (Rect){floor(x), floor(anchor.y - h - 0.4 * u), floor(w), floor(h)};
}

void menu_close(Menu* menu) {
  *menu = (Menu){.names = NULL};
}

int menu_item(const Menu* menu, double x, double y) {
  if (menu->n == 0 || !rect_contains(menu->box, x, y)) return -1;
  const double pad = 0.5 * (menu->box.h - menu->row * (double)menu->n);
  const double item = floor((y - menu->box.y - pad) / menu->row);
  return item >= 0.0 && item < (double)menu->n ? (int)item : -1;
}

void menu_draw(cairo_t* cr, const Theme* theme, Text* text, const Menu* menu) {
  if (menu->n == 0) return;
  const double u = theme->unit;
  shape_round(cr, menu->box, 0.45 * u);
  theme_source(cr, theme->raised, 1.0);
  cairo_fill_preserve(cr);
  theme_source(cr, theme->line_strong, 1.0);
  cairo_set_line_width(cr, theme->px);
  cairo_stroke(cr);
  const double pad = 0.5 * (menu->box.h - menu->row * (double)menu->n);
  for (size_t i = 0; i < menu->n; ++i) {
    const Rect row = {menu->box.x + 0.3 * u, menu->box.y + pad + menu->row * (double)i,
                      menu->box.w - 0.6 * u, menu->row};
    const bool on = i == menu->current;
    if (on) {
      shape_round(cr, row, 0.35 * u);
      theme_source(cr, theme->accent, 1.0);
      cairo_fill(cr);
    }
    TextStyle style = {.size = 0.95 * u,
                       .color = on ? theme->on_accent : theme->text,
                       .max_width = row.w - 1.4 * u};
    text_draw(text, cr, &style, row.x + 0.7 * u, row.y + 0.5 * row.h, menu->names[i]);
    if (!menu->details || !menu->details[i][0]) continue;
    const double x = row.x + 1.9 * u + menu->name_width;
    style = (TextStyle){.size = 0.86 * u,
                        .color = on ? theme->on_accent : theme->text_soft,
                        .max_width = row.x + row.w - x - 0.5 * u};
    if (style.max_width > 3.0 * u) {
      text_draw(text, cr, &style, x, row.y + 0.5 * row.h, menu->details[i]);
    }
  }
}
