// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The library's window in the states that have golden pictures.
#ifndef CIRCUMPLEX_TESTS_BROWSER_SCENES_H
#define CIRCUMPLEX_TESTS_BROWSER_SCENES_H

#include "tests/gui/pictures.h"

#include "world.h"

typedef struct {
  const char* name;
  size_t songs;
  double width, height, scale;
  void (*play)(World* world); ///< NULL: nothing happens
} Scene;

const Scene* library_scenes(size_t* n);
World* scene_open(const Scene* scene);

/// All scenes, for the goldens.
PictureSet library_pictures(void);

/// The window with the pointer on each part (tests/gui/texts.h).
PictureSet library_notes(void);

#endif
