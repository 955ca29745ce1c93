// SPDX-License-Identifier: GPL-3.0-or-later
// Draws words and numbers of the reading.
#include "gui/meter/reading_panel.h"

#include "affect/words.h"
#include "gui/kit/brush.h"
#include "gui/kit/format.h"
#include "gui/kit/shapes.h"

#include <stdio.h>
#include <string.h>

static bool has_reading(const MeterView* view) {
  return view->state == METER_SETTLING || view->state == METER_LIVE;
}

static Rgb state_color(const Theme* theme, const MeterView* view) {
  if (view->held && has_reading(view)) return theme->accent;
  switch (view->state) {
  case METER_NO_MODEL:
    return theme->warning;
  case METER_LIVE:
    return view->outside ? theme->warning : color_from_lch(0.80, 0.115, 160.0);
  case METER_SETTLING:
    return theme->text;
  default:
    break;
  }
  return theme->text_faint;
}

static double draw_state(cairo_t* cr, const Theme* theme, Text* text, double right, double y,
                         const MeterView* view) {
  if (meter_view_is_late(view)) {
    char late[32];
    snprintf(late, sizeof late, "late \u00d7%u", view->late);
    right = shape_pill(cr, theme, text, right, y, theme->warning, theme->on_accent, late).x -
            0.5 * theme->unit;
  }
  return shape_pill(cr, theme, text, right, y, state_color(theme, view), theme->on_accent,
                    meter_view_state_name(view))
      .x;
}

// The text in place of the mood's word.
static const char* headline(const MeterView* view, bool brief) {
  if (has_reading(view) && view->outside) return brief ? "out of domain" : WORDS_OUTSIDE_TEXT;
  if (has_reading(view)) return words_name_in(view->words, view->word);
  return view->state == METER_SILENT ? "silence" : "\u2013";
}

// The short headline of such a state is the state's name.
static bool is_state_in_headline(const MeterView* view) {
  return (has_reading(view) && view->outside) || view->state == METER_SILENT;
}

// A colour that becomes grey in steps as confidence falls.
static Rgb trusted(const Theme* theme, const MeterView* view, Rgb color) {
  static const double steps[WORDS_DOUBT_MAX + 1] = {0.0, 0.40, 0.75};
  if (!has_reading(view) || view->outside) return theme->text_faint;
  return color_mix(color, theme->text_faint, steps[view->doubt]);
}

static Rgb word_color(const Theme* theme, const MeterView* view) {
  return trusted(theme, view,
                 color_mix(color_mood(view->valence, view->arousal), theme->text, 0.25));
}

static void draw_label(cairo_t* cr, const Theme* theme, Text* text, double x, double y, double room,
                       const char* label) {
  const TextStyle style = {
      .size = 0.85 * theme->unit, .color = theme->text_soft, .max_width = room};
  text_draw(text, cr, &style, x, y, label);
}

// The number below its label, with a fainter remark after it.
static void draw_figure(cairo_t* cr, const Theme* theme, Text* text, double x, double y,
                        double room, Rgb color, const char* number, const char* remark) {
  const double u = theme->unit;
  TextStyle style = {.size = 1.42 * u, .weight = TEXT_MEDIUM, .color = color, .max_width = room};
  const double w = text_draw(text, cr, &style, x, y + 1.62 * u, number);
  if (!remark[0] || room - w < 3.2 * u) return;
  style.size = 0.85 * u;
  style.weight = TEXT_REGULAR;
  style.color = theme->text_faint;
  text_draw(text, cr, &style, x + w + 0.45 * u, y + 1.66 * u, remark);
}

