// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws the last minute: attention strip, valence and arousal curves, mood bar and mel envelope
/// on one time axis.  Pure functions of a view-model.
#ifndef CIRCUMPLEX_GUI_METER_HISTORY_STRIP_H
#define CIRCUMPLEX_GUI_METER_HISTORY_STRIP_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

/// Draw what does not change: grounds, names, axis.
void history_strip_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout);

/// Draw the data, the moments pointed at and pinned, and in the head what they say.
void history_strip_data(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                        const MeterView* view);

#endif
