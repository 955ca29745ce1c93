// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include "gui/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

uint32_t picture_pixel(cairo_surface_t* surface, int x, int y) {
  cairo_surface_flush(surface);
  const unsigned char* data = cairo_image_surface_get_data(surface);
  uint32_t pixel;
  memcpy(&pixel, data + (ptrdiff_t)y * cairo_image_surface_get_stride(surface) + (ptrdiff_t)x * 4,
         sizeof pixel);
  return pixel & 0xFFFFFFu;
}

cairo_surface_t* picture_shrink(cairo_surface_t* surface) {
  const int k = GOLDEN_SHRINK;
  const int w = cairo_image_surface_get_width(surface) / k;
  const int h = cairo_image_surface_get_height(surface) / k;
  cairo_surface_t* small = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
  unsigned char* data = cairo_image_surface_get_data(small);
  const int stride = cairo_image_surface_get_stride(small);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      uint32_t sum[3] = {0, 0, 0};
      for (int i = 0; i < k * k; ++i) {
        const uint32_t p = picture_pixel(surface, x * k + i % k, y * k + i / k);
        for (int c = 0; c < 3; ++c)
          sum[c] += p >> (8 * c) & 0xFFu;
      }
      uint32_t pixel = 0;
      for (int c = 0; c < 3; ++c)
        pixel |= sum[c] / (uint32_t)(k * k) << (8 * c);
      memcpy(data + (ptrdiff_t)y * stride + (ptrdiff_t)x * 4, &pixel, sizeof pixel);
    }
  }
  cairo_surface_mark_dirty(small);
  return small;
}

double picture_difference(cairo_surface_t* a, cairo_surface_t* b, int tolerance) {
  const int w = cairo_image_surface_get_width(a);
  const int h = cairo_image_surface_get_height(a);
  if (w < 1 || h < 1 || w != cairo_image_surface_get_width(b) ||
      h != cairo_image_surface_get_height(b)) {
    return 1.0;
  }
  int different = 0;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const uint32_t p = picture_pixel(a, x, y);
      const uint32_t q = picture_pixel(b, x, y);
      int most = 0;
      for (int c = 0; c < 24; c += 8) {
        const int d = abs((int)(p >> c & 0xFFu) - (int)(q >> c & 0xFFu));
        if (d > most) most = d;
      }
      different += most > tolerance;
    }
  }
  return (double)different / ((double)w * h);
}

bool picture_has_golden_font(void) {
  Text* text = text_new();
  if (!text) return false;
  const TextStyle style = {.size = 100.0};
  const double width = text_width(text, &style, "valence and arousal");
  text_free(text);
  return fabs(width - 940.2) < 2.0;
}
