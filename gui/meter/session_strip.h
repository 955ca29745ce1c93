// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws the session in place of the last minute: curves, mood bar, and the pieces with their
/// means.  Pure functions of a view-model; the layout gives position and time range.
#ifndef CIRCUMPLEX_GUI_METER_SESSION_STRIP_H
#define CIRCUMPLEX_GUI_METER_SESSION_STRIP_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

/// Draw what does not change: grounds, names, axis.
void session_strip_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout);

/// Draw the data.
void session_strip_data(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                        const MeterView* view);

/// Write all of the session as a picture (PNG).
/// \return 0, or -1 and an error message
int session_strip_write(const MeterView* view, const char* path, char* error, size_t error_size);

#endif
