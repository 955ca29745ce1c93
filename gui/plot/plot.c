// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The picture of a whole reading: curves over time and trajectory.  See plot.h.
#include "gui/plot/plot_parts.h"

#include "affect/words.h"
#include "gui/kit/format.h"
#include "gui/kit/plane.h"
#include "gui/kit/plane_words.h"

#include <stdio.h>
#include <stdlib.h>

void plot_page(cairo_t* cr, PlotPage* page, double width, double height, const Plot* plot) {
  *page = (PlotPage){.width = width, .height = height, .plot = plot};
  page->theme = theme_default(fmin(width / 1200.0, height / 675.0));
  page->text = text_new();
  page->end = plot->n > 0 ? (double)plot->estimates[plot->n - 1].position / plot->rate : 1.0;
  const Theme* theme = &page->theme;
  const double u = theme->unit;
  cairo_rectangle(cr, 0.0, 0.0, width, height);
  theme_source(cr, theme->window, 1.0);
  cairo_fill(cr);
  if (!page->text) return;
  TextStyle title = {
      .size = 1.65 * u, .weight = TEXT_BOLD, .color = theme->text, .max_width = width - 4.0 * u};
  text_draw(page->text, cr, &title, 2.0 * u, 2.4 * u, plot->title ? plot->title : "");
  if (plot->subtitle) {
    TextStyle soft = {.size = u, .color = theme->text_soft, .max_width = width - 4.0 * u};
    text_draw(page->text, cr, &soft, 2.0 * u, 4.4 * u, plot->subtitle);
  }
}

/// \return time of estimate \p i, s.
static double time_of(const PlotPage* page, size_t i) {
  return (double)page->plot->estimates[i].position / page->plot->rate;
}

/// \return the pixel of a time.
static double x_of(const PlotPage* page, Rect area, double time) {
  return area.x + area.w * time / page->end;
}

static double plot_y(Rect area, double value) {
  const double v = value < -1.0 ? -1.0 : value > 1.0 ? 1.0 : value;
  return area.y + 0.5 * area.h * (1.0 - v);
}

static bool heard(const Estimate* e) {
  return e->state != ENGINE_SILENT;
}

static double pick(const Estimate* e, bool arousal, double spreads) {
  return arousal ? (double)e->arousal + spreads * (double)e->arousal_spread
                 : (double)e->valence + spreads * (double)e->valence_spread;
}

// Draw the estimates [from, to), which have no silence: spread band, then line.
static void draw_stretch(cairo_t* cr, const PlotPage* page, Rect area, bool arousal, size_t from,
                         size_t to) {
  const Estimate* e = page->plot->estimates;
  const Rgb color = arousal ? page->theme.arousal : page->theme.valence;
  cairo_new_path(cr);
  for (size_t i = from; i < to; ++i) {
    cairo_line_to(cr, x_of(page, area, time_of(page, i)), plot_y(area, pick(&e[i], arousal, 1)));
  }
  for (size_t i = to; i-- > from;) {
    cairo_line_to(cr, x_of(page, area, time_of(page, i)), plot_y(area, pick(&e[i], arousal, -1)));
  }
  cairo_close_path(cr);
  theme_source(cr, color, 0.05);
  cairo_fill_preserve(cr);
  theme_source(cr, color, 0.40);
  cairo_set_line_width(cr, page->theme.px);
  cairo_stroke(cr);
  for (size_t i = from; i < to; ++i) {
    cairo_line_to(cr, x_of(page, area, time_of(page, i)), plot_y(area, pick(&e[i], arousal, 0)));
  }
  theme_source(cr, color, 1.0);
  cairo_set_line_width(cr, 0.13 * page->theme.unit);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke(cr);
}

static double nice_step(double span, double most) {
  static const double steps[] = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600};
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; ++i) {
    if (span / steps[i] <= most) return steps[i];
  }
  return 7200.0;
}

static void format_time(char* out, size_t size, double seconds) {
  const int s = (int)(seconds + 0.5);
  snprintf(out, size, "%d:%02d", s / 60, s % 60);
}

