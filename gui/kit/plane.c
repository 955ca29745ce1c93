// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plane's moving parts: trail, whole-piece mark, point.  See plane.h.
#include "gui/kit/plane.h"

#include "gui/kit/brush.h"

#define PI 3.14159265358979323846

static double clamp1(double x) {
  return x < -1.0 ? -1.0 : x > 1.0 ? 1.0 : x;
}

double plane_x(Rect plane, double valence) {
  return plane.x + 0.5 * plane.w * (1.0 + (1.0 - PLANE_MARGIN) * clamp1(valence));
}

double plane_y(Rect plane, double arousal) {
  return plane.y + 0.5 * plane.h * (1.0 - (1.0 - PLANE_MARGIN) * clamp1(arousal));
}

// Pieces shorter than this are joined to the next: slow music needs few strokes.
#define TRAIL_STEP 2.5

Rect plane_trail_extent(Rect plane, const PlanePoint* points, size_t n, double fade, double width) {
  if (n < 2 || fade <= 0.0) return (Rect){0.0, 0.0, 0.0, 0.0};
  double left = 1.0, right = -1.0, low = 1.0, high = -1.0;
  for (size_t i = 0; i < n; ++i) {
    const PlanePoint* p = &points[i];
    if (p->age >= fade && (i + 1 == n || p[1].age >= fade)) continue;
    if (p->valence < left) left = p->valence;
    if (p->valence > right) right = p->valence;
    if (p->arousal < low) low = p->arousal;
    if (p->arousal > high) high = p->arousal;
  }
  const double x0 = plane_x(plane, left) - width;
  const double y0 = plane_y(plane, high) - width;
  return rect_pixels(
      (Rect){x0, y0, plane_x(plane, right) + width - x0, plane_y(plane, low) + width - y0});
}

// Stroke a piece; it replaces what is under it, so that overlapping round ends do not add up.
static void stroke_piece(cairo_t* cr, double x0, double y0, double x1, double y1, double width,
                         Rgb color, double alpha) {
  theme_source(cr, color, alpha);
  cairo_set_line_width(cr, width);
  cairo_move_to(cr, x0, y0);
  cairo_line_to(cr, x1, y1);
  cairo_stroke(cr);
}

// \param brush NULL: stroke
static void draw_pieces(cairo_t* cr, Brush* brush, Rect plane, const PlanePoint* points, size_t n,
                        double fade, double width) {
  const PlanePoint* p = &points[0];
  for (size_t i = 1; i < n; ++i) {
    const PlanePoint* q = &points[i];
    const double x = plane_x(plane, q->valence);
    const double y = plane_y(plane, q->arousal);
    if (q->gap || p->age >= fade) {
      p = q;
      continue;
    }
    const double px = plane_x(plane, p->valence);
    const double py = plane_y(plane, p->arousal);
    const bool last = i + 1 == n || points[i + 1].gap;
    if (!last && (x - px) * (x - px) + (y - py) * (y - py) < TRAIL_STEP * TRAIL_STEP) continue;
    const double fresh = fmax(0.0, 1.0 - 0.5 * (p->age + q->age) / fade);
    const double alpha = (0.06 + 0.86 * fresh * fresh) * fmin(1.0, fresh * 6.0);
    const double thick = width * (0.35 + 0.65 * fresh);
    const Rgb color = color_mood(0.5 * (p->valence + q->valence), 0.5 * (p->arousal + q->arousal));
    if (brush) {
      brush_line(brush, px, py, x, y, thick, color, alpha);
    } else {
      stroke_piece(cr, px, py, x, y, thick, color, alpha);
    }
    p = q;
  }
}

