// SPDX-License-Identifier: GPL-3.0-or-later
// A menu: a list of names over the picture.
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
  const bool stacked = detail > 0.0 && w > window.w - 2.0 * u;
  if (stacked) w = fmax(name, detail) + 3.0 * u;
  const double row = floor((stacked ? 3.1 : 1.9) * u);
  const size_t most = (size_t)fmax(1.0, floor((anchor.y - 2.0 * u) / row));
  const size_t shown = n < most ? n : most;
  w = fmin(w, window.w - 2.0 * u);
  const double h = row * (double)shown + 0.6 * u;
  const double x = fmin(anchor.x, window.w - w - u);
  *menu = (Menu){
      .names = names, .details = details, .n = n, .shown = shown, .row = row, .stacked = stacked};
  menu->name_width = name;
  menu->box = (Rect){floor(x), floor(anchor.y - h - 0.4 * u), floor(w), floor(h)};
  menu_select(menu, current);
}

void menu_select(Menu* menu, size_t item) {
  if (item >= menu->n) return;
  menu->current = item;
  if (item < menu->first) menu->first = item;
  if (item >= menu->first + menu->shown) menu->first = item + 1 - menu->shown;
}

void menu_close(Menu* menu) {
  *menu = (Menu){.names = NULL};
}

int menu_item(const Menu* menu, double x, double y) {
  if (menu->n == 0 || !rect_contains(menu->box, x, y)) return -1;
  const double pad = 0.5 * (menu->box.h - menu->row * (double)menu->shown);
  const double item = floor((y - menu->box.y - pad) / menu->row);
  return item >= 0.0 && item < (double)menu->shown ? (int)menu->first + (int)item : -1;
}

// Draw a mark: there are more names above (-1) or below (1).
static void draw_more(cairo_t* cr, const Theme* theme, const Rect* row, double direction,
                      Rgb color) {
  const double r = 0.32 * theme->unit;
  const double x = row->x + row->w - 1.5 * r;
  const double y = row->y + 0.5 * row->h + 0.5 * direction * r;
  cairo_move_to(cr, x - r, y - direction * r);
  cairo_line_to(cr, x + r, y - direction * r);
  cairo_line_to(cr, x, y + 0.3 * direction * r);
  cairo_close_path(cr);
  theme_source(cr, color, 1.0);
  cairo_fill(cr);
}

// Draw a name and its detail: beside it, or below it if there is no room.
static void draw_item(cairo_t* cr, const Theme* theme, Text* text, const Menu* menu, size_t item,
                      Rect row) {
  const double u = theme->unit;
  const bool on = item == menu->current;
  const double y = row.y + (menu->stacked ? 0.31 : 0.5) * row.h;
  TextStyle style = {
      .size = 0.95 * u, .color = on ? theme->on_accent : theme->text, .max_width = row.w - 1.4 * u};
  text_draw(text, cr, &style, row.x + 0.7 * u, y, menu->names[item]);
  if (!menu->details || !menu->details[item][0]) return;
  const double x = row.x + 0.7 * u + (menu->stacked ? 0.0 : menu->name_width + 1.2 * u);
  const double room = row.x + row.w - x - 0.5 * u;
  style = (TextStyle){.size = 0.86 * u, .color = on ? theme->on_accent : theme->text_soft};
  style.size = fmax(0.65 * u, text_fit(text, &style, menu->details[item], room));
  style.max_width = room;
  text_draw(text, cr, &style, x, menu->stacked ? row.y + 0.71 * row.h : y, menu->details[item]);
}

void menu_draw(cairo_t* cr, const Theme* theme, Text* text, const Menu* menu) {
  if (menu->n == 0) return;
  const double u = theme->unit;
  shape_box(cr, menu->box, 0.45 * u, theme->raised, 1.0, theme->line_strong, theme->px);
  const double pad = 0.5 * (menu->box.h - menu->row * (double)menu->shown);
  const size_t end = menu->first + menu->shown;
  for (size_t i = menu->first; i < end; ++i) {
    Rect row = {menu->box.x + 0.3 * u, menu->box.y + pad + menu->row * (double)(i - menu->first),
                menu->box.w - 0.6 * u, menu->row};
    const bool on = i == menu->current;
    const bool more = menu->shown < menu->n;
    if (on) {
      shape_fill_round(cr, row, 0.35 * u, theme->accent, 1.0);
    }
    const Rgb ink = on ? theme->on_accent : theme->text_soft;
    if (i == menu->first && i > 0) draw_more(cr, theme, &row, -1.0, ink);
    if (i + 1 == end && end < menu->n) draw_more(cr, theme, &row, 1.0, ink);
    if (more) row.w -= 1.2 * u;
    draw_item(cr, theme, text, menu, i, row);
  }
}
