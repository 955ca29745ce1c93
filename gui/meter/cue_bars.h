// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws the cue bars: the cues' values, and what each contributes to valence and arousal, the
/// largest first.  Pure functions of a view-model.
#ifndef CIRCUMPLEX_GUI_METER_CUE_BARS_H
#define CIRCUMPLEX_GUI_METER_CUE_BARS_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

/// \return where the values are: all but the names.
Rect cue_bars_values(const MeterLayout* layout);

/// Draw grounds and headings.
void cue_bars_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout);

/// Draw names, values and contributions of the newest record.
void cue_bars_data(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view);

#endif
