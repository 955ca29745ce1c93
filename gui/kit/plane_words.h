// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Places the plane's words by their measured sizes: they do not overlap each other, the point or the
/// mark of the whole piece, and stay within the plane.  A word without room is left out.  Landmarks
/// are placed first, then the words farthest from the centre.
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_KIT_PLANE_WORDS_H
#define CIRCUMPLEX_GUI_KIT_PLANE_WORDS_H

#include "affect/words.h"
#include "gui/kit/geom.h"
#include "gui/kit/text.h"
#include "gui/kit/theme.h"

#include <cairo.h>

/// A word on the plane, or the name of an axis' end.
typedef struct {
  const char* name;
  double x, y;    ///< the place that it names, px
  double width;   ///< of the text, px
  Rect box;       ///< of the text at its present position
  Rect home;      ///< its position while no mark is near
  bool leftwards; ///< preferably to the left of its place
  bool marked;    ///< a small dot shows the place
  bool shown;     ///< false: no room beside the marks
} PlaneWord;

#define PLANE_WORDS_MAX 40

typedef struct {
  PlaneWord words[PLANE_WORDS_MAX];
  size_t n;
  Rect room;
} PlaneWords;

/// Find a place for each landmark among the words that has room; those far from the middle first.
/// \param room  the visible part of the plane; all words stay in it
/// \param table NULL: the built-in words
/// \param axes  whether to place the names of the axes' ends
void plane_words_place(PlaneWords* words, const Theme* theme, Text* text, Rect plane, Rect room,
                       const WordTable* table, bool axes);

/// A mark that no word may touch, px.
typedef struct {
  double x, y, radius;
} PlaneMark;

/// Make room for marks: words that touch one move to another side, or are hidden.
/// \return the pixels that changed; empty: none
Rect plane_words_avoid(PlaneWords* words, const Theme* theme, const PlaneMark* marks, size_t n);

/// Draw them.
/// \param rim with a dark rim, for words over a picture
void plane_words_draw(cairo_t* cr, const Theme* theme, Text* text, const PlaneWords* words,
                      bool rim);

#endif
