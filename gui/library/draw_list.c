// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Search box, filters and the ranked list: see draw.h.
#include "gui/library/draw.h"

#include "gui/kit/format.h"
#include "gui/kit/shapes.h"

#include <string.h>

#define PI 3.14159265358979323846

static const struct {
  const char* name;
  double valence, arousal; // position whose colour it has
} quadrants[4] = {
    {"happy", 0.7, 0.7}, {"tense", -0.7, 0.7}, {"sad", -0.7, -0.7}, {"calm", 0.7, -0.7}};

static void draw_magnifier(const Draw* d, double x, double y) {
  const double u = d->theme->unit;
  cairo_new_sub_path(d->cr);
  cairo_arc(d->cr, x - 0.08 * u, y - 0.08 * u, 0.34 * u, 0.0, 2.0 * PI);
  cairo_move_to(d->cr, x + 0.17 * u, y + 0.17 * u);
  cairo_line_to(d->cr, x + 0.46 * u, y + 0.46 * u);
  theme_source(d->cr, d->theme->text_soft, 1.0);
  cairo_set_line_width(d->cr, 0.13 * u);
  cairo_set_line_cap(d->cr, CAIRO_LINE_CAP_ROUND);
  cairo_stroke(d->cr);
}

static void count_text(const LibraryView* b, char* out, size_t size) {
  const Catalogue* c = library_view_catalogue(b);
  out[0] = '\0';
  if (!c) return;
  if (b->answer.allowed && b->answer.n_allowed < c->n) {
    snprintf(out, size, "%zu of %zu songs", b->answer.n_allowed, c->n);
  } else {
    snprintf(out, size, c->n == 1 ? "%zu song" : "%zu songs", c->n);
  }
}

const char* draw_tail(const Draw* d, const TextStyle* style, const char* text) {
  TextStyle whole = *style;
  whole.max_width = 0.0;
  while (*text && text_width(d->text, &whole, text) > style->max_width) {
    do {
      ++text;
    } while (((unsigned char)*text & 0xC0) == 0x80); // whole characters
  }
  return text;
}

static void draw_box(const Draw* d) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const Rect r = d->layout->parts[LIBRARY_PART_SEARCH];
  const bool focus = b->focus == LIBRARY_PART_SEARCH;
  const bool hot = b->hot == LIBRARY_PART_SEARCH && !focus;
  shape_box(d->cr, r, 0.4 * u, hot ? d->theme->raised : d->theme->panel, 1.0,
            focus ? d->theme->accent : d->theme->line_strong, (focus ? 1.5 : 1.0) * d->theme->px);
  const double y = r.y + 0.5 * r.h;
  draw_magnifier(d, r.x + 1.1 * u, y);
  char count[64];
  count_text(b, count, sizeof count);
  TextStyle style = {.size = 0.90 * u, .color = d->theme->text_faint, .anchor = TEXT_RIGHT};
  const double taken = text_draw(d->text, d->cr, &style, r.x + r.w - 0.8 * u, y, count);
  const double left = r.x + 2.1 * u;
  style.anchor = TEXT_LEFT;
  style.size = u;
  style.max_width = r.x + r.w - left - taken - 1.8 * u;
  double end = left;
  if (b->query.text[0]) {
    style.color = d->theme->text;
    end += text_draw(d->text, d->cr, &style, left, y,
                     focus ? draw_tail(d, &style, b->query.text) : b->query.text);
  } else {
    static const char hint[] = "Search title, artist, album";
    text_draw(d->text, d->cr, &style, left, y,
              text_fit(d->text, &style, hint, style.max_width) < style.size ? "Search" : hint);
  }
  if (!focus) return;
  // A space at the end of the text has a width but no ink.
  shape_fill(d->cr,
             (Rect){floor(fmin(end + 0.1 * u, left + style.max_width)), floor(y - 0.7 * u),
                    fmax(1.5 * d->theme->px, 1.0), floor(1.4 * u)},
             d->theme->accent, 1.0);
}

