// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The drawn profile: see draw.h.
#include "gui/library/draw.h"

#include "gui/kit/format.h"
#include "gui/kit/shapes.h"

static void draw_axis(const Draw* d) {
  const Rect lane = d->layout->parts[LIBRARY_PART_AROUSAL];
  const double u = d->theme->unit;
  const double seconds = d->view->drawn.seconds;
  const double step = seconds <= 30.0    ? 5.0
                      : seconds <= 60.0  ? 10.0
                      : seconds <= 120.0 ? 20.0
                                         : 60.0;
  TextStyle style = {.size = 0.80 * u, .color = d->theme->text_faint};
  for (int i = 0; i * step <= seconds + 0.25; ++i) {
    const double t = i * step;
    char label[16];
    draw_format_time(label, sizeof label, t);
    style.anchor = t < 0.5 ? TEXT_LEFT : t > seconds - 0.3 * step ? TEXT_RIGHT : TEXT_CENTER;
    text_draw(d->text, d->cr, &style, library_layout_time_x(lane, seconds, fmin(t, seconds)),
              lane.y + lane.h + 0.75 * u, label);
  }
}

static double value_y(const LibraryView* b, Rect lane, DrawnLane which, double value) {
  return library_layout_lane_y(lane, library_view_lane_place(b, which, value));
}

// The values at the ends of a lane, which depend on the collection.
static void draw_ends(const Draw* d, Rect lane, DrawnLane which) {
  const double u = d->theme->unit;
  if (lane.h < 3.6 * u) return;
  TextStyle style = {.size = 0.75 * u, .color = d->theme->text_faint, .anchor = TEXT_RIGHT};
  for (int end = -1; end <= 1; end += 2) {
    char label[16];
    format_signed(label, sizeof label, library_view_lane_value(d->view, which, end));
    text_draw(d->text, d->cr, &style, lane.x + lane.w - 0.5 * u,
              library_layout_lane_y(lane, end) + 0.1 * end * u, label);
  }
}

static void draw_level(const Draw* d, Rect lane, DrawnLane which) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const double seconds = b->drawn.seconds;
  const LibraryPart part = which == DRAWN_VALENCE ? LIBRARY_PART_VALENCE : LIBRARY_PART_AROUSAL;
  const Rgb color = which == DRAWN_VALENCE ? d->theme->valence : d->theme->arousal;
  const bool by_keys = b->focus == part && b->by_keys;
  const double time = b->drawn_hover >= 0.0 ? b->drawn_hover : by_keys ? b->drawn_cursor : -1.0;
  if (time < 0.0) return;
  const double x = floor(library_layout_time_x(lane, seconds, time));
  shape_fill(d->cr, (Rect){x, lane.y, d->theme->px, lane.h}, d->theme->text, 0.35);
  size_t point = (size_t)(time * CURVE_RATE);
  if (point >= b->drawn.n) point = b->drawn.n - 1;
  const float value = drawn_value(&b->drawn, which, point);
  if (isnan(value)) {
    if (by_keys)
      shape_fill(
          d->cr,
          (Rect){x - 0.25 * u, library_layout_lane_y(lane, 0.0) - 0.25 * u, 0.5 * u, 0.5 * u},
          color, 0.7);
    return;
  }
  char label[24];
  format_signed(label, sizeof label, (double)value);
  cairo_new_sub_path(d->cr);
  cairo_arc(d->cr, x + 0.5, value_y(b, lane, which, (double)value), 0.28 * u, 0.0, 6.2832);
  theme_source(d->cr, color, 1.0);
  cairo_fill(d->cr);
  const bool left = x > lane.x + 0.8 * lane.w;
  TextStyle style = {.size = 0.86 * u,
                     .weight = TEXT_MEDIUM,
                     .color = d->theme->text,
                     .anchor = left ? TEXT_RIGHT : TEXT_LEFT};
  text_draw(d->text, d->cr, &style, x + (left ? -0.5 : 0.6) * u, lane.y + lane.h - 0.75 * u, label);
}

