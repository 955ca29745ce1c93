// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The texts of pictures, stored as goldens: every string in the order of drawing, with a mark for
/// its colour, and its place.  A golden picture would not detect a wrong word.
///
/// A program that uses this must be linked with -Wl,--wrap=text_draw,--wrap=text_wrap.
#ifndef CIRCUMPLEX_TESTS_GUI_TEXTS_H
#define CIRCUMPLEX_TESTS_GUI_TEXTS_H

#include "pictures.h"

/// Write the texts of \p n sets into a file.  Of a set without names only what its first picture
/// does not show is written: notes.  \return 0, or -1
int texts_write(const PictureSet* sets, size_t n, const char* path);

/// Compare them with the golden.  If they differ, the first such line is reported on stderr, and
/// they are written to \p failed.  \return whether they are the same
bool texts_compare(const PictureSet* sets, size_t n, const char* golden, const char* failed);

#endif
