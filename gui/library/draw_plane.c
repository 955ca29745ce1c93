// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plane with the songs on it: see draw.h.
#include "gui/library/draw.h"

#include "gui/kit/format.h"
#include "gui/kit/plane.h"
#include "gui/kit/plane_words.h"
#include "gui/kit/shapes.h"
#include "gui/library/dots.h"

#include <stdlib.h>

#define PI 3.14159265358979323846
#define MARKED 30 // of the list's first songs are marked on the plane

static Rect all_of_it(const Draw* d) {
  const LibraryView* b = d->view;
  return library_layout_plane(d->layout, b->zoom, b->look_v, b->look_a);
}

static bool has_axis_names(const Draw* d) {
  return d->layout->parts[LIBRARY_PART_PLANE].w > 20.0 * d->plane_theme->unit;
}

void draw_ground(const Draw* d, cairo_surface_t* image) {
  const Rect frame = d->layout->parts[LIBRARY_PART_PLANE];
  const Rect plane = all_of_it(d);
  const Rect local = {plane.x - frame.x, plane.y - frame.y, plane.w, plane.h};
  const Catalogue* c = library_view_catalogue(d->view);
  const double dim = c ? 0.0 : 0.55;
  cairo_t* cr = cairo_create(image);
  theme_source(cr, d->theme->window, 1.0);
  cairo_paint(cr);
  cairo_save(cr);
  shape_round(cr, (Rect){0.0, 0.0, frame.w, frame.h}, 0.55 * d->plane_theme->unit);
  cairo_clip(cr);
  if (d->view->zoom > 1.0) {
    // The ground is smooth, so that of the whole plane can be enlarged for every zoom.
    cairo_surface_t* ground =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)frame.w, (int)frame.h);
    cairo_t* tints = cairo_create(ground);
    plane_tints(tints, d->plane_theme, (Rect){0.0, 0.0, frame.w, frame.h}, dim);
    cairo_destroy(tints);
    cairo_save(cr);
    cairo_translate(cr, local.x, local.y);
    cairo_scale(cr, local.w / frame.w, local.h / frame.h);
    cairo_set_source_surface(cr, ground, 0.0, 0.0);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_paint(cr);
    cairo_restore(cr);
    cairo_surface_destroy(ground);
  } else {
    plane_tints(cr, d->plane_theme, local, dim);
  }
  plane_axes(cr, d->plane_theme, local);
  cairo_restore(cr);
  if (c) {
    cairo_destroy(cr);
    dots_draw(image, d->plane_theme, local, 0.0, 0.0, c, d->view->answer.allowed, d->view->zoom);
    cr = cairo_create(image);
  }
  const double px = d->theme->px;
  shape_round(cr, rect_inset((Rect){0.0, 0.0, frame.w, frame.h}, 0.5 * px, 0.5 * px),
              0.55 * d->plane_theme->unit);
  theme_source(cr, d->theme->text, 0.13);
  cairo_set_line_width(cr, px);
  cairo_stroke(cr);
  cairo_destroy(cr);
}

static void mark_song(const Draw* d, Rect plane, const Song* song, double radius, double alpha) {
  const double x = plane_x(plane, (double)song->valence);
  const double y = plane_y(plane, (double)song->arousal);
  const Rgb color = color_mix(color_mood((double)song->valence, (double)song->arousal),
                              (Rgb){1.0, 1.0, 1.0}, 0.45);
  cairo_arc(d->cr, x, y, radius + 1.5 * d->theme->px, 0.0, 2.0 * PI);
  theme_source(d->cr, d->theme->window, 0.8 * alpha);
  cairo_fill(d->cr);
  cairo_arc(d->cr, x, y, radius, 0.0, 2.0 * PI);
  theme_source(d->cr, color, alpha);
  cairo_fill(d->cr);
}

// Draw the chosen point: a ring with four ticks and a dark rim, so that it is visible on any dots.
static void draw_target(const Draw* d, Rect plane, float valence, float arousal) {
  const double u = d->plane_theme->unit;
  const double x = plane_x(plane, (double)valence);
  const double y = plane_y(plane, (double)arousal);
  for (int pass = 0; pass < 2; ++pass) {
    cairo_new_sub_path(d->cr);
    cairo_arc(d->cr, x, y, 0.62 * u, 0.0, 2.0 * PI);
    for (int i = 0; i < 4; ++i) {
      const double cx = i == 0 ? 1.0 : i == 1 ? -1.0 : 0.0;
      const double cy = i == 2 ? 1.0 : i == 3 ? -1.0 : 0.0;
      cairo_move_to(d->cr, x + 0.40 * u * cx, y + 0.40 * u * cy);
      cairo_line_to(d->cr, x + 1.05 * u * cx, y + 1.05 * u * cy);
    }
    theme_source(d->cr, pass ? d->theme->text : d->theme->window, pass ? 1.0 : 0.75);
    cairo_set_line_width(d->cr, (pass ? 0.13 : 0.36) * u);
    cairo_stroke(d->cr);
  }
}

