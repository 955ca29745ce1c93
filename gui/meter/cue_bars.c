// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the cue bars: the cues' values, and what each contributes to valence and arousal.
#include "gui/meter/cue_bars.h"

#include "gui/kit/brush.h"
#include "gui/kit/shapes.h"

#include <stdio.h>

#define METER_CUES_SECONDS 20.0 // over which contributions set the scale

// The cue shown for each group, and its name in everyday words.
static const struct {
  const char* name;
  Cue cue;
  double low, high;
} rows[CUE_GROUP_COUNT] = {
    [CUE_GROUP_LOUDNESS] = {"loudness", CUE_LOUDNESS_SHORT, -20, 10},
    [CUE_GROUP_ONSETS] = {"onsets", CUE_ONSET_RATE, 0, 12},
    [CUE_GROUP_BRIGHTNESS] = {"brightness", CUE_CENTROID, -4, 3},
    [CUE_GROUP_MODE] = {"mode", CUE_MODE_SLOW, -1, 1},
    [CUE_GROUP_KEY] = {"key clarity", CUE_KEY_CLARITY, 0, 1},
    [CUE_GROUP_ROUGHNESS] = {"roughness", CUE_ROUGHNESS, 0, 1},
    [CUE_GROUP_TEMPO] = {"tempo", CUE_TEMPO, 40, 220},
};

typedef struct {
  double y, h; // the row
  double name_x;
  Rect bar;       // value
  double value_x; // right end of the number
  Rect share[2];  // contributions to valence and arousal
} CueRow;

static CueRow place_row(const MeterLayout* l, int i) {
  const double u = l->unit;
  const double head = METER_CUES_HEAD * u;
  const Rect c = l->cues;
  CueRow row;
  row.h = (c.h - head) / CUE_GROUP_COUNT;
  row.y = c.y + head + (i + 0.5) * row.h;
  row.name_x = c.x;
  const double bar = fmin(fmax(0.18 * c.w, 5.9 * u), 9.0 * u);
  const double thick = floor(fmin(0.62 * u, 0.55 * row.h) + 0.5);
  const double top = floor(row.y - 0.5 * thick);
  const double right = c.x + c.w;
  row.share[1] = (Rect){floor(right - bar), top, bar, thick};
  row.share[0] = (Rect){floor(right - 2.0 * bar - 1.0 * u), top, bar, thick};
  row.value_x = row.share[0].x - 1.0 * u;
  const double left = c.x + 6.4 * u;
  row.bar = (Rect){floor(left), top, fmax(1.0, floor(row.value_x - 4.8 * u - left)), thick};
  return row;
}

Rect cue_bars_values(const MeterLayout* l) {
  if (rect_empty(l->cues)) return l->cues;
  const double left = place_row(l, 0).bar.x;
  return (Rect){left, l->cues.y, l->cues.x + l->cues.w - left, l->cues.h};
}

void cue_bars_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l) {
  if (rect_empty(l->cues)) return;
  const double u = theme->unit;
  TextStyle head = {.size = 0.82 * u, .color = theme->text_soft};
  const CueRow first = place_row(l, 0);
  const double y = l->cues.y + 0.75 * u;
  text_draw(text, cr, &head, l->cues.x, y, "what moves the reading now");
  head.color = theme->valence;
  text_draw(text, cr, &head, first.share[0].x, y, "valence");
  head.color = theme->arousal;
  text_draw(text, cr, &head, first.share[1].x, y, "arousal");
  for (int i = 0; i < CUE_GROUP_COUNT; ++i) {
    const CueRow row = place_row(l, i);
    shape_fill_round(cr, row.bar, row.bar.h, theme->raised, 1.0);
    for (int k = 0; k < 2; ++k) {
      shape_fill_round(cr, row.share[k], 0.15 * u, theme->panel, 1.0);
      const double x = floor(row.share[k].x + 0.5 * row.share[k].w);
      shape_fill(cr, (Rect){x, row.share[k].y - 0.15 * u, theme->px, row.share[k].h + 0.3 * u},
                 theme->line_strong, 1.0);
    }
  }
}

static void format_value(char* out, size_t size, int group, double value) {
  switch (group) {
  case CUE_GROUP_LOUDNESS:
    snprintf(out, size, "%s%.1f LU", value < -0.05 ? "\u2212" : "+", fabs(value));
    break;
  case CUE_GROUP_ONSETS:
    snprintf(out, size, "%.1f /s", value);
    break;
  case CUE_GROUP_BRIGHTNESS:
    snprintf(out, size, "%.2f kHz", exp2(value));
    break;
  case CUE_GROUP_MODE:
    snprintf(out, size, "%s", value > 0.1 ? "major" : value < -0.1 ? "minor" : "between");
    break;
  case CUE_GROUP_TEMPO:
    snprintf(out, size, "%.0f BPM", value);
    break;
  default:
    snprintf(out, size, "%.0f %%", 100.0 * value);
    break;
  }
}

