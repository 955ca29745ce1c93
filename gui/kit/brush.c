// SPDX-License-Identifier: GPL-3.0-or-later
// A round brush: draws lines whose colour and width change along the way, into an image.
#include "gui/kit/brush.h"

#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

bool brush_begin(Brush* brush, cairo_t* cr, Rect extent) {
  brush->colors = NULL;
  if (!pixels_are_direct(cr) || !pixels_begin(&brush->target, cr, extent)) return false;
  const size_t n = (size_t)brush->target.w * (size_t)brush->target.h;
  if (n == 0) return true; // none of it is visible
  // Colours need no clearing: they are read only where coverage is above 0.
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
  const double edge = 0.5 * greater(width, 1.0) + 0.5; // distance at which it ends
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
  const int origin = floor_int(first);         // a pixel depends only on its position
  const bool steep = fabs(dy) > 0.05 * length; // then only a short part of the line is in a row
  const double slope = steep ? dx / dy : 0.0;
  const double half = steep ? edge * length / fabs(dy) : last - first;
  const float length_f = (float)length;
  const float edge_f = (float)edge;
  const float full = edge_f - 1.0f; // up to this distance a pixel is fully covered
  const float most = (float)(255.0 * lesser(width, 1.0));
  const float ux_f = (float)ux;
  const float uy_f = (float)uy;
  for (int y = top; y < bottom; ++y) {
    const double py = y + 0.5 - y0;
    const double middle = x0 + py * slope;
    const int left = clamp_int(floor_int(greater(first, middle - half)), seen->x, x_end);
    const int right = clamp_int(floor_int(lesser(last, middle + half)) + 1, seen->x, x_end);
    const float along_0 = (float)((origin + 0.5 - x0) * ux + py * uy);
    const float away_0 = (float)((origin + 0.5 - x0) * uy - py * ux);
    const size_t row = (size_t)(y - seen->y) * (size_t)seen->w;
    for (int x = left; x < right; ++x) {
      const float along = along_0 + (float)(x - origin) * ux_f;
      const float away = away_0 + (float)(x - origin) * uy_f;
      const float past = along < 0.0f ? along : along > length_f ? along - length_f : 0.0f;
      const float square = past * past + away * away;
      if (square >= edge_f * edge_f) continue;
      const float inside = square <= full * full ? 1.0f : edge_f - sqrtf(square);
      const uint32_t share = (uint32_t)(int)(inside * most + 0.5f);
      if (share) dab(brush, row + (size_t)(x - seen->x), share, ink);
    }
  }
}

static void lay_share(uint32_t* to, uint32_t color, uint32_t share) {
  if (share == 255) {
    pixels_over(to, color);
  } else if (share > 0) {
    pixels_over(to, pixels_scale(color, share));
  }
}

static void lay_run(uint32_t* to, const uint32_t* colors, const uint8_t* cover) {
  uint32_t some;
  memcpy(&some, cover, sizeof some);
  if (some == 0) return;
  PixelsRun ink;
  memcpy(&ink, colors, sizeof ink);
  const PixelsRun share = {cover[0], cover[1], cover[2], cover[3]};
  const PixelsRun drawn = (PixelsRun)(share != 0u); // elsewhere the colours are not initialised
  pixels_over_run(to, pixels_scale_run(ink & drawn, share));
}

// Blend n pixels over a row of the target.
static void lay(uint32_t* to, const uint32_t* colors, const uint8_t* cover, size_t n) {
  for (size_t i = 0; i < n;) {
    uint64_t some[4] = {1, 0, 0, 0};
    if (n - i >= sizeof some) memcpy(some, cover + i, sizeof some);
    if ((some[0] | some[1] | some[2] | some[3]) == 0) { // true for most of the picture
      i += sizeof some;
      continue;
    }
    const size_t end = n - i < sizeof some ? n : i + sizeof some;
    for (; i + PIXELS_RUN <= end; i += PIXELS_RUN)
      lay_run(&to[i], &colors[i], &cover[i]);
    for (; i < end; ++i)
      lay_share(&to[i], colors[i], cover[i]);
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

// Convert a coverage to 0..255; \p cover may be outside 0..1.
static uint32_t to_share(double cover) {
  return (uint32_t)(int)(greater(lesser(cover, 1.0), 0.0) * 255.0 + 0.5);
}

bool brush_diamond(cairo_t* cr, double x, double y, double radius, double width, Rgb color,
                   double alpha) {
  Pixels pixels;
  const double reach = radius + width + 1.0;
  const Rect extent = {x - reach, y - reach, 2.0 * reach, 2.0 * reach};
  if (!pixels_are_direct(cr) || !pixels_begin(&pixels, cr, extent)) return false;
  const uint32_t ink = pixels_pack(color, alpha);
  for (int py = pixels.y; py < pixels.y + pixels.h; ++py) {
    uint32_t* row = pixels_row(&pixels, py);
    for (int px = pixels.x; px < pixels.x + pixels.w; ++px) {
      const double out = fabs(px + 0.5 - x) + fabs(py + 0.5 - y) - radius;
      const double away = fabs(out) * 0.70710678118654752; // from the nearest side
      lay_share(&row[px - pixels.x], ink, to_share(0.5 * width + 0.5 - away));
    }
  }
  pixels_end(&pixels, cr);
  return true;
}

void brush_disc(cairo_t* cr, double x, double y, double radius, Rgb color, double alpha) {
  Brush brush;
  const double r = radius + 1.0;
  if (brush_begin(&brush, cr, (Rect){x - r, y - r, 2.0 * r, 2.0 * r})) {
    brush_line(&brush, x, y, x, y, 2.0 * radius, color, alpha);
    brush_end(&brush, cr);
    return;
  }
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y, radius, 0.0, 2.0 * PI);
  cairo_set_source_rgba(cr, color.r, color.g, color.b, alpha);
  cairo_fill(cr);
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
    pixels_over_span(&row[left - pixels.x], ink, right - left);
  }
  pixels_end(&pixels, cr);
  return true;
}

