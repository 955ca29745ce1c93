// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Numbers of one form share a shape: that of the same string with zeros for digits, whose glyphs
/// are exchanged as it is shown.  For text.c.
/// Thread: a layout belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_KIT_TEXT_DIGITS_H
#define CIRCUMPLEX_GUI_KIT_TEXT_DIGITS_H

#include <pango/pangocairo.h>
#include <stdbool.h>

/// Take note of the digits' glyphs, if all are equally wide and those of \p zeros are none but the
/// zero's: one that looks otherwise beside others cannot be exchanged.
/// \param all   the layout of "0123456789", in the style of \p zeros
/// \param[out] digits ten glyphs; untouched unless true is returned
bool text_digits_learn(PangoLayout* all, PangoLayout* zeros, PangoGlyph* digits);

/// Make \p layout, whose text has zeros for digits, show those of \p string, whatever it showed.
void text_digits_put(PangoLayout* layout, const PangoGlyph* digits, const char* string);

#endif