static void draw_quadrant(const Draw* d, int i) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const LibraryPart part = (LibraryPart)(LIBRARY_PART_QUADRANT_1 + i);
  const Rect r = d->layout->parts[part];
  if (rect_empty(r)) return;
  const bool on = (b->query.quadrants >> (i + 1) & 1u) != 0;
  shape_button(d->cr, d->theme, r, on, b->hot == part, b->focus == part && b->by_keys);
  const double y = r.y + 0.5 * r.h;
  cairo_new_sub_path(d->cr);
  cairo_arc(d->cr, r.x + 0.85 * u, y, 0.30 * u, 0.0, 2.0 * PI);
  theme_source(d->cr, color_mood(quadrants[i].valence, quadrants[i].arousal), 1.0);
  cairo_fill_preserve(d->cr);
  theme_source(d->cr, d->theme->window, on ? 0.8 : 0.0);
  cairo_set_line_width(d->cr, d->theme->px);
  cairo_stroke(d->cr);
  TextStyle style = {.size = 0.92 * u,
                     .weight = TEXT_MEDIUM,
                     .color = on ? d->theme->on_accent : d->theme->text,
                     .max_width = r.w - 1.7 * u};
  text_draw(d->text, d->cr, &style, r.x + 1.4 * u, y, quadrants[i].name);
}

// A compact window has a message there while there is no library.
static bool is_message_page(const Draw* d) {
  return d->layout->compact && d->view->state != LIBRARY_READY;
}

static Rect list_area(const Draw* d) {
  const Rect list = d->layout->list;
  return is_message_page(d) ? rect_union(d->layout->search, list) : list;
}

void draw_search(const Draw* d) {
  const LibraryView* b = d->view;
  if (is_message_page(d)) return;
  draw_box(d);
  for (int i = 0; i < 4; ++i)
    draw_quadrant(d, i);
  const Rect r = d->layout->parts[LIBRARY_PART_CONFIDENCE];
  if (rect_empty(r)) return;
  char value[32];
  snprintf(value, sizeof value, b->query.confidence > 0.0f ? "\u2265 %.0f %%" : "any",
           100.0 * (double)b->query.confidence);
  shape_button(d->cr, d->theme, r, false, b->hot == LIBRARY_PART_CONFIDENCE,
               b->focus == LIBRARY_PART_CONFIDENCE && b->by_keys);
  shape_slider(d->cr, d->theme, d->text, r, "Confidence", value,
               (double)b->query.confidence / 0.95);
}

static void head_text(const LibraryView* b, char* out, size_t size, char* aside,
                      size_t aside_size) {
  char v[16];
  char a[16];
  aside[0] = '\0';
  switch (b->query.kind) {
  case QUERY_NEAR:
    format_signed(v, sizeof v, (double)b->query.valence);
    format_signed(a, sizeof a, (double)b->query.arousal);
    snprintf(out, size, "Near %s  (%s, %s)", draw_word(b, b->query.valence, b->query.arousal), v,
             a);
    snprintf(aside, aside_size, "nearest first");
    break;
  case QUERY_MATCH:
    snprintf(out, size,
             b->query.match == MATCH_PASSAGE ? "Passages that move as drawn"
                                             : "Songs that move as drawn");
    snprintf(aside, aside_size, b->relative ? "closest first, relative" : "closest first");
    break;
  case QUERY_PATH:
    snprintf(out, size, "From %s to %s", draw_word(b, b->query.valence, b->query.arousal),
             draw_word(b, b->query.to_valence, b->query.to_arousal));
    snprintf(aside, aside_size, "in this order");
    break;
  case QUERY_ALL:
    snprintf(out, size,
             b->query.text[0] || b->query.quadrants || b->query.confidence > 0.0f ? "Songs found"
                                                                                  : "All songs");
    snprintf(aside, aside_size, "by artist");
    break;
  }
  if (b->searching) snprintf(aside, aside_size, "searching \u2026");
}

