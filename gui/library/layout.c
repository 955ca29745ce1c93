// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where everything is: see layout.h.
#include "gui/library/layout.h"

#include "gui/kit/plane.h"
#include "gui/library/folders.h"

#define BODY_MIN 11.5   // px at scale 1: smallest body type
#define FULL_WIDTH 64.0 // units: smallest window that has room for all
#define FULL_HEIGHT 44.0
#define ROW 3.2
#define LANE_PAD 0.10 // share of a lane's height beyond +-1 on each side

static Rect whole(double x, double y, double w, double h) {
  const double left = floor(x + 0.5);
  const double top = floor(y + 0.5);
  return (Rect){left, top, floor(x + w + 0.5) - left, floor(y + h + 0.5) - top};
}

// A row of things with gaps, from the left; widths in units.
typedef struct {
  LibraryPart place;
  double width;
} Item;

static double lay_row(LibraryLayout* p, const Item* items, size_t n, double x, double y, double h) {
  for (size_t i = 0; i < n; ++i) {
    p->parts[items[i].place] = whole(x, y, items[i].width * p->unit, h);
    x += (items[i].width + 0.5) * p->unit;
  }
  return x;
}

static void lay_filters(LibraryLayout* p, Rect r) {
  const double u = p->unit;
  p->parts[LIBRARY_PART_SEARCH] = whole(r.x, r.y, r.w, 2.3 * u);
  static const Item items[] = {{LIBRARY_PART_QUADRANT_1, 4.6},
                               {LIBRARY_PART_QUADRANT_2, 4.3},
                               {LIBRARY_PART_QUADRANT_3, 3.8},
                               {LIBRARY_PART_QUADRANT_4, 4.1}};
  const double x = lay_row(p, items, 4, r.x, r.y + 2.8 * u, 1.9 * u);
  const double w = fmin(r.x + r.w - x, 11.0 * u);
  p->parts[LIBRARY_PART_CONFIDENCE] = whole(x, r.y + 2.8 * u, w, 1.9 * u);
}

static void lay_drawn(LibraryLayout* p) {
  const double u = p->unit;
  const Rect r = p->drawn;
  static const Item roomy[] = {{LIBRARY_PART_LENGTH, 6.0},
                               {LIBRARY_PART_KIND, 6.5},
                               {LIBRARY_PART_RELATIVE, 4.8},
                               {LIBRARY_PART_LIKE, 4.8},
                               {LIBRARY_PART_ERASE, 3.7}};
  static const Item tight[] = {{LIBRARY_PART_LENGTH, 3.4},
                               {LIBRARY_PART_KIND, 5.3},
                               {LIBRARY_PART_RELATIVE, 4.7},
                               {LIBRARY_PART_LIKE, 4.7},
                               {LIBRARY_PART_ERASE, 3.5}};
  enum { ITEMS = sizeof roomy / sizeof roomy[0] };
  double w = 0.5 * (ITEMS - 1);
  for (int i = 0; i < ITEMS; ++i)
    w += roomy[i].width;
  const bool fits = r.w >= w * u;
  lay_row(p, fits ? roomy : tight, ITEMS, fits ? r.x + r.w - w * u : r.x, r.y, 1.9 * u);
  const double axis = 1.3 * u;
  const double top = r.y + 2.4 * u;
  const double lane = 0.5 * (r.y + r.h - axis - top - 0.3 * u);
  p->parts[LIBRARY_PART_VALENCE] = whole(r.x, top, r.w, lane);
  p->parts[LIBRARY_PART_AROUSAL] = whole(r.x, top + lane + 0.3 * u, r.w, lane);
}

static void lay_song(LibraryLayout* p) {
  const double u = p->unit;
  const Rect r = p->song;
  const double top = 5.2 * u;
  p->parts[LIBRARY_PART_SONG] = whole(r.x, r.y + top, r.w, r.h - top - 1.3 * u);
}

