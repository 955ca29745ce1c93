// SPDX-License-Identifier: GPL-3.0-or-later
// The positions and the type size of all parts of the meter.
#include "gui/meter/layout.h"

#include "gui/meter/view_model.h"

#define BODY_MIN 12.0    // px at scale 1: smallest body type of the full view
#define COMPACT_MIN 11.0 // the same of the compact view, which has only capitals and numbers
#define STAGE_MIN 400.0  // px at scale 1: smallest window with a stage view
#define WIDE 1.7         // width / height from which the plane takes all of the height
#define TALL 1.0         // width / height below which everything is stacked

#define MARGIN 1.15 // lengths in units from here on
#define BAR 2.1
#define READING 6.3
#define COLUMN_GAP 1.7
#define ROW_GAP 1.0
#define COLUMN_MIN 29.5 // columns beside the plane
#define COLUMN_MAX 64.0
#define CUES_MIN 10.5
#define TIMELINE_MIN 11.2

static Rect whole(double x, double y, double w, double h) {
  const double left = floor(x + 0.5);
  const double top = floor(y + 0.5);
  return (Rect){left, top, floor(x + w + 0.5) - left, floor(y + h + 0.5) - top};
}

static double limit(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

// Quarters of a pixel: neighbouring sizes share their shaped text.
static double round_unit(double unit) {
  return floor(4.0 * unit) / 4.0;
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
  const double envelope = limit(0.10 * t.h, 1.5 * u, 2.6 * u);
  const double strip = limit(0.155 * t.h, 1.9 * u, 3.2 * u);
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
  l->parts[METER_PART_TIMELINE] =
      (Rect){l->strip.x, l->strip.y, l->strip.w, l->envelope.y + l->envelope.h - l->strip.y};
}

static void place_controls(MeterLayout* l, Rect bar) {
  const double u = l->unit;
  static const struct {
    MeterPart part;
    double width; // units
  } row[] = {{METER_PART_HOLD, 4.6},  {METER_PART_RESET, 4.9}, {METER_PART_RESPONSE, 9.6},
             {METER_PART_TRAIL, 6.8}, {METER_PART_MODEL, 9.2}, {METER_PART_OUTPUTS, 5.6}};
  double x = bar.x;
  // A narrow bar has closer controls, then a shorter Response, then a shorter Model.
  double missing = 4.6 + 4.9 + 9.6 + 6.8 + 9.2 + 5.6 + 6.0 * 0.5 + 4.9 - bar.w / u;
  const double gap = missing > 0.0 ? 0.3 : 0.5;
  missing -= 6.0 * (0.5 - gap);
  for (unsigned i = 0; i < sizeof row / sizeof row[0]; ++i) {
    const double most = row[i].part == METER_PART_RESPONSE ? 1.3
                        : row[i].part == METER_PART_MODEL  ? 3.6
                                                           : 0.0;
    const double less = limit(missing, 0.0, most);
    missing -= less;
    l->parts[row[i].part] = whole(x, bar.y, (row[i].width - less) * u, bar.h);
    x += (row[i].width - less + gap) * u;
  }
  l->parts[METER_PART_STAGE] = whole(bar.x + bar.w - 2.2 * u, bar.y, 2.2 * u, bar.h);
  l->parts[METER_PART_KEYS] = whole(bar.x + bar.w - 4.9 * u, bar.y, 2.2 * u, bar.h);
  const double end = l->parts[METER_PART_KEYS].x - 0.8 * u;
  l->status = whole(x + 0.4 * u, bar.y, fmax(0.0, end - x - 0.4 * u), bar.h);
  const double loudness = fmin(l->status.w, 7.0 * u);
  l->parts[METER_PART_LOUDNESS] = (Rect){end - loudness, bar.y, loudness, bar.h};
}

// A column from (x, y) downwards: reading, cues, and the timeline in the rest.
static void place_column(MeterLayout* l, double x, double y, double w, double h, bool cues) {
  const double u = l->unit;
  l->reading = whole(x, y, w, READING * u);
  y += (READING + ROW_GAP) * u;
  h -= (READING + ROW_GAP) * u;
  if (cues) {
    const double cues_h = limit(0.42 * h, CUES_MIN * u, 14.5 * u);
    l->cues = whole(x, y, w, cues_h);
    y += cues_h + ROW_GAP * u;
    h -= cues_h + ROW_GAP * u;
  }
  l->timeline = whole(x, y, w, h);
}

// The plane at the left from top to bottom, all else beside it.
static void place_wide(MeterLayout* l, Rect room) {
  const double u = l->unit;
  const double side = fmin(room.h, room.w - (COLUMN_GAP + COLUMN_MIN + 3.5) * u);
  const double column = fmin(room.w - side - COLUMN_GAP * u, COLUMN_MAX * u);
  const double x = room.x + 0.5 * (room.w - side - COLUMN_GAP * u - column);
  l->plane = whole(x, room.y + 0.5 * (room.h - side), side, side);
  place_column(l, x + side + COLUMN_GAP * u, room.y, column, room.h, true);
}

// Reading and cues beside the plane, the timeline below.
static void place_square(MeterLayout* l, Rect room) {
  const double u = l->unit;
  const double by_height = room.h - (ROW_GAP + TIMELINE_MIN + 2.6) * u;
  const double by_width = room.w - (COLUMN_GAP + COLUMN_MIN + 2.0) * u;
  const double half = 0.505 * l->window.h;
  const double side = fmax(half, fmin(by_height, by_width));
  l->plane = whole(room.x, room.y, side, side);
  const double left = room.x + side + COLUMN_GAP * u;
  const double right = room.x + room.w - left;
  l->reading = whole(left, room.y, right, READING * u);
  l->cues = whole(left, room.y + (READING + ROW_GAP) * u, right, side - (READING + ROW_GAP) * u);
  const double top = room.y + side + ROW_GAP * u;
  l->timeline = whole(room.x, top, room.w, room.y + room.h - top);
}

// Everything stacked.
static void place_tall(MeterLayout* l, Rect room) {
  const double u = l->unit;
  const double side = fmin(room.w, 0.58 * l->window.h);
  l->plane = whole(room.x + 0.5 * (room.w - side), room.y, side, side);
  const double top = side + ROW_GAP * u;
  const double rest = room.h - top;
  const bool cues = rest >= (READING + CUES_MIN + TIMELINE_MIN + 2.5) * u;
  place_column(l, room.x, room.y + top, room.w, rest, cues);
}

// Set the parts that only show an explanation when pointed at.
static void place_explained(MeterLayout* l) {
  const double u = l->unit;
  const Rect r = l->reading;
  const double column = r.w / 4.0;
  l->parts[METER_PART_WORD] = (Rect){r.x, r.y, r.w - 9.0 * u, 2.7 * u};
  l->parts[METER_PART_STATE] = (Rect){r.x + r.w - 8.0 * u, r.y, 8.0 * u, 2.7 * u};
  for (int i = 0; i < 4; ++i)
    l->parts[METER_PART_VALENCE + i] =
        (Rect){r.x + i * column, r.y + 3.2 * u, column - 0.3 * u, 3.1 * u};
  const Rect c = l->cues;
  if (rect_empty(c)) return;
  const double row =
      (c.h - METER_CUES_HEAD * u) / (METER_PART_CUES_LAST - METER_PART_CUES_FIRST + 1);
  for (int i = METER_PART_CUES_FIRST; i <= METER_PART_CUES_LAST; ++i)
    l->parts[i] =
        (Rect){c.x, c.y + METER_CUES_HEAD * u + (i - METER_PART_CUES_FIRST) * row, c.w, row};
}

// \return false if the window is too small for everything
static bool place_full(MeterLayout* l, double scale) {
  const double w = l->window.w;
  const double h = l->window.h;
  const bool wide = w >= WIDE * h;
  const bool tall = w < TALL * h;
  const double unit = wide ? h / 46.0 : tall ? fmin(w / 46.0, h / 66.0) : fmin(w / 68.0, h / 46.0);
  const double u = fmax(round_unit(unit), BODY_MIN * scale);
  if (w < (tall ? 45.0 : 54.0) * u || h < (tall ? 60.0 : 37.5) * u) return false;
  l->unit = u;
  l->big = 2.5 * u;
  const double bottom = h - (MARGIN + BAR) * u;
  const Rect room = {MARGIN * u, MARGIN * u, w - 2.0 * MARGIN * u, bottom - (MARGIN + 0.9) * u};
  if (wide) {
    place_wide(l, room);
  } else if (tall) {
    place_tall(l, room);
  } else {
    place_square(l, room);
  }
  place_explained(l);
  place_timeline(l);
  place_controls(l, (Rect){room.x, bottom, room.w, BAR * u});
  return true;
}

static void place_compact(MeterLayout* l, double scale) {
  const double w = l->window.w;
  const double h = l->window.h;
  const bool beside = w >= 1.25 * h;
  const double unit = beside ? fmin(w / 30.0, h / 19.0) : fmin(w / 20.0, h / 23.0);
  const double u = fmax(round_unit(unit), COMPACT_MIN * scale);
  const double m = 0.6 * u;
  l->mode = METER_COMPACT;
  l->unit = u;
  l->big = 1.45 * u;
  if (beside) {
    const double side = fmin(h - 2.0 * m, w - 3.0 * m - 8.4 * u);
    const double column = fmin(w - 3.0 * m - side, 13.0 * u);
    const double x = 0.5 * (w - side - m - column);
    l->plane = whole(x, 0.5 * (h - side), side, side);
    l->reading = whole(x + side + 1.5 * m, l->plane.y, column - 0.5 * m, side);
  } else {
    const double text = 2.9 * u;
    const double side = fmin(w - 2.0 * m, h - 2.0 * m - text);
    l->plane = whole(0.5 * (w - side), m, side, side);
    // As wide as the plane, unless words would become too small.
    const double text_w = fmax(side, fmin(w - 2.0 * m, 14.0 * u));
    l->reading = whole(0.5 * (w - text_w), m + side, text_w, h - 2.0 * m - side);
  }
}

static void place_stage(MeterLayout* l, double scale) {
  const double w = l->window.w;
  const double h = l->window.h;
  const double m = 0.035 * fmin(w, h);
  l->unit = fmax(round_unit(fmin(w, h) / 46.0), COMPACT_MIN * scale);
  if (w > 1.25 * h) {
    const double side = fmin(h - 2.0 * m, 0.57 * w);
    l->plane = whole(m, 0.5 * (h - side), side, side);
    l->reading = whole(m + side + 1.6 * m, l->plane.y, w - side - 3.6 * m, side);
    l->big = fmin(0.125 * l->reading.w * 1.25, 0.16 * h);
  } else {
    const double side = fmin(w - 2.0 * m, 0.70 * h);
    l->plane = whole(0.5 * (w - side), m, side, side);
    l->reading = whole(m, 2.0 * m + side, w - 2.0 * m, h - side - 3.0 * m);
    l->big = fmin(0.11 * l->reading.w, 0.30 * l->reading.h);
  }
}

MeterLayout meter_layout_compute(double width, double height, double scale, MeterMode mode) {
  MeterLayout l = {.mode = mode, .window = {0.0, 0.0, width, height}, .span = METER_SPAN};
  if (mode == METER_STAGE && fmin(width, height) >= STAGE_MIN * scale) {
    place_stage(&l, scale);
  } else if (mode != METER_FULL || !place_full(&l, scale)) {
    place_compact(&l, scale);
  }
  l.parts[METER_PART_PLANE] = l.plane;
  return l;
}

MeterPart meter_layout_part(const MeterLayout* layout, double x, double y) {
  for (int part = METER_PART_NONE + 1; part < METER_PART_COUNT; ++part) {
    if (rect_contains(layout->parts[part], x, y)) return (MeterPart)part;
  }
  return METER_PART_NONE;
}

double meter_layout_time_x(const MeterLayout* layout, double age) {
  return layout->strip.x + layout->strip.w * (1.0 - age / layout->span);
}

double meter_layout_time_age(const MeterLayout* layout, double x) {
  return layout->strip.w > 0.0 ? layout->span * (1.0 - (x - layout->strip.x) / layout->strip.w)
                               : -1.0;
}
