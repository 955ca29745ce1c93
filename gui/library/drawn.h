// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The drawn profile: the wanted curve of valence and arousal, in points of 1 /
/// CURVE_RATE.  Drawn points are joined by straight lines; before the first and after the last
/// point the value is constant.  A lane without points is not compared.
/// Thread: plain data.
#ifndef CIRCUMPLEX_GUI_LIBRARY_DRAWN_H
#define CIRCUMPLEX_GUI_LIBRARY_DRAWN_H

#include "library/profile.h"

#include <stdbool.h>
#include <stddef.h>

#define DRAWN_SHORTEST 15.0 ///< s
#define DRAWN_LONGEST 240.0
#define DRAWN_POINTS 480 ///< DRAWN_LONGEST at CURVE_RATE

typedef enum { DRAWN_VALENCE, DRAWN_AROUSAL, DRAWN_LANES } DrawnLane;

typedef struct {
  double seconds;
  size_t n;                                ///< points a lane
  float points[DRAWN_LANES][DRAWN_POINTS]; ///< NAN: not drawn
} DrawnProfile;

void drawn_init(DrawnProfile* drawn);

/// Stretch the drawing to another length.
void drawn_set_seconds(DrawnProfile* drawn, double seconds);

/// The next longer or shorter length offered; the same length at either end.
double drawn_next_seconds(const DrawnProfile* drawn, int direction);

/// Draw a stroke between two moments (s, any order); it replaces what was drawn there.
void drawn_stroke(DrawnProfile* drawn, DrawnLane lane, double t0, double v0, double t1, double v1);

/// Erase between two moments.
void drawn_erase(DrawnProfile* drawn, DrawnLane lane, double t0, double t1);
void drawn_clear(DrawnProfile* drawn);

bool drawn_has(const DrawnProfile* drawn, DrawnLane lane); ///< \return whether anything is drawn

/// \return the curve at a point, NAN in an empty lane.
float drawn_value(const DrawnProfile* drawn, DrawnLane lane, size_t point);

/// \return false if both lanes are empty
bool drawn_profile(const DrawnProfile* drawn, Profile* profile);

/// Copy a part of a song's curve into the drawing (at most DRAWN_LONGEST).
/// \return false if it is silent throughout or too short
bool drawn_take(DrawnProfile* drawn, const Curve* curve, double start, double end);

/// \return the largest distance from 0 in the drawing, or in a song's curve; 0 if it is empty
double drawn_reach(const DrawnProfile* drawn);
double drawn_reach_of_curve(const Curve* curve);

#endif
