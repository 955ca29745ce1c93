// SPDX-License-Identifier: GPL-3.0-or-later
// The theme: colours by role, and sizes that follow the font.
#include "gui/kit/theme.h"

#include <math.h>

static Rgb gray(double lightness) {
  return color_from_lch(lightness, 0.012, 262.0);
}

Theme theme_default(double scale) {
  if (!(scale >= 0.5)) scale = 0.5;
  if (scale > 12.0) scale = 12.0;
  return (Theme){
      .unit = THEME_FONT_PX * scale,
      .px = fmax(1.0, floor(scale + 0.25)),
      .window = gray(0.185),
      .panel = gray(0.215),
      .raised = gray(0.275),
      .raised_hover = gray(0.325),
      .line = gray(0.310),
      .line_strong = gray(0.420),
      .text = gray(0.945),
      .text_soft = gray(0.775),
      .text_faint = gray(0.665),
      .valence = color_from_lch(0.800, 0.110, 225.0),
      .arousal = color_from_lch(0.800, 0.125, 62.0),
      .accent = color_from_lch(0.780, 0.095, 200.0),
      .warning = color_from_lch(0.800, 0.140, 75.0),
      .on_accent = gray(0.170),
  };
}

Theme theme_stage(double scale) {
  Theme t = theme_default(scale);
  t.window = gray(0.120);
  t.panel = gray(0.150);
  t.line = gray(0.360);
  t.line_strong = gray(0.560);
  t.text = gray(1.0);
  t.text_soft = gray(0.880);
  t.text_faint = gray(0.780);
  return t;
}

void theme_follow_host(Theme* theme, unsigned background) {
  const Rgb host = {((background >> 24) & 0xFFu) / 255.0, ((background >> 16) & 0xFFu) / 255.0,
                    ((background >> 8) & 0xFFu) / 255.0};
  Lab lab = color_to_lab(host);
  if (lab.l > 0.34) return;
  lab.l = fmin(fmax(lab.l, 0.150), 0.235);
  const double chroma = hypot(lab.a, lab.b);
  if (chroma > 0.03) lab.a *= 0.03 / chroma, lab.b *= 0.03 / chroma;
  Rgb* const grounds[] = {&theme->window, &theme->panel, &theme->raised, &theme->raised_hover,
                          &theme->line};
  static const double steps[] = {0.0, 0.030, 0.090, 0.140, 0.125};
  for (int i = 0; i < 5; ++i) {
    *grounds[i] = color_from_lab((Lab){lab.l + steps[i], lab.a, lab.b});
  }
}

void theme_source(cairo_t* cr, Rgb color, double alpha) {
  cairo_set_source_rgba(cr, color.r, color.g, color.b, alpha);
}