static void draw_lane(const Draw* d, DrawnLane which) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const double px = d->theme->px;
  const LibraryPart part = which == DRAWN_VALENCE ? LIBRARY_PART_VALENCE : LIBRARY_PART_AROUSAL;
  const Rect lane = d->layout->parts[part];
  const Rgb color = which == DRAWN_VALENCE ? d->theme->valence : d->theme->arousal;
  shape_box(d->cr, lane, 0.35 * u, d->theme->panel, 1.0,
            b->hot == part ? d->theme->line_strong : d->theme->line, px);
  const double zero = value_y(b, lane, which, 0.0);
  if (zero > lane.y && zero < lane.y + lane.h)
    shape_fill(d->cr, (Rect){lane.x, floor(zero), lane.w, px}, d->theme->line_strong, 0.8);
  TextStyle style = {.size = 0.85 * u, .weight = TEXT_MEDIUM, .color = color};
  const double w = text_draw(d->text, d->cr, &style, lane.x + 0.6 * u, lane.y + 0.85 * u,
                             which == DRAWN_VALENCE ? "valence" : "arousal");
  cairo_save(d->cr);
  cairo_rectangle(d->cr, lane.x, lane.y, lane.w, lane.h);
  cairo_clip(d->cr);
  if (!drawn_has(&b->drawn, which)) {
    style = (TextStyle){
        .size = 0.86 * u, .color = d->theme->text_faint, .max_width = lane.w - w - 2.2 * u};
    text_draw(d->text, d->cr, &style, lane.x + w + 1.4 * u, lane.y + 0.85 * u,
              which == DRAWN_VALENCE ? "draw how it should feel: up is positive"
                                     : "draw how it should move: up is energetic");
  } else {
    // What is between and beyond the drawn points is dotted.
    const double half = lane.h * 0.40; // library_layout_lane_y()'s
    const Rect area = {lane.x, lane.y + 0.5 * lane.h - half / 0.94, lane.w, 2.0 * half / 0.94};
    const double dash[2] = {0.01, 0.42 * u};
    cairo_set_dash(d->cr, dash, 2, 0.0);
    draw_drawn_curve(d->cr, area, &b->drawn, which, b->lanes[which].middle, b->lanes[which].half,
                     0.16 * u, color, 0.8);
    cairo_set_dash(d->cr, NULL, 0, 0.0);
    bool joined = false;
    for (size_t i = 0; i < b->drawn.n; ++i) {
      const float value = b->drawn.points[which][i];
      if (isnan(value)) {
        joined = false;
        continue;
      }
      const double x = lane.x + lane.w * ((double)i + 0.5) / (double)b->drawn.n;
      const double y = value_y(b, lane, which, (double)value);
      if (!joined) cairo_move_to(d->cr, x, y);
      cairo_line_to(d->cr, x + (joined ? 0.0 : 0.01), y);
      joined = true;
    }
    theme_source(d->cr, color, 1.0);
    cairo_set_line_width(d->cr, 0.20 * u);
    cairo_set_line_join(d->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(d->cr, CAIRO_LINE_CAP_ROUND);
    cairo_stroke(d->cr);
  }
  if (b->drawn_hover < 0.0 && !(b->focus == part && b->by_keys)) draw_ends(d, lane, which);
  draw_level(d, lane, which);
  cairo_restore(d->cr);
  draw_focus(d, part, lane);
}

void draw_drawn(const Draw* d) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const Rect r = d->layout->drawn;
  TextStyle style = {.size = 1.08 * u, .weight = TEXT_BOLD, .color = d->theme->text};
  static const char title[] = "Draw a curve";
  const double room = d->layout->parts[LIBRARY_PART_LENGTH].x - r.x - 0.6 * u;
  const double y = d->layout->parts[LIBRARY_PART_LENGTH].y + 0.95 * u;
  if (text_width(d->text, &style, title) <= room) text_draw(d->text, d->cr, &style, r.x, y, title);
  char length[24];
  const Rect box = d->layout->parts[LIBRARY_PART_LENGTH];
  draw_format_time(length, sizeof length, b->drawn.seconds);
  shape_button(d->cr, d->theme, box, false, b->hot == LIBRARY_PART_LENGTH,
               b->focus == LIBRARY_PART_LENGTH && b->by_keys);
  const bool roomy = box.w > 5.0 * u;
  shape_slider(d->cr, d->theme, d->text, box, roomy ? "lasts" : "", length,
               log(b->drawn.seconds / DRAWN_SHORTEST) / log(DRAWN_LONGEST / DRAWN_SHORTEST));
  draw_button(d, LIBRARY_PART_KIND, false, false, b->match == MATCH_PASSAGE ? "Passages" : "Songs");
  draw_button(d, LIBRARY_PART_RELATIVE, b->relative, false, "Relative");
  draw_button(d, LIBRARY_PART_LIKE, false, false, "Like this");
  draw_button(d, LIBRARY_PART_ERASE, false, false, "Erase");
  draw_lane(d, DRAWN_VALENCE);
  draw_lane(d, DRAWN_AROUSAL);
  draw_axis(d);
}
