// SPDX-License-Identifier: GPL-3.0-or-later
// The display in a mixer strip: a small plane with trail and point.
#include "gui/kit/inline_display.h"

#include "affect/words.h"
#include "gui/kit/plane.h"

int inline_display_height(int width, int max_height) {
  if (width < 1) width = 1;
  return width < max_height || max_height < 1 ? width : max_height;
}

void inline_display_draw(cairo_t* cr, int width, int height, const InlineReading* reading) {
  Theme theme = theme_default(1.0);
  const double side = fmin(width, height);
  theme.unit = fmin(fmax(side / 11.0, 5.0), 24.0);
  cairo_rectangle(cr, 0.0, 0.0, width, height);
  theme_source(cr, theme.window, 1.0);
  cairo_fill(cr);
  const Rect plane = {floor(0.5 * (width - side)), floor(0.5 * (height - side)), side, side};
  plane_tints(cr, &theme, plane, reading->silent ? 0.6 : 0.0);
  plane_axes(cr, &theme, plane);
  if (reading->silent) return;
  plane_trail(cr, plane, reading->trail, reading->trail_count, reading->trail_seconds,
              0.34 * theme.unit);
  const PlaneDot dot = {.valence = reading->valence,
                        .arousal = reading->arousal,
                        .confidence = reading->confidence,
                        .settled = 1.0,
                        .outside = reading->confidence < (double)WORDS_OUTSIDE,
                        .held = reading->held};
  plane_dot(cr, &theme, plane, &dot);
}
