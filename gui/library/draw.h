// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Draws the parts of the library's window; each is a pure function of the view-model.
#ifndef CIRCUMPLEX_GUI_LIBRARY_DRAW_H
#define CIRCUMPLEX_GUI_LIBRARY_DRAW_H

#include "gui/kit/text.h"
#include "gui/kit/theme.h"
#include "gui/library/layout.h"
#include "gui/library/view_model.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>

/// What every part needs.
typedef struct {
  cairo_t* cr;
  const Theme* theme;
  const Theme* plane_theme; ///< its sizes follow the plane where that is large
  Text* text;
  const LibraryLayout* layout;
  const LibraryView* view;
} Draw;

/// Write seconds as minutes and seconds.
static inline void draw_format_time(char* out, size_t size, double seconds) {
  const int s = (int)lround(fmin(fmax(0.0, seconds), 359999.0));
  snprintf(out, size, "%d:%02d", s / 60, s % 60);
}

/// \return the word for a place on the plane, the model's
static inline const char* draw_word(const LibraryView* view, float valence, float arousal) {
  return words_name_of(view->words, valence, arousal);
}

// draw_plane.c
void draw_ground(const Draw* d, cairo_surface_t* image); ///< dots, into an image
void draw_chosen(const Draw* d);                         ///< hits, trail, the chosen point, words
void draw_point(const Draw* d);        ///< the live point, the song under the pointer
Rect draw_point_extent(const Draw* d); ///< \return the live point's pixels

// draw_list.c
/// \return the end of a text, as much as fits, because typing happens at the end
const char* draw_tail(const Draw* d, const TextStyle* style, const char* text);
void draw_search(const Draw* d);
void draw_list(const Draw* d);

// draw_drawn.c
void draw_drawn(const Draw* d);

// draw_song.c
void draw_song(const Draw* d);
double draw_head_x(const Draw* d); ///< \return the playhead's pixel, negative: none

// draw_bar.c
void draw_bar(const Draw* d);
void draw_tabs(const Draw* d); ///< of a compact window
void draw_button(const Draw* d, LibraryPart part, bool on, bool dim, const char* label);
Rect draw_note(
    const Draw* d); ///< explains the part under the pointer; \return its box, or an empty one
void draw_prompt(const Draw* d); ///< the field for a folder to add
void draw_help(const Draw* d);

// draw_curves.c
/// Draw one axis of a curve between two moments (s), over \p area.
/// \param range the value at the upper edge
void draw_curve(cairo_t* cr, Rect area, const Curve* curve, bool arousal, double start, double end,
                double range, double width, Rgb color, double alpha);
/// Draw one lane of the drawn profile, all of it, over \p area.
/// \param middle,range the value in the middle, and from there to the upper edge
void draw_drawn_curve(cairo_t* cr, Rect area, const DrawnProfile* drawn, DrawnLane lane,
                      double middle, double range, double width, Rgb color, double alpha);
/// The focus ring around a part, if it has the focus by keys.
void draw_focus(const Draw* d, LibraryPart part, Rect r);

#endif