void plot_time_axis(cairo_t* cr, const PlotPage* page, Rect area, bool labels) {
  const double u = page->theme.unit;
  const double step = nice_step(page->end, fmax(2.0, area.w / (5.0 * u)));
  TextStyle style = {.size = 0.85 * u, .color = page->theme.text_faint, .anchor = TEXT_CENTER};
  cairo_set_line_width(cr, page->theme.px);
  for (double t = 0.0; t <= page->end + 1e-9; t += step) {
    const double x = floor(x_of(page, area, t)) + 0.5 * page->theme.px;
    cairo_move_to(cr, x, area.y);
    cairo_line_to(cr, x, area.y + area.h);
    theme_source(cr, page->theme.line, 0.55);
    cairo_stroke(cr);
    if (!labels) continue;
    char label[32];
    format_time(label, sizeof label, t);
    text_draw(page->text, cr, &style, x, area.y + area.h + 1.1 * u, label);
  }
}

void plot_curves(cairo_t* cr, const PlotPage* page, Rect area) {
  const Theme* theme = &page->theme;
  const double u = theme->unit;
  TextStyle style = {.size = 0.85 * u, .color = theme->text_faint, .anchor = TEXT_RIGHT};
  static const char* const names[] = {"\u22121", "0", "+1"};
  for (int i = 0; i < 3; ++i) {
    const double y = floor(plot_y(area, i - 1.0)) + 0.5 * theme->px;
    cairo_move_to(cr, area.x, y);
    cairo_line_to(cr, area.x + area.w, y);
    theme_source(cr, i == 1 ? theme->line_strong : theme->line, 1.0);
    cairo_set_line_width(cr, theme->px);
    cairo_stroke(cr);
    text_draw(page->text, cr, &style, area.x - 0.6 * u, y, names[i]);
  }
  const Plot* plot = page->plot;
  for (int arousal = 0; arousal < 2; ++arousal) {
    for (size_t i = 0; i < plot->n;) {
      size_t to = i;
      while (to < plot->n && heard(&plot->estimates[to]))
        ++to;
      if (to > i) draw_stretch(cr, page, area, arousal == 1, i, to);
      i = to > i ? to : i + 1;
    }
  }
}

void plot_mood(cairo_t* cr, const PlotPage* page, Rect area) {
  const Plot* plot = page->plot;
  cairo_rectangle(cr, area.x, area.y, area.w, area.h);
  theme_source(cr, page->theme.panel, 1.0);
  cairo_fill(cr);
  for (size_t i = 0; i < plot->n; ++i) {
    const Estimate* e = &plot->estimates[i];
    if (!heard(e)) continue;
    const double x0 = x_of(page, area, fmax(0.0, time_of(page, i) - ENGINE_HOP_SECONDS));
    const double x1 = x_of(page, area, time_of(page, i));
    theme_source(cr, color_mood((double)e->valence, (double)e->arousal),
                 e->state == ENGINE_LIVE ? 1.0 : 0.45);
    // Use whole pixels, so that neighbours neither overlap nor leave gaps.
    const double left = floor(x0 + 0.5);
    cairo_rectangle(cr, left, area.y, fmax(0.0, floor(x1 + 0.5) - left), area.h);
    cairo_fill(cr);
  }
}

void plot_keys(cairo_t* cr, const PlotPage* page, double x, double y) {
  static const char* const names[] = {"valence", "arousal"};
  const double u = page->theme.unit;
  for (int i = 0; i < 2; ++i) {
    const Rgb color = i ? page->theme.arousal : page->theme.valence;
    cairo_rectangle(cr, x, y - 0.1 * u, 1.4 * u, 0.2 * u);
    theme_source(cr, color, 1.0);
    cairo_fill(cr);
    TextStyle style = {.size = 0.92 * u, .weight = TEXT_MEDIUM, .color = color};
    x += 1.9 * u;
    x += text_draw(page->text, cr, &style, x, y, names[i]) + 1.8 * u;
  }
  TextStyle soft = {.size = 0.85 * u, .color = page->theme.text_soft};
  text_draw(page->text, cr, &soft, x, y, "band: one standard deviation");
}

