// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where everything is: see layout.h.
#include "gui/meter/layout.h"

#include "gui/meter/view_model.h"

static Rect whole(double x, double y, double w, double h) {
  const double left = floor(x + 0.5);
  const double top = floor(y + 0.5);
  return (Rect){left, top, floor(x + w + 0.5) - left, floor(y + h + 0.5) - top};
}

static void place_timeline(MeterLayout* l) {
  const double u = l->unit;
  const Rect t = l->timeline;
  const double left = t.x + 5.6 * u;
  const double w = t.w - 5.6 * u - 5.2 * u;
  const double head = 1.7 * u;
  const double axis = 1.5 * u;
  const double gap = 0.4 * u;
  const double mood = 0.75 * u;
  const double envelope = 1.5 * u;
  const double strip = fmax(1.9 * u, 0.155 * t.h);
  const double curves = t.h - head - axis - mood - envelope - strip - 3.0 * gap;
  double y = t.y;
  l->head = whole(t.x, y, t.w, head);
  y += head;
  l->strip = whole(left, y, w, strip);
  y += strip + gap;
  l->curves = whole(left, y, w, curves);
  y += curves + gap;
  l->mood = whole(left, y, w, mood);
  y += mood + gap;
  l->envelope = whole(left, y, w, envelope);
  y += envelope;
  l->axis = whole(left, y, w, axis);
}

static void place_controls(MeterLayout* l, Rect bar) {
  const double u = l->unit;
  static const struct {
    MeterPart part;
    double width; // units
  } row[] = {{METER_PART_HOLD, 4.6},
             {METER_PART_RESET, 4.9},
             {METER_PART_RESPONSE, 9.6},
             {METER_PART_TRAIL, 6.8},
             {METER_PART_MODEL, 9.2}};
  double x = bar.x;
  for (unsigned i = 0; i < sizeof row / sizeof row[0]; ++i) {
    l->parts[row[i].part] = whole(x, bar.y, row[i].width * u, bar.h);
    x += (row[i].width + 0.5) * u;
  }
  l->parts[METER_PART_STAGE] = whole(bar.x + bar.w - 2.2 * u, bar.y, 2.2 * u, bar.h);
  const double end = l->parts[METER_PART_STAGE].x - 0.8 * u;
  l->status = whole(x + 0.4 * u, bar.y, fmax(0.0, end - x - 0.4 * u), bar.h);
}

static void place_full(MeterLayout* l) {
  const double u = l->unit;
  const double w = l->window.w;
  const double h = l->window.h;
  const double m = 1.15 * u;
  const double bar = 2.1 * u;
  const double timeline = fmin(fmax(0.315 * h, 11.2 * u), 24.0 * u);
  const double side = fmin(h - 2.0 * m - bar - timeline - 2.0 * u, 0.56 * w);
  l->plane = whole(m, m, side, side);
  const double left = m + side + 1.7 * u;
  const double right = w - m - left;
  l->reading = whole(left, m, right, 6.3 * u);
  l->cues = whole(left, m + 6.9 * u, right, side - 6.9 * u);
  const double top = m + side + 1.0 * u;
  l->timeline = whole(m, top, w - 2.0 * m, h - m - bar - 0.9 * u - top);
  place_timeline(l);
  place_controls(l, (Rect){m, h - m - bar, w - 2.0 * m, bar});
  l->parts[METER_PART_PLANE] = l->plane;
  l->parts[METER_PART_TIMELINE] =
      (Rect){l->strip.x, l->strip.y, l->strip.w, l->envelope.y + l->envelope.h - l->strip.y};
}

static void place_compact(MeterLayout* l) {
  const double u = l->unit;
  const double m = 0.6 * u;
  const double text = 2.9 * u;
  const double side = fmin(l->window.w - 2.0 * m, l->window.h - 2.0 * m - text);
  l->plane = whole(0.5 * (l->window.w - side), m, side, side);
  l->reading = whole(m, m + side, l->window.w - 2.0 * m, l->window.h - 2.0 * m - side);
  l->big = 1.45 * u;
  l->parts[METER_PART_PLANE] = l->plane;
}

static void place_stage(MeterLayout* l) {
  const double w = l->window.w;
  const double h = l->window.h;
  const double m = 0.035 * fmin(w, h);
  if (w > 1.25 * h) {
    const double side = fmin(h - 2.0 * m, 0.6 * w);
    l->plane = whole(m, 0.5 * (h - side), side, side);
    l->reading = whole(m + side + 1.6 * m, l->plane.y, w - side - 3.6 * m, side);
    l->big = fmin(0.125 * l->reading.w * 1.25, 0.16 * h);
  } else {
    const double side = fmin(w - 2.0 * m, 0.70 * h);
    l->plane = whole(0.5 * (w - side), m, side, side);
    l->reading = whole(m, 2.0 * m + side, w - 2.0 * m, h - side - 3.0 * m);
    l->big = fmin(0.11 * l->reading.w, 0.30 * l->reading.h);
  }
  l->parts[METER_PART_PLANE] = l->plane;
}

MeterLayout meter_layout_compute(double width, double height, double unit, MeterMode mode) {
  MeterLayout l = {.mode = mode, .unit = unit, .big = 2.5 * unit};
  l.window = (Rect){0.0, 0.0, width, height};
  if (mode == METER_FULL &&
      (width < METER_FULL_WIDTH * unit || height < METER_FULL_HEIGHT * unit)) {
    l.mode = METER_COMPACT;
  }
  switch (l.mode) {
  case METER_FULL:
    place_full(&l);
    break;
  case METER_COMPACT:
    place_compact(&l);
    break;
  case METER_STAGE:
    place_stage(&l);
    break;
  }
  return l;
}

MeterPart meter_layout_part(const MeterLayout* layout, double x, double y) {
  for (int part = METER_PART_NONE + 1; part < METER_PART_COUNT; ++part) {
    if (rect_contains(layout->parts[part], x, y)) return (MeterPart)part;
  }
  return METER_PART_NONE;
}

double meter_layout_time_x(const MeterLayout* layout, double age) {
  return layout->strip.x + layout->strip.w * (1.0 - age / METER_SPAN);
}

double meter_layout_time_age(const MeterLayout* layout, double x) {
  return layout->strip.w > 0.0 ? METER_SPAN * (1.0 - (x - layout->strip.x) / layout->strip.w)
                               : -1.0;
}