static void draw_confidence(cairo_t* cr, const Theme* theme, Text* text, double x, double y,
                            double room, const MeterView* view) {
  const double u = theme->unit;
  const MeterRecord* r = meter_view_newest(view);
  const double c = has_reading(view) && r ? fmin(fmax((double)r->confidence, 0.0), 1.0) : 0.0;
  char number[16] = "\u2013";
  if (has_reading(view)) snprintf(number, sizeof number, "%.0f %%", 100.0 * c);
  draw_figure(cr, theme, text, x, y, room, view->outside ? theme->warning : theme->text, number,
              "");
  const double w = fmin(room - 5.0 * u, 5.0 * u);
  if (w < 1.5 * u) return;
  const Rect bar = {floor(x + 4.9 * u), floor(y + 1.42 * u), floor(w), floor(0.42 * u)};
  brush_bar(cr, bar, bar.x, bar.x + bar.w, theme->raised, 1.0);
  if (!has_reading(view)) return;
  const Rect part = {bar.x, bar.y, fmax(bar.h, bar.w * c), bar.h};
  brush_bar(cr, part, part.x, part.x + part.w, view->outside ? theme->warning : theme->text_soft,
            1.0);
}

// The four columns of figures below the word.
static double figure_x(const MeterLayout* l, int column) {
  return l->reading.x + column * l->reading.w / 4.0;
}
static double figure_y(const MeterLayout* l) {
  return l->reading.y + 4.05 * l->unit;
}

void panel_reading_frame(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l) {
  static const char* const labels[] = {"valence", "arousal", "\u25c7 whole piece", "confidence"};
  for (int i = 0; i < 4; ++i)
    draw_label(cr, theme, text, figure_x(l, i), figure_y(l), l->reading.w / 4.0 - 0.4 * theme->unit,
               labels[i]);
}

static void draw_full(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                      const MeterView* view) {
  const double u = theme->unit;
  const Rect r = l->reading;
  const double right = draw_state(cr, theme, text, r.x + r.w, r.y + 1.25 * u, view);
  TextStyle word = {.size = l->big, .weight = TEXT_BOLD, .color = word_color(theme, view)};
  word.size = text_fit(text, &word, headline(view, false), right - r.x - u);
  text_draw(text, cr, &word, r.x, r.y + 1.25 * u, headline(view, false));
  const double column = r.w / 4.0;
  const double y = figure_y(l);
  const MeterRecord* newest = meter_view_newest(view);
  for (int i = 0; i < 2; ++i) {
    char number[16] = "\u2013";
    char remark[24] = "";
    if (has_reading(view)) {
      format_signed(number, sizeof number, i ? view->arousal : view->valence);
      if (view->has_reference) {
        char difference[16];
        format_signed(difference, sizeof difference,
                      i ? view->arousal - view->reference_arousal
                        : view->valence - view->reference_valence);
        snprintf(remark, sizeof remark, "\u0394 %s", difference);
      } else if (newest) {
        snprintf(remark, sizeof remark, "\u00b1 %.2f",
                 (double)(i ? newest->arousal_spread : newest->valence_spread));
      }
    }
    draw_figure(cr, theme, text, figure_x(l, i), y, column - 0.4 * u,
                trusted(theme, view, i ? theme->arousal : theme->valence), number, remark);
  }
  char piece[48] = "\u2013";
  if (newest && has_reading(view)) {
    snprintf(piece, sizeof piece, "%s",
             words_name_of(view->words, newest->piece_valence, newest->piece_arousal));
  }
  TextStyle name = {.size = 1.2 * u,
                    .weight = TEXT_MEDIUM,
                    .color = trusted(theme, view, theme->text),
                    .max_width = column - 0.5 * u};
  text_draw(text, cr, &name, figure_x(l, 2), y + 1.62 * u, piece);
  draw_confidence(cr, theme, text, figure_x(l, 3), y, column, view);
}

