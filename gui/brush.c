// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The brush: see brush.h.
#include "gui/brush.h"

#include <stdlib.h>
#include <string.h>

// Find out where to draw and make the image.
static bool begin(Brush* brush, cairo_t* cr, Rect extent) {
  cairo_surface_t* target = cairo_get_group_target(cr);
  if (cairo_surface_get_type(target) != CAIRO_SURFACE_TYPE_IMAGE) return false;
  cairo_matrix_t m;
  cairo_get_matrix(cr, &m);
  if (fabs(m.xx - 1.0) + fabs(m.yy - 1.0) + fabs(m.xy) + fabs(m.yx) > 1e-9 ||
      fabs(m.x0 - floor(m.x0)) + fabs(m.y0 - floor(m.y0)) > 1e-9) {
    return false;
  }
  double left, top, right, bottom;
  cairo_clip_extents(cr, &left, &top, &right, &bottom);
  left = floor(fmax(left, extent.x));
  top = floor(fmax(top, extent.y));
  right = ceil(fmin(right, extent.x + extent.w));
  bottom = ceil(fmin(bottom, extent.y + extent.h));
  *brush = (Brush){.w = 0};
  if (!(right > left) || !(bottom > top)) return true; // nothing of it is in sight
  brush->x = (int)left;
  brush->y = (int)top;
  brush->w = (int)(right - left);
  brush->h = (int)(bottom - top);
  brush->image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, brush->w, brush->h);
  if (cairo_surface_status(brush->image) != CAIRO_STATUS_SUCCESS) {
    cairo_surface_destroy(brush->image);
    return false;
  }
  // Four bytes a pixel: the rows of this format are not padded.
  brush->pixels = (uint32_t*)(void*)cairo_image_surface_get_data(brush->image);
  return true;
}

// Put the image where it belongs.
static void finish(Brush* brush, cairo_t* cr) {
  cairo_surface_mark_dirty(brush->image);
  cairo_save(cr);
  cairo_set_source_surface(cr, brush->image, brush->x, brush->y);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_rectangle(cr, brush->x, brush->y, brush->w, brush->h);
  cairo_fill(cr);
  cairo_restore(cr);
  cairo_surface_destroy(brush->image);
  free(brush->cover);
}

bool brush_begin(Brush* brush, cairo_t* cr, Rect extent) {
  if (!begin(brush, cr, extent)) return false;
  if (!brush->image) return true;
  brush->cover = calloc((size_t)brush->w * (size_t)brush->h, 1);
  if (!brush->cover) cairo_surface_destroy(brush->image);
  return brush->cover != NULL;
}

// Of two channels at once: x * share / 255, rounded, exact for bytes.
static uint32_t scale_pair(uint32_t pair, uint32_t share) {
  const uint32_t t = (pair & 0xFF00FFu) * share + 0x800080u;
  return (t + (t >> 8 & 0xFF00FFu)) >> 8 & 0xFF00FFu;
}

static uint32_t scale(uint32_t pixel, uint32_t share) {
  return scale_pair(pixel, share) | scale_pair(pixel >> 8, share) << 8;
}

static uint32_t mix(uint32_t from, uint32_t to, uint32_t share) {
  return scale(from, 255u - share) + scale(to, share);
}

static uint32_t byte(double x) {
  return (uint32_t)(fmin(fmax(x, 0.0), 1.0) * 255.0 + 0.5);
}

static uint32_t pack(Rgb color, double alpha) {
  return byte(alpha) << 24 | byte(color.r * alpha) << 16 | byte(color.g * alpha) << 8 |
         byte(color.b * alpha);
}