void plane_trail(cairo_t* cr, Rect plane, const PlanePoint* points, size_t n, double fade,
                 double width) {
  const Rect extent = plane_trail_extent(plane, points, n, fade, width);
  if (rect_empty(extent)) return;
  cairo_save(cr);
  cairo_rectangle(cr, plane.x, plane.y, plane.w, plane.h);
  cairo_clip(cr);
  Brush brush;
  if (brush_begin(&brush, cr, extent)) {
    draw_pieces(cr, &brush, plane, points, n, fade, width);
    brush_end(&brush, cr);
  } else {
    cairo_rectangle(cr, extent.x, extent.y, extent.w, extent.h);
    cairo_clip(cr);
    cairo_push_group(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    draw_pieces(cr, NULL, plane, points, n, fade, width);
    cairo_pop_group_to_source(cr);
    cairo_paint(cr);
  }
  cairo_restore(cr);
}

Rect plane_piece_extent(const Theme* theme, Rect plane, double valence, double arousal) {
  const double r = 0.9 * theme->unit;
  const double x = plane_x(plane, valence);
  const double y = plane_y(plane, arousal);
  return rect_pixels((Rect){x - r, y - r, 2.0 * r, 2.0 * r});
}

static void draw_diamond(cairo_t* cr, double x, double y, double r, double width, Rgb color,
                         double alpha) {
  if (brush_diamond(cr, x, y, r, width, color, alpha)) return;
  cairo_move_to(cr, x, y - r);
  cairo_line_to(cr, x + r, y);
  cairo_line_to(cr, x, y + r);
  cairo_line_to(cr, x - r, y);
  cairo_close_path(cr);
  theme_source(cr, color, alpha);
  cairo_set_line_width(cr, width);
  cairo_stroke(cr);
}

void plane_piece(cairo_t* cr, const Theme* theme, Rect plane, double valence, double arousal) {
  const double x = plane_x(plane, valence);
  const double y = plane_y(plane, arousal);
  draw_diamond(cr, x, y, 0.40 * theme->unit, 0.30 * theme->unit, theme->window, 0.75);
  draw_diamond(cr, x, y, 0.40 * theme->unit, 0.115 * theme->unit, theme->text, 0.95);
}

void plane_ring(cairo_t* cr, const Theme* theme, Rect plane, double valence, double arousal,
                Rgb color) {
  for (int pass = 0; pass < 2; ++pass) {
    cairo_new_sub_path(cr);
    cairo_arc(cr, plane_x(plane, valence), plane_y(plane, arousal), 0.62 * theme->unit, 0.0,
              2.0 * PI);
    theme_source(cr, pass ? color : theme->window, pass ? 1.0 : 0.7);
    cairo_set_line_width(cr, (pass ? 0.16 : 0.36) * theme->unit);
    cairo_stroke(cr);
  }
}

static double dot_radius(const Theme* theme) {
  return 0.46 * theme->unit;
}

static double glow_radius(const Theme* theme, const PlaneDot* dot) {
  const double sure = dot->confidence < 0.0 ? 0.0 : dot->confidence > 1.0 ? 1.0 : dot->confidence;
  return theme->unit * (1.1 + 2.3 * sure);
}

// The rectangle around the ellipse of one standard deviation.
static Rect spread_rect(Rect plane, const PlaneDot* dot) {
  const double half = 0.5 * (1.0 - PLANE_MARGIN);
  const double rx = fmax(half * plane.w * fmin(dot->valence_spread, 1.0), 1e-3);
  const double ry = fmax(half * plane.h * fmin(dot->arousal_spread, 1.0), 1e-3);
  return (Rect){plane_x(plane, dot->valence) - rx, plane_y(plane, dot->arousal) - ry, 2.0 * rx,
                2.0 * ry};
}

static void ellipse_path(cairo_t* cr, Rect e) {
  cairo_save(cr);
  cairo_translate(cr, e.x + 0.5 * e.w, e.y + 0.5 * e.h);
  cairo_scale(cr, 0.5 * e.w, 0.5 * e.h);
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0.0, 0.0, 1.0, 0.0, 2.0 * PI);
  cairo_restore(cr);
}

// The outline in short chords; true if the brush could draw it.
static bool brush_outline(cairo_t* cr, Rect e, double width, Rgb color, double alpha) {
  const double rx = 0.5 * e.w;
  const double ry = 0.5 * e.h;
  const double x = e.x + rx;
  const double y = e.y + ry;
  const double pad = width + 1.0;
  Brush brush;
  if (!brush_begin(&brush, cr,
                   (Rect){x - rx - pad, y - ry - pad, 2.0 * (rx + pad), 2.0 * (ry + pad)})) {
    return false;
  }
  // Enough chords that each is at most a twentieth of a pixel from the arc.
  const int n = (int)fmin(16.0 + PI * sqrt(10.0 * fmax(rx, ry)), 512.0);
  double from_x = x + rx;
  double from_y = y;
  for (int i = 1; i <= n; ++i) {
    const double to_x = x + rx * cos(2.0 * PI * i / n);
    const double to_y = y + ry * sin(2.0 * PI * i / n);
    brush_line(&brush, from_x, from_y, to_x, to_y, width, color, alpha);
    from_x = to_x;
    from_y = to_y;
  }
  brush_end(&brush, cr);
  return true;
}

static void draw_spread(cairo_t* cr, const Theme* theme, Rect plane, const PlaneDot* dot,
                        Rgb color) {
  if (dot->valence_spread <= 0.0 || dot->arousal_spread <= 0.0) return;
  const double dash[2] = {0.30 * theme->unit, 0.30 * theme->unit};
  const double width = fmax(1.0, 0.085 * theme->unit);
  const Rect e = spread_rect(plane, dot);
  const double faint = dot->outside ? 0.04 : 0.10;
  if (!brush_ellipse(cr, e.x + 0.5 * e.w, e.y + 0.5 * e.h, 0.5 * e.w, 0.5 * e.h, color, faint)) {
    ellipse_path(cr, e);
    theme_source(cr, color, faint);
    cairo_fill(cr);
  }
  if (!dot->outside && brush_outline(cr, e, width, color, 0.55)) return;
  ellipse_path(cr, e);
  if (dot->outside) cairo_set_dash(cr, dash, 2, 0.0);
  theme_source(cr, color, 0.55);
  cairo_set_line_width(cr, width);
  cairo_stroke(cr);
  cairo_set_dash(cr, NULL, 0, 0.0);
}

