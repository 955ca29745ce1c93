// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plane's ground without words: tints and axes.  See plane.h.  Slow by comparison
/// (milliseconds), so callers that redraw keep the result in a surface.
#include "gui/kit/plane.h"

#include <stdint.h>
#include <string.h>

#define PI 3.14159265358979323846
#define GRID 48 // nodes a side at which the tint is computed; bilinear between them

typedef struct {
  float r[GRID + 1][GRID + 1], g[GRID + 1][GRID + 1], b[GRID + 1][GRID + 1];
} TintGrid;

static void fill_grid(TintGrid* grid, const Theme* theme, double dim) {
  const double reach = 1.0 / (1.0 - PLANE_MARGIN);
  // On a darker theme the tints darken with the panel.
  const double shift = 0.5 * (color_to_lab(theme->panel).l - 0.215);
  for (int y = 0; y <= GRID; ++y) {
    for (int x = 0; x <= GRID; ++x) {
      const double valence = reach * (2.0 * x / GRID - 1.0);
      const double arousal = reach * (1.0 - 2.0 * y / GRID);
      Lab lab = color_to_lab(color_ground(valence, arousal));
      lab.l += shift;
      Rgb color = color_from_lab(lab);
      if (dim > 0.0) color = color_mix(color, theme->panel, dim);
      grid->r[y][x] = (float)color.r;
      grid->g[y][x] = (float)color.g;
      grid->b[y][x] = (float)color.b;
    }
  }
}

// Interleaved gradient noise (Jimenez, "Next generation post processing in Call of Duty: Advanced
// Warfare", 2014): a dark gradient has few 8-bit levels, and bands would show.
static float noise(int x, int y) {
  const float f = 0.06711056f * (float)x + 0.00583715f * (float)y;
  const float g = 52.9829189f * (f - floorf(f));
  return g - floorf(g);
}

static uint32_t level(float value, float dither) {
  const float scaled = value * 255.0f + dither;
  return scaled <= 0.0f ? 0u : scaled >= 255.0f ? 255u : (uint32_t)scaled;
}

static float bilinear(float plane[GRID + 1][GRID + 1], int x, int y, float fx, float fy) {
  const float top = plane[y][x] + fx * (plane[y][x + 1] - plane[y][x]);
  const float bottom = plane[y + 1][x] + fx * (plane[y + 1][x + 1] - plane[y + 1][x]);
  return top + fy * (bottom - top);
}

void plane_tints(cairo_t* cr, const Theme* theme, Rect plane, double dim) {
  double sx = plane.w;
  double sy = plane.h;
  cairo_user_to_device_distance(cr, &sx, &sy);
  const int w = (int)fmin(fmax(ceil(fabs(sx)), 1.0), 4096.0);
  const int h = (int)fmin(fmax(ceil(fabs(sy)), 1.0), 4096.0);
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
  if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
    TintGrid grid;
    fill_grid(&grid, theme, dim);
    unsigned char* data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < h; ++y) {
      const float gy = ((float)y + 0.5f) / (float)h * GRID;
      const int iy = (int)gy < GRID ? (int)gy : GRID - 1;
      for (int x = 0; x < w; ++x) {
        const float gx = ((float)x + 0.5f) / (float)w * GRID;
        const int ix = (int)gx < GRID ? (int)gx : GRID - 1;
        const float fx = gx - (float)ix;
        const float fy = gy - (float)iy;
        const float dither = noise(x, y);
        const uint32_t pixel = level(bilinear(grid.r, ix, iy, fx, fy), dither) << 16 |
                               level(bilinear(grid.g, ix, iy, fx, fy), dither) << 8 |
                               level(bilinear(grid.b, ix, iy, fx, fy), dither);
        memcpy(data + (ptrdiff_t)y * stride + (ptrdiff_t)x * 4, &pixel, sizeof pixel);
      }
    }
    cairo_surface_mark_dirty(surface);
    cairo_save(cr);
    cairo_translate(cr, plane.x, plane.y);
    cairo_scale(cr, plane.w / w, plane.h / h);
    cairo_set_source_surface(cr, surface, 0.0, 0.0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_FAST);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_rectangle(cr, 0.0, 0.0, w, h);
    cairo_fill(cr);
    cairo_restore(cr);
  }
  cairo_surface_destroy(surface);
}

void plane_axes(cairo_t* cr, const Theme* theme, Rect plane) {
  const double half = 0.5 * (1.0 - PLANE_MARGIN);
  const double cx = plane_x(plane, 0.0);
  const double cy = plane_y(plane, 0.0);
  cairo_set_line_width(cr, theme->px);
  theme_source(cr, theme->text, 0.075);
  for (int ring = 1; ring <= 2; ++ring) {
    cairo_save(cr);
    cairo_translate(cr, cx, cy);
    cairo_scale(cr, half * plane.w, half * plane.h);
    cairo_new_sub_path(cr);
    cairo_arc(cr, 0.0, 0.0, 0.5 * ring, 0.0, 2.0 * PI);
    cairo_restore(cr);
    cairo_stroke(cr);
  }
  // On pixel centres, so that the cross stays one pixel thin.
  const double ax = floor(cx) + 0.5 * theme->px;
  const double ay = floor(cy) + 0.5 * theme->px;
  theme_source(cr, theme->text, 0.20);
  cairo_move_to(cr, plane.x, ay);
  cairo_line_to(cr, plane.x + plane.w, ay);
  cairo_move_to(cr, ax, plane.y);
  cairo_line_to(cr, ax, plane.y + plane.h);
  cairo_stroke(cr);
}
