// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws small shapes that several parts use.
#ifndef CIRCUMPLEX_GUI_KIT_SHAPES_H
#define CIRCUMPLEX_GUI_KIT_SHAPES_H

#include "gui/kit/geom.h"
#include "gui/kit/text.h"
#include "gui/kit/theme.h"

#include <cairo.h>

/// Add a rounded rectangle to the path.
void shape_round(cairo_t* cr, Rect r, double radius);

/// Fill a rectangle.
void shape_fill(cairo_t* cr, Rect r, Rgb color, double alpha);

/// Fill a rounded rectangle.
void shape_fill_round(cairo_t* cr, Rect r, double radius, Rgb color, double alpha);

/// Fill a rounded rectangle and draw its outline, \p width px wide.
void shape_box(cairo_t* cr, Rect r, double radius, Rgb ground, double alpha, Rgb line,
               double width);

/// Draw a filled pill with text in it, its right end at \p right, centred on \p y.
/// \return the pill
Rect shape_pill(cairo_t* cr, const Theme* theme, Text* text, double right, double y, Rgb ground,
                Rgb ink, const char* string);

/// Draw a box of lines that explains \p about: a tooltip.  It stays inside \p bounds and does not
/// cover \p about if any side of it has room.  Long lines get a smaller type, then are shortened.
/// \return the box
Rect shape_note(cairo_t* cr, const Theme* theme, Text* text, Rect bounds, Rect about,
                const char* const* lines, int n);

/// Draw a button's ground.
void shape_button(cairo_t* cr, const Theme* theme, Rect r, bool on, bool hot, bool focus);

/// Draw a button's text.
void shape_label(cairo_t* cr, const Theme* theme, Text* text, Rect r, bool on, const char* label);

/// Draw a name and a value over a thin bar that shows where in its range the value is (0..1).
void shape_slider(cairo_t* cr, const Theme* theme, Text* text, Rect r, const char* name,
                  const char* value, double t);

/// Draw a name at the left and the chosen value at the right; without room, only the value.
void shape_choice(cairo_t* cr, const Theme* theme, Text* text, Rect r, const char* name,
                  const char* value);

#endif