// Beside the plane: the word, two numbers below each other, the state.
static void draw_compact_column(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                                const MeterView* view) {
  const double u = theme->unit;
  const Rect r = l->reading;
  TextStyle word = {.size = 1.15 * l->big, .weight = TEXT_BOLD, .color = word_color(theme, view)};
  word.size = text_fit(text, &word, headline(view, true), r.w);
  double y = r.y + 1.2 * u;
  text_draw(text, cr, &word, r.x, y, headline(view, true));
  y += 2.6 * u;
  for (int i = 0; i < 2; ++i, y += 3.9 * u) {
    char number[16] = "\u2013";
    if (has_reading(view)) format_signed(number, sizeof number, i ? view->arousal : view->valence);
    draw_label(cr, theme, text, r.x, y, r.w, i ? "arousal" : "valence");
    draw_figure(cr, theme, text, r.x, y, r.w,
                trusted(theme, view, i ? theme->arousal : theme->valence), number, "");
  }
  if (is_state_in_headline(view)) return;
  TextStyle state = {.size = 0.9 * u, .color = state_color(theme, view)};
  state.size = text_fit(text, &state, meter_view_state_name(view), r.w);
  if (r.y + r.h - y > 1.0 * u) {
    text_draw(text, cr, &state, r.x, r.y + r.h - 0.9 * u, meter_view_state_name(view));
  }
}

static void draw_compact(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                         const MeterView* view) {
  const double u = theme->unit;
  const Rect r = l->reading;
  const double y = r.y + 0.5 * r.h + 0.1 * u;
  if (r.h > 8.0 * u) {
    draw_compact_column(cr, theme, text, l, view);
    return;
  }
  double right = r.x + r.w;
  TextStyle style = {.size = 0.95 * u, .anchor = TEXT_RIGHT};
  for (int i = 1; i >= 0 && has_reading(view); --i) {
    char number[16];
    format_signed(number, sizeof number, i ? view->arousal : view->valence);
    style.color = trusted(theme, view, i ? theme->arousal : theme->valence);
    right -= text_draw(text, cr, &style, right, y, number) + 0.6 * u;
  }
  TextStyle word = {.size = l->big, .weight = TEXT_BOLD, .color = word_color(theme, view)};
  word.size = text_fit(text, &word, headline(view, true), right - r.x);
  const double end = r.x + text_draw(text, cr, &word, r.x, y, headline(view, true));
  const char* state = meter_view_state_name(view);
  style.color = state_color(theme, view);
  if (has_reading(view)) right -= 0.6 * u;
  if (is_state_in_headline(view) || right - end < text_width(text, &style, state) + u) return;
  text_draw(text, cr, &style, right, y, state);
}

// A wide scale from -1 to 1 with its value, readable from far away.
static void draw_scale(cairo_t* cr, const Theme* theme, Text* text, Rect area, const char* name,
                       Rgb color, double value, bool shown) {
  const double size = 0.30 * area.h;
  TextStyle style = {.size = size, .weight = TEXT_MEDIUM, .color = theme->text_soft};
  text_draw(text, cr, &style, area.x, area.y + 0.30 * area.h, name);
  if (shown) {
    char number[16];
    format_signed(number, sizeof number, value);
    style.anchor = TEXT_RIGHT;
    style.color = color;
    text_draw(text, cr, &style, area.x + area.w, area.y + 0.30 * area.h, number);
  }
  const Rect bar = {area.x, floor(area.y + 0.62 * area.h), area.w, floor(0.20 * area.h)};
  shape_fill_round(cr, bar, 0.3 * bar.h, theme->raised, 1.0);
  const double middle = bar.x + 0.5 * bar.w;
  if (shown) {
    const double w = 0.5 * bar.w * fabs(value);
    shape_fill(cr, (Rect){value < 0.0 ? middle - w : middle, bar.y, w, bar.h}, color, 1.0);
  }
  shape_fill(cr, (Rect){floor(middle), bar.y - 0.3 * bar.h, 2.0 * theme->px, 1.6 * bar.h},
             theme->text, 1.0);
}

// The sizes of the stage view's text: in a column beside the plane, or in a strip below it.
typedef struct {
  bool column;
  double word_y, scales_y, scale; ///< middle of the word; top and height of the scales
} StageText;

static StageText place_stage_text(const MeterLayout* l) {
  const Rect r = l->reading;
  const double big = l->big;
  StageText t = {.column = r.h > 3.9 * big};
  if (t.column) {
    t.scale = fmin(0.22 * r.w, 0.17 * r.h);
    t.word_y = r.y + 0.5 * r.h - 0.75 * big - 1.07 * t.scale;
    t.scales_y = t.word_y + 0.85 * big;
  } else {
    t.scale = (r.h - 1.2 * big) / 2.15;
    t.word_y = r.y + 0.45 * big;
    t.scales_y = t.word_y + 0.75 * big;
  }
  return t;
}

