// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the session in place of the last minute.
#include "gui/meter/session_strip.h"

#include "affect/words.h"
#include "gui/kit/brush.h"
#include "gui/kit/format.h"
#include "gui/kit/shapes.h"
#include "gui/meter/readout.h"

#include <stdio.h>

static Rect graph_of(const MeterLayout* l) {
  return (Rect){l->curves.x, l->strip.y, l->curves.w, l->curves.y + l->curves.h - l->strip.y};
}

static double value_y(Rect area, double value) {
  return area.y + 0.5 * area.h * (1.0 - 0.94 * value);
}

// Minutes between ticks.
static int tick_minutes(double span) {
  return span <= 300.0 ? 1 : span <= 900.0 ? 3 : span <= 3600.0 ? 10 : 20;
}

void session_strip_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l) {
  const double u = theme->unit;
  const Rect graph = graph_of(l);
  TextStyle name = {.size = 0.85 * u, .color = theme->valence};
  const double middle = graph.y + 0.5 * graph.h;
  text_draw(text, cr, &name, l->timeline.x, middle - 0.7 * u, "valence");
  name.color = theme->arousal;
  text_draw(text, cr, &name, l->timeline.x, middle + 0.7 * u, "arousal");
  name.color = theme->text_soft;
  text_draw(text, cr, &name, l->timeline.x, l->mood.y + 0.5 * l->mood.h, "mood");
  text_draw(text, cr, &name, l->timeline.x, l->envelope.y + 0.5 * l->envelope.h, "pieces");
  shape_fill(cr, graph, theme->panel, 1.0);
  shape_fill(cr, l->mood, theme->panel, 1.0);
  TextStyle tick = {.size = 0.82 * u, .color = theme->text_faint, .anchor = TEXT_CENTER};
  const int step = tick_minutes(l->span);
  for (int m = 0; 60.0 * m <= l->span + 0.5; m += step) {
    const double x = floor(meter_layout_time_x(l, 60.0 * m));
    char label[24];
    snprintf(label, sizeof label, m == 0 ? "now" : "\u2212%d min", m);
    text_draw(text, cr, &tick, x, l->axis.y + 0.62 * l->axis.h, label);
    if (m > 0) shape_fill(cr, (Rect){x, graph.y, theme->px, graph.h}, theme->line, 0.55);
  }
  shape_fill(cr, (Rect){graph.x, floor(value_y(graph, 0.0)), graph.w, theme->px},
             theme->line_strong, 0.8);
}

typedef struct {
  double x, valence, arousal, confidence;
  bool heard;
} StripColumn;

// Compute the means of the sounding points between two ages.
static StripColumn mean_between(const MeterView* view, double from, double to) {
  int n = 0;
  StripColumn mean = {0};
  for (double age = from; age < to; age += SESSION_STEP) {
    const SessionPoint* p = session_at(&view->session, age);
    if (!p) break;
    if (!p->heard) continue;
    mean.valence += p->valence / 1000.0;
    mean.arousal += p->arousal / 1000.0;
    mean.confidence += p->confidence / 255.0;
    ++n;
  }
  if (n == 0) return mean;
  mean.valence /= n;
  mean.arousal /= n;
  mean.confidence /= n;
  mean.heard = true;
  return mean;
}

enum { COLUMNS = 400 };

// Draw the graph column by column, from the newest backwards.
static int fill_columns(const MeterLayout* l, const MeterView* view, StripColumn* columns) {
  const double step = fmax(l->span / COLUMNS, SESSION_STEP);
  const double length = fmin(l->span, session_seconds(&view->session));
  int n = 0;
  for (double age = 0.0; age < length && n < COLUMNS; age += step, ++n) {
    columns[n] = mean_between(view, age, age + step);
    columns[n].x = meter_layout_time_x(l, age + 0.5 * step);
  }
  return n;
}

