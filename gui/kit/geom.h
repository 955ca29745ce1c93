// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Rectangles in device pixels, y downwards.  Thread: pure functions.
#ifndef CIRCUMPLEX_GUI_KIT_GEOM_H
#define CIRCUMPLEX_GUI_KIT_GEOM_H

#include <math.h>
#include <stdbool.h>

typedef struct {
  double x, y, w, h;
} Rect;

static inline Rect rect_inset(Rect r, double dx, double dy) {
  return (Rect){r.x + dx, r.y + dy, fmax(0.0, r.w - 2.0 * dx), fmax(0.0, r.h - 2.0 * dy)};
}

static inline bool rect_contains(Rect r, double x, double y) {
  return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

static inline bool rect_empty(Rect r) {
  return r.w <= 0.0 || r.h <= 0.0;
}

static inline bool rect_overlaps(Rect a, Rect b) {
  return !rect_empty(a) && !rect_empty(b) && a.x < b.x + b.w && b.x < a.x + a.w &&
         a.y < b.y + b.h && b.y < a.y + a.h;
}

/// \return whether all of \p inner lies in \p outer.
static inline bool rect_covers(Rect outer, Rect inner) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
         inner.y + inner.h <= outer.y + outer.h;
}

/// \return the smallest rectangle on whole pixels around \p r.
static inline Rect rect_pixels(Rect r) {
  const double x = floor(r.x);
  const double y = floor(r.y);
  return (Rect){x, y, ceil(r.x + r.w) - x, ceil(r.y + r.h) - y};
}

static inline Rect rect_union(Rect a, Rect b) {
  if (rect_empty(a)) return b;
  if (rect_empty(b)) return a;
  const double x = fmin(a.x, b.x);
  const double y = fmin(a.y, b.y);
  return (Rect){x, y, fmax(a.x + a.w, b.x + b.w) - x, fmax(a.y + a.h, b.y + b.h) - y};
}

/// \return the intersection of two rectangles.
static inline Rect rect_cut(Rect a, Rect b) {
  const double x = fmax(a.x, b.x);
  const double y = fmax(a.y, b.y);
  return (Rect){x, y, fmax(0.0, fmin(a.x + a.w, b.x + b.w) - x),
                fmax(0.0, fmin(a.y + a.h, b.y + b.h) - y)};
}

#endif
