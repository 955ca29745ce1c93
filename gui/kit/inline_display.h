// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The display in a mixer strip: a small plane with trail and point, for hosts with inline
/// displays.  It uses only cairo (no Pango, no X11).
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_KIT_INLINE_DISPLAY_H
#define CIRCUMPLEX_GUI_KIT_INLINE_DISPLAY_H

#include "gui/kit/plane.h"

#include <cairo.h>
#include <stddef.h>

/// What to draw.
typedef struct {
  double valence, arousal; ///< -1..1, as the control outputs have them
  double confidence;       ///< 0..1
  bool silent;             ///< no point, grey ground
  bool held;
  const PlanePoint* trail; ///< oldest first; may be NULL if trail_count is 0
  size_t trail_count;
  double trail_seconds; ///< age at which the trail has faded
} InlineReading;

/// \return the height for a strip of \p width pixels, at most \p max_height
int inline_display_height(int width, int max_height);

/// Draw into a width x height area (pixels) at the origin.  Pure function; allocates a small image.
void inline_display_draw(cairo_t* cr, int width, int height, const InlineReading* reading);

#endif
