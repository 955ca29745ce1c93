// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws text with Pango; keeps one shaped layout for each string while it is in use.
///
/// Sizes are in device pixels and hinting is off, so a layout looks the same at every scale and
/// in every picture test.  Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_KIT_TEXT_H
#define CIRCUMPLEX_GUI_KIT_TEXT_H

#include "gui/kit/geom.h"
#include "gui/kit/theme.h"

#include <cairo.h>

typedef struct Text Text;

typedef enum { TEXT_REGULAR, TEXT_MEDIUM, TEXT_BOLD, TEXT_LIGHT } TextWeight;
typedef enum { TEXT_LEFT, TEXT_CENTER, TEXT_RIGHT } TextAnchor;

typedef struct {
  double size; ///< px
  TextWeight weight;
  TextAnchor anchor; ///< which part of the text is at x
  Rgb color;
  double alpha;     ///< 0: counts as 1
  double max_width; ///< px; longer text is shortened with an ellipsis; 0: no limit
} TextStyle;

/// Called for each text drawn: its ink rectangle in the target's device pixels, and whether it was
/// shortened.  For tests.
typedef void (*TextProbe)(void* handle, const char* string, Rect ink, bool shortened);

Text* text_new(void);       ///< \return NULL if out of memory
void text_free(Text* text); ///< NULL is allowed
void text_set_probe(Text* text, TextProbe probe, void* handle);

/// \return the width of \p string, px (numbers have equal widths).
double text_width(Text* text, const TextStyle* style, const char* string);

/// \return the style's size, or less if \p string would be wider than \p room, px
double text_fit(Text* text, const TextStyle* style, const char* string, double room);

/// Draw one line with its capitals centred on \p y.
/// \return the width drawn, px
double text_draw(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                 const char* string);

/// Draw wrapped lines, centred in \p width around \p x, from \p y downwards.
/// \return the height drawn, px
double text_wrap(Text* text, cairo_t* cr, const TextStyle* style, double x, double y, double width,
                 const char* string);

/// \return the height that text_wrap() would draw, px.
double text_wrap_height(Text* text, const TextStyle* style, double width, const char* string);

#endif
