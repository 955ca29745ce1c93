// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Write every scene as a PNG.  `make_goldens tests/gui/goldens` remakes the goldens (a third of
/// the size); `make_goldens --large DIR` writes the scenes as they are.
#include "pictures.h"
#include "scenes.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  const bool large = argc == 3 && strcmp(argv[1], "--large") == 0;
  if (argc != 2 && !large) {
    fprintf(stderr, "usage: %s [--large] DIR\n", argv[0]);
    return 2;
  }
  const char* folder = argv[argc - 1];
  size_t n;
  const Scene* scenes = scenes_all(&n);
  for (size_t i = 0; i < n; ++i) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.png", folder, scenes[i].name);
    cairo_surface_t* surface = scene_draw(&scenes[i], NULL, NULL);
    if (!large) {
      cairo_surface_t* small = picture_shrink(surface);
      cairo_surface_destroy(surface);
      surface = small;
    }
    const cairo_status_t status = cairo_surface_write_to_png(surface, path);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS) {
      fprintf(stderr, "%s: %s\n", path, cairo_status_to_string(status));
      return 1;
    }
  }
  return 0;
}
