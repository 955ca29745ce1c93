// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Scenes for picture tests, benchmarks and designers: artificial music in every state.
#ifndef CIRCUMPLEX_TESTS_GUI_SCENES_H
#define CIRCUMPLEX_TESTS_GUI_SCENES_H

#include "pictures.h"

#include "gui/meter/messages.h"
#include "gui/meter/picture.h"
#include "gui/meter/view_model.h"

typedef struct {
  const char* name;
  double width, height, scale;
  MeterMode mode;
  void (*setup)(MeterView* view);
  MeterPart hot, focus;
} Scene;

const Scene* scenes_all(size_t* n);

/// Fill one record's values for estimate \p index of the artificial music.
void scene_record(int64_t index, float* values, uint8_t* attention);

/// Push \p count estimates from \p first, and the level of the last.
void scene_play(MeterView* view, int64_t first, size_t count);

/// Draw a scene on a new image surface.
cairo_surface_t* scene_draw(const Scene* scene, TextProbe probe, void* handle);

/// All scenes, for the goldens.
PictureSet scenes_pictures(void);

/// The first scene with the pointer on each part (texts.h).
PictureSet scenes_notes(void);

/// The command line's pictures of a reading.
PictureSet scenes_plots(void);

#endif
