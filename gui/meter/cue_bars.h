// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The cue bars: what the music does, and how each cue pushes valence and arousal.
/// Pure functions of a view-model.
#ifndef CIRCUMPLEX_GUI_METER_CUE_BARS_H
#define CIRCUMPLEX_GUI_METER_CUE_BARS_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

/// \return the push that fills half of a bar: the smallest round number that holds every push of the
/// last minute.
double cue_bars_scale(const MeterView* view);

/// Draw names, grounds and headings.
void cue_bars_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout);

/// Draw values and pushes of the newest record.
void cue_bars_data(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view);

#endif
