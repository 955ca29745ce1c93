// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Comparing pictures, and keeping goldens of a set of scenes.
#ifndef CIRCUMPLEX_TESTS_GUI_PICTURES_H
#define CIRCUMPLEX_TESTS_GUI_PICTURES_H

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>
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

/// Scenes that goldens are kept of, by index.
typedef struct {
  size_t n;
  const char* (*name)(size_t scene);
  cairo_surface_t* (*draw)(size_t scene); ///< \return a new surface
} PictureSet;

/// Compare every scene with FOLDER/<name>.png; what differs is told on stderr and written to
/// \p failed with the scene's name and ".png" appended.
/// \return how many scenes differ
int pictures_compare(const PictureSet* set, const char* folder, const char* failed);

/// A program's main(): write every scene into the folder that is the last argument, as goldens are
/// kept or, after "--large", as they are.  \return its exit status
int pictures_write(const PictureSet* set, int argc, char** argv);

#endif
