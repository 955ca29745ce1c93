// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The chosen song: see draw.h.
#include "gui/library/draw.h"

#include "gui/kit/format.h"
#include "gui/kit/shapes.h"

// The smallest of a few round ranges that contains the curve, and the drawing if it is shown.
static double song_range(const Song* song, const DrawnProfile* drawn) {
  double reach = drawn_reach_of_curve(&song->curve);
  if (drawn) reach = fmax(reach, drawn_reach(drawn));
  return reach < 0.24 ? 0.25 : reach < 0.48 ? 0.5 : reach < 0.67 ? 0.7 : 1.0;
}

static void draw_figure(const Draw* d, double x, double room, const char* label, Rgb color,
                        const char* number, const char* remark) {
  const double u = d->theme->unit;
  const double y = d->layout->song.y + 3.65 * u;
  TextStyle style = {.size = 0.85 * u, .color = d->theme->text_soft};
  double at = x;
  if (label[0]) at += text_draw(d->text, d->cr, &style, x, y, label) + 0.45 * u;
  style.size = 1.05 * u;
  style.weight = TEXT_MEDIUM;
  style.color = color;
  at += text_draw(d->text, d->cr, &style, at, y, number) + 0.35 * u;
  style = (TextStyle){.size = 0.85 * u, .color = d->theme->text_faint};
  if (remark[0] && at + text_width(d->text, &style, remark) <= x + room) {
    text_draw(d->text, d->cr, &style, at, y, remark);
  }
}

static void draw_figures(const Draw* d, const Song* song) {
  const Rect r = d->layout->song;
  char number[32];
  char remark[32];
  const double w = r.w / 4.0;
  const Rgb mood =
      color_mix(color_mood((double)song->valence, (double)song->arousal), d->theme->text, 0.25);
  draw_figure(d, r.x, w, "", mood, draw_word(d->view, song->valence, song->arousal), "");
  format_signed(number, sizeof number, (double)song->valence);
  snprintf(remark, sizeof remark, "\u00b1 %.2f", (double)song->valence_spread);
  draw_figure(d, r.x + 0.8 * w, 1.15 * w, "valence", d->theme->valence, number, remark);
  format_signed(number, sizeof number, (double)song->arousal);
  snprintf(remark, sizeof remark, "\u00b1 %.2f", (double)song->arousal_spread);
  draw_figure(d, r.x + 1.95 * w, 1.15 * w, "arousal", d->theme->arousal, number, remark);
  snprintf(number, sizeof number, "%.0f %%", 100.0 * (double)song->confidence);
  const bool roomy = 0.9 * w > 7.5 * d->theme->unit;
  if (song->curve.n > 0) {
    draw_figure(d, r.x + 3.1 * w, 0.9 * w, roomy ? "confidence" : "", d->theme->text, number,
                roomy ? "" : "sure");
  }
}

static void draw_axis(const Draw* d, Rect r, double seconds) {
  static const double steps[] = {5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0};
  const double u = d->theme->unit;
  double step = steps[0];
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; ++i) {
    step = steps[i];
    if (r.w * step / fmax(seconds, 1.0) > 4.2 * u) break;
  }
  while (r.w * step / fmax(seconds, 1.0) <= 4.2 * u)
    step *= 2.0;
  TextStyle style = {.size = 0.80 * u, .color = d->theme->text_faint};
  const double last = r.x + r.w - 4.2 * u; // the time of the song's end is written there
  for (int i = 0; i * step < seconds && library_layout_time_x(r, seconds, i * step) < last; ++i) {
    const double t = i * step;
    char label[16];
    const double x = floor(library_layout_time_x(r, seconds, t));
    draw_format_time(label, sizeof label, t);
    style.anchor = t > 0.0 ? TEXT_CENTER : TEXT_LEFT;
    text_draw(d->text, d->cr, &style, x, r.y + r.h + 0.75 * u, label);
    if (t > 0.0) shape_fill(d->cr, (Rect){x, r.y, d->theme->px, r.h}, d->theme->line, 0.55);
  }
  char label[16];
  draw_format_time(label, sizeof label, seconds);
  style.anchor = TEXT_RIGHT;
  text_draw(d->text, d->cr, &style, r.x + r.w, r.y + r.h + 0.75 * u, label);
}

double draw_head_x(const Draw* d) {
  const LibraryView* b = d->view;
  const Song* song = library_view_song(b);
  if (!song || b->playing != b->song || b->play == PLAY_STOPPED) return -1.0;
  return floor(library_layout_time_x(d->layout->parts[LIBRARY_PART_SONG], (double)song->duration,
                                     fmin(b->position, (double)song->duration)));
}

static void draw_hover(const Draw* d, Rect r, const Song* song) {
  const LibraryView* b = d->view;
  double v, a;
  if (b->song_hover < 0.0 || !library_view_reading(song, b->song_hover, &v, &a)) return;
  const double u = d->theme->unit;
  const double x = floor(library_layout_time_x(r, (double)song->duration, b->song_hover));
  shape_fill(d->cr, (Rect){x, r.y, d->theme->px, r.h}, d->theme->text, 0.35);
  char time[16];
  char numbers[2][16];
  char line[96];
  draw_format_time(time, sizeof time, b->song_hover);
  format_signed(numbers[0], sizeof numbers[0], v);
  format_signed(numbers[1], sizeof numbers[1], a);
  snprintf(line, sizeof line, "%s   valence %s   arousal %s", time, numbers[0], numbers[1]);
  const char* lines[1] = {line};
  const Rect column = {x, r.y + 0.3 * u, d->theme->px, r.h};
  shape_note(d->cr, d->theme, d->text, rect_inset(r, 0.3 * u, 0.3 * u), column, lines, 1);
}

