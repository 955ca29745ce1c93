// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The brush: see brush.h.
#include "gui/brush.h"

#include <stdlib.h>
#include <string.h>

bool brush_begin(Brush* brush, cairo_t* cr, Rect extent) {
  brush->colors = NULL;
  if (!pixels_are_direct(cr) || !pixels_begin(&brush->target, cr, extent)) return false;
  const size_t n = (size_t)brush->target.w * (size_t)brush->target.h;
  if (n == 0) return true; // nothing of it is in sight
  // Colours need no clearing: they are read where there is cover.
  brush->colors = malloc(n * (sizeof *brush->colors + 1));
  if (!brush->colors) {
    pixels_end(&brush->target, cr);
    return false;
  }
  brush->cover = (uint8_t*)(brush->colors + n);
  memset(brush->cover, 0, n);
  return true;
}

static uint32_t mix(uint32_t from, uint32_t to, uint32_t share) {
  return pixels_scale(from, 255u - share) + pixels_scale(to, share);
}

static void dab(const Brush* brush, size_t at, uint32_t share, uint32_t color) {
  const uint32_t before = brush->cover[at];
  if (share >= before) {
    brush->cover[at] = (uint8_t)share;
    brush->colors[at] = color;
  } else if (brush->colors[at] != color) {
    brush->colors[at] = mix(brush->colors[at], color, share);
  }
}

// Cheaper than floor() and fmin(), which are calls where the compiler may not use SSE 4.1.
static int floor_int(double x) {
  const int i = (int)x;
  return i - (x < i);
}

static double lesser(double a, double b) {
  return a < b ? a : b;
}

static double greater(double a, double b) {
  return a > b ? a : b;
}

static int clamp_int(int x, int low, int high) {
  return x < low ? low : x > high ? high : x;
}

void brush_line(Brush* brush, double x0, double y0, double x1, double y1, double width, Rgb color,
                double alpha) {
  const uint32_t ink = pixels_pack(color, alpha);
  // A line thinner than a pixel covers a share of it.
  const double most = lesser(width, 1.0);
  const double edge = 0.5 * greater(width, 1.0) + 0.5; // distance at which it ends
  const double full = edge - 1.0;                      // ... and up to which it covers all
  const double dx = x1 - x0;
  const double dy = y1 - y0;
  const double length = sqrt(dx * dx + dy * dy);
  const double ux = length > 1e-9 ? dx / length : 1.0; // the line's direction
  const double uy = length > 1e-9 ? dy / length : 0.0;
  const Pixels* seen = &brush->target;
  const int x_end = seen->x + seen->w;
  const int y_end = seen->y + seen->h;
  const int top = clamp_int(floor_int(lesser(y0, y1) - edge), seen->y, y_end);
  const int bottom = clamp_int(floor_int(greater(y0, y1) + edge) + 1, seen->y, y_end);
  const double first = lesser(x0, x1) - edge;
  const double last = greater(x0, x1) + edge;
  const bool steep = fabs(dy) > 0.05 * length; // then a row's share of the line is short
  const double slope = steep ? dx / dy : 0.0;
  const double half = steep ? edge * length / fabs(dy) : last - first;
  for (int y = top; y < bottom; ++y) {
    const double py = y + 0.5 - y0;
    const double middle = x0 + py * slope;
    const double low = greater(first, middle - half);
    const double high = lesser(last, middle + half);
    const int left = clamp_int(floor_int(low), seen->x, x_end);
    const int right = clamp_int(floor_int(high) + 1, seen->x, x_end);
    const size_t row = (size_t)(y - seen->y) * (size_t)seen->w;
    const double along_0 = (0.5 - x0) * ux + py * uy;
    const double away_0 = (0.5 - x0) * uy - py * ux;
    for (int x = left; x < right; ++x) {
      const double along = along_0 + x * ux;
      double away = fabs(away_0 + x * uy);
      if (along < 0.0 || along > length) { // beyond an end
        const double past = along < 0.0 ? along : along - length;
        const double square = past * past + away * away;
        if (square >= edge * edge) continue;
        away = sqrt(square);
      }
      if (away >= edge) continue;
      const double inside = away <= full ? 1.0 : edge - away;
      const uint32_t share = (uint32_t)(inside * most * 255.0 + 0.5);
      if (share) dab(brush, row + (size_t)(x - seen->x), share, ink);
    }
  }
}

