// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Curves and focus rings: see draw.h.
#include "gui/library/draw.h"

#include "gui/kit/shapes.h"

static double value_y(Rect area, double value, double range) {
  return area.y + 0.5 * area.h * (1.0 - fmin(fmax(value / range, -1.0), 1.0) * 0.94);
}

static void stroke(cairo_t* cr, double width, Rgb color, double alpha) {
  theme_source(cr, color, alpha);
  cairo_set_line_width(cr, width);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_stroke(cr);
}

void draw_curve(cairo_t* cr, Rect area, const Curve* curve, bool arousal, double start, double end,
                double range, double width, Rgb color, double alpha) {
  if (!(end > start) || curve->n == 0) return;
  const int16_t* values = arousal ? curve->arousal : curve->valence;
  const double step = area.w / (end - start) / CURVE_RATE;
  // No more points than pixels: a long song in a small picture is averaged.
  const size_t stride = step < 0.5 ? (size_t)ceil(0.5 / step) : 1;
  bool joined = false;
  for (size_t i = 0; i < curve->n; i += stride) {
    double sum = 0.0;
    int count = 0;
    for (size_t k = i; k < i + stride && k < curve->n; ++k) {
      if (values[k] == CURVE_SILENT) continue;
      sum += values[k];
      ++count;
    }
    const double time = ((double)i + 0.5 * (double)(stride + 1)) / CURVE_RATE;
    if (time < start || time > end) continue;
    if (count == 0) {
      joined = false;
      continue;
    }
    const double x = area.x + area.w * (time - start) / (end - start);
    const double y = value_y(area, sum / count / (double)CURVE_FULL, range);
    if (joined) {
      cairo_line_to(cr, x, y);
    } else {
      cairo_move_to(cr, x, y);
    }
    joined = true;
  }
  stroke(cr, width, color, alpha);
}

void draw_drawn_curve(cairo_t* cr, Rect area, const DrawnProfile* drawn, DrawnLane lane,
                      double middle, double range, double width, Rgb color, double alpha) {
  Profile profile;
  if (!drawn_profile(drawn, &profile) || profile.n < 2) return;
  if (lane == DRAWN_VALENCE ? !profile.has_valence : !profile.has_arousal) return;
  const float* values = lane == DRAWN_VALENCE ? profile.valence : profile.arousal;
  for (size_t i = 0; i < profile.n; ++i) {
    cairo_line_to(cr, area.x + area.w * ((double)i + 0.5) / (double)profile.n,
                  value_y(area, (double)values[i] - middle, range));
  }
  stroke(cr, width, color, alpha);
}

void draw_focus(const Draw* d, LibraryPart part, Rect r) {
  if (d->view->focus != part || !d->view->by_keys) return;
  const double px = d->theme->px;
  shape_round(d->cr, rect_inset(r, 0.5 * px + 1.0, 0.5 * px + 1.0), 0.4 * d->theme->unit);
  theme_source(d->cr, d->theme->accent, 1.0);
  cairo_set_line_width(d->cr, 1.5 * px);
  cairo_stroke(d->cr);
}
