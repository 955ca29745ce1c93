// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the last minute.
#include "gui/meter/history_strip.h"

#include "affect/words.h"
#include "gui/kit/brush.h"
#include "gui/kit/format.h"
#include "gui/kit/pixels.h"
#include "gui/kit/shapes.h"
#include "gui/meter/readout.h"
#include "gui/meter/session_strip.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CELLS = METER_WINDOW }; // as many as attention has weights: METER_SPAN / METER_STEP

// \param range the value at the upper edge
static double value_y(Rect area, double value, double range) {
  return area.y + 0.5 * area.h * (1.0 - fmin(fmax(value / range, -1.0), 1.0) * 0.94);
}

static void draw_legend(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l) {
  const double u = theme->unit;
  const double y = l->head.y + 0.40 * l->head.h;
  const double right = l->strip.x + l->strip.w;
  TextStyle style = {.size = 0.82 * u, .color = theme->text_faint, .anchor = TEXT_RIGHT};
  double x = right - text_draw(text, cr, &style, right, y, "more") - 0.5 * u;
  for (int i = 0; i < 32; ++i) {
    const double w = 0.13 * u;
    shape_fill(cr, (Rect){x - (32 - i) * w, floor(y - 0.32 * u), w + 0.6, 0.64 * u},
               color_heat((i + 0.5) / 32.0), 1.0);
  }
  text_draw(text, cr, &style, x - 32 * 0.13 * u - 0.5 * u, y, "usual");
}

void history_strip_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l) {
  if (l->span > METER_SPAN) {
    session_strip_frame(cr, theme, text, l);
    return;
  }
  const double u = theme->unit;
  TextStyle name = {.size = 0.85 * u, .color = theme->text_soft};
  text_draw(text, cr, &name, l->timeline.x, l->strip.y + 0.5 * l->strip.h, "attention");
  text_draw(text, cr, &name, l->timeline.x, l->mood.y + 0.5 * l->mood.h, "mood");
  text_draw(text, cr, &name, l->timeline.x, l->envelope.y + 0.5 * l->envelope.h, "spectrum");
  name.color = theme->valence;
  text_draw(text, cr, &name, l->timeline.x, l->curves.y + 0.5 * l->curves.h - 0.7 * u, "valence");
  name.color = theme->arousal;
  text_draw(text, cr, &name, l->timeline.x, l->curves.y + 0.5 * l->curves.h + 0.7 * u, "arousal");
  shape_fill(cr, l->strip, color_heat(0.0), 1.0);
  shape_fill(cr, l->curves, theme->panel, 1.0);
  shape_fill(cr, l->mood, theme->panel, 1.0);
  shape_fill(cr, l->envelope, theme->panel, 1.0);
  TextStyle tick = {.size = 0.82 * u, .color = theme->text_faint, .anchor = TEXT_CENTER};
  for (int i = 0; i <= 6; ++i) {
    const double x = floor(meter_layout_time_x(l, 10.0 * i));
    char label[16];
    snprintf(label, sizeof label, i == 0 ? "now" : "\u2212%d s", 10 * i);
    text_draw(text, cr, &tick, x, l->axis.y + 0.62 * l->axis.h, label);
    if (i > 0 && i < 6) {
      shape_fill(cr, (Rect){x, l->curves.y, theme->px, l->curves.h}, theme->line, 0.55);
    }
  }
  shape_fill(cr, (Rect){l->curves.x, floor(value_y(l->curves, 0.0, 1.0)), l->curves.w, theme->px},
             theme->line_strong, 0.8);
}

// A row of cells, one a hop, as premultiplied colours; newest first.
typedef struct {
  uint32_t colors[CELLS];
} CellRow;

// The first pixel of a cell; the pixel after it for the cell before.
static int cell_x(const MeterLayout* l, int cell) {
  return (int)floor(meter_layout_time_x(l, (cell + 1) * METER_STEP) + 0.5);
}

