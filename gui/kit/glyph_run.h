// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A line of text assembled from glyphs that Pango has shaped before: a number that changes twice
/// a second is drawn from shaped digits, in a tenth of the time of shaping it.
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_KIT_GLYPH_RUN_H
#define CIRCUMPLEX_GUI_KIT_GLYPH_RUN_H

#include "gui/kit/geom.h"

#include <pango/pangocairo.h>
#include <stdbool.h>

#define GLYPH_RUN_MAX 48

typedef struct {
  cairo_scaled_font_t* font;           ///< NULL: empty
  cairo_glyph_t glyphs[GLYPH_RUN_MAX]; ///< from the line's left end and baseline, px
  int n;
  double width; ///< px
  Rect ink;     ///< from the left end and the baseline, px
} GlyphRun;

/// Append the glyphs of a layout of one line.
/// \return false if there are too many, or they have another font: then the run cannot be used
bool glyph_run_append(GlyphRun* run, PangoLayout* layout);

/// Draw with the current source.
/// \param x left end
/// \param y baseline
void glyph_run_show(const GlyphRun* run, cairo_t* cr, double x, double y);

void glyph_run_clear(GlyphRun* run);

#endif
