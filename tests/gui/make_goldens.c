// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Write every scene as a PNG: `make_goldens DIR` remakes tests/gui/goldens.
#include "scenes.h"

#include <stdio.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s DIR\n", argv[0]);
    return 2;
  }
  size_t n;
  const Scene* scenes = scenes_all(&n);
  for (size_t i = 0; i < n; ++i) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.png", argv[1], scenes[i].name);
    cairo_surface_t* surface = scene_draw(&scenes[i], NULL, NULL);
    const cairo_status_t status = cairo_surface_write_to_png(surface, path);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS) {
      fprintf(stderr, "%s: %s\n", path, cairo_status_to_string(status));
      return 1;
    }
  }
  return 0;
}