static void draw_head(const Draw* d) {
  const double u = d->theme->unit;
  const Rect r = d->layout->head;
  char left[96];
  char right[48];
  head_text(d->view, left, sizeof left, right, sizeof right);
  if (d->view->state != LIBRARY_READY) return;
  const double y = r.y + 0.45 * r.h;
  TextStyle soft = {.size = 0.90 * u, .color = d->theme->text_faint, .anchor = TEXT_RIGHT};
  TextStyle style = {.size = 1.08 * u, .weight = TEXT_BOLD, .color = d->theme->text};
  const double taken = text_width(d->text, &soft, right) + u;
  // In a narrow list the title has no numbers, and there is no remark beside it.
  if (text_width(d->text, &style, left) > r.w - taken) left[strcspn(left, "(")] = '\0';
  if (text_width(d->text, &style, left) <= r.w - taken)
    text_draw(d->text, d->cr, &soft, r.x + r.w, y, right);
  style.size = text_fit(d->text, &style, left, r.w);
  text_draw(d->text, d->cr, &style, r.x, y, left);
}

static void draw_triangle(const Draw* d, double x, double y) {
  const double r = 0.38 * d->theme->unit;
  cairo_move_to(d->cr, x - 0.8 * r, y - r);
  cairo_line_to(d->cr, x + r, y);
  cairo_line_to(d->cr, x - 0.8 * r, y + r);
  cairo_close_path(d->cr);
  theme_source(d->cr, d->theme->accent, 1.0);
  cairo_fill(d->cr);
}

// Draw the hit's curve over the drawing; above it, the position in the song.
static void draw_thumb(const Draw* d, Rect r, const Song* song, const QueryHit* hit) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const double px = d->theme->px;
  const bool match = b->answer.kind == QUERY_MATCH;
  const bool passage = match && b->query.match == MATCH_PASSAGE;
  Rect area = r;
  if (passage) {
    const Rect bar = {r.x, r.y, r.w, fmax(2.0 * px, floor(0.22 * u))};
    const double from = (double)(hit->start / fmaxf(song->duration, 1.0f));
    const double to = (double)(hit->end / fmaxf(song->duration, 1.0f));
    shape_fill(d->cr, bar, d->theme->line, 1.0);
    shape_fill(d->cr,
               (Rect){bar.x + bar.w * from, bar.y, fmax(2.0 * px, bar.w * (to - from)), bar.h},
               d->theme->accent, 1.0);
    area.y += 0.42 * u;
    area.h -= 0.42 * u;
  }
  const double range = (double)b->range;
  shape_fill(d->cr, (Rect){area.x, floor(area.y + 0.5 * area.h), area.w, px}, d->theme->line, 1.0);
  cairo_save(d->cr);
  cairo_rectangle(d->cr, area.x - u, area.y - 2.0 * px, area.w + 2.0 * u, area.h + 4.0 * px);
  cairo_clip(d->cr);
  for (int lane = 0; lane < DRAWN_LANES; ++lane) {
    const bool arousal = lane == DRAWN_AROUSAL;
    const Rgb color = arousal ? d->theme->arousal : d->theme->valence;
    if (match) {
      if (!(arousal ? b->query.profile.has_arousal : b->query.profile.has_valence)) continue;
      draw_drawn_curve(d->cr, area, &b->drawn, (DrawnLane)lane, 0.0, range, 0.36 * u, color, 0.28);
    }
    draw_curve(d->cr, area, &song->curve, arousal, (double)hit->start, (double)hit->end, range,
               fmax(1.2 * px, 0.11 * u), color, 1.0);
  }
  cairo_restore(d->cr);
}

