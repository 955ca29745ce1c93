// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Write every scene as a PNG.  `make_goldens tests/gui/goldens` remakes the goldens (a third of
/// the size); `make_goldens --large DIR` writes the scenes as they are.
#include "scenes.h"

#include "texts.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  const PictureSet sets[] = {scenes_pictures(), scenes_notes(), scenes_plots()};
  int status = pictures_write(&sets[0], argc, argv);
  if (status == 0) status = pictures_write(&sets[2], argc, argv);
  if (status != 0 || strcmp(argv[1], "--large") == 0) return status;
  char path[1024];
  snprintf(path, sizeof path, "%s/texts.txt", argv[1]);
  return texts_write(sets, sizeof sets / sizeof *sets, path) == 0 ? 0 : 1;
}
