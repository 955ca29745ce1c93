// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws all songs as dots on the plane, tens of thousands at a time: their coverage is summed in
/// memory and blended once, so that the plane is brighter where there are many songs.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_GUI_LIBRARY_DOTS_H
#define CIRCUMPLEX_GUI_LIBRARY_DOTS_H

#include "gui/kit/geom.h"
#include "gui/kit/theme.h"
#include "library/song.h"

#include <cairo.h>
#include <stdbool.h>

/// \return the radius of a dot, px, if \p songs are visible
double dots_radius(const Theme* theme, double songs);

/// Draw into an image (CAIRO_FORMAT_RGB24) that shows the part of \p plane from (\p x, \p y) on.
/// \param plane   all of the plane, px
/// \param allowed one flag a song, or NULL: all; the others are drawn faint and grey
void dots_draw(cairo_surface_t* image, const Theme* theme, Rect plane, double x, double y,
               const Catalogue* catalogue, const bool* allowed, double zoom);

#endif
