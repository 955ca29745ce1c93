// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A view-model with an artificial library that answers immediately, and a record of the requested
/// actions.
#ifndef CIRCUMPLEX_TESTS_BROWSER_WORLD_H
#define CIRCUMPLEX_TESTS_BROWSER_WORLD_H

#include "gui/library/gestures.h"
#include "gui/library/picture.h"
#include "gui/library/view_model.h"
#include "synthetic.h"

typedef struct {
  Synthetic* synthetic;
  Song* songs; ///< with titles
  char (*names)[3][64];
  Catalogue catalogue;
  CatalogueIndex* index;
  LibraryView* view;
  LibraryPicture* picture;
  LibraryGestures gestures;
  cairo_surface_t* surface;
  double width, height;
  bool disk_hangs; ///< folders are not listed
  // The requested actions.
  unsigned asks, plays, stops, saves, shows, copies, picks, adds, stopped_adding;
  char added[1024];
  size_t played, shown, copied, picked;
  double from, to, volume;
} World;

/// \p n songs of two to four minutes; 0: no library yet, it is being read.
World* world_new(size_t n, double width, double height, double scale);
void world_free(World* world);

/// Redraw the damaged parts of the picture.
void world_draw(World* world);

/// \return a new picture, drawn completely
cairo_surface_t* world_draw_all(World* world);

/// \return the pixel of a value on the plane
double world_x(const World* world, double valence);
double world_y(const World* world, double arousal);

void world_click(World* world, double x, double y);
void world_drag(World* world, InputButton button, double x0, double y0, double x1, double y1);
void world_type(World* world, const char* text);

#endif
