// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Computes colours: OKLab and OKLCh, the mood colours of the plane, the heat map of the strip.
///
/// Interpolation is in OKLab (B. Ottosson, "A perceptual color space for image processing",
/// 2020), where equal steps look equally large.
/// Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_GUI_KIT_COLOR_H
#define CIRCUMPLEX_GUI_KIT_COLOR_H

typedef struct {
  double r, g, b; ///< sRGB, gamma-encoded, 0..1
} Rgb;

typedef struct {
  double l, a, b; ///< OKLab: lightness 0..1, green-red, blue-yellow
} Lab;

Lab color_to_lab(Rgb rgb);

/// \return the colour, clamped to sRGB.
Rgb color_from_lab(Lab lab);

/// \param hue degrees
/// \return OKLCh as sRGB; chroma is reduced until the colour is inside sRGB, lightness and hue
/// stay.
Rgb color_from_lch(double lightness, double chroma, double hue);

/// \return the colour \p t (0..1) of the way from \p from to \p to in OKLab.
Rgb color_mix(Rgb from, Rgb to, double t);

/// The hue of a direction on the plane, degrees: yellow at Q1's diagonal, red Q2, blue Q3, green
/// Q4.
double color_mood_hue(double valence, double arousal);

/// The bright colour of a reading: grey at the centre, saturated at the rim, lighter with arousal,
/// so that it can be distinguished without seeing hue.
Rgb color_mood(double valence, double arousal);

/// The dark tint of the plane's ground at the same place.
Rgb color_ground(double valence, double arousal);

/// The heat map: \p t 0..1 from the colour of the ground to pale yellow, lightness linear in \p t.
Rgb color_heat(double t);

#endif
