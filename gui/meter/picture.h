// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The whole picture: layout, cached grounds, damage.  Draws a view-model onto any cairo_t.
///
///     MeterPicture* picture = meter_picture_new();
///     meter_picture_resize(picture, width, height, scale, METER_FULL);
///     ... after messages and meter_view_tick():
///     Rect dirty[METER_RECTS];
///     size_t n = meter_picture_update(picture, view, meter_view_damage(view), dirty);   // post these
///     ... on expose: clip, then meter_picture_draw(picture, cr, view, clip);
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

typedef struct MeterPicture MeterPicture;

MeterPicture* meter_picture_new(void);          ///< \return NULL if out of memory
void meter_picture_free(MeterPicture* picture); ///< NULL is allowed

/// Set size (px), scale of the display and mode.
void meter_picture_resize(MeterPicture* picture, double width, double height, double scale,
                          MeterMode mode);

/// Follow a host's background, 0xRRGGBBAA (ui:backgroundColor).
void meter_picture_follow_host(MeterPicture* picture, unsigned background);

/// Say what is under the pointer and what the keyboard acts on.
/// \return whether that changed: then everything in METER_DAMAGE_CONTROLS must be drawn again
bool meter_picture_point(MeterPicture* picture, MeterPart hot, MeterPart focus);

MeterPart meter_picture_hot(const MeterPicture* picture); ///< \return what is under the pointer

/// Offer a list to choose from over the picture; \p names must stay valid until
/// meter_picture_close_menu().
void meter_picture_open_menu(MeterPicture* picture, const char* const* names,
                             const char* const* details, size_t n, size_t current);
void meter_picture_close_menu(MeterPicture* picture);
bool meter_picture_has_menu(const MeterPicture* picture);
/// \return the item at a pixel, or -1.
int meter_picture_menu_item(const MeterPicture* picture, double x, double y);
size_t meter_picture_menu_current(const MeterPicture* picture);
void meter_picture_menu_select(MeterPicture* picture, size_t item);

const MeterLayout* meter_picture_layout(const MeterPicture* picture);
const Theme* meter_picture_theme(const MeterPicture* picture);
Text* meter_picture_text(MeterPicture* picture);

/// Take note of damage (METER_DAMAGE_*).
/// \param[out] dirty METER_RECTS rectangles on whole pixels
/// \return how many of them are set
size_t meter_picture_update(MeterPicture* picture, const MeterView* view, unsigned damage,
                            Rect* dirty);

/// Draw what lies in \p clip.
void meter_picture_draw(MeterPicture* picture, cairo_t* cr, const MeterView* view, Rect clip);

#endif
