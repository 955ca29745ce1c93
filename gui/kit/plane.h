// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The valence-arousal plane: ground, trail, point.  Pure functions onto a cairo_t; the
/// window, the command line's plots, the mixer strip and the picture tests share them.
#ifndef CIRCUMPLEX_GUI_KIT_PLANE_H
#define CIRCUMPLEX_GUI_KIT_PLANE_H

#include "gui/kit/geom.h"
#include "gui/kit/theme.h"

#include <cairo.h>
#include <stddef.h>

/// The values +-1 are this far inside the frame, as a share of the half width.
#define PLANE_MARGIN 0.09

/// A point of a line on the plane.
typedef struct {
  double valence, arousal; ///< -1..1
  double age;              ///< s before the newest
  bool gap;                ///< true: not joined to the point before
} PlanePoint;

/// The reading's point.
typedef struct {
  double valence, arousal;               ///< -1..1
  double valence_spread, arousal_spread; ///< standard deviations; 0: no ellipse
  double confidence;                     ///< 0..1: sets the glow
  double settled;                        ///< below 1: a ring shows the progress
  bool outside;                          ///< the sound is outside what the model learned
  bool held;
} PlaneDot;

/// \return the pixel of a value; values are clamped to -1..1.
double plane_x(Rect plane, double valence);
double plane_y(Rect plane, double arousal);

/// Draw the tinted ground alone.
/// \param dim 0..1: how much the colours are dimmed (silence, no model)
void plane_tints(cairo_t* cr, const Theme* theme, Rect plane, double dim);

/// Draw the cross and the rings at half and full distance.
void plane_axes(cairo_t* cr, const Theme* theme, Rect plane);

/// Draw tints, rings and axes in a frame; words are plane_words.h's.
/// \param dim 0..1: how much the colours are dimmed (silence, no model)
void plane_ground(cairo_t* cr, const Theme* theme, Rect plane, double dim);

/// Draw a line through \p n points in time order that fades out at age \p fade (s).
/// \param width of the line at its newest end, px
void plane_trail(cairo_t* cr, Rect plane, const PlanePoint* points, size_t n, double fade,
                 double width);

/// \return the pixels that plane_trail() may touch; empty: none.
Rect plane_trail_extent(Rect plane, const PlanePoint* points, size_t n, double fade, double width);

/// Draw the whole-piece mark.
void plane_piece(cairo_t* cr, const Theme* theme, Rect plane, double valence, double arousal);

/// Draw a ring around a reading to compare with.
void plane_ring(cairo_t* cr, const Theme* theme, Rect plane, double valence, double arousal,
                Rgb color);

/// \return the pixels that plane_piece() may touch.
Rect plane_piece_extent(const Theme* theme, Rect plane, double valence, double arousal);

/// Draw the reading's ellipse alone, if something is to be drawn between it and the point.
void plane_spread(cairo_t* cr, const Theme* theme, Rect plane, const PlaneDot* dot);

/// Draw the point with its glow, spread and ring.
void plane_dot(cairo_t* cr, const Theme* theme, Rect plane, const PlaneDot* dot);

/// \return the pixels that plane_dot() may touch.
Rect plane_dot_extent(const Theme* theme, Rect plane, const PlaneDot* dot);

#endif