// Write the two values in their axes' colours, or the passage's times; below them the distance.
static void draw_figures(const Draw* d, Rect r, const Song* song, const QueryHit* hit) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const double top = r.y + 0.33 * r.h;
  const double low = r.y + 0.69 * r.h;
  TextStyle style = {.size = 0.92 * u, .weight = TEXT_MEDIUM, .anchor = TEXT_RIGHT};
  char text[64];
  const double right = r.x + r.w;
  if (b->answer.kind == QUERY_MATCH && b->query.match == MATCH_PASSAGE) {
    char end[16];
    draw_format_time(text, sizeof text, (double)hit->start);
    draw_format_time(end, sizeof end, (double)hit->end);
    snprintf(text + strlen(text), sizeof text - strlen(text), " \u2013 %s", end);
    style.color = d->theme->text;
    text_draw(d->text, d->cr, &style, right, top, text);
  } else {
    format_signed(text, sizeof text, (double)song->arousal);
    style.color = d->theme->arousal;
    const double w = text_draw(d->text, d->cr, &style, right, top, text);
    format_signed(text, sizeof text, (double)song->valence);
    style.color = d->theme->valence;
    text_draw(d->text, d->cr, &style, right - w - 0.6 * u, top, text);
  }
  style = (TextStyle){.size = 0.86 * u, .color = d->theme->text_faint, .anchor = TEXT_RIGHT};
  const char* word = draw_word(b, song->valence, song->arousal);
  if (b->answer.kind == QUERY_ALL) {
    snprintf(text, sizeof text, "%s", word);
  } else if (b->answer.kind == QUERY_NEAR || b->answer.kind == QUERY_PATH) {
    snprintf(text, sizeof text, "%s, %.2f off", word, (double)hit->distance);
  } else {
    snprintf(text, sizeof text, "%.3f off", (double)hit->distance);
  }
  style.max_width = r.w;
  text_draw(d->text, d->cr, &style, right, low, text);
}

static void draw_row(const Draw* d, Rect r, size_t row) {
  const LibraryView* b = d->view;
  const Catalogue* c = library_view_catalogue(b);
  const QueryHit* hit = &b->answer.hits[row];
  const Song* song = &c->songs[hit->song];
  const double u = d->theme->unit;
  const bool chosen = row == b->row;
  if (chosen) {
    shape_fill_round(d->cr, rect_inset(r, 0.0, 0.5 * d->theme->px), 0.35 * u, d->theme->raised,
                     1.0);
    shape_fill_round(d->cr, (Rect){r.x, r.y + 0.45 * u, 0.22 * u, r.h - 0.9 * u}, 0.11 * u,
                     d->theme->accent, 1.0);
  }
  const double mid = r.y + 0.5 * r.h;
  TextStyle style = {.size = 0.86 * u, .color = d->theme->text_faint, .anchor = TEXT_RIGHT};
  char number[24];
  if (b->playing == hit->song && b->play != PLAY_STOPPED) {
    draw_triangle(d, r.x + 1.5 * u, mid);
  } else {
    snprintf(number, sizeof number, "%zu", row + 1);
    style.max_width = 2.2 * u;
    if (row < 1000) text_draw(d->text, d->cr, &style, r.x + 2.2 * u, mid, number);
  }
  shape_fill_round(d->cr, (Rect){r.x + 2.75 * u, r.y + 0.65 * u, 0.42 * u, r.h - 1.3 * u}, 0.21 * u,
                   color_mood((double)song->valence, (double)song->arousal), 1.0);
  const double figures = r.w > 22.0 * u ? 8.8 * u : 0.0;
  // In a wide list the curve takes the room that names do not need.
  const double spare = fmin(0.42 * r.w, r.w - 46.0 * u);
  const double thumb = r.w > 34.0 * u ? fmax(fmin(12.0 * u, 0.27 * r.w), spare) : 0.0;
  const double right = r.x + r.w - 0.7 * u;
  const double names = r.x + 3.8 * u;
  style = (TextStyle){.size = 0.98 * u,
                      .weight = TEXT_MEDIUM,
                      .color = d->theme->text,
                      .max_width = right - figures - thumb - (thumb > 0.0 ? 1.6 : 0.6) * u - names};
  const bool one_line = !song->artist[0] && !song->album[0];
  text_draw(d->text, d->cr, &style, names, one_line ? mid : r.y + 0.33 * r.h, song->title);
  char by[512];
  const bool both = song->artist[0] && song->album[0];
  snprintf(by, sizeof by, "%s%s%s", song->artist, both ? " \u2013 " : "", song->album);
  style.size = 0.86 * u;
  style.weight = TEXT_REGULAR;
  style.color = d->theme->text_soft;
  text_draw(d->text, d->cr, &style, names, r.y + 0.69 * r.h, by);
  if (thumb > 0.0) {
    draw_thumb(d, (Rect){right - figures - 0.8 * u - thumb, r.y + 0.5 * u, thumb, r.h - 1.0 * u},
               song, hit);
  }
  if (figures > 0.0) draw_figures(d, (Rect){right - figures, r.y, figures, r.h}, song, hit);
}

