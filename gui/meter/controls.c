// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Controls and status line: see reading_panel.h.
#include "gui/meter/reading_panel.h"

#include "gui/kit/shapes.h"

#include <stdio.h>

static void draw_stage_icon(cairo_t* cr, const Theme* theme, Rect r) {
  const double u = theme->unit;
  const double a = 0.42 * u;
  const double x = r.x + 0.5 * r.w;
  const double y = r.y + 0.5 * r.h;
  for (int i = 0; i < 4; ++i) {
    const double sx = i & 1 ? 1.0 : -1.0;
    const double sy = i & 2 ? 1.0 : -1.0;
    cairo_move_to(cr, x + sx * 0.15 * u, y + sy * a);
    cairo_line_to(cr, x + sx * a, y + sy * a);
    cairo_line_to(cr, x + sx * a, y + sy * 0.15 * u);
  }
  theme_source(cr, theme->text, 1.0);
  cairo_set_line_width(cr, 0.12 * u);
  cairo_stroke(cr);
}

static void draw_status(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                        const MeterView* view) {
  const double u = theme->unit;
  const Rect r = l->status;
  const double y = r.y + 0.5 * r.h;
  const MeterRecord* newest = meter_view_newest(view);
  char loudness[32] = "\u2013 LUFS";
  if (newest && newest->loudness > -99.0f) {
    const double lufs = (double)newest->loudness;
    snprintf(loudness, sizeof loudness, "%s%.1f LUFS", lufs < -0.05 ? "\u2212" : "", fabs(lufs));
  }
  TextStyle style = {.size = 0.90 * u, .color = theme->text_soft, .anchor = TEXT_RIGHT};
  double x = r.x + r.w;
  if (text_width(text, &style, loudness) > r.w) return;
  x -= text_draw(text, cr, &style, x, y, loudness) + 1.2 * u;
  const char* const outs[] = {view->osc[0] ? "OSC" : "", view->midi[0] ? "MIDI" : ""};
  for (int i = 0; i < 2; ++i) {
    if (!outs[i][0] || x - 3.4 * u < r.x) continue;
    style.color = theme->accent;
    style.weight = TEXT_MEDIUM;
    x -= text_draw(text, cr, &style, x, y, outs[i]) + 1.0 * u;
  }
  if (view->state != METER_NO_MODEL && view->message[0] && x - r.x > 8.0 * u) {
    TextStyle note = {.size = 0.90 * u, .color = theme->warning, .max_width = x - r.x};
    text_draw(text, cr, &note, r.x, y, view->message);
  }
}

void panel_controls(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                    const MeterView* view, MeterPart hot, MeterPart focus) {
  if (layout->mode != METER_FULL) return;
  double left, top, right, bottom;
  cairo_clip_extents(cr, &left, &top, &right, &bottom);
  const Rect clip = {left, top, right - left, bottom - top};
  for (int part = METER_PART_FIRST_CONTROL; part < METER_PART_COUNT; ++part) {
    const Rect r = layout->parts[part];
    if (!rect_overlaps(r, clip)) continue; // a new estimate changes the status line only
    const bool on = part == METER_PART_HOLD && view->hold;
    shape_button(cr, theme, r, on, hot == (MeterPart)part, focus == (MeterPart)part);
    char value[32];
    switch ((MeterPart)part) {
    case METER_PART_HOLD:
      shape_label(cr, theme, text, r, on, "Hold");
      break;
    case METER_PART_RESET:
      shape_label(cr, theme, text, r, false, "Reset");
      break;
    case METER_PART_RESPONSE:
      snprintf(value, sizeof value, "%.1f s", (double)view->response);
      shape_slider(cr, theme, text, r, "Response", value, sqrt((double)view->response / 10.0));
      break;
    case METER_PART_TRAIL:
      snprintf(value, sizeof value, "%.0f s", view->trail_seconds);
      shape_slider(cr, theme, text, r, "Trail", value,
                   (view->trail_seconds - METER_TRAIL_MIN) / (METER_TRAIL_MAX - METER_TRAIL_MIN));
      break;
    case METER_PART_MODEL:
      shape_choice(cr, theme, text, r, "Model", view->model[0] ? view->model : "none");
      break;
    case METER_PART_OUTPUTS:
      shape_label(cr, theme, text, r, false, "Outputs");
      break;
    case METER_PART_KEYS:
      shape_label(cr, theme, text, r, false, "?");
      break;
    case METER_PART_STAGE:
      draw_stage_icon(cr, theme, r);
      break;
    default:
      break;
    }
  }
  draw_status(cr, theme, text, layout, view);
}
