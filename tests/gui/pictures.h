// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Comparing pictures.
#ifndef CIRCUMPLEX_TESTS_GUI_PICTURES_H
#define CIRCUMPLEX_TESTS_GUI_PICTURES_H

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

#define GOLDEN_SHRINK 3 ///< goldens are kept at a third of the size, box-filtered

/// \return the pixel 0xRRGGBB.
uint32_t picture_pixel(cairo_surface_t* surface, int x, int y);

/// \return a new surface, GOLDEN_SHRINK times smaller.
cairo_surface_t* picture_shrink(cairo_surface_t* surface);

/// \return share of pixels of which some channel differs by more than \p tolerance (1: other size).
double picture_difference(cairo_surface_t* a, cairo_surface_t* b, int tolerance);

/// \return whether text looks as in the goldens (they were made with Inter).
bool picture_has_golden_font(void);

#endif