static void draw_stage(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* l,
                       const MeterView* view) {
  const Rect r = l->reading;
  const StageText t = place_stage_text(l);
  const bool shown = has_reading(view);
  Theme large = *theme;
  large.unit = fmax(theme->unit, 0.30 * l->big);
  const char* state = meter_view_state_name(view);
  const TextStyle measure = {.size = 0.88 * large.unit, .weight = TEXT_BOLD};
  const double pill = floor(text_width(text, &measure, state) + 1.5 * large.unit);
  TextStyle word = {.size = l->big, .weight = TEXT_BOLD, .color = word_color(theme, view)};
  word.size =
      text_fit(text, &word, headline(view, false), t.column ? r.w : r.w - pill - 0.5 * l->big);
  text_draw(text, cr, &word, r.x, t.word_y, headline(view, false));
  for (int i = 0; i < 2; ++i) {
    const Rect area = {r.x, t.scales_y + 1.15 * i * t.scale, r.w, t.scale};
    draw_scale(cr, theme, text, area, i ? "arousal" : "valence",
               trusted(theme, view, i ? theme->arousal : theme->valence),
               i ? view->arousal : view->valence, shown);
  }
  shape_pill(cr, &large, text, t.column ? r.x + pill : r.x + r.w,
             t.column ? t.scales_y + 2.15 * t.scale + 0.75 * l->big : t.word_y,
             state_color(theme, view), theme->on_accent, state);
}

void panel_reading(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view) {
  switch (layout->mode) {
  case METER_FULL:
    draw_full(cr, theme, text, layout, view);
    break;
  case METER_COMPACT:
    draw_compact(cr, theme, text, layout, view);
    break;
  case METER_STAGE:
    draw_stage(cr, theme, text, layout, view);
    break;
  }
}

void panel_message(cairo_t* cr, const Theme* theme, Text* text, const MeterLayout* layout,
                   const MeterView* view) {
  const Rect p = layout->plane;
  const double u = layout->mode == METER_STAGE ? fmax(theme->unit, p.w / 26.0) : theme->unit;
  const char* title = NULL;
  const char* detail = "";
  switch (view->state) {
  case METER_WAITING:
    title = "waiting for sound";
    detail = "the meter starts when the host runs the plugin";
    break;
  case METER_NO_MODEL:
    title = "no model";
    detail = view->message;
    break;
  case METER_BYPASSED:
    title = "bypassed";
    detail = "audio passes, outputs are neutral";
    break;
  case METER_SILENT:
    title = "silence";
    detail = "listening";
    break;
  case METER_SETTLING:
  case METER_LIVE:
    return;
  }
  const bool warn = view->state == METER_NO_MODEL;
  TextStyle style = {.size = 1.5 * u,
                     .weight = TEXT_BOLD,
                     .anchor = TEXT_CENTER,
                     .color = warn ? theme->warning : theme->text};
  TextStyle soft = {.size = 0.92 * u, .color = theme->text_soft};
  // Between the names of the axis' ends, if there is room.
  const double most = fmin(fmax(0.60 * p.w, 12.0 * u), fmin(0.80 * p.w, 24.0 * u));
  const double wish = fmax(text_width(text, &style, title), text_width(text, &soft, detail)) + u;
  const double width = fmin(most, wish);
  const double x = p.x + 0.5 * p.w;
  const double height = 3.7 * u + text_wrap_height(text, &soft, width, detail);
  const double y = p.y + 0.5 * (p.h - height) + 2.6 * u;
  shape_fill_round(cr, (Rect){x - 0.5 * width - u, y - 2.6 * u, width + 2.0 * u, height}, 0.5 * u,
                   theme->window, 0.93);
  style.size = text_fit(text, &style, title, width);
  text_draw(text, cr, &style, x, y - 1.0 * u, title);
  text_wrap(text, cr, &soft, x, y + 0.35 * u, width, detail);
}
