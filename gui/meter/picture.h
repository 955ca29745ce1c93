// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The whole picture: layout, cached grounds, damage.  Draws a view-model onto any cairo_t.
///
///     Meter* meter = meter_new();
///     meter_resize(meter, width, height, scale, LAYOUT_FULL);
///     ... after messages and view_tick():
///     Rect dirty[METER_RECTS];
///     size_t n = meter_update(meter, view, view_damage(view), dirty);   // post these
///     ... on expose: clip, then meter_draw(meter, cr, view, clip);
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_METER_PICTURE_H
#define CIRCUMPLEX_GUI_METER_PICTURE_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/meter/layout.h"
#include "gui/meter/view_model.h"

#include <cairo.h>

#define METER_RECTS 8

typedef struct Meter Meter;

Meter* meter_new(void);        ///< \return NULL without memory
void meter_free(Meter* meter); ///< NULL is allowed

/// Set size (px), scale of the display and mode.
void meter_resize(Meter* meter, double width, double height, double scale, LayoutMode mode);

/// Follow a host's background, 0xRRGGBBAA (ui:backgroundColor).
void meter_follow_host(Meter* meter, unsigned background);

/// Say what is under the pointer and what the keyboard acts on.
/// \return whether that changed: then everything in VIEW_DAMAGE_CONTROLS must be drawn again
bool meter_point(Meter* meter, Part hot, Part focus);

/// Offer a list to choose from over the picture; \p names must stay valid until meter_close_menu().
void meter_open_menu(Meter* meter, const char* const* names, size_t n, size_t current);
void meter_close_menu(Meter* meter);
bool meter_has_menu(const Meter* meter);
/// \return the item at a pixel, or -1.
int meter_menu_item(const Meter* meter, double x, double y);
size_t meter_menu_current(const Meter* meter);
void meter_menu_select(Meter* meter, size_t item);

const Layout* meter_layout(const Meter* meter);
const Theme* meter_theme(const Meter* meter);
Text* meter_text(Meter* meter);

/// Take note of damage (VIEW_DAMAGE_*).
/// \param[out] dirty METER_RECTS rectangles on whole pixels
/// \return how many of them are set
size_t meter_update(Meter* meter, const ViewModel* view, unsigned damage, Rect* dirty);

/// Draw what lies in \p clip.
void meter_draw(Meter* meter, cairo_t* cr, const ViewModel* view, Rect clip);

#endif
