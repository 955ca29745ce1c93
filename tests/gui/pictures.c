// SPDX-License-Identifier: GPL-3.0-or-later
#include "pictures.h"

#include "gui/kit/text.h"

#include <stddef.h>
#include <stdio.h>
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

/// \return how many pixels of a part have a channel that differs by more than \p tolerance
static int count_different(cairo_surface_t* a, cairo_surface_t* b, int x0, int y0, int w, int h,
                           int tolerance) {
  int different = 0;
  for (int y = y0; y < y0 + h; ++y) {
    for (int x = x0; x < x0 + w; ++x) {
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
  return different;
}

static bool have_one_size(cairo_surface_t* a, cairo_surface_t* b, int* w, int* h) {
  *w = cairo_image_surface_get_width(a);
  *h = cairo_image_surface_get_height(a);
  return *w > 0 && *h > 0 && *w == cairo_image_surface_get_width(b) &&
         *h == cairo_image_surface_get_height(b);
}

double picture_difference(cairo_surface_t* a, cairo_surface_t* b, int tolerance) {
  int w, h;
  if (!have_one_size(a, b, &w, &h)) return 1.0;
  return (double)count_different(a, b, 0, 0, w, h, tolerance) / ((double)w * h);
}

double picture_worst_tile(cairo_surface_t* a, cairo_surface_t* b, int tolerance) {
  enum { TILE = 12 };
  int w, h, worst = 0;
  if (!have_one_size(a, b, &w, &h)) return 1.0;
  for (int y = 0; y < h; y += TILE) {
    for (int x = 0; x < w; x += TILE) {
      const int across = w - x < TILE ? w - x : TILE, down = h - y < TILE ? h - y : TILE;
      const int different = count_different(a, b, x, y, across, down, tolerance);
      if (different > worst) worst = different;
    }
  }
  return (double)worst / (TILE * TILE);
}

bool picture_has_golden_font(void) {
  Text* text = text_new();
  if (!text) return false;
  const TextStyle style = {.size = 100.0};
  const double width = text_width(text, &style, "valence and arousal");
  text_free(text);
  return fabs(width - 940.2) < 2.0;
}

#define TOLERANCE 10    // of 255, a pixel; another processor makes it 2
#define MAX_SHARE 0.001 // pixels beyond it
#define MAX_TILE 0.03   // the same in one place: a number, a mark

int pictures_compare(const PictureSet* set, const char* folder, const char* failed) {
  int failures = 0;
  for (size_t i = 0; i < set->n; ++i) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s.png", folder, set->name(i));
    cairo_surface_t* golden = cairo_image_surface_create_from_png(path);
    cairo_surface_t* picture = set->draw(i);
    cairo_surface_t* small = picture_shrink(picture);
    const double share = cairo_surface_status(golden) == CAIRO_STATUS_SUCCESS
                             ? picture_difference(golden, small, TOLERANCE)
                             : 1.0;
    const double tile = share < 1.0 ? picture_worst_tile(golden, small, TOLERANCE) : 1.0;
    if (share > MAX_SHARE || tile > MAX_TILE) {
      ++failures;
      snprintf(path, sizeof path, "%s%s.png", failed, set->name(i));
      cairo_surface_write_to_png(picture, path);
      fprintf(stderr, "%s: %.2f %% of the pixels differ, at one place %.0f %%; see %s\n",
              set->name(i), 100.0 * share, 100.0 * tile, path);
    }
    cairo_surface_destroy(small);
    cairo_surface_destroy(picture);
    cairo_surface_destroy(golden);
  }
  return failures;
}

int pictures_write(const PictureSet* set, int argc, char** argv) {
  const bool large = argc == 3 && strcmp(argv[1], "--large") == 0;
  if (argc != 2 && !large) {
    fprintf(stderr, "usage: %s [--large] DIR\n", argv[0]);
    return 2;
  }
  for (size_t i = 0; i < set->n; ++i) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.png", argv[argc - 1], set->name(i));
    cairo_surface_t* surface = set->draw(i);
    if (!large) {
      cairo_surface_t* small = picture_shrink(surface);
      cairo_surface_destroy(surface);
      surface = small;
    }
    const cairo_status_t status = cairo_surface_write_to_png(surface, path);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS) {
      fprintf(stderr, "%s: %s\n", path, cairo_status_to_string(status));
      return 1;
    }
  }
  return 0;
}