// Bars of scales with a middle (relative loudness, mode) start there, the others at the low end.
static void draw_value(cairo_t* cr, const Theme* theme, const CueRow* row, int group,
                       double value) {
  const double low = rows[group].low;
  const double high = rows[group].high;
  const bool middle = low < 0.0 && group != CUE_GROUP_BRIGHTNESS;
  const double zero = middle ? -low / (high - low) : 0.0;
  const double t = fmin(fmax((value - low) / (high - low), 0.0), 1.0);
  const Rect bar = row->bar;
  const double x0 = bar.x + bar.w * fmin(zero, t);
  const double x1 = bar.x + bar.w * fmax(zero, t);
  brush_bar(cr, bar, x0, fmax(x1, x0 + theme->px), theme->text_soft, 0.85);
  if (middle) {
    shape_fill(cr, (Rect){floor(bar.x + bar.w * zero), bar.y, theme->px, bar.h}, theme->window,
               0.9);
  }
}

/// \return the contribution that fills half of a bar: the smallest round number that holds those of
/// the last seconds.
static double scale_of(const MeterView* view) {
  static const double steps[] = {0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5};
  float most = 0.0f;
  for (double age = 0.0; age < METER_CUES_SECONDS; age += METER_STEP) {
    const MeterRecord* r = meter_view_at(view, age);
    if (!r) break;
    if (!r->explained) continue;
    for (int k = 0; k < CUE_GROUP_COUNT; ++k)
      most = fmaxf(most, fmaxf(fabsf(r->contributions[0][k]), fabsf(r->contributions[1][k])));
  }
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; ++i) {
    if ((double)most <= steps[i]) return steps[i];
  }
  return 1.0;
}

static void draw_contribution(cairo_t* cr, const Theme* theme, Rect bar, double share, Rgb color) {
  const double t = fmin(fmax(share, -1.0), 1.0);
  const double middle = floor(bar.x + 0.5 * bar.w);
  const double w = 0.5 * bar.w * fabs(t);
  if (w < 0.5) return;
  shape_fill(cr, (Rect){t < 0.0 ? middle - w : middle + theme->px, bar.y, w, bar.h}, color, 1.0);
}

// Write the value at the ends of the bars above them, if there is room.
static void draw_scale(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                       double scale) {
  const double u = theme->unit;
  const CueRow row = place_row(l, 0);
  char label[24];
  snprintf(label, sizeof label, "\u00b1%g", scale);
  TextStyle style = {.size = 0.82 * u, .color = theme->text_faint, .anchor = TEXT_RIGHT};
  const double taken = text_width(text, &style, "valence") + 0.4 * u;
  if (taken + text_width(text, &style, label) > row.share[0].w) return;
  for (int i = 0; i < 2; ++i)
    text_draw(text, cr, &style, row.share[i].x + row.share[i].w, l->cues.y + 0.75 * u, label);
}

void cue_bars_data(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                   const MeterView* view) {
  const MeterRecord* r = meter_view_newest(view);
  if (rect_empty(l->cues)) return;
  const bool shown = r && (view->state == METER_LIVE || view->state == METER_SETTLING);
  const double scale = scale_of(view);
  if (shown && r->explained) draw_scale(cr, theme, text, l, scale);
  double left, top, right, bottom;
  cairo_clip_extents(cr, &left, &top, &right, &bottom);
  TextStyle name = {.size = 0.95 * theme->unit, .color = theme->text_soft};
  TextStyle number = {.size = 0.92 * theme->unit, .color = theme->text, .anchor = TEXT_RIGHT};
  for (int i = 0; i < CUE_GROUP_COUNT; ++i) {
    const CueRow row = place_row(l, i);
    const CueGroup group = view->order[i];
    if (left < row.bar.x) text_draw(text, cr, &name, row.name_x, row.y, rows[group].name);
    if (!shown) continue;
    const double value = (double)r->cues[rows[group].cue];
    char label[24];
    format_value(label, sizeof label, (int)group, value);
    draw_value(cr, theme, &row, (int)group, value);
    text_draw(text, cr, &number, row.value_x, row.y, label);
    if (!r->explained) continue;
    draw_contribution(cr, theme, row.share[0], (double)r->contributions[0][group] / scale,
                      theme->valence);
    draw_contribution(cr, theme, row.share[1], (double)r->contributions[1][group] / scale,
                      theme->arousal);
  }
}
