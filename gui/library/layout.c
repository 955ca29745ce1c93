// SPDX-License-Identifier: GPL-3.0-or-later
// The positions and the type size of all parts of the library's window.
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

// A row of parts with gaps, from the left; widths in units.
typedef struct {
  LibraryPart part;
  double width;
} Item;

static double lay_row(LibraryLayout* p, const Item* items, size_t n, double x, double y, double h) {
  for (size_t i = 0; i < n; ++i) {
    p->parts[items[i].part] = whole(x, y, items[i].width * p->unit, h);
    x += (items[i].width + 0.5) * p->unit;
  }
  return x;
}

static void lay_filters(LibraryLayout* p, Rect r) {
  const double u = p->unit;
  p->parts[LIBRARY_PART_SEARCH] = whole(r.x, r.y, r.w, 2.3 * u);
  static const Item roomy[] = {{LIBRARY_PART_QUADRANT_1, 4.6},
                               {LIBRARY_PART_QUADRANT_2, 4.3},
                               {LIBRARY_PART_QUADRANT_3, 3.8},
                               {LIBRARY_PART_QUADRANT_4, 4.1}};
  static const Item tight[] = {{LIBRARY_PART_QUADRANT_1, 4.6},
                               {LIBRARY_PART_QUADRANT_2, 4.2},
                               {LIBRARY_PART_QUADRANT_3, 3.4},
                               {LIBRARY_PART_QUADRANT_4, 3.9}};
  const double x = lay_row(p, p->compact ? tight : roomy, 4, r.x, r.y + 2.8 * u, 1.9 * u);
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

// The buttons of the page.
static void lay_page_bar(LibraryLayout* p, Rect r) {
  static const Item items[LIBRARY_PAGES][5] = {
      [LIBRARY_PAGE_LIST] = {{LIBRARY_PART_SAVE, 5.6}, {LIBRARY_PART_ADD, 6.4}},
      [LIBRARY_PAGE_PLANE] = {{LIBRARY_PART_VOLUME, 7.2}},
      [LIBRARY_PAGE_DRAW] = {{LIBRARY_PART_VOLUME, 7.2}},
      [LIBRARY_PAGE_SONG] = {
          {LIBRARY_PART_SHOW, 5.5}, {LIBRARY_PART_COPY, 5.6}, {LIBRARY_PART_VOLUME, 7.2}}};
  const double u = p->unit;
  const Item* const own = items[p->page];
  size_t n = 0;
  while (own[n].part != LIBRARY_PART_NONE)
    ++n;
  const Item play = {LIBRARY_PART_PLAY, 3.9};
  const double left = lay_row(p, own, n, lay_row(p, &play, 1, r.x, r.y, r.h), r.y, r.h);
  p->parts[LIBRARY_PART_HELP] = whole(r.x + r.w - 2.2 * u, r.y, 2.2 * u, r.h);
  const double right = p->parts[LIBRARY_PART_HELP].x - 0.5 * u;
  if (p->page == LIBRARY_PAGE_LIST)
    p->parts[LIBRARY_PART_MODEL] = whole(left, r.y, fmin(right - left, 12.0 * u), r.h);
}

static void lay_page(LibraryLayout* p, Rect r) {
  const double u = p->unit;
  switch (p->page) {
  case LIBRARY_PAGE_LIST:
    p->search = whole(r.x, r.y, r.w, 4.7 * u);
    p->head = whole(r.x, r.y + 5.0 * u, r.w, 1.9 * u);
    p->list = whole(r.x, r.y + 6.9 * u, r.w, r.h - 6.9 * u);
    fit_rows(p);
    lay_filters(p, p->search);
    break;
  case LIBRARY_PAGE_DRAW:
    p->drawn = whole(r.x, r.y, r.w, r.h);
    lay_drawn(p);
    break;
  case LIBRARY_PAGE_SONG:
    p->song = whole(r.x, r.y, r.w, r.h);
    lay_song(p);
    break;
  case LIBRARY_PAGE_PLANE: {
    const double side = fmin(r.w, r.h);
    p->parts[LIBRARY_PART_PLANE] =
        whole(r.x + 0.5 * (r.w - side), r.y + 0.5 * (r.h - side), side, side);
    break;
  }
  case LIBRARY_PAGES:
    break;
  }
}

#define PAGE_WIDTH 26.5 // units that a page needs
#define PAGE_HEIGHT 16.0
#define PLANE_LEAST 15.0
#define BAR_WIDTH 52.0 // that all buttons need in a row

// Place the plane beside or above the page, if there is room.  \return the remaining rectangle
static Rect lay_plane_apart(LibraryLayout* p, Rect r) {
  const double u = p->unit;
  const double gap = 0.6 * u;
  const double beside = fmin(r.h, r.w - gap - PAGE_WIDTH * u);
  const double above =
      fmin(fmin(r.w, r.h - gap - PAGE_HEIGHT * u), fmax(0.5 * r.h, PLANE_LEAST * u));
  const double side = fmax(beside, above);
  if (side < PLANE_LEAST * u) return r;
  if (p->page == LIBRARY_PAGE_PLANE) p->page = LIBRARY_PAGE_LIST;
  if (beside >= above) {
    p->parts[LIBRARY_PART_PLANE] = whole(r.x, r.y + 0.5 * (r.h - side), side, side);
    return (Rect){r.x + side + gap, r.y, r.w - side - gap, r.h};
  }
  p->parts[LIBRARY_PART_PLANE] = whole(r.x + 0.5 * (r.w - side), r.y, side, side);
  return (Rect){r.x, r.y + side + gap, r.w, r.h - side - gap};
}

static void lay_compact(LibraryLayout* p) {
  const double u = p->unit;
  Rect r = rect_inset(p->window, 0.6 * u, 0.6 * u);
  const double bar = 1.9 * u;
  const double status = 1.5 * u;
  p->bar = whole(r.x, r.y + r.h - bar, r.w, bar);
  r.h -= bar + status + 0.3 * u;
  r = lay_plane_apart(p, r);
  if (p->bar.w >= BAR_WIDTH * u) {
    lay_bar(p);
  } else {
    lay_page_bar(p, p->bar);
  }
  p->status = whole(p->bar.x, p->bar.y - status - 0.1 * u, p->bar.w, status);
  p->bar = rect_union(p->bar, p->status);
  Item tabs[] = {{LIBRARY_PART_TAB_LIST, 4.6},
                 {LIBRARY_PART_TAB_PLANE, 4.8},
                 {LIBRARY_PART_TAB_DRAW, 4.8},
                 {LIBRARY_PART_TAB_SONG, 4.8}};
  if (!rect_empty(p->parts[LIBRARY_PART_PLANE])) tabs[1] = tabs[2], tabs[2] = tabs[3];
  lay_row(p, tabs, rect_empty(p->parts[LIBRARY_PART_PLANE]) ? 4 : 3, r.x, r.y, 1.9 * u);
  lay_page(p, (Rect){r.x, r.y + 2.4 * u, r.w, r.h - 2.4 * u});
}

LibraryLayout library_layout_compute(double width, double height, double scale, LibraryPage page) {
  // Quarters of a pixel: neighbouring sizes share their shaped text.
  const double unit = floor(4.0 * fmin(width / 90.0, height / 59.5)) / 4.0;
  LibraryLayout p = {.page = page, .unit = fmax(unit, BODY_MIN * scale)};
  p.window = (Rect){0.0, 0.0, width, height};
  if (width >= FULL_WIDTH * p.unit && height >= FULL_HEIGHT * p.unit) {
    lay_full(&p);
  } else {
    p.compact = true;
    lay_compact(&p);
  }
  return p;
}

LibraryPage library_layout_page(LibraryPart part) {
  switch (part) {
  case LIBRARY_PART_PLANE:
    return LIBRARY_PAGE_PLANE;
  case LIBRARY_PART_LENGTH:
  case LIBRARY_PART_KIND:
  case LIBRARY_PART_RELATIVE:
  case LIBRARY_PART_LIKE:
  case LIBRARY_PART_ERASE:
  case LIBRARY_PART_VALENCE:
  case LIBRARY_PART_AROUSAL:
    return LIBRARY_PAGE_DRAW;
  case LIBRARY_PART_SONG:
  case LIBRARY_PART_SHOW:
  case LIBRARY_PART_COPY:
  case LIBRARY_PART_VOLUME:
    return LIBRARY_PAGE_SONG;
  default:
    return LIBRARY_PAGE_LIST;
  }
}

LibraryHelp library_layout_help(const LibraryLayout* layout) {
  const Rect w = layout->window;
  const double width = 36.0;
  const double around = 4.6; // title and margins
  const double u = fmin(layout->unit, w.w / (width + 0.8));
  const int room = (int)((w.h / u - around - 0.8) / LIBRARY_HELP_ROW);
  LibraryHelp h = {.unit = u, .shown = room < LIBRARY_HELP_ROWS ? room : LIBRARY_HELP_ROWS};
  const double height = (h.shown * LIBRARY_HELP_ROW + around) * u;
  h.box = whole(0.5 * (w.w - width * u), 0.5 * (w.h - height), width * u, height);
  return h;
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
  for (int part = LIBRARY_PART_NONE + 1; part < LIBRARY_PART_COUNT; ++part) {
    if (rect_contains(layout->parts[part], x, y)) return (LibraryPart)part;
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
  // Keep the frame filled.
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
