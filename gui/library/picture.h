// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The whole picture: layout, cached layers, damage.  Draws a view-model onto any cairo_t.
///
///     LibraryPicture* picture = library_picture_new();
///     library_picture_resize(picture, view, width, height, scale);
///     ... after anything happened:
///     Rect dirty[LIBRARY_RECTS];
///     size_t n = library_picture_update(picture, view, library_view_damage(view), dirty);  // post these
///     ... on expose:  library_picture_draw(picture, cr, view, clip);
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

#define LIBRARY_RECTS 10

typedef struct LibraryPicture LibraryPicture;

LibraryPicture* library_picture_new(void);          ///< \return NULL if out of memory
void library_picture_free(LibraryPicture* picture); ///< NULL is allowed

/// Set size (px) and scale of the display.
void library_picture_resize(LibraryPicture* picture, LibraryView* view, double width, double height,
                            double scale);

const LibraryLayout* library_picture_layout(const LibraryPicture* picture);
const Theme* library_picture_theme(const LibraryPicture* picture);
Text* library_picture_text(LibraryPicture* picture);

/// \return the radius within which a dot is under the pointer, px
double library_picture_touch(const LibraryPicture* picture, const LibraryView* view);

/// \return the model at a pixel of the open menu, or -1
int library_picture_menu_item(const LibraryPicture* picture, double x, double y);

/// Take note of damage (LIBRARY_DAMAGE_*).
/// \param[out] dirty LIBRARY_RECTS rectangles on whole pixels;  \return how many of them are set
size_t library_picture_update(LibraryPicture* picture, LibraryView* view, unsigned damage,
                              Rect* dirty);

/// Draw what lies in \p clip.
void library_picture_draw(LibraryPicture* picture, cairo_t* cr, const LibraryView* view, Rect clip);

#endif
