// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plane's ground: tints, axes, words.  See plane.h.  Slow by comparison (milliseconds), so
/// callers that redraw keep the result in a surface.
#include "gui/plane.h"
#include "gui/words.h"

#include <stdint.h>
#include <string.h>

#define PI 3.14159265358979323846
#define GRID 48 // nodes a side at which the tint is computed; bilinear between them

static void rounded(cairo_t* cr, Rect r, double radius) {
  cairo_new_sub_path(cr);
  cairo_arc(cr, r.x + r.w - radius, r.y + radius, radius, -0.5 * PI, 0.0);
  cairo_arc(cr, r.x + r.w - radius, r.y + r.h - radius, radius, 0.0, 0.5 * PI);
  cairo_arc(cr, r.x + radius, r.y + r.h - radius, radius, 0.5 * PI, PI);
  cairo_arc(cr, r.x + radius, r.y + radius, radius, PI, 1.5 * PI);
  cairo_close_path(cr);
}

typedef struct {
  float r[GRID + 1][GRID + 1], g[GRID + 1][GRID + 1], b[GRID + 1][GRID + 1];
} TintGrid;

static void fill_grid(TintGrid* grid, const Theme* theme, double dim) {
  const double reach = 1.0 / (1.0 - PLANE_MARGIN);
  // On a darker theme the tints darken with the panel.
  const double shift = color_to_lab(theme->panel).l - 0.215;
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

static void draw_tints(cairo_t* cr, const Theme* theme, Rect plane, double dim) {
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

static void draw_axes(cairo_t* cr, const Theme* theme, Rect plane) {
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

typedef enum { SIDE_LEFT, SIDE_RIGHT, SIDE_MIDDLE } Side;

// On which side of its place a landmark's word stands, so that neighbours keep apart.
static Side landmark_side(const char* name, float valence) {
  if (strcmp(name, "melancholy") == 0) return SIDE_RIGHT;
  if (strcmp(name, "tense") == 0) return SIDE_RIGHT;
  if (strcmp(name, "upbeat") == 0 || strcmp(name, "calm") == 0) return SIDE_LEFT;
  if (valence > -0.1f && valence < 0.1f) return SIDE_MIDDLE;
  return valence < 0.0f ? SIDE_LEFT : SIDE_RIGHT;
}

static bool is_corner(const char* name) {
  return strcmp(name, "excited") == 0 || strcmp(name, "angry") == 0 || strcmp(name, "sad") == 0 ||
         strcmp(name, "calm") == 0;
}

static void draw_landmarks(cairo_t* cr, const Theme* theme, Text* text, Rect plane, bool few,
                           double dim) {
  size_t n;
  const Word* words = words_all(&n);
  TextStyle style = {.size = 0.92 * theme->unit, .weight = TEXT_MEDIUM, .color = theme->text_soft};
  if (dim > 0.0) style.color = color_mix(theme->text_soft, theme->text_faint, dim);
  const double gap = 0.42 * theme->unit;
  for (size_t i = 0; i < n; ++i) {
    if (!words[i].landmark || (few && !is_corner(words[i].name))) continue;
    const double x = plane_x(plane, (double)words[i].valence);
    const double y = plane_y(plane, (double)words[i].arousal);
    Side side = few ? SIDE_MIDDLE : landmark_side(words[i].name, words[i].valence);
    // A word that would leave the plane on its side goes to the other one.
    const double width = text_width(text, &style, words[i].name) + gap;
    if (side == SIDE_RIGHT && x + width > plane.x + plane.w - 0.3 * gap) side = SIDE_LEFT;
    if (side == SIDE_LEFT && x - width < plane.x + 0.3 * gap) side = SIDE_RIGHT;
    if (side != SIDE_MIDDLE) {
      cairo_arc(cr, x, y, 0.12 * theme->unit, 0.0, 2.0 * PI);
      theme_source(cr, style.color, 0.65);
      cairo_fill(cr);
    }
    style.anchor = side == SIDE_MIDDLE ? TEXT_CENTER : side == SIDE_LEFT ? TEXT_RIGHT : TEXT_LEFT;
    // The vertical axis would run through a centred word: a patch of ground keeps it readable.
    if (side == SIDE_MIDDLE && !few) {
      cairo_save(cr);
      const double half = 0.5 * width;
      cairo_rectangle(cr, x - half, y - 0.62 * theme->unit, 2.0 * half, 1.24 * theme->unit);
      cairo_clip(cr);
      draw_tints(cr, theme, plane, dim);
      cairo_restore(cr);
    }
    const double shift = side == SIDE_MIDDLE ? 0.0 : side == SIDE_LEFT ? -gap : gap;
    text_draw(text, cr, &style, x + shift, y, words[i].name);
  }
}

static void draw_axis_names(cairo_t* cr, const Theme* theme, Text* text, Rect plane) {
  TextStyle style = {.size = 0.80 * theme->unit, .color = theme->text_soft, .alpha = 0.9};
  const double pad = 0.55 * theme->unit;
  const double cx = plane_x(plane, 0.0);
  const double cy = plane_y(plane, 0.0);
  style.anchor = TEXT_LEFT;
  text_draw(text, cr, &style, plane.x + pad, cy + 1.0 * theme->unit, "negative");
  text_draw(text, cr, &style, cx + 0.45 * theme->unit, plane.y + 0.75 * theme->unit, "energetic");
  text_draw(text, cr, &style, cx + 0.45 * theme->unit, plane.y + plane.h - 0.75 * theme->unit,
            "quiet");
  style.anchor = TEXT_RIGHT;
  text_draw(text, cr, &style, plane.x + plane.w - pad, cy + 1.0 * theme->unit, "positive");
}

void plane_ground(cairo_t* cr, const Theme* theme, Text* text, Rect plane, unsigned parts,
                  double dim) {
  cairo_save(cr);
  rounded(cr, plane, 0.55 * theme->unit);
  cairo_clip(cr);
  draw_tints(cr, theme, plane, dim);
  draw_axes(cr, theme, plane);
  cairo_restore(cr);
  rounded(cr, rect_inset(plane, 0.5 * theme->px, 0.5 * theme->px), 0.55 * theme->unit);
  theme_source(cr, theme->text, 0.13);
  cairo_set_line_width(cr, theme->px);
  cairo_stroke(cr);
  if (parts & PLANE_LANDMARKS) {
    draw_landmarks(cr, theme, text, plane, (parts & PLANE_FEW) != 0, dim);
  }
  if (parts & PLANE_AXES) draw_axis_names(cr, theme, text, plane);
}