static void draw_curve(cairo_t* cr, const Theme* theme, Rect graph, const StripColumn* columns,
                       int n, bool arousal) {
  const Rgb color = arousal ? theme->arousal : theme->valence;
  const double width = 0.13 * theme->unit;
  Brush brush;
  const bool fast = brush_begin(&brush, cr, graph);
  for (int i = 1; i < n; ++i) {
    const StripColumn* p = &columns[i - 1];
    const StripColumn* q = &columns[i];
    if (!p->heard || !q->heard) continue;
    const double y0 = value_y(graph, arousal ? p->arousal : p->valence);
    const double y1 = value_y(graph, arousal ? q->arousal : q->valence);
    if (fast) {
      brush_line(&brush, p->x, y0, q->x, y1, width, color, 1.0);
    } else {
      theme_source(cr, color, 1.0);
      cairo_set_line_width(cr, width);
      cairo_move_to(cr, p->x, y0);
      cairo_line_to(cr, q->x, y1);
      cairo_stroke(cr);
    }
  }
  if (fast) brush_end(&brush, cr);
}

static void draw_mood(cairo_t* cr, const MeterLayout* l, const StripColumn* columns, int n) {
  double right = l->mood.x + l->mood.w;
  for (int i = 0; i < n; ++i) {
    const double left =
        i + 1 < n ? 0.5 * (columns[i].x + columns[i + 1].x) : 2.0 * columns[i].x - right;
    const Rect cell = {floor(left), l->mood.y, floor(right) - floor(left), l->mood.h};
    if (columns[i].heard && !rect_empty(cell)) {
      shape_fill(cr, cell, color_mood(columns[i].valence, columns[i].arousal),
                 columns[i].confidence >= (double)WORDS_OUTSIDE ? 1.0 : METER_FADED);
    }
    right = left;
  }
}

// Draw a mark at the start of each piece, and the word for its mean if there is room.
static void draw_pieces(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                        const MeterView* view) {
  const double u = theme->unit;
  const Rect graph = graph_of(l);
  const Rect row = l->envelope;
  double right = row.x + row.w;
  const SessionPiece* piece;
  for (uint64_t k = 0; (piece = session_piece(&view->session, k)); ++k) {
    const double x = floor(meter_layout_time_x(l, session_piece_age(&view->session, piece)));
    const double left = fmax(x, row.x);
    if (x >= row.x) {
      shape_fill(cr, (Rect){x, graph.y, theme->px, row.y + row.h - graph.y}, theme->text, 0.55);
    }
    if (piece->n > 0 && right - left > 2.0 * theme->px) {
      const double v = piece->valence / (double)piece->n;
      const double a = piece->arousal / (double)piece->n;
      const Rect band = {left + theme->px, row.y, right - left - theme->px, row.h};
      shape_fill(cr, band, color_mood(v, a), 0.22);
      TextStyle style = {.size = 0.86 * u, .color = theme->text, .anchor = TEXT_CENTER};
      const char* word = words_name_of(view->words, (float)v, (float)a);
      if (text_width(text, &style, word) < band.w - 0.8 * u) {
        text_draw(text, cr, &style, band.x + 0.5 * band.w, row.y + 0.5 * row.h, word);
      }
    }
    if (x < row.x) break;
    right = left;
  }
}

static void draw_readout(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                         const MeterView* view, const SessionPoint* p) {
  Readout line = {.n = 0};
  const int s = (int)view->hover;
  readout_add(&line, theme->text, false, "%d:%02d min ago", s / 60, s % 60);
  if (p->heard) {
    const double values[2] = {p->valence / 1000.0, p->arousal / 1000.0};
    readout_add_place(&line, theme, words_name_of(view->words, (float)values[0], (float)values[1]),
                      values);
    readout_add(&line, theme->text_soft, false, "confidence %d %%", p->confidence * 100 / 255);
  } else {
    readout_add(&line, theme->text_soft, false, "silent");
  }
  readout_draw(cr, theme, text, l, &line);
}

