// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Write every scene as a PNG.  `make_browser_goldens tests/browser/goldens` remakes the goldens (a
/// third of the size); `make_browser_goldens --large DIR` writes the scenes as they are.
#include "scenes.h"

#include "tests/gui/pictures.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  const bool large = argc == 3 && strcmp(argv[1], "--large") == 0;
  if (argc != 2 && !large) {
    fprintf(stderr, "usage: %s [--large] DIR\n", argv[0]);
    return 2;
  }
  size_t n;
  const Scene* scenes = browser_scenes(&n);
  for (size_t i = 0; i < n; ++i) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.png", argv[argc - 1], scenes[i].name);
    World* world = scene_open(&scenes[i]);
    cairo_surface_t* surface = world_draw_all(world);
    world_free(world);
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
