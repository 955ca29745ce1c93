// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The theme: colours by role, and sizes that follow the font.  Every text colour has a contrast
/// of at least 4.5 on every ground it is used on (WCAG 2.1 AA); a test checks this.  Thread: plain
/// data.
#ifndef CIRCUMPLEX_GUI_KIT_THEME_H
#define CIRCUMPLEX_GUI_KIT_THEME_H

#include "gui/kit/color.h"

#include <cairo.h>

typedef struct {
  double unit;      ///< body font size, px: every length is a multiple of it
  double px;        ///< a hairline, px: at least 1, grows with the scale
  Rgb window;       ///< behind everything
  Rgb panel;        ///< behind the plane's and the strip's contents
  Rgb raised;       ///< controls
  Rgb raised_hover; ///< controls under the pointer
  Rgb line;         ///< frames, dividers, grids
  Rgb line_strong;  ///< axes
  Rgb text;         ///< values
  Rgb text_soft;    ///< labels
  Rgb text_faint;   ///< axis numbers, hints
  Rgb valence;      ///< valence's curve and numbers
  Rgb arousal;      ///< arousal's curve and numbers
  Rgb accent;       ///< focus, held, switched on
  Rgb warning;      ///< out of domain, late, no model
  Rgb on_accent;    ///< text on accent and warning
} Theme;

#define THEME_FONT_PX 13.0 ///< body size at scale 1

/// \param scale of the type: 1 for a body of THEME_FONT_PX; 0.5..12
Theme theme_default(double scale);

/// The same with stronger contrast, for a stage.
Theme theme_stage(double scale);

/// Take over the hue and lightness of a dark host's background, within the range in which the design
/// works; a light background is ignored (the meter stays dark).
/// \param background 0xRRGGBBAA as ui:backgroundColor gives it
void theme_follow_host(Theme* theme, unsigned background);

/// Set \p cr's source.
void theme_source(cairo_t* cr, Rgb color, double alpha);

#endif
