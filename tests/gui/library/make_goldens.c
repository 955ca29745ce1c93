// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Write every scene as a PNG.  `make_library_goldens tests/gui/library/goldens` remakes the goldens (a
/// third of the size); `make_library_goldens --large DIR` writes the scenes as they are.
#include "scenes.h"

int main(int argc, char** argv) {
  const PictureSet set = library_pictures();
  return pictures_write(&set, argc, argv);
}
