// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The drawing pad: a wished-for course of valence and arousal over a chosen time, in points of
/// 1 / CURVE_RATE.  Between drawn points lie straight lines; before the first and after the last
/// the value holds, so that one point is a level course.  A lane without points is not asked about.
/// Thread: plain data.
#ifndef CIRCUMPLEX_GUI_LIBRARY_PAD_H
#define CIRCUMPLEX_GUI_LIBRARY_PAD_H

#include "library/profile.h"

#include <stdbool.h>
#include <stddef.h>

#define PAD_SHORTEST 15.0 ///< s
#define PAD_LONGEST 240.0
#define PAD_POINTS 480 ///< PAD_LONGEST at CURVE_RATE

typedef enum { PAD_VALENCE, PAD_AROUSAL, PAD_LANES } PadLane;

typedef struct {
  double seconds;
  size_t n;                           ///< points a lane
  float drawn[PAD_LANES][PAD_POINTS]; ///< NAN: not drawn
} Pad;

void pad_init(Pad* pad);

/// Stretch the drawing to another length.
void pad_set_seconds(Pad* pad, double seconds);

/// The next length of a list, up or down; the same at its ends.
double pad_next_seconds(const Pad* pad, int direction);

/// Draw a stroke between two moments (s, any order); what was there under it goes.
void pad_stroke(Pad* pad, PadLane lane, double t0, double v0, double t1, double v1);

/// Erase between two moments.
void pad_erase(Pad* pad, PadLane lane, double t0, double t1);
void pad_clear(Pad* pad);

bool pad_has(const Pad* pad, PadLane lane); ///< \return whether anything is drawn

/// \return the course at a point, NAN in an empty lane.
float pad_value(const Pad* pad, PadLane lane, size_t point);

/// \return false if both lanes are empty
bool pad_profile(const Pad* pad, Profile* profile);

/// Take a stretch of a song's course as the drawing (as much as PAD_LONGEST holds).
/// \return false if it is silent throughout or too short
bool pad_take(Pad* pad, const Curve* curve, double start, double end);

#endif