// Cells are on whole pixels, so neighbours neither overlap nor leave a gap.  The ground has one
// colour, so all lines of pixels are equal.
static void draw_row(cairo_t* cr, const MeterLayout* l, Rect area, const CellRow* row) {
  Pixels pixels;
  if (!pixels_begin(&pixels, cr, area)) return;
  for (int i = 0; i < CELLS && pixels.h > 0; ++i) {
    if (row->colors[i] == 0) continue;
    const int from = cell_x(l, i) - pixels.x;
    const int to = cell_x(l, i - 1) - pixels.x;
    for (int x = from > 0 ? from : 0; x < to && x < pixels.w; ++x)
      pixels_over(&pixels.first[x], row->colors[i]);
  }
  for (int y = pixels.y + 1; y < pixels.y + pixels.h; ++y)
    memcpy(pixels_row(&pixels, y), pixels.first, (size_t)pixels.w * sizeof *pixels.first);
  pixels_end(&pixels, cr);
}

#define HEAT_NODES 32 // between these, colours are interpolated, because color_heat() is slow

// \param t 0..1
static Rgb heat(const Rgb nodes[HEAT_NODES + 1], double t) {
  const double place = fmin(t, 1.0) * HEAT_NODES;
  const int i = place < HEAT_NODES ? (int)place : HEAT_NODES - 1;
  const double share = place - i;
  const Rgb* a = &nodes[i];
  const Rgb* b = &nodes[i + 1];
  return (Rgb){a->r + share * (b->r - a->r), a->g + share * (b->g - a->g),
               a->b + share * (b->b - a->b)};
}

// Weight beyond the usual that has the brightest colour: a moment of half a second rarely gets more
// of the attention.
#define STRIP_FULL 0.08

static const char* no_attention(const MeterView* view, const MeterRecord* row) {
  if (row->weights > 0 && row->weight_unit > 0.0f) return NULL;
  return view->state == METER_LIVE ? "this model reads without attention" : "no attention now";
}

static void draw_strip(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                       const MeterView* view) {
  const MeterRecord* row = meter_view_attending(view);
  if (!row) return;
  const double offset = meter_view_age(view, row);
  TextStyle style = {.size = 0.82 * theme->unit, .color = theme->text_faint};
  const double right = l->strip.x + l->strip.w + 0.6 * theme->unit;
  const char* none = no_attention(view, row);
  if (none) {
    style.anchor = TEXT_CENTER;
    style.color = theme->text_soft;
    text_draw(text, cr, &style, l->strip.x + 0.5 * l->strip.w, l->strip.y + 0.5 * l->strip.h, none);
    return;
  }
  CellRow cells = {{0}};
  Rgb nodes[HEAT_NODES + 1];
  for (int i = 0; i <= HEAT_NODES; ++i)
    nodes[i] = color_heat((double)i / HEAT_NODES);
  double sum = 0.0;
  for (int i = 0; i < CELLS; ++i) {
    const double age = i * METER_STEP; // of the cell, before now
    if (age < offset) continue;
    const double beyond = meter_view_beyond(row, age - offset);
    sum += beyond;
    // The square root makes faint values visible.
    if (beyond > 0.0) {
      cells.colors[i] = pixels_pack(heat(nodes, sqrt(fmin(beyond / STRIP_FULL, 1.0))), 1.0);
    }
  }
  draw_row(cr, l, l->strip, &cells);
  char label[32];
  snprintf(label, sizeof label, "%.0f %% beyond", 100.0 * fmin(sum, 1.0));
  style.size = text_fit(text, &style, label, 4.6 * theme->unit); // the rest of the timeline
  text_draw(text, cr, &style, right, l->strip.y + 0.5 * l->strip.h, label);
}

static double record_value(const MeterRecord* r, bool arousal, double spreads) {
  return arousal ? (double)r->arousal + spreads * (double)r->arousal_spread
                 : (double)r->valence + spreads * (double)r->valence_spread;
}

static bool is_heard(const MeterRecord* r) {
  return r && r->sound != METER_SOUND_SILENT;
}

// The smallest of a few round ranges that contains the visible values, so that small movements are
// visible.  The range is written beside the curves.
static double curve_range(const MeterView* view) {
  double most = 0.0;
  for (int i = 0; i <= CELLS; ++i) {
    const MeterRecord* r = meter_view_at(view, i * METER_STEP);
    if (!is_heard(r)) continue;
    most = fmax(most, fabs(record_value(r, false, 0.0)));
    most = fmax(most, fabs(record_value(r, true, 0.0)));
  }
  return most < 0.23 ? 0.25 : most < 0.46 ? 0.5 : 1.0;
}

