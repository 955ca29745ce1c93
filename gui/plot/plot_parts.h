// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Parts that both plots use: page, time axis, curves, mood bar.  Private to gui/plot*.c.
#ifndef CIRCUMPLEX_GUI_PLOT_PLOT_PARTS_H
#define CIRCUMPLEX_GUI_PLOT_PLOT_PARTS_H

#include "gui/kit/geom.h"
#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/plot/plot.h"

typedef struct {
  double width, height;
  double end; ///< time of the last estimate, s: the axis runs from 0 to it
  const Plot* plot;
  Theme theme;
  Text* text; ///< NULL if out of memory: nothing more can be drawn
} PlotPage;

/// Fill the page and write the title.  The caller frees page->text.
void plot_page(cairo_t* cr, PlotPage* page, double width, double height, const Plot* plot);

void plot_time_axis(cairo_t* cr, const PlotPage* page, Rect area, bool labels);
void plot_curves(cairo_t* cr, const PlotPage* page, Rect area);
void plot_mood(cairo_t* cr, const PlotPage* page, Rect area);

/// Write the names of the curves in their colours, from \p x rightwards.
void plot_keys(cairo_t* cr, const PlotPage* page, double x, double y);

#endif
