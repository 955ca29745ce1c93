// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The whole picture: layout, cached layers, damage.  Draws a view-model onto any cairo_t.
///
///     Picture* picture = picture_new();
///     picture_resize(picture, browser, width, height, scale);
///     ... after anything happened:
///     Rect dirty[PICTURE_RECTS];
///     size_t n = picture_update(picture, browser, browser_damage(browser), dirty);  // post these
///     ... on expose:  picture_draw(picture, cr, browser, clip);
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_LIBRARY_PICTURE_H
#define CIRCUMPLEX_GUI_LIBRARY_PICTURE_H

#include "gui/kit/menu.h"
#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/library/layout.h"
#include "gui/library/view_model.h"

#include <cairo.h>

#define PICTURE_RECTS 10

typedef struct Picture Picture;

Picture* picture_new(void);          ///< \return NULL without memory
void picture_free(Picture* picture); ///< NULL is allowed

/// Set size (px) and scale of the display.
void picture_resize(Picture* picture, Browser* browser, double width, double height, double scale);

const Places* picture_places(const Picture* picture);
const Theme* picture_theme(const Picture* picture);
Text* picture_text(Picture* picture);

/// \return the radius within which a dot is under the pointer, px
double picture_touch(const Picture* picture, const Browser* browser);

/// \return the model at a pixel of the open menu, or -1
int picture_menu_item(const Picture* picture, double x, double y);

/// Take note of damage (BROWSER_DAMAGE_*).
/// \param[out] dirty PICTURE_RECTS rectangles on whole pixels;  \return how many of them are set
size_t picture_update(Picture* picture, Browser* browser, unsigned damage, Rect* dirty);

/// Draw what lies in \p clip.
void picture_draw(Picture* picture, cairo_t* cr, const Browser* browser, Rect clip);

#endif