// Draw a path from song to song, and the straight line between its ends.
static void draw_path(const Draw* d, Rect plane, const Catalogue* c) {
  const LibraryView* b = d->view;
  const double u = d->plane_theme->unit;
  const double dash[2] = {0.25 * u, 0.35 * u};
  cairo_move_to(d->cr, plane_x(plane, (double)b->query.valence),
                plane_y(plane, (double)b->query.arousal));
  cairo_line_to(d->cr, plane_x(plane, (double)b->query.to_valence),
                plane_y(plane, (double)b->query.to_arousal));
  theme_source(d->cr, d->theme->text, 0.6);
  cairo_set_line_width(d->cr, 0.10 * u);
  cairo_set_dash(d->cr, dash, 2, 0.0);
  cairo_stroke(d->cr);
  cairo_set_dash(d->cr, NULL, 0, 0.0);
  for (size_t i = 0; i < b->answer.n; ++i) {
    const Song* song = &c->songs[b->answer.hits[i].song];
    cairo_line_to(d->cr, plane_x(plane, (double)song->valence),
                  plane_y(plane, (double)song->arousal));
  }
  theme_source(d->cr, d->theme->text, 0.85);
  cairo_set_line_width(d->cr, 0.13 * u);
  cairo_set_line_join(d->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke(d->cr);
}

static void draw_trail(const Draw* d, Rect plane, const Song* song) {
  const size_t n = song->curve.n;
  PlanePoint* points = n > 1 ? malloc(n * sizeof *points) : NULL;
  if (!points) return;
  const double length = (double)(d->view->end - d->view->start);
  size_t count = 0;
  bool gap = false;
  for (size_t i = 0; i < n; ++i) {
    if (song->curve.valence[i] == CURVE_SILENT) {
      gap = true;
      continue;
    }
    const double time = ((double)i + 1.0) / CURVE_RATE;
    const bool inside = time > (double)d->view->start && time <= (double)d->view->end + 0.5;
    // Only the matching passage, if there is one.
    if (!inside) {
      gap = true;
      continue;
    }
    points[count].valence = song->curve.valence[i] / (double)CURVE_FULL;
    points[count].arousal = song->curve.arousal[i] / (double)CURVE_FULL;
    points[count].age = fmax(0.0, (double)d->view->end - time);
    points[count].gap = gap && count > 0;
    gap = false;
    ++count;
  }
  // The whole curve is visible; its beginning is fainter.
  plane_trail(d->cr, plane, points, count, 2.2 * length, 0.30 * d->plane_theme->unit);
  free(points);
}

// Dim everything except the words behind the chosen song.
static void draw_veil(const Draw* d, Rect frame) {
  cairo_rectangle(d->cr, frame.x, frame.y, frame.w, frame.h);
  theme_source(d->cr, d->theme->window, 0.38);
  cairo_fill(d->cr);
}

static PlaneDot mean_dot(const Song* song) {
  return (PlaneDot){.valence = (double)song->valence,
                    .arousal = (double)song->arousal,
                    .valence_spread = (double)song->valence_spread,
                    .arousal_spread = (double)song->arousal_spread,
                    .confidence = (double)song->confidence,
                    .settled = 1.0};
}

void draw_chosen(const Draw* d) {
  const LibraryView* b = d->view;
  const Catalogue* c = library_view_catalogue(b);
  const Rect plane = all_of_it(d);
  cairo_save(d->cr);
  const Rect frame = d->layout->parts[LIBRARY_PART_PLANE];
  shape_round(d->cr, rect_inset(frame, d->theme->px, d->theme->px), 0.55 * d->plane_theme->unit);
  cairo_clip(d->cr);
  const double radius = dots_radius(d->plane_theme, library_view_songs_in_sight(b));
  if (library_view_song(b)) draw_veil(d, frame);
  if (b->query.kind == QUERY_PATH && b->answer.kind == QUERY_PATH) draw_path(d, plane, c);
  if (c && b->answer.kind != QUERY_ALL) {
    for (size_t row = b->answer.n < MARKED ? b->answer.n : MARKED; row-- > 0;) {
      const Song* song = &c->songs[b->answer.hits[row].song];
      mark_song(d, plane, song, radius * 1.15, row < 10 ? 1.0 : 0.7);
    }
  }
  const Song* song = library_view_song(b);
  PlaneWords words;
  plane_words_place(&words, d->plane_theme, d->text, plane, frame, b->words, has_axis_names(d));
  if (!song) plane_words_draw(d->cr, d->plane_theme, d->text, &words, true);
  if (song) {
    draw_trail(d, plane, song);
    const PlaneMark mean = {plane_x(plane, (double)song->valence),
                            plane_y(plane, (double)song->arousal), d->plane_theme->unit};
    plane_words_avoid(&words, d->plane_theme, &mean, 1);
    PlaneDot dot = mean_dot(song);
    const bool is_mean = b->playing != b->song;
    if (is_mean) plane_spread(d->cr, d->plane_theme, plane, &dot); // under the words
    plane_words_draw(d->cr, d->plane_theme, d->text, &words, true);
    if (!is_mean) {
      plane_piece(d->cr, d->plane_theme, plane, (double)song->valence, (double)song->arousal);
    } else {
      dot.valence_spread = dot.arousal_spread = 0.0;
      plane_dot(d->cr, d->plane_theme, plane, &dot);
    }
  }
  if (b->has_point) draw_target(d, plane, b->valence, b->arousal);
  if (b->has_point && b->query.kind == QUERY_PATH) {
    draw_target(d, plane, b->query.valence, b->query.arousal);
  }
  cairo_restore(d->cr);
}

static bool live_dot(const LibraryView* b, PlaneDot* dot) {
  const Catalogue* c = library_view_catalogue(b);
  if (!c || b->playing >= c->n || b->play == PLAY_STOPPED) return false;
  *dot = (PlaneDot){.confidence = 1.0, .settled = 1.0};
  return library_view_reading(&c->songs[b->playing], b->position, &dot->valence, &dot->arousal);
}

Rect draw_point_extent(const Draw* d) {
  PlaneDot dot;
  if (!live_dot(d->view, &dot)) return (Rect){0.0, 0.0, 0.0, 0.0};
  return rect_cut(plane_dot_extent(d->plane_theme, all_of_it(d), &dot),
                  d->layout->parts[LIBRARY_PART_PLANE]);
}

static void draw_hovered(const Draw* d, Rect plane) {
  const LibraryView* b = d->view;
  const Catalogue* c = library_view_catalogue(b);
  if (!c || b->hovered >= c->n) return;
  const Song* song = &c->songs[b->hovered];
  const double x = plane_x(plane, (double)song->valence);
  const double y = plane_y(plane, (double)song->arousal);
  const double r = dots_radius(d->plane_theme, library_view_songs_in_sight(b));
  cairo_arc(d->cr, x, y, r + 2.0 * d->theme->px, 0.0, 2.0 * PI);
  theme_source(d->cr, d->theme->text, 1.0);
  cairo_set_line_width(d->cr, 1.5 * d->theme->px);
  cairo_stroke(d->cr);
  char v[16];
  char a[16];
  char values[160];
  char more[64];
  format_signed(v, sizeof v, (double)song->valence);
  format_signed(a, sizeof a, (double)song->arousal);
  snprintf(values, sizeof values, "%s:  valence %s \u00b1 %.2f   arousal %s \u00b1 %.2f",
           draw_word(b, song->valence, song->arousal), v, (double)song->valence_spread, a,
           (double)song->arousal_spread);
  const char* lines[4];
  int n = 0;
  lines[n++] = song->title;
  if (song->artist[0]) lines[n++] = song->artist;
  lines[n++] = values;
  if (b->crowd > 1) {
    snprintf(more, sizeof more, b->crowd == 2 ? "and 1 more here" : "and %zu more here",
             b->crowd - 1);
    lines[n++] = more;
  }
  const Rect bounds =
      rect_inset(d->layout->parts[LIBRARY_PART_PLANE], 0.4 * d->theme->unit, 0.4 * d->theme->unit);
  const double reach = r + 3.0 * d->theme->px;
  const Rect dot = {x - reach, y - reach, 2.0 * reach, 2.0 * reach};
  shape_note(d->cr, d->theme, d->text, bounds, dot, lines, n);
}

void draw_point(const Draw* d) {
  const Rect plane = all_of_it(d);
  PlaneDot dot;
  cairo_save(d->cr);
  const Rect frame = d->layout->parts[LIBRARY_PART_PLANE];
  cairo_rectangle(d->cr, frame.x, frame.y, frame.w, frame.h);
  cairo_clip(d->cr);
  if (live_dot(d->view, &dot)) plane_dot(d->cr, d->plane_theme, plane, &dot);
  draw_hovered(d, plane);
  draw_focus(d, LIBRARY_PART_PLANE, frame);
  cairo_restore(d->cr);
}