static void lay_bar(LibraryLayout* p) {
  const double u = p->unit;
  const Rect r = p->bar;
  static const Item items[] = {{LIBRARY_PART_PLAY, 4.8},   {LIBRARY_PART_SAVE, 5.6},
                               {LIBRARY_PART_SHOW, 5.6},   {LIBRARY_PART_COPY, 5.8},
                               {LIBRARY_PART_VOLUME, 7.4}, {LIBRARY_PART_ADD, 6.4}};
  const double left = lay_row(p, items, 6, r.x, r.y, r.h);
  p->parts[LIBRARY_PART_HELP] = whole(r.x + r.w - 2.2 * u, r.y, 2.2 * u, r.h);
  p->parts[LIBRARY_PART_MODEL] = whole(r.x + r.w - 12.4 * u, r.y, 9.7 * u, r.h);
  const double right = p->parts[LIBRARY_PART_MODEL].x - 0.8 * u;
  p->status = whole(left + 0.4 * u, r.y, fmax(0.0, right - left - 0.4 * u), r.h);
}

// Whole rows only.
static void fit_rows(LibraryLayout* p) {
  p->row = floor(p->list.h / fmax(1.0, floor(p->list.h / (ROW * p->unit))));
  p->parts[LIBRARY_PART_LIST] = p->list;
}

static void lay_full(LibraryLayout* p) {
  const double u = p->unit;
  const double width = p->window.w;
  const double height = p->window.h;
  const double m = 1.15 * u;
  const double bar = 2.1 * u;
  const double gap = 1.0 * u;
  const double least = fmin(fmax(0.26 * height, 13.6 * u), 24.0 * u);
  const double side = fmin(height - 2.0 * m - bar - gap - 0.9 * u - least, 0.46 * width);
  p->parts[LIBRARY_PART_PLANE] = whole(m, m, side, side);
  p->bar = whole(m, height - m - bar, width - 2.0 * m, bar);
  const double low = m + side + gap;
  const double low_h = p->bar.y - 0.9 * u - low;
  p->drawn = whole(m, low, side, low_h);
  const double left = m + side + 1.5 * u;
  const double right = width - m - left;
  p->song = whole(left, low, right, low_h);
  p->search = whole(left, m, right, 4.7 * u);
  p->head = whole(left, m + 5.2 * u, right, 1.9 * u);
  p->list = whole(left, m + 7.2 * u, right, side - 7.2 * u);
  fit_rows(p);
  lay_filters(p, p->search);
  lay_drawn(p);
  lay_song(p);
  lay_bar(p);
}

// Plane, search box, list, and a few buttons.
static void lay_small(LibraryLayout* p) {
  const double u = p->unit;
  const double m = 0.6 * u;
  const double w = p->window.w;
  const double h = p->window.h;
  const bool beside = w >= 1.15 * h;
  const double side = beside ? fmin(h - 2.0 * m, fmax(0.5 * h, w - 3.0 * m - 26.0 * u))
                             : fmin(w - 2.0 * m, 0.5 * h);
  p->parts[LIBRARY_PART_PLANE] = whole(beside ? m : 0.5 * (w - side), m, side, side);
  const double x = beside ? side + 2.0 * m : m;
  const double y = beside ? m : side + 2.0 * m;
  const double column = w - m - x;
  const double bar = 1.9 * u;
  const double bottom = h - m - bar;
  p->search = whole(x, y, column, 2.3 * u);
  p->parts[LIBRARY_PART_SEARCH] = p->search;
  p->head = whole(x, y + 2.6 * u, column, 1.9 * u);
  p->list = whole(x, y + 4.6 * u, column, bottom - 0.5 * u - y - 4.6 * u);
  fit_rows(p);
  p->bar = whole(x, bottom, column, bar);
  const Item items[] = {
      {LIBRARY_PART_PLAY, 3.8}, {LIBRARY_PART_ADD, 6.2}, {LIBRARY_PART_HELP, 2.0}};
  const double end = lay_row(p, items, 3, x, bottom, bar);
  p->status = whole(end, bottom, fmax(0.0, x + column - end), bar);
}

