// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Compares pictures, and stores goldens of a set of scenes.
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

/// \return share of pixels with a channel that differs by more than \p tolerance; 1 if the sizes
/// differ
double picture_difference(cairo_surface_t* a, cairo_surface_t* b, int tolerance);

/// \return the same share in the square of 12 pixels where it is largest
double picture_worst_tile(cairo_surface_t* a, cairo_surface_t* b, int tolerance);

/// \return whether text looks as in the goldens (they were made with Inter).
bool picture_has_golden_font(void);

/// Scenes that have goldens, by index.
typedef struct {
  size_t n;
  const char* (*name)(size_t scene);
  cairo_surface_t* (*draw)(size_t scene); ///< \return a new surface
} PictureSet;

/// Compare every scene with FOLDER/<name>.png; a scene that differs is reported on stderr and
/// written to
/// \p failed with the scene's name and ".png" appended.
/// \return how many scenes differ
int pictures_compare(const PictureSet* set, const char* folder, const char* failed);

/// A program's main(): write every scene into the folder that is the last argument, at the goldens'
/// size or, after "--large", at full size.  \return its exit status
int pictures_write(const PictureSet* set, int argc, char** argv);

#endif