static void draw_scroll(const Draw* d) {
  const LibraryView* b = d->view;
  const Rect r = d->layout->list;
  const double rows = floor(b->listed);
  if ((double)b->answer.n <= rows) return;
  const double u = d->theme->unit;
  const double share = rows / (double)b->answer.n;
  const double h = fmax(1.5 * u, r.h * share);
  const double at = b->scroll / ((double)b->answer.n - rows);
  shape_fill_round(d->cr, (Rect){r.x + r.w - 0.28 * u, r.y + (r.h - h) * at, 0.28 * u, h}, 0.14 * u,
                   d->theme->line_strong, 1.0);
}

// Draw a message instead of the list.
static void draw_message(const Draw* d, const char* head, const char* body) {
  const double u = d->theme->unit;
  const Rect r = list_area(d);
  const TextStyle title = {.size = 1.2 * u, .weight = TEXT_MEDIUM, .color = d->theme->text};
  const TextStyle style = {.size = u, .color = d->theme->text_soft};
  const double width = r.w - 3.0 * u;
  const double narrow = fmin(width, 32.0 * u);
  const double x = r.x + 0.5 * r.w;
  const double height = text_wrap_height(d->text, &title, width, head) + 0.8 * u +
                        text_wrap_height(d->text, &style, narrow, body);
  double y = r.y + fmax(0.4 * u, fmin(0.24 * r.h, 0.5 * (r.h - height)));
  y += text_wrap(d->text, d->cr, &title, x, y, width, head) + 0.8 * u;
  if (body[0]) text_wrap(d->text, d->cr, &style, x, y, narrow, body);
}

void draw_list(const Draw* d) {
  const LibraryView* b = d->view;
  const Rect r = list_area(d);
  shape_fill_round(d->cr, r, 0.4 * d->theme->unit, d->theme->panel, 1.0);
  draw_head(d);
  if (b->state == LIBRARY_LOADING) {
    draw_message(d, "Reading the library \u2026", b->message);
  } else if (b->state == LIBRARY_ABSENT) {
    draw_message(d, "No library yet", b->message);
  } else if (b->state == LIBRARY_FAILED) {
    draw_message(d, "The library cannot be read", b->message);
  } else if (b->answer.n == 0 && !b->searching && b->answer.n_allowed > 0) {
    if (library_view_catalogue(b)->songs[0].curve.n == 0) {
      draw_message(d, "Nothing to compare",
                   "This model reads songs as a whole: they have no curve.  Choose another (M).");
    } else {
      draw_message(d, "No song is as long as the drawing",
                   "Draw a shorter curve, or compare whole songs (W).");
    }
  } else if (b->answer.n == 0 && !b->searching) {
    draw_message(d, "No song passes the filters", "Press Escape to clear search and filters.");
  }
  cairo_save(d->cr);
  cairo_rectangle(d->cr, r.x, r.y, r.w, r.h);
  cairo_clip(d->cr);
  for (size_t i = 0; (double)(i + 1) * d->layout->row <= r.h; ++i) {
    const size_t row = (size_t)b->scroll + i;
    if (row >= b->answer.n) break;
    draw_row(d, (Rect){r.x, r.y + (double)i * d->layout->row, r.w, d->layout->row}, row);
  }
  draw_scroll(d);
  cairo_restore(d->cr);
  draw_focus(d, LIBRARY_PART_LIST, r);
}
