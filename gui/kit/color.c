// SPDX-License-Identifier: GPL-3.0-or-later
// Computes colours: OKLab and OKLCh, the mood colours of the plane, the heat map of the strip.
#include "gui/kit/color.h"

#include <math.h>

#define PI 3.14159265358979323846

static double clamp01(double x) {
  return x < 0.0 ? 0.0 : x > 1.0 ? 1.0 : x;
}

// IEC 61966-2-1.
static double linear(double c) {
  return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double encoded(double c) {
  return c <= 0.0031308 ? 12.92 * c : 1.055 * (double)powf((float)c, 1.0f / 2.4f) - 0.055;
}

Lab color_to_lab(Rgb rgb) {
  const double r = linear(rgb.r);
  const double g = linear(rgb.g);
  const double b = linear(rgb.b);
  const double l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return (Lab){0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
               1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
               0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

// Linear light, not clamped: tells whether a colour is inside sRGB.
static Rgb lab_to_linear(Lab lab) {
  const double l = lab.l + 0.3963377774 * lab.a + 0.2158037573 * lab.b;
  const double m = lab.l - 0.1055613458 * lab.a - 0.0638541728 * lab.b;
  const double s = lab.l - 0.0894841775 * lab.a - 1.2914855480 * lab.b;
  const double l3 = l * l * l;
  const double m3 = m * m * m;
  const double s3 = s * s * s;
  return (Rgb){4.0767416621 * l3 - 3.3077115913 * m3 + 0.2309699292 * s3,
               -1.2684380046 * l3 + 2.6097574011 * m3 - 0.3413193965 * s3,
               -0.0041960863 * l3 - 0.7034186147 * m3 + 1.7076147010 * s3};
}

static int in_gamut(Rgb light) {
  const double low = -1e-4;
  const double high = 1.0001;
  return light.r >= low && light.g >= low && light.b >= low && light.r <= high && light.g <= high &&
         light.b <= high;
}

static Rgb encode(Rgb light) {
  return (Rgb){encoded(clamp01(light.r)), encoded(clamp01(light.g)), encoded(clamp01(light.b))};
}

Rgb color_from_lab(Lab lab) {
  return encode(lab_to_linear(lab));
}

Rgb color_from_lch(double lightness, double chroma, double hue) {
  const double ca = cos(hue * PI / 180.0);
  const double cb = sin(hue * PI / 180.0);
  Rgb light = lab_to_linear((Lab){lightness, chroma * ca, chroma * cb});
  if (in_gamut(light)) return encode(light);
  double inside = 0.0;
  double outside = chroma;
  for (int i = 0; i < 14; ++i) {
    const double c = 0.5 * (inside + outside);
    if (in_gamut(lab_to_linear((Lab){lightness, c * ca, c * cb}))) {
      inside = c;
    } else {
      outside = c;
    }
  }
  light = lab_to_linear((Lab){lightness, inside * ca, inside * cb});
  return encode(light);
}

Rgb color_mix(Rgb from, Rgb to, double t) {
  const Lab p = color_to_lab(from);
  const Lab q = color_to_lab(to);
  return color_from_lab((Lab){p.l + t * (q.l - p.l), p.a + t * (q.a - p.a), p.b + t * (q.b - p.b)});
}

double color_mood_hue(double valence, double arousal) {
  // Hues at the diagonals of Q1..Q4, unwrapped, so that they fall by one turn around the plane.
  static const double hues[5] = {95.0, 25.0, -105.0, -210.0, -265.0};
  double turn = (atan2(arousal, valence) * 180.0 / PI - 45.0) / 90.0;
  if (turn < 0.0) turn += 4.0;
  int k = (int)turn;
  if (k > 3) k = 3;
  const double t = turn - k;
  return hues[k] + t * (hues[k + 1] - hues[k]);
}

// Distance from the centre, 0..1, reaching 1 a little inside the rim.
static double reach(double valence, double arousal) {
  return clamp01(sqrt(valence * valence + arousal * arousal) / 0.95);
}

Rgb color_mood(double valence, double arousal) {
  const double r = reach(valence, arousal);
  const double up = arousal < -1.0 ? -1.0 : arousal > 1.0 ? 1.0 : arousal;
  return color_from_lch(0.74 + 0.10 * up, 0.015 + 0.145 * r, color_mood_hue(valence, arousal));
}

Rgb color_ground(double valence, double arousal) {
  const double r = reach(valence, arousal);
  const double up = arousal < -1.2 ? -1.2 : arousal > 1.2 ? 1.2 : arousal;
  return color_from_lch(0.240 + 0.040 * up + 0.070 * r, 0.010 + 0.078 * r * (0.4 + 0.6 * r),
                        color_mood_hue(valence, arousal));
}

Rgb color_heat(double t) {
  t = clamp01(t);
  // Violet, magenta, orange, pale yellow: hue changes with t, chroma is largest in the middle.
  const double hue = 285.0 + 170.0 * t;
  const double chroma = 0.030 + 0.135 * sin(PI * (0.06 + 0.88 * t));
  return color_from_lch(0.215 + 0.735 * t, t < 0.06 ? 0.030 + (chroma - 0.030) * t / 0.06 : chroma,
                        hue);
}
