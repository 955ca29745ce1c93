// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws words and numbers: reading, status line, controls.  Pure functions of a view-model.
#ifndef CIRCUMPLEX_GUI_METER_READING_PANEL_H
#define CIRCUMPLEX_GUI_METER_READING_PANEL_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

/// Draw the labels of the full view's figures, which stay.
void panel_reading_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout);

/// Draw the reading: its word, values, state.  Follows layout->mode.
void panel_reading(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view);

/// Draw the message that lies over the plane when there is no reading.
void panel_message(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view);

/// Draw the controls and the status line.
/// \param hot   the part under the pointer
/// \param focus the part that the keyboard acts on
void panel_controls(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                    const MeterView* view, MeterPart hot, MeterPart focus);

/// Draw the notice.
void panel_notice(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                  const MeterView* view);

/// Draw the explanation of what is under the pointer.
/// \return its box; empty: there is none
Rect panel_note(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                const MeterView* view, MeterPart part);

#endif