// The same with cairo.
static void fill_bar(cairo_t* cr, Rect bar, double from, double to, Rgb color, double alpha) {
  const double r = 0.5 * fmin(bar.w, bar.h);
  cairo_save(cr);
  cairo_rectangle(cr, from, bar.y, to - from, bar.h);
  cairo_clip(cr);
  cairo_arc(cr, bar.x + r, bar.y + 0.5 * bar.h, r, 0.5 * PI, 1.5 * PI);
  cairo_arc(cr, bar.x + bar.w - r, bar.y + 0.5 * bar.h, r, -0.5 * PI, 0.5 * PI);
  cairo_close_path(cr);
  cairo_set_source_rgba(cr, color.r, color.g, color.b, alpha);
  cairo_fill(cr);
  cairo_restore(cr);
}

// How much of a pixel the part between from and to of a bar covers, 0..1.
static double bar_cover(Rect bar, double from, double to, int x, int y) {
  const double r = 0.5 * lesser(bar.w, bar.h);
  const double first = bar.x + r; // between these the bar has its full height
  const double last = bar.x + bar.w - r;
  const double dx = x + 0.5 < first ? first - x - 0.5 : x + 0.5 > last ? x + 0.5 - last : 0.0;
  const double dy = y + 0.5 - (bar.y + 0.5 * bar.h);
  const double wide = lesser(lesser(x + 1.0, to) - greater(x, from), 1.0);
  if (dx <= 0.0) return wide;
  return wide * greater(lesser(r + 0.5 - sqrt(dx * dx + dy * dy), 1.0), 0.0);
}

void brush_bar(cairo_t* cr, Rect bar, double from, double to, Rgb color, double alpha) {
  Pixels pixels;
  const Rect part = {from, bar.y, to - from, bar.h};
  if (rect_empty(part)) return;
  if (!pixels_are_direct(cr) || !pixels_begin(&pixels, cr, part)) {
    fill_bar(cr, bar, from, to, color, alpha);
    return;
  }
  const double r = 0.5 * lesser(bar.w, bar.h);
  const int end = pixels.x + pixels.w;
  // Between these, all pixels are fully covered: most of them.
  const int left = clamp_int(-floor_int(-greater(bar.x + r, from)), pixels.x, end);
  const int right = clamp_int(floor_int(lesser(bar.x + bar.w - r, to)), left, end);
  const uint32_t ink = pixels_pack(color, alpha);
  for (int y = pixels.y; y < pixels.y + pixels.h; ++y) {
    uint32_t* row = pixels_row(&pixels, y) - pixels.x;
    for (int x = pixels.x; x < left; ++x)
      lay_share(&row[x], ink, to_share(bar_cover(bar, from, to, x, y)));
    pixels_over_span(&row[left], ink, right - left);
    for (int x = right; x < end; ++x)
      lay_share(&row[x], ink, to_share(bar_cover(bar, from, to, x, y)));
  }
  pixels_end(&pixels, cr);
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
  for (int py = pixels.y; py < pixels.y + pixels.h; ++py) {
    const double dy = py + 0.5 - y;
    const double half = sqrt(greater(radius * radius - dy * dy, 0.0));
    const int left = clamp_int(floor_int(x - half), pixels.x, pixels.x + pixels.w);
    const int right = clamp_int(floor_int(x + half) + 1, pixels.x, pixels.x + pixels.w);
    const float square_y = (float)dy * scale * (float)dy * scale;
    uint32_t* row = pixels_row(&pixels, py);
    for (int px = left; px < right; px += PIXELS_RUN) {
      uint32_t colors[PIXELS_RUN];
      for (int i = 0; i < PIXELS_RUN; ++i) {
        const float dx = (float)(px + i + 0.5 - x) * scale;
        const int place = (int)sqrtf(dx * dx + square_y);
        colors[i] = place < GLOW_STEPS ? steps[place] : 0;
      }
      uint32_t* to = &row[px - pixels.x];
      if (px + PIXELS_RUN <= right) {
        pixels_over_run(to, (PixelsRun){colors[0], colors[1], colors[2], colors[3]});
      } else {
        for (int i = 0; px + i < right; ++i)
          pixels_over(&to[i], colors[i]);
      }
    }
  }
  pixels_end(&pixels, cr);
  return true;
}
