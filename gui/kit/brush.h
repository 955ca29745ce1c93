// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A round brush: draws lines whose colour and width change along the way, and round shapes,
/// directly into an image.
///
/// Stroking each short piece costs a path, a polygon and a blend; moving pictures have hundreds of
/// them.  The brush measures each pixel's distance to the piece instead.  Where pieces of a line
/// meet, coverage does not add up; a newer piece covers an older one.  A pixel depends only on its
/// position, so drawing a part of a picture gives the same pixels as drawing all of it.
///
///     Brush brush;
///     if (brush_begin(&brush, cr, extent)) {
///       brush_line(&brush, ...);
///       brush_end(&brush, cr);
///     } else { ... the same with cairo_stroke() ... }
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_KIT_BRUSH_H
#define CIRCUMPLEX_GUI_KIT_BRUSH_H

#include "gui/kit/color.h"
#include "gui/kit/geom.h"
#include "gui/kit/pixels.h"

#include <cairo.h>
#include <stdint.h>

typedef struct {
  Pixels target;
  uint32_t* colors; ///< premultiplied ARGB of each visible pixel, without the coverage; NULL: none
  uint8_t* cover;   ///< coverage of each of them so far, 0..255
} Brush;

/// Begin to draw within \p extent, px.
/// \return false if lines must be stroked instead: the target is not an image (SVG, PDF), is scaled
/// or rotated, or out of memory
bool brush_begin(Brush* brush, cairo_t* cr, Rect extent);

/// Draw a piece with round ends.
void brush_line(Brush* brush, double x0, double y0, double x1, double y1, double width, Rgb color,
                double alpha);

/// Copy what was drawn to \p cr, and end.
void brush_end(Brush* brush, cairo_t* cr);

/// Fill a disc.  On any target.
void brush_disc(cairo_t* cr, double x, double y, double radius, Rgb color, double alpha);

/// Fill an ellipse with half axes \p rx and \p ry, px.  Its edge is not smoothed: for fills that
/// are faint or have an outline. \return false if cairo must draw it instead, as for brush_begin()
bool brush_ellipse(cairo_t* cr, double x, double y, double rx, double ry, Rgb color, double alpha);

/// Draw the outline of a square that stands on its corner, from \p radius - \p width / sqrt(2) to
/// \p radius + \p width / sqrt(2) from its middle. \return false where cairo must draw it instead,
/// as for brush_begin()
bool brush_diamond(cairo_t* cr, double x, double y, double radius, double width, Rgb color,
                   double alpha);

/// Fill the part between \p from and \p to (px) of a bar whose ends are half circles; the bar lies
/// on whole pixels from top to bottom.  On any target.
void brush_bar(cairo_t* cr, Rect bar, double from, double to, Rgb color, double alpha);

/// A glow's strength at a distance.
typedef struct {
  double at;    ///< share of the radius, rising from 0 to 1
  double alpha; ///< linear between stops
} GlowStop;

/// Draw a glow around (\p x, \p y), the picture of a radial gradient with \p n >= 2 stops.
/// \return false if a gradient must be used instead, as for brush_begin()
bool brush_glow(cairo_t* cr, double x, double y, double radius, Rgb color, const GlowStop* stops,
                int n);

#endif
