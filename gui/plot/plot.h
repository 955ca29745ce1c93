// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Pictures of a whole reading, for the command line: the curves over time with the trajectory
/// on the plane, and the attention map.  Pure functions onto a cairo_t; same theme as the window.
#ifndef CIRCUMPLEX_GUI_PLOT_PLOT_H
#define CIRCUMPLEX_GUI_PLOT_PLOT_H

#include "inference/engine.h"

#include "affect/words.h"

#include <cairo.h>
#include <stddef.h>

typedef struct {
  const char* title;         ///< UTF-8, e.g. the file's name
  const char* subtitle;      ///< UTF-8, e.g. model name and duration; may be NULL
  double rate;               ///< sample rate of Estimate.position, Hz
  const Estimate* estimates; ///< n of them, in time order
  size_t n;
  const WordTable* words; ///< the model's; NULL: the built-in ones
} Plot;

/// Draw valence and arousal over time (with spread bands, states, loudness, mood bar) and the
/// trajectory on the plane, into a width x height area (points or pixels; 1200 x 675 is natural).
void plot_timecourse(cairo_t* cr, double width, double height, const Plot* plot);

/// Draw the attention map: time of the reading (x) against how long before the attended moment was
/// (y), with the valence and arousal curves on the same time axis.
void plot_attention(cairo_t* cr, double width, double height, const Plot* plot);

#endif
