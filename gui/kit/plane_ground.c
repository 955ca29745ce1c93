// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plane's ground in its frame.  See plane.h.
#include "gui/kit/plane.h"
#include "gui/kit/shapes.h"

void plane_ground(cairo_t* cr, const Theme* theme, Rect plane, double dim) {
  cairo_save(cr);
  shape_round(cr, plane, 0.55 * theme->unit);
  cairo_clip(cr);
  plane_tints(cr, theme, plane, dim);
  plane_axes(cr, theme, plane);
  cairo_restore(cr);
  shape_round(cr, rect_inset(plane, 0.5 * theme->px, 0.5 * theme->px), 0.55 * theme->unit);
  theme_source(cr, theme->text, 0.13);
  cairo_set_line_width(cr, theme->px);
  cairo_stroke(cr);
}