static void draw_course(const Draw* d, const Song* song) {
  const LibraryView* b = d->view;
  const double u = d->theme->unit;
  const double px = d->theme->px;
  const Rect r = d->layout->parts[LIBRARY_PART_SONG];
  const double seconds = (double)song->duration;
  const bool part = (double)(b->end - b->start) < seconds - 1.0;
  const bool compared = b->answer.kind == QUERY_MATCH && library_view_hit(b, b->row);
  const double range = song_range(song, compared ? &b->drawn : NULL);
  draw_axis(d, r, seconds);
  if (part) {
    const double from = library_layout_time_x(r, seconds, (double)b->start);
    const double to = library_layout_time_x(r, seconds, (double)b->end);
    shape_fill(d->cr, (Rect){from, r.y, to - from, r.h}, d->theme->accent, 0.16);
    shape_fill(d->cr, (Rect){floor(from), r.y, px, r.h}, d->theme->accent, 0.9);
    shape_fill(d->cr, (Rect){floor(to), r.y, px, r.h}, d->theme->accent, 0.9);
  }
  shape_fill(d->cr, (Rect){r.x, floor(r.y + 0.5 * r.h), r.w, px}, d->theme->line_strong, 0.8);
  cairo_save(d->cr);
  cairo_rectangle(d->cr, r.x, r.y, r.w, r.h);
  cairo_clip(d->cr);
  if (compared) {
    const double from = library_layout_time_x(r, seconds, (double)b->start);
    const double to = library_layout_time_x(r, seconds, (double)b->end);
    const Rect area = {from, r.y, to - from, r.h};
    draw_drawn_curve(d->cr, area, &b->drawn, DRAWN_VALENCE, 0.0, range, 0.5 * u, d->theme->valence,
                     0.28);
    draw_drawn_curve(d->cr, area, &b->drawn, DRAWN_AROUSAL, 0.0, range, 0.5 * u, d->theme->arousal,
                     0.28);
  }
  const double width = 0.13 * u;
  draw_curve(d->cr, r, &song->curve, false, 0.0, seconds, range, width, d->theme->valence, 1.0);
  draw_curve(d->cr, r, &song->curve, true, 0.0, seconds, range, width, d->theme->arousal, 1.0);
  cairo_restore(d->cr);
  TextStyle style = {.size = 0.80 * u, .color = d->theme->text_faint};
  char label[16];
  snprintf(label, sizeof label,
           range < 0.3   ? "\u00b1%.2f"
           : range < 0.8 ? "\u00b1%.1f"
                         : "\u00b1%.0f",
           range);
  text_draw(d->text, d->cr, &style, r.x + 0.5 * u, r.y + 0.8 * u, label);
  const double head = draw_head_x(d);
  if (head >= 0.0) shape_fill(d->cr, (Rect){head, r.y, 2.0 * px, r.h}, d->theme->text, 1.0);
  draw_hover(d, r, song);
}

// Write a remark instead of the curve.
static void draw_remark(const Draw* d, Rect curve, const char* remark) {
  const TextStyle style = {.size = 0.92 * d->theme->unit, .color = d->theme->text_faint};
  const double width = curve.w - 2.0 * d->theme->unit;
  const double height = text_wrap_height(d->text, &style, width, remark);
  text_wrap(d->text, d->cr, &style, curve.x + 0.5 * curve.w, curve.y + 0.5 * (curve.h - height),
            width, remark);
}

void draw_song(const Draw* d) {
  const Song* song = library_view_song(d->view);
  const double u = d->theme->unit;
  const Rect r = d->layout->song;
  const Rect curve = d->layout->parts[LIBRARY_PART_SONG];
  shape_fill_round(d->cr, curve, 0.35 * u, d->theme->panel, 1.0);
  TextStyle style = {.size = 1.08 * u, .weight = TEXT_BOLD, .color = d->theme->text};
  if (!song) {
    style.color = d->theme->text_faint;
    text_draw(d->text, d->cr, &style, r.x, r.y + 0.95 * u, "No song chosen");
    draw_remark(d, curve, "Choose one in the list or on the plane to see how it moves.");
    draw_focus(d, LIBRARY_PART_SONG, curve);
    return;
  }
  style.max_width = r.w;
  text_draw(d->text, d->cr, &style, r.x, r.y + 0.95 * u, song->title);
  char by[512];
  char time[16];
  draw_format_time(time, sizeof time, (double)song->duration);
  snprintf(by, sizeof by, "%s%s%s%s%s", song->artist, song->artist[0] ? " \u2013 " : "",
           song->album, song->album[0] ? " \u2013 " : "", time);
  style = (TextStyle){.size = 0.90 * u, .color = d->theme->text_soft, .max_width = r.w};
  text_draw(d->text, d->cr, &style, r.x, r.y + 2.3 * u, by);
  draw_figures(d, song);
  if (song->curve.n > 0) {
    draw_course(d, song);
  } else {
    draw_remark(d, curve, "This model reads songs as a whole: they have no curve.");
  }
  draw_focus(d, LIBRARY_PART_SONG, curve);
}