typedef struct {
  double x, y;
} CurvePoint;

static void draw_line(cairo_t* cr, Brush* brush, const CurvePoint* points, int n, double width,
                      Rgb color) {
  if (brush) {
    for (int i = 1; i < n; ++i)
      brush_line(brush, points[i - 1].x, points[i - 1].y, points[i].x, points[i].y, width, color,
                 1.0);
    return;
  }
  for (int i = 0; i < n; ++i)
    cairo_line_to(cr, points[i].x, points[i].y);
  theme_source(cr, color, 1.0);
  cairo_set_line_width(cr, width);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_BEVEL);
  cairo_stroke(cr);
}

static void draw_curve(cairo_t* cr, Brush* brush, const Theme* theme, const MeterLayout* l,
                       const MeterView* view, bool arousal, double range) {
  CurvePoint points[CELLS + 1];
  int n = 0;
  // Parts without silence, from the older age (large i) to the newer.
  for (int i = CELLS; i >= 0; --i) {
    const MeterRecord* r = meter_view_at(view, i * METER_STEP);
    if (is_heard(r)) {
      points[n++] = (CurvePoint){meter_layout_time_x(l, i * METER_STEP),
                                 value_y(l->curves, record_value(r, arousal, 0.0), range)};
    }
    if (is_heard(r) && i > 0) continue;
    draw_line(cr, brush, points, n, 0.13 * theme->unit, arousal ? theme->arousal : theme->valence);
    n = 0;
  }
}

// The pixels that the curves touch.
static Rect curves_extent(const Theme* theme, const MeterLayout* l, const MeterView* view,
                          double range) {
  double low = l->curves.y + l->curves.h;
  double high = l->curves.y;
  for (int i = 0; i <= CELLS; ++i) {
    const MeterRecord* r = meter_view_at(view, i * METER_STEP);
    for (int k = 0; k < 2 && is_heard(r); ++k) {
      const double y = value_y(l->curves, record_value(r, k == 1, 0.0), range);
      low = fmin(low, y);
      high = fmax(high, y);
    }
  }
  const double pad = 0.13 * theme->unit + 1.0;
  return rect_pixels((Rect){l->curves.x, low - pad, l->curves.w, high - low + 2.0 * pad});
}

static void draw_curves(cairo_t* cr, const Theme* theme, const MeterLayout* l,
                        const MeterView* view, double range) {
  const Rect extent = curves_extent(theme, l, view, range);
  if (rect_empty(extent)) return;
  Brush brush;
  cairo_save(cr);
  cairo_rectangle(cr, l->curves.x, l->curves.y, l->curves.w, l->curves.h);
  cairo_clip(cr);
  const bool fast = brush_begin(&brush, cr, extent);
  for (int i = 0; i < 2; ++i)
    draw_curve(cr, fast ? &brush : NULL, theme, l, view, i == 1, range);
  if (fast) brush_end(&brush, cr);
  cairo_restore(cr);
}

static void draw_curve_ends(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                            const MeterView* view, double range) {
  const MeterRecord* newest = meter_view_newest(view);
  if (!is_heard(newest)) return;
  const double u = theme->unit;
  double y[2];
  char label[2][16];
  for (int i = 0; i < 2; ++i) {
    const double value = record_value(newest, i == 1, 0.0);
    y[i] = value_y(l->curves, value, range);
    format_signed(label[i], sizeof label[i], value);
  }
  // Keep the two numbers apart and inside.
  const double apart = 1.15 * u;
  if (fabs(y[0] - y[1]) < apart) {
    const double middle = 0.5 * (y[0] + y[1]);
    const double sign = y[0] <= y[1] ? -0.5 : 0.5;
    y[0] = middle + sign * apart;
    y[1] = middle - sign * apart;
  }
  const double top = l->curves.y + 0.5 * u;
  const double bottom = l->curves.y + l->curves.h - 0.5 * u;
  const double low = fmin(y[0], y[1]);
  const double high = fmax(y[0], y[1]);
  const double shift = low < top ? top - low : high > bottom ? bottom - high : 0.0;
  for (int i = 0; i < 2; ++i) {
    TextStyle style = {.size = 0.92 * u,
                       .weight = TEXT_MEDIUM,
                       .color = view->outside ? theme->text_faint
                                : i           ? theme->arousal
                                              : theme->valence};
    text_draw(text, cr, &style, l->curves.x + l->curves.w + 0.6 * u, y[i] + shift, label[i]);
  }
}

