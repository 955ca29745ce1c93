// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A part of a picture as an array of pixels, for drawings that are slow in cairo: hundreds of
/// short lines, rows of cells, glows.
///
/// If the target is an image in memory, clipped to whole pixels, these are its own pixels;
/// otherwise (SVG, PDF, a scaled or rotated picture) they belong to an image that cairo draws there
/// at the end.  Blending is cairo's "over", with its rounding.
///
///     Pixels pixels;
///     if (pixels_begin(&pixels, cr, extent)) {
///       uint32_t* row = pixels_row(&pixels, y);     // pixels.y <= y < pixels.y + pixels.h
///       pixels_over(&row[x - pixels.x], color);     // pixels.x <= x < pixels.x + pixels.w
///       pixels_end(&pixels, cr);
///     }
///
/// Between begin and end nothing else draws on the target.
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_KIT_PIXELS_H
#define CIRCUMPLEX_GUI_KIT_PIXELS_H

#include "gui/kit/color.h"
#include "gui/kit/geom.h"

#include <cairo.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  int x, y, w, h;         ///< the visible part, in the units of \p cr, whole px; w or h 0: none
  uint32_t* first;        ///< premultiplied ARGB at (x, y)
  ptrdiff_t stride;       ///< pixels from row to row
  cairo_surface_t* image; ///< image that is drawn on instead of the target, or NULL
} Pixels;

/// \return whether \p cr draws on an image in memory, pixel for pixel: not scaled or rotated.
bool pixels_are_direct(cairo_t* cr);

/// Open the visible part of \p extent.
/// \return false if out of memory
bool pixels_begin(Pixels* pixels, cairo_t* cr, Rect extent);
void pixels_end(Pixels* pixels, cairo_t* cr);

/// \return premultiplied ARGB; channels are clamped to 0..1.
uint32_t pixels_pack(Rgb color, double alpha);

static inline uint32_t* pixels_row(const Pixels* pixels, int y) {
  return pixels->first + (y - pixels->y) * pixels->stride;
}

/// \return \p pixel times \p share / 255, rounded, exact for bytes.
static inline uint32_t pixels_scale(uint32_t pixel, uint32_t share) {
  const uint64_t even = 0x00FF00FF00FF00FFu; // the four channels, 16 bits apart
  uint64_t t = ((pixel | (uint64_t)pixel << 24) & even) * share + 0x0080008000800080u;
  t = (t + (t >> 8 & even)) >> 8 & even;
  return (uint32_t)(t | t >> 24);
}

/// Blend \p color over \p pixel.
static inline void pixels_over(uint32_t* pixel, uint32_t color) {
  *pixel = color >= 0xFF000000u ? color : color + pixels_scale(*pixel, 255u - (color >> 24));
}

// The same for four pixels at once.
enum { PIXELS_RUN = 4 };
typedef uint32_t PixelsRun __attribute__((vector_size(16)));
typedef uint16_t PixelsHalves __attribute__((vector_size(16)));

static inline PixelsHalves pixels_times(PixelsRun channels, PixelsRun share) {
  const PixelsHalves t = (PixelsHalves)channels * (PixelsHalves)(share | share << 16) + 128;
  return (t + (t >> 8)) >> 8;
}

static inline PixelsRun pixels_scale_run(PixelsRun pixels, PixelsRun share) {
  const uint32_t even = 0x00FF00FFu;
  return (PixelsRun)pixels_times(pixels & even, share) |
         (PixelsRun)pixels_times(pixels >> 8 & even, share) << 8;
}

/// Blend \p colors over PIXELS_RUN pixels from \p to on.
static inline void pixels_over_run(uint32_t* to, PixelsRun colors) {
  PixelsRun pixels;
  memcpy(&pixels, to, sizeof pixels);
  pixels = colors + pixels_scale_run(pixels, 255u - (colors >> 24));
  memcpy(to, &pixels, sizeof pixels);
}

/// Blend \p color over \p n pixels.
static inline void pixels_over_span(uint32_t* to, uint32_t color, int n) {
  const PixelsRun colors = {color, color, color, color};
  for (; n >= PIXELS_RUN; n -= PIXELS_RUN, to += PIXELS_RUN)
    pixels_over_run(to, colors);
  for (int i = 0; i < n; ++i)
    pixels_over(&to[i], color);
}

#endif
