// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Write every scene as a PNG.  `make_browser_goldens tests/gui/library/goldens` remakes the goldens (a
/// third of the size); `make_browser_goldens --large DIR` writes the scenes as they are.
#include "scenes.h"

int main(int argc, char** argv) {
  const PictureSet set = browser_pictures();
  return pictures_write(&set, argc, argv);
}