static void draw_range(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                       double range) {
  const double u = theme->unit;
  if (l->curves.h < 4.0 * u) return;
  char label[16];
  TextStyle style = {.size = 0.75 * u, .color = theme->text_faint, .anchor = TEXT_RIGHT};
  const double x = l->curves.x - 0.4 * u;
  snprintf(label, sizeof label, "+%g", range);
  text_draw(text, cr, &style, x, l->curves.y + 0.45 * u, label);
  snprintf(label, sizeof label, "\u2212%g", range);
  text_draw(text, cr, &style, x, l->curves.y + l->curves.h - 0.45 * u, label);
}

static void draw_mood(cairo_t* cr, const MeterLayout* l, const MeterView* view) {
  CellRow cells = {{0}};
  for (int i = 0; i < CELLS; ++i) {
    const MeterRecord* r = meter_view_at(view, i * METER_STEP);
    if (!r) break;
    if (!is_heard(r)) continue;
    const bool sure = r->sound == METER_SOUND_LIVE && r->confidence >= WORDS_OUTSIDE;
    cells.colors[i] = pixels_pack(r->mood, sure ? 1.0 : METER_FADED);
  }
  draw_row(cr, l, l->mood, &cells);
}

// One line of the spectrum between two bands: 256 times the level at each hop, with one more at
// either end.
static void blend_bands(const uint8_t levels[METER_BANDS][CELLS], double position,
                        int line[CELLS + 2]) {
  const double p = fmin(fmax(position - 0.5, 0.0), METER_BANDS - 1.001);
  const int band = (int)p;
  const int share = (int)((p - band) * 256.0);
  for (int i = 0; i < CELLS; ++i)
    line[i + 1] = 256 * levels[band][i] + share * (levels[band + 1][i] - levels[band][i]);
  line[0] = line[1];
  line[CELLS + 1] = line[CELLS];
}

// How bright each band is in each hop, 0..255; oldest and highest first.
static void fill_levels(const MeterView* view, uint8_t levels[METER_BANDS][CELLS]) {
  memset(levels, 0, (size_t)METER_BANDS * CELLS);
  for (int i = 0; i < CELLS; ++i) {
    const MeterRecord* r = meter_view_at(view, i * METER_STEP);
    if (!r) break;
    if (!is_heard(r)) continue;
    for (int band = 0; band < METER_BANDS; ++band) {
      const float db = r->bands[band];
      const float t = db <= -60.0f ? 0.0f : db >= -10.0f ? 1.0f : (db + 60.0f) / 50.0f;
      levels[METER_BANDS - 1 - band][CELLS - 1 - i] = (uint8_t)(t * t * 215.0f);
    }
  }
}

// White of that strength on the panel, smooth between bands and hops.
static void draw_envelope(cairo_t* cr, const Theme* theme, const MeterLayout* l,
                          const MeterView* view) {
  uint8_t levels[METER_BANDS][CELLS];
  fill_levels(view, levels);
  const Rect area = l->envelope;
  Pixels pixels;
  if (!pixels_begin(&pixels, cr, area)) return;
  uint32_t shades[256];
  for (uint32_t i = 0; i < 256; ++i) {
    shades[i] = pixels_pack(theme->panel, 1.0);
    pixels_over(&shades[i], i * 0x1010101u);
  }
  const double across = CELLS / area.w;
  // In 1/65536 of a cell, from the middle of the one that line[] has at its left end.
  const int step = (int)(across * 65536.0);
  const int start = (int)(((pixels.x - area.x + 0.5) * across + 0.5) * 65536.0);
  const int end = start + pixels.w * step;
  for (int y = pixels.y; y < pixels.y + pixels.h; ++y) {
    int line[CELLS + 2];
    blend_bands((const uint8_t(*)[CELLS])levels, (y + 0.5 - area.y) * METER_BANDS / area.h, line);
    uint32_t* at = pixels_row(&pixels, y);
    for (int place = start; place < end;) { // a cell at a time
      const int cell = place >> 16;
      const int level = 256 * line[cell];
      const int rise = line[cell + 1] - line[cell];
      const int next = (cell + 1) * 65536;
      for (const int stop = next < end ? next : end; place < stop; place += step)
        *at++ = shades[(uint32_t)(level + (place >> 8 & 255) * rise) >> 16];
    }
  }
  pixels_end(&pixels, cr);
}

