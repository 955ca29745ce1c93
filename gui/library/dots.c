// SPDX-License-Identifier: GPL-3.0-or-later
// Draws all songs as dots on the plane, tens of thousands at a time.
#include "gui/library/dots.h"

#include "gui/kit/plane.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SUB 4      // places of a dot within a pixel, each way
#define MOODS 32   // nodes a side at which the colour is computed; bilinear between them
#define REACH 1.10 // values of the outermost nodes

typedef struct {
  int side, centre;
  float* cover[SUB][SUB]; ///< [side * side] for a dot whose middle is at (x, y) / SUB of a pixel
} Stamp;

typedef struct {
  float r[MOODS + 1][MOODS + 1], g[MOODS + 1][MOODS + 1], b[MOODS + 1][MOODS + 1];
} Moods;

double dots_radius(const Theme* theme, double songs) {
  const double many = fmin(fmax(log10(fmax(songs, 1.0) / 300.0) / 2.0, 0.0), 1.0);
  return theme->unit * (0.22 - 0.08 * many);
}

static bool make_stamp(Stamp* stamp, double radius, float* room, size_t floats) {
  stamp->centre = (int)ceil(radius + 0.5);
  stamp->side = 2 * stamp->centre + 2;
  const size_t area = (size_t)stamp->side * (size_t)stamp->side;
  if (area * SUB * SUB > floats) return false;
  for (int sy = 0; sy < SUB; ++sy) {
    for (int sx = 0; sx < SUB; ++sx) {
      float* cover = room + area * (size_t)(sy * SUB + sx);
      const double cx = stamp->centre + (sx + 0.5) / SUB;
      const double cy = stamp->centre + (sy + 0.5) / SUB;
      for (int y = 0; y < stamp->side; ++y) {
        for (int x = 0; x < stamp->side; ++x) {
          const double distance = hypot(x + 0.5 - cx, y + 0.5 - cy);
          cover[y * stamp->side + x] = (float)fmin(fmax(radius + 0.5 - distance, 0.0), 1.0);
        }
      }
      stamp->cover[sy][sx] = cover;
    }
  }
  return true;
}

static void press(const Stamp* stamp, float* sum, int w, int h, double x, double y) {
  const double fx = floor(x);
  const double fy = floor(y);
  const float* cover = stamp->cover[(int)((y - fy) * SUB)][(int)((x - fx) * SUB)];
  const int left = (int)fx - stamp->centre;
  const int top = (int)fy - stamp->centre;
  const int x0 = left < 0 ? -left : 0;
  const int x1 = left + stamp->side > w ? w - left : stamp->side;
  const int y0 = top < 0 ? -top : 0;
  const int y1 = top + stamp->side > h ? h - top : stamp->side;
  for (int row = y0; row < y1; ++row) {
    float* to = sum + (ptrdiff_t)(top + row) * w + left;
    const float* from = cover + (ptrdiff_t)row * stamp->side;
    for (int column = x0; column < x1; ++column)
      to[column] += from[column];
  }
}

static void fill_moods(Moods* moods) {
  for (int y = 0; y <= MOODS; ++y) {
    for (int x = 0; x <= MOODS; ++x) {
      const Rgb c = color_mood(REACH * (2.0 * x / MOODS - 1.0), REACH * (1.0 - 2.0 * y / MOODS));
      moods->r[y][x] = (float)c.r;
      moods->g[y][x] = (float)c.g;
      moods->b[y][x] = (float)c.b;
    }
  }
}

static float between(float table[MOODS + 1][MOODS + 1], int x, int y, float fx, float fy) {
  const float top = table[y][x] + fx * (table[y][x + 1] - table[y][x]);
  const float bottom = table[y + 1][x] + fx * (table[y + 1][x + 1] - table[y + 1][x]);
  return top + fy * (bottom - top);
}

static uint32_t blend(uint32_t under, int shift, float over, float alpha) {
  const float old = (float)(under >> shift & 0xFFu);
  return (uint32_t)(old + alpha * (255.0f * over - old) + 0.5f) << shift;
}

