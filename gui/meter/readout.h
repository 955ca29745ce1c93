// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Describes the moment under the pointer in the line above the timeline, where it hides
/// nothing.  Pure functions.
#ifndef CIRCUMPLEX_GUI_METER_READOUT_H
#define CIRCUMPLEX_GUI_METER_READOUT_H

#include "gui/kit/text.h"
#include "gui/meter/layout.h"

#define READOUT_MAX 5   ///< pieces of the line
#define READOUT_TEXT 64 ///< bytes of a piece, its end included

typedef struct {
  int n;
  struct {
    char text[READOUT_TEXT];
    Rgb color;
    bool strong;
  } pieces[READOUT_MAX];
} Readout;

/// Add a piece; the format is printf's.
void readout_add(Readout* readout, Rgb color, bool strong, const char* format, ...)
    __attribute__((format(printf, 4, 5)));

/// Add a place on the plane: its word, then both values in their colours.
/// \param values -1..1: valence, arousal
void readout_add_place(Readout* readout, const Theme* theme, const char* word,
                       const double values[2]);

/// Draw the pieces in the head of the timeline, set smaller where they would not fit.
void readout_draw(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                  const Readout* readout);

#endif