static void draw_moment(cairo_t* cr, const Theme* theme, const MeterLayout* l, double age,
                        Rgb color) {
  const double x = floor(meter_layout_time_x(l, age));
  const double top = l->strip.y;
  const double bottom = l->envelope.y + l->envelope.h;
  shape_fill(cr, (Rect){x - theme->px, top, 3.0 * theme->px, bottom - top}, theme->window, 0.45);
  shape_fill(cr, (Rect){x, top, theme->px, bottom - top}, color, 1.0);
}

static void describe_attention(Readout* out, const Theme* theme, const MeterRecord* row,
                               double age) {
  const double times = meter_view_times_usual(row, age);
  const double share = 100.0 * meter_view_weight(row, age);
  if (row->weights == 0 || age < 0.0) {
    readout_add(out, theme->text_soft, false, "no attention");
  } else if (times < 1.05) {
    readout_add(out, theme->text_soft, false, "counts no more than usual (%.1f %%)", share);
  } else {
    readout_add(out, theme->text_soft, false, "counts %.1f \u00d7 the usual (%.1f %%)", times,
                share);
  }
}

static void draw_readout(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                         const MeterView* view, const MeterRecord* r) {
  const MeterRecord* row = meter_view_attending(view);
  const double age = meter_view_age(view, r);
  Readout line = {.n = 0};
  readout_add(&line, theme->text, false, "%.1f s ago", age);
  if (is_heard(r)) {
    const double values[2] = {(double)r->valence, (double)r->arousal};
    readout_add_place(&line, theme, words_name_of(view->words, r->valence, r->arousal), values);
  } else {
    readout_add(&line, theme->text_soft, false, "silent");
  }
  describe_attention(&line, theme, row, age - meter_view_age(view, row));
  readout_draw(cr, theme, text, l, &line);
}

static void draw_head(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                      const MeterView* view) {
  const double u = theme->unit;
  const double room = l->strip.w - 12.0 * u;
  char line[128];
  const MeterRecord* row = meter_view_attending(view);
  const MeterRecord* hovered = view->hovering ? meter_view_at(view, view->hover) : NULL;
  if (hovered && row) {
    draw_readout(cr, theme, text, l, view, hovered);
    return;
  }
  draw_legend(cr, theme, text, l);
  const bool pinned = row && view->pinned >= 0;
  if (pinned) {
    snprintf(line, sizeof line, "what counted %.1f s ago (click: release)",
             meter_view_age(view, row));
  } else {
    snprintf(line, sizeof line, "moments that count more now");
  }
  TextStyle style = {
      .size = 0.88 * u, .color = pinned ? theme->accent : theme->text_soft, .max_width = room};
  text_draw(text, cr, &style, l->strip.x, l->head.y + 0.40 * l->head.h, line);
}

void history_strip_data(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                        const MeterView* view) {
  if (l->span > METER_SPAN) {
    session_strip_data(cr, theme, text, l, view);
    return;
  }
  double left, top, right, bottom;
  cairo_clip_extents(cr, &left, &top, &right, &bottom);
  if (top < l->head.y + l->head.h)
    draw_head(cr, theme, text, l, view); // only rows change twice a second
  draw_strip(cr, theme, text, l, view);
  const double range = curve_range(view);
  draw_curves(cr, theme, l, view, range);
  draw_curve_ends(cr, theme, text, l, view, range);
  draw_range(cr, theme, text, l, range);
  draw_mood(cr, l, view);
  draw_envelope(cr, theme, l, view);
  if (view->pinned >= 0) {
    const double age = meter_view_age(view, meter_view_attending(view));
    if (age <= METER_SPAN) draw_moment(cr, theme, l, age, theme->accent);
  }
  if (view->hovering) draw_moment(cr, theme, l, view->hover, theme->text);
}