// Blend the summed coverage over the image; colour NULL: the mood colour of each place.
static void lay(cairo_surface_t* image, const float* sum, Rect plane, double x0, double y0,
                const Rgb* color, double strength) {
  const int w = cairo_image_surface_get_width(image);
  const int h = cairo_image_surface_get_height(image);
  const int stride = cairo_image_surface_get_stride(image);
  unsigned char* data = cairo_image_surface_get_data(image);
  const float fade = (float)log1p(-strength);
  const double reach = REACH * (1.0 - PLANE_MARGIN);
  Moods moods;
  fill_moods(&moods);
  for (int y = 0; y < h; ++y) {
    const double down = ((y + 0.5 + y0 - plane.y) / plane.h - 0.5) / reach + 0.5;
    const float gy = (float)(MOODS * fmin(fmax(down, 0.0), 0.9999));
    for (int x = 0; x < w; ++x) {
      const float d = sum[(ptrdiff_t)y * w + x];
      if (d <= 0.0f) continue;
      const float alpha = 1.0f - expf(fade * d);
      float r, g, b;
      if (color) {
        r = (float)color->r, g = (float)color->g, b = (float)color->b;
      } else {
        const double right = ((x + 0.5 + x0 - plane.x) / plane.w - 0.5) / reach + 0.5;
        const float gx = (float)(MOODS * fmin(fmax(right, 0.0), 0.9999));
        const int ix = (int)gx;
        const int iy = (int)gy;
        r = between(moods.r, ix, iy, gx - (float)ix, gy - (float)iy);
        g = between(moods.g, ix, iy, gx - (float)ix, gy - (float)iy);
        b = between(moods.b, ix, iy, gx - (float)ix, gy - (float)iy);
      }
      unsigned char* at = data + (ptrdiff_t)y * stride + (ptrdiff_t)x * 4;
      uint32_t pixel;
      memcpy(&pixel, at, sizeof pixel);
      pixel = blend(pixel, 16, r, alpha) | blend(pixel, 8, g, alpha) | blend(pixel, 0, b, alpha);
      memcpy(at, &pixel, sizeof pixel);
    }
  }
}

void dots_draw(cairo_surface_t* image, const Theme* theme, Rect plane, double x, double y,
               const Catalogue* catalogue, const bool* allowed, double zoom) {
  enum { ROOM = 64 * 64 * SUB * SUB };
  cairo_surface_flush(image);
  const int w = cairo_image_surface_get_width(image);
  const int h = cairo_image_surface_get_height(image);
  if (w < 1 || h < 1 || catalogue->n == 0) return;
  size_t count[2] = {0, catalogue->n}; // the others, the allowed
  for (size_t i = 0; allowed && i < catalogue->n; ++i) {
    if (allowed[i]) continue;
    ++count[0];
    --count[1];
  }
  const size_t area = (size_t)w * (size_t)h;
  float* room = malloc(ROOM * sizeof *room);
  float* sum = malloc(area * sizeof *sum);
  if (!room || !sum) goto out;
  for (int pass = 0; pass < 2; ++pass) {
    const double songs = (double)count[pass] / (zoom * zoom);
    const double strength = 0.92 * fmin(1.0, sqrt(sqrt(300.0 / fmax(songs, 1.0))));
    Stamp stamp;
    if (count[pass] == 0) continue;
    if (!make_stamp(&stamp, dots_radius(theme, songs), room, ROOM)) break;
    memset(sum, 0, area * sizeof *sum);
    for (size_t i = 0; i < catalogue->n; ++i) {
      if (allowed ? allowed[i] != (pass == 1) : pass == 0) continue;
      const double px = plane_x(plane, (double)catalogue->songs[i].valence) - x;
      const double py = plane_y(plane, (double)catalogue->songs[i].arousal) - y;
      if (px > -32.0 && py > -32.0 && px < w + 32.0 && py < h + 32.0) {
        press(&stamp, sum, w, h, px, py);
      }
    }
    lay(image, sum, plane, x, y, pass ? NULL : &theme->line_strong,
        pass ? strength : 0.55 * strength);
  }
  cairo_surface_mark_dirty(image);

out:
  free(sum);
  free(room);
}