static void draw_head(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                      const MeterView* view) {
  const double u = theme->unit;
  const SessionPoint* hovered = view->hovering ? session_at(&view->session, view->hover) : NULL;
  if (hovered) {
    draw_readout(cr, theme, text, l, view, hovered);
    return;
  }
  const double y = l->head.y + 0.40 * l->head.h;
  char title[48];
  snprintf(title, sizeof title, "the session: last %.0f min", l->span / 60.0);
  TextStyle style = {.size = 0.88 * u, .color = theme->text_soft};
  const double w = text_draw(text, cr, &style, l->strip.x, y, title);
  style = (TextStyle){.size = 0.82 * u, .color = theme->text_faint, .anchor = TEXT_RIGHT};
  const char* hint = "wheel: zoom   click: look back   A: compare   E: export";
  if (text_width(text, &style, hint) > l->strip.w - w - 1.5 * u) hint = "wheel: zoom   E: export";
  if (text_width(text, &style, hint) > l->strip.w - w - 1.5 * u) return;
  text_draw(text, cr, &style, l->strip.x + l->strip.w, y, hint);
}

static void draw_moment(cairo_t* cr, const Theme* theme, const MeterLayout* l, double age,
                        Rgb color) {
  const double x = floor(meter_layout_time_x(l, age));
  if (x < l->strip.x) return;
  shape_fill(cr, (Rect){x, l->strip.y, theme->px, l->envelope.y + l->envelope.h - l->strip.y},
             color, 1.0);
}

void session_strip_data(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                        const MeterView* view) {
  StripColumn columns[COLUMNS];
  const int n = fill_columns(l, view, columns);
  draw_head(cr, theme, text, l, view);
  draw_mood(cr, l, columns, n);
  draw_pieces(cr, theme, text, l, view);
  for (int i = 0; i < 2; ++i)
    draw_curve(cr, theme, graph_of(l), columns, n, i == 1);
  double age;
  if (meter_view_looked(view, &age)) draw_moment(cr, theme, l, age, theme->accent);
  if (view->hovering) draw_moment(cr, theme, l, view->hover, theme->text);
}

int session_strip_write(const MeterView* view, const char* path, char* error, size_t error_size) {
  MeterLayout l = meter_layout_compute(1600.0, 700.0, 1.0, METER_FULL);
  Text* text = text_new();
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1600, 640);
  const Theme theme = theme_default(18.0 / THEME_FONT_PX);
  int status = -1;
  snprintf(error, error_size, "Out of memory.");
  if (text && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
    const double left = 120.0;
    const double w = 1440.0;
    l.timeline = (Rect){20.0, 20.0, 1560.0, 600.0};
    l.head = (Rect){20.0, 20.0, 1560.0, 30.0};
    l.strip = (Rect){left, 60.0, w, 60.0};
    l.curves = (Rect){left, 130.0, w, 330.0};
    l.mood = (Rect){left, 470.0, w, 24.0};
    l.envelope = (Rect){left, 504.0, w, 60.0};
    l.axis = (Rect){left, 570.0, w, 40.0};
    l.span = fmax(60.0, ceil(session_seconds(&view->session) / 60.0) * 60.0);
    cairo_t* cr = cairo_create(surface);
    theme_source(cr, theme.window, 1.0);
    cairo_paint(cr);
    session_strip_frame(cr, &theme, text, &l);
    session_strip_data(cr, &theme, text, &l, view);
    cairo_destroy(cr);
    const cairo_status_t written = cairo_surface_write_to_png(surface, path);
    status = written == CAIRO_STATUS_SUCCESS ? 0 : -1;
    snprintf(error, error_size, "%s cannot be written: %s.", path, cairo_status_to_string(written));
  }
  cairo_surface_destroy(surface);
  text_free(text);
  return status;
}