static void draw_loudness(cairo_t* cr, const PlotPage* page, Rect area) {
  const Plot* plot = page->plot;
  cairo_new_path(cr);
  cairo_move_to(cr, area.x, area.y + area.h);
  for (size_t i = 0; i < plot->n; ++i) {
    const double level = ((double)plot->estimates[i].loudness_short + 50.0) / 45.0;
    cairo_line_to(cr, x_of(page, area, time_of(page, i)),
                  area.y + area.h * (1.0 - fmin(fmax(level, 0.0), 1.0)));
  }
  cairo_line_to(cr, x_of(page, area, page->end), area.y + area.h);
  cairo_close_path(cr);
  theme_source(cr, page->theme.text_faint, 0.40);
  cairo_fill(cr);
}

static void row_name(cairo_t* cr, const PlotPage* page, Rect area, const char* name) {
  TextStyle style = {
      .size = 0.85 * page->theme.unit, .color = page->theme.text_faint, .anchor = TEXT_RIGHT};
  text_draw(page->text, cr, &style, area.x - 0.6 * page->theme.unit, area.y + 0.5 * area.h, name);
}

static void draw_trajectory(cairo_t* cr, const PlotPage* page, Rect plane) {
  const Plot* plot = page->plot;
  PlaneWords words;
  plane_ground(cr, &page->theme, plane, 0.0);
  plane_words_place(&words, &page->theme, page->text, plane, plane, plot->words, true);
  plane_words_draw(cr, &page->theme, page->text, &words, false);
  PlanePoint* points = calloc(plot->n + 1, sizeof *points);
  if (!points) return;
  size_t n = 0;
  const Estimate* last = NULL;
  double valence = 0.0;
  double arousal = 0.0;
  size_t live = 0;
  for (size_t i = 0; i < plot->n; ++i) {
    const Estimate* e = &plot->estimates[i];
    if (e->state != ENGINE_LIVE) continue;
    points[n++] = (PlanePoint){(double)e->valence, (double)e->arousal,
                               0.55 * (page->end - time_of(page, i)), last != e - 1};
    valence += (double)e->valence;
    arousal += (double)e->arousal;
    ++live;
    last = e;
  }
  plane_trail(cr, plane, points, n, page->end, 0.17 * page->theme.unit);
  free(points);
  if (live == 0) return;
  plane_piece(cr, &page->theme, plane, valence / (double)live, arousal / (double)live);
  char note[128];
  char v[16];
  char a[16];
  format_signed(v, sizeof v, valence / (double)live);
  format_signed(a, sizeof a, arousal / (double)live);
  snprintf(
      note, sizeof note, "\u25c7 mean %s valence, %s arousal: %s", v, a,
      words_name_of(plot->words, (float)(valence / (double)live), (float)(arousal / (double)live)));
  TextStyle style = {
      .size = 0.92 * page->theme.unit, .color = page->theme.text_soft, .anchor = TEXT_CENTER};
  text_draw(page->text, cr, &style, plane.x + 0.5 * plane.w,
            plane.y + plane.h + 1.3 * page->theme.unit, note);
}

void plot_timecourse(cairo_t* cr, double width, double height, const Plot* plot) {
  PlotPage page;
  plot_page(cr, &page, width, height, plot);
  if (!page.text) return;
  const double u = page.theme.unit;
  const double top = 6.6 * u;
  const double side = fmin(height - top - 4.0 * u, 0.42 * width);
  const Rect plane = {width - 2.0 * u - side, top, side, side};
  const double left = 6.2 * u;
  const double right = plane.x - 2.6 * u;
  const double bottom = height - 3.2 * u;
  const Rect loudness = {left, bottom - 4.2 * u, right - left, 4.2 * u};
  const Rect mood = {left, loudness.y - 1.9 * u, right - left, 1.2 * u};
  const Rect curves = {left, top + 2.2 * u, right - left, mood.y - top - 3.2 * u};
  plot_keys(cr, &page, left, top + 0.4 * u);
  plot_time_axis(cr, &page, curves, false);
  plot_curves(cr, &page, curves);
  plot_mood(cr, &page, mood);
  plot_time_axis(cr, &page, loudness, true);
  draw_loudness(cr, &page, loudness);
  row_name(cr, &page, mood, "mood");
  row_name(cr, &page, loudness, "loudness");
  draw_trajectory(cr, &page, plane);
  text_free(page.text);
}