LibraryLayout library_layout_compute(double width, double height, double scale) {
  // Quarters of a pixel: neighbouring sizes share their shaped text.
  const double unit = floor(4.0 * fmin(width / 90.0, height / 59.5)) / 4.0;
  LibraryLayout p = {.unit = fmax(unit, BODY_MIN * scale)};
  p.window = (Rect){0.0, 0.0, width, height};
  if (width >= FULL_WIDTH * p.unit && height >= FULL_HEIGHT * p.unit) {
    lay_full(&p);
  } else {
    lay_small(&p);
  }
  return p;
}

LibraryPrompt library_layout_prompt(const LibraryLayout* layout) {
  const Rect w = layout->window;
  const double width = 32.0;
  const double height = 2.9 + 2.2 + 0.5 + 1.6 * FOLDERS_MAX + 3.2;
  const double u = fmin(layout->unit, fmin(w.w / (width + 0.8), w.h / (height + 0.8)));
  LibraryPrompt p = {.unit = u, .row = 1.6 * u};
  p.box = whole(0.5 * (w.w - width * u), 0.5 * (w.h - height * u), width * u, height * u);
  const double left = p.box.x + 1.2 * u;
  const double room = p.box.w - 2.4 * u;
  p.field = whole(left, p.box.y + 2.9 * u, room, 2.2 * u);
  p.list = (Rect){left, p.field.y + 2.7 * u, room, FOLDERS_MAX * p.row};
  p.add = whole(left + room - 5.0 * u, p.box.y + p.box.h - 2.6 * u, 5.0 * u, 1.9 * u);
  return p;
}

LibraryPart library_layout_part(const LibraryLayout* layout, double x, double y) {
  for (int place = LIBRARY_PART_NONE + 1; place < LIBRARY_PART_COUNT; ++place) {
    if (rect_contains(layout->parts[place], x, y)) return (LibraryPart)place;
  }
  return LIBRARY_PART_NONE;
}

Rect library_layout_plane(const LibraryLayout* layout, double zoom, double look_v, double look_a) {
  const Rect r = layout->parts[LIBRARY_PART_PLANE];
  const double half = 0.5 * (1.0 - PLANE_MARGIN);
  const double w = r.w * zoom;
  const double h = r.h * zoom;
  const double x = r.x + 0.5 * r.w - 0.5 * w - half * w * look_v;
  const double y = r.y + 0.5 * r.h - 0.5 * h + half * h * look_a;
  // The frame stays filled.
  return (Rect){fmin(r.x, fmax(x, r.x + r.w - w)), fmin(r.y, fmax(y, r.y + r.h - h)), w, h};
}

void library_layout_value(Rect plane, double x, double y, double* valence, double* arousal) {
  *valence = (2.0 * (x - plane.x) / plane.w - 1.0) / (1.0 - PLANE_MARGIN);
  *arousal = (1.0 - 2.0 * (y - plane.y) / plane.h) / (1.0 - PLANE_MARGIN);
}

int library_layout_row(const LibraryLayout* layout, double x, double y) {
  if (!rect_contains(layout->list, x, y)) return -1;
  return (int)floor((y - layout->list.y) / layout->row);
}

double library_layout_time(Rect stretch, double seconds, double x) {
  return seconds * fmin(fmax((x - stretch.x) / fmax(1.0, stretch.w), 0.0), 1.0);
}

double library_layout_time_x(Rect stretch, double seconds, double time) {
  return stretch.x + stretch.w * (seconds > 0.0 ? time / seconds : 0.0);
}

double library_layout_lane_value(Rect lane, double y) {
  const double t = (lane.y + 0.5 * lane.h - y) / (lane.h * (0.5 - LANE_PAD));
  return fmin(fmax(t, -1.0), 1.0);
}

double library_layout_lane_y(Rect lane, double value) {
  return lane.y + 0.5 * lane.h - lane.h * (0.5 - LANE_PAD) * value;
}