static void draw_glow(cairo_t* cr, const Theme* theme, const PlaneDot* dot, double x, double y,
                      Rgb color) {
  static const GlowStop stops[] = {{0.0, 0.75}, {0.25, 0.36}, {0.6, 0.09}, {1.0, 0.0}};
  const int n = sizeof stops / sizeof stops[0];
  const double r = glow_radius(theme, dot);
  if (brush_glow(cr, x, y, r, color, stops, n)) return;
  cairo_pattern_t* glow = cairo_pattern_create_radial(x, y, 0.0, x, y, r);
  for (int i = 0; i < n; ++i) {
    cairo_pattern_add_color_stop_rgba(glow, stops[i].at, color.r, color.g, color.b, stops[i].alpha);
  }
  cairo_set_source(cr, glow);
  cairo_rectangle(cr, x - r, y - r, 2.0 * r, 2.0 * r);
  cairo_fill(cr);
  cairo_pattern_destroy(glow);
}

// The progress of settling: a full faint ring and the part that is done.
static void draw_settling(cairo_t* cr, const Theme* theme, double x, double y, double settled) {
  const double r = 1.45 * theme->unit;
  cairo_set_line_width(cr, 0.24 * theme->unit);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
  cairo_arc(cr, x, y, r, 0.0, 2.0 * PI);
  theme_source(cr, theme->window, 0.70);
  cairo_stroke(cr);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_arc(cr, x, y, r, -0.5 * PI, -0.5 * PI + 2.0 * PI * fmax(settled, 0.01));
  theme_source(cr, theme->text, 0.95);
  cairo_stroke(cr);
}

// Held: four corners, like those in a camera's viewfinder.
static void draw_brackets(cairo_t* cr, const Theme* theme, double x, double y) {
  const double r = 1.15 * theme->unit;
  const double arm = 0.45 * theme->unit;
  for (int pass = 0; pass < 2; ++pass) {
    for (int i = 0; i < 4; ++i) {
      const double sx = i & 1 ? 1.0 : -1.0;
      const double sy = i & 2 ? 1.0 : -1.0;
      cairo_move_to(cr, x + sx * (r - arm), y + sy * r);
      cairo_line_to(cr, x + sx * r, y + sy * r);
      cairo_line_to(cr, x + sx * r, y + sy * (r - arm));
    }
    theme_source(cr, pass ? theme->accent : theme->window, pass ? 1.0 : 0.6);
    cairo_set_line_width(cr, (pass ? 0.15 : 0.32) * theme->unit);
    cairo_stroke(cr);
  }
}

static Rgb color_of(const Theme* theme, const PlaneDot* dot) {
  return dot->outside ? theme->text_faint : color_mood(dot->valence, dot->arousal);
}

void plane_spread(cairo_t* cr, const Theme* theme, Rect plane, const PlaneDot* dot) {
  cairo_save(cr);
  cairo_rectangle(cr, plane.x, plane.y, plane.w, plane.h);
  cairo_clip(cr);
  draw_spread(cr, theme, plane, dot, color_of(theme, dot));
  cairo_restore(cr);
}

void plane_dot(cairo_t* cr, const Theme* theme, Rect plane, const PlaneDot* dot) {
  const double x = plane_x(plane, dot->valence);
  const double y = plane_y(plane, dot->arousal);
  const double r = dot_radius(theme);
  const Rgb color = color_of(theme, dot);
  cairo_save(cr);
  cairo_rectangle(cr, plane.x, plane.y, plane.w, plane.h);
  cairo_clip(cr);
  draw_spread(cr, theme, plane, dot, color);
  if (!dot->outside) draw_glow(cr, theme, dot, x, y, color);
  if (dot->settled < 1.0) draw_settling(cr, theme, x, y, dot->settled);
  if (dot->held) draw_brackets(cr, theme, x, y);
  brush_disc(cr, x, y, r + 0.13 * theme->unit, theme->window, 0.85);
  if (dot->outside) {
    cairo_arc(cr, x, y, r - 0.07 * theme->unit, 0.0, 2.0 * PI);
    theme_source(cr, theme->text_soft, 1.0);
    cairo_set_line_width(cr, 0.16 * theme->unit);
    cairo_stroke(cr);
  } else {
    brush_disc(cr, x, y, r, color_mix(color, (Rgb){1.0, 1.0, 1.0}, 0.62), 1.0);
  }
  cairo_restore(cr);
}

Rect plane_dot_extent(const Theme* theme, Rect plane, const PlaneDot* dot) {
  const double half = 0.5 * (1.0 - PLANE_MARGIN);
  const double base = fmax(glow_radius(theme, dot), 1.8 * theme->unit);
  const double rx = fmax(base, half * plane.w * fmin(dot->valence_spread, 1.0)) + 2.0 * theme->px;
  const double ry = fmax(base, half * plane.h * fmin(dot->arousal_spread, 1.0)) + 2.0 * theme->px;
  const double x = plane_x(plane, dot->valence);
  const double y = plane_y(plane, dot->arousal);
  return rect_pixels((Rect){x - rx, y - ry, 2.0 * rx, 2.0 * ry});
}
