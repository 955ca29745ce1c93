// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plane's ground with its words.  See plane.h.
#include "affect/words.h"
#include "gui/kit/plane.h"
#include "gui/kit/shapes.h"

#include <string.h>

#define PI 3.14159265358979323846

typedef enum { SIDE_LEFT, SIDE_RIGHT, SIDE_MIDDLE } Side;

// On which side of its place a landmark's word stands, so that neighbours keep apart.
static Side landmark_side(const char* name, float valence) {
  if (strcmp(name, "melancholy") == 0) return SIDE_RIGHT;
  if (strcmp(name, "tense") == 0) return SIDE_RIGHT;
  if (strcmp(name, "upbeat") == 0 || strcmp(name, "calm") == 0) return SIDE_LEFT;
  if (valence > -0.1f && valence < 0.1f) return SIDE_MIDDLE;
  return valence < 0.0f ? SIDE_LEFT : SIDE_RIGHT;
}

static bool is_corner(const char* name) {
  return strcmp(name, "excited") == 0 || strcmp(name, "angry") == 0 || strcmp(name, "sad") == 0 ||
         strcmp(name, "calm") == 0;
}

// A dark rim around a word that lies over a picture.
static void draw_rim(cairo_t* cr, const Theme* theme, Text* text, const TextStyle* style, double x,
                     double y, const char* word) {
  TextStyle rim = *style;
  rim.color = theme->window;
  rim.alpha = 0.7;
  const double r = 0.12 * theme->unit;
  for (int i = 0; i < 8; ++i)
    text_draw(text, cr, &rim, x + r * cos(0.25 * PI * i), y + r * sin(0.25 * PI * i), word);
}

static void draw_landmarks(cairo_t* cr, const Theme* theme, Text* text, Rect plane, unsigned parts,
                           double dim) {
  const bool few = (parts & PLANE_FEW) != 0;
  const bool over = (parts & PLANE_OVER) != 0;
  size_t n;
  const Word* words = words_all(&n);
  TextStyle style = {.size = 0.92 * theme->unit, .weight = TEXT_MEDIUM, .color = theme->text_soft};
  if (dim > 0.0) style.color = color_mix(theme->text_soft, theme->text_faint, dim);
  const double gap = 0.42 * theme->unit;
  for (size_t i = 0; i < n; ++i) {
    if (!words[i].landmark || (few && !is_corner(words[i].name))) continue;
    const double x = plane_x(plane, (double)words[i].valence);
    const double y = plane_y(plane, (double)words[i].arousal);
    Side side = few ? SIDE_MIDDLE : landmark_side(words[i].name, words[i].valence);
    // A word that would leave the plane on its side goes to the other one.
    const double width = text_width(text, &style, words[i].name) + gap;
    if (side == SIDE_RIGHT && x + width > plane.x + plane.w - 0.3 * gap) side = SIDE_LEFT;
    if (side == SIDE_LEFT && x - width < plane.x + 0.3 * gap) side = SIDE_RIGHT;
    if (side != SIDE_MIDDLE) {
      cairo_arc(cr, x, y, 0.12 * theme->unit, 0.0, 2.0 * PI);
      theme_source(cr, style.color, 0.65);
      cairo_fill(cr);
    }
    style.anchor = side == SIDE_MIDDLE ? TEXT_CENTER : side == SIDE_LEFT ? TEXT_RIGHT : TEXT_LEFT;
    // The vertical axis would run through a centred word: a patch of ground keeps it readable.
    if (side == SIDE_MIDDLE && !few && !over) {
      cairo_save(cr);
      const double half = 0.5 * width;
      cairo_rectangle(cr, x - half, y - 0.62 * theme->unit, 2.0 * half, 1.24 * theme->unit);
      cairo_clip(cr);
      plane_tints(cr, theme, plane, dim);
      cairo_restore(cr);
    }
    const double shift = side == SIDE_MIDDLE ? 0.0 : side == SIDE_LEFT ? -gap : gap;
    if (over) draw_rim(cr, theme, text, &style, x + shift, y, words[i].name);
    text_draw(text, cr, &style, x + shift, y, words[i].name);
  }
}

static void draw_axis_names(cairo_t* cr, const Theme* theme, Text* text, Rect plane) {
  TextStyle style = {.size = 0.80 * theme->unit, .color = theme->text_soft, .alpha = 0.9};
  const double pad = 0.55 * theme->unit;
  const double cx = plane_x(plane, 0.0);
  const double cy = plane_y(plane, 0.0);
  style.anchor = TEXT_LEFT;
  text_draw(text, cr, &style, plane.x + pad, cy + 1.0 * theme->unit, "negative");
  text_draw(text, cr, &style, cx + 0.45 * theme->unit, plane.y + 0.75 * theme->unit, "energetic");
  text_draw(text, cr, &style, cx + 0.45 * theme->unit, plane.y + plane.h - 0.75 * theme->unit,
            "quiet");
  style.anchor = TEXT_RIGHT;
  text_draw(text, cr, &style, plane.x + plane.w - pad, cy + 1.0 * theme->unit, "positive");
}

void plane_ground(cairo_t* cr, const Theme* theme, Text* text, Rect plane, unsigned parts,
                  double dim) {
  cairo_save(cr);
  shape_round(cr, plane, 0.55 * theme->unit);
  cairo_clip(cr);
  plane_tints(cr, theme, plane, dim);
  plane_axes(cr, theme, plane);
  cairo_restore(cr);
  shape_round(cr, rect_inset(plane, 0.5 * theme->px, 0.5 * theme->px), 0.55 * theme->unit);
  theme_source(cr, theme->text, 0.13);
  cairo_set_line_width(cr, theme->px);
  cairo_stroke(cr);
  plane_words(cr, theme, text, plane, parts, dim);
}

void plane_words(cairo_t* cr, const Theme* theme, Text* text, Rect plane, unsigned parts,
                 double dim) {
  if (parts & PLANE_LANDMARKS) draw_landmarks(cr, theme, text, plane, parts, dim);
  if (parts & PLANE_AXES) draw_axis_names(cr, theme, text, plane);
}
