// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The last minute: attention strip, valence and arousal curves, mood bar and mel envelope on one
/// time axis.  Pure functions of a view-model.
#ifndef CIRCUMPLEX_GUI_METER_TIMELINE_H
#define CIRCUMPLEX_GUI_METER_TIMELINE_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

/// Draw what does not change: grounds, names, axis, legend.
void timeline_frame(cairo_t* cr, const Theme* theme, Text* text, const Layout* layout);

/// Draw the data and the moments pointed at and pinned.
void timeline_data(cairo_t* cr, const Theme* theme, Text* text, const Layout* layout,
                   const ViewModel* view);

/// Draw the box that tells about the moment pointed at.
void timeline_note(cairo_t* cr, const Theme* theme, Text* text, const Layout* layout,
                   const ViewModel* view);

#endif