// Lay n pixels over a row of the target.
static void lay(uint32_t* to, const uint32_t* colors, const uint8_t* cover, size_t n) {
  for (size_t i = 0; i < n;) {
    uint64_t eight = 1;
    if (n - i >= sizeof eight) memcpy(&eight, cover + i, sizeof eight);
    if (eight == 0) { // most of the picture
      i += sizeof eight;
      continue;
    }
    for (const size_t end = n - i < sizeof eight ? n : i + sizeof eight; i < end; ++i) {
      if (cover[i]) pixels_over(&to[i], pixels_scale(colors[i], cover[i]));
    }
  }
}

void brush_end(Brush* brush, cairo_t* cr) {
  const Pixels* seen = &brush->target;
  if (!brush->colors) return;
  const size_t w = (size_t)seen->w;
  for (int row = 0; row < seen->h; ++row) {
    const size_t first = (size_t)row * w;
    lay(pixels_row(seen, seen->y + row), brush->colors + first, brush->cover + first, w);
  }
  free(brush->colors);
  pixels_end(&brush->target, cr);
}

bool brush_disc(cairo_t* cr, double x, double y, double radius, Rgb color, double alpha) {
  Brush brush;
  const double r = radius + 1.0;
  if (!brush_begin(&brush, cr, (Rect){x - r, y - r, 2.0 * r, 2.0 * r})) return false;
  brush_line(&brush, x, y, x, y, 2.0 * radius, color, alpha);
  brush_end(&brush, cr);
  return true;
}

bool brush_ellipse(cairo_t* cr, double x, double y, double rx, double ry, Rgb color, double alpha) {
  Pixels pixels;
  const Rect extent = {x - rx, y - ry, 2.0 * rx, 2.0 * ry};
  if (!pixels_are_direct(cr) || !pixels_begin(&pixels, cr, extent)) return false;
  const uint32_t ink = pixels_pack(color, alpha);
  for (int py = pixels.y; py < pixels.y + pixels.h; ++py) {
    const double dy = (py + 0.5 - y) / ry;
    if (!(dy * dy < 1.0)) continue;
    const double half = rx * sqrt(1.0 - dy * dy);
    const int left = clamp_int(floor_int(x - half + 0.5), pixels.x, pixels.x + pixels.w);
    const int right = clamp_int(floor_int(x + half + 0.5), pixels.x, pixels.x + pixels.w);
    uint32_t* row = pixels_row(&pixels, py);
    for (int px = left; px < right; ++px)
      pixels_over(&row[px - pixels.x], ink);
  }
  pixels_end(&pixels, cr);
  return true;
}

#define GLOW_STEPS 512

// The colour at each of GLOW_STEPS distances.
static void fill_steps(uint32_t* steps, Rgb color, const GlowStop* stops, int n) {
  int stop = 0;
  for (int i = 0; i < GLOW_STEPS; ++i) {
    const double t = (i + 0.5) / GLOW_STEPS;
    while (stop + 2 < n && t > stops[stop + 1].at)
      ++stop;
    const GlowStop* from = &stops[stop];
    const double share = (t - from->at) / (from[1].at - from->at);
    steps[i] = pixels_pack(color, from->alpha + share * (from[1].alpha - from->alpha));
  }
}

bool brush_glow(cairo_t* cr, double x, double y, double radius, Rgb color, const GlowStop* stops,
                int n) {
  Pixels pixels;
  const Rect extent = {x - radius, y - radius, 2.0 * radius, 2.0 * radius};
  if (!pixels_are_direct(cr) || !pixels_begin(&pixels, cr, extent)) return false;
  uint32_t steps[GLOW_STEPS];
  fill_steps(steps, color, stops, n);
  const float scale = (float)(GLOW_STEPS / radius);
  const float most = GLOW_STEPS;
  for (int py = pixels.y; py < pixels.y + pixels.h; ++py) {
    const float dy = (float)(py + 0.5 - y) * scale;
    uint32_t* row = pixels_row(&pixels, py);
    for (int column = 0; column < pixels.w; ++column) {
      const float dx = (float)(pixels.x + column + 0.5 - x) * scale;
      const float square = dx * dx + dy * dy;
      if (square < most * most) pixels_over(&row[column], steps[(int)sqrtf(square)]);
    }
  }
  pixels_end(&pixels, cr);
  return true;
}