static void dab(Brush* brush, size_t at, uint32_t share, uint32_t color) {
  const uint32_t before = brush->cover[at];
  if (share >= before) {
    brush->cover[at] = (uint8_t)share;
    brush->pixels[at] = color;
  } else if (brush->pixels[at] != color) {
    brush->pixels[at] = mix(brush->pixels[at], color, share);
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
  const uint32_t ink = pack(color, alpha);
  // A line thinner than a pixel covers a share of it.
  const double most = lesser(width, 1.0);
  const double edge = 0.5 * greater(width, 1.0) + 0.5; // distance at which it ends
  const double full = edge - 1.0;                      // ... and up to which it covers all
  const double dx = x1 - x0;
  const double dy = y1 - y0;
  const double length = sqrt(dx * dx + dy * dy);
  const double ux = length > 1e-9 ? dx / length : 1.0; // the line's direction
  const double uy = length > 1e-9 ? dy / length : 0.0;
  const int x_end = brush->x + brush->w;
  const int y_end = brush->y + brush->h;
  const int top = clamp_int(floor_int(lesser(y0, y1) - edge), brush->y, y_end);
  const int bottom = clamp_int(floor_int(greater(y0, y1) + edge) + 1, brush->y, y_end);
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
    const int left = clamp_int(floor_int(low), brush->x, x_end);
    const int right = clamp_int(floor_int(high) + 1, brush->x, x_end);
    const size_t row = (size_t)(y - brush->y) * (size_t)brush->w;
    for (int x = left; x < right; ++x) {
      const double px = x + 0.5 - x0;
      const double along = px * ux + py * uy;
      double away = fabs(px * uy - py * ux);
      if (along < 0.0 || along > length) { // beyond an end
        const double past = along < 0.0 ? along : along - length;
        const double square = past * past + away * away;
        if (square >= edge * edge) continue;
        away = sqrt(square);
      }
      if (away >= edge) continue;
      const double inside = away <= full ? 1.0 : edge - away;
      const uint32_t share = (uint32_t)(inside * most * 255.0 + 0.5);
      if (share) dab(brush, row + (size_t)(x - brush->x), share, ink);
    }
  }
}

void brush_end(Brush* brush, cairo_t* cr) {
  if (!brush->image) return;
  const size_t n = (size_t)brush->w * (size_t)brush->h;
  for (size_t i = 0; i < n;) {
    uint64_t eight = 1;
    if (n - i >= sizeof eight) memcpy(&eight, brush->cover + i, sizeof eight);
    if (eight == 0) { // most of the picture
      i += sizeof eight;
      continue;
    }
    for (const size_t end = n - i < sizeof eight ? n : i + sizeof eight; i < end; ++i) {
      brush->pixels[i] = scale(brush->pixels[i], brush->cover[i]);
    }
  }
  finish(brush, cr);
}

#define GLOW_STEPS 512

bool brush_glow(cairo_t* cr, double x, double y, double radius, Rgb color, const GlowStop* stops,
                int n) {
  Brush brush;
  const Rect extent = {floor(x - radius), floor(y - radius), 2.0 * radius + 2.0,
                       2.0 * radius + 2.0};
  if (!begin(&brush, cr, extent)) return false;
  if (!brush.image) return true;
  uint32_t steps[GLOW_STEPS + 1];
  int stop = 0;
  for (int i = 0; i < GLOW_STEPS; ++i) {
    const double t = (i + 0.5) / GLOW_STEPS;
    while (stop + 2 < n && t > stops[stop + 1].at)
      ++stop;
    const GlowStop* from = &stops[stop];
    const double share = (t - from->at) / (from[1].at - from->at);
    const double alpha = from->alpha + share * (from[1].alpha - from->alpha);
    steps[i] = pack(color, alpha);
  }
  steps[GLOW_STEPS] = 0;
  const float scale_to = (float)(GLOW_STEPS / radius);
  uint32_t* pixel = brush.pixels;
  for (int row = 0; row < brush.h; ++row) {
    const float dy = (float)(brush.y + row + 0.5 - y) * scale_to;
    for (int column = 0; column < brush.w; ++column) {
      const float dx = (float)(brush.x + column + 0.5 - x) * scale_to;
      const float square = dx * dx + dy * dy;
      const float most = GLOW_STEPS;
      *pixel++ = square < most * most ? steps[(int)sqrtf(square)] : 0;
    }
  }
  finish(&brush, cr);
  return true;
}
