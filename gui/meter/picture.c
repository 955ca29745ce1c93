// SPDX-License-Identifier: GPL-3.0-or-later
// The whole picture of the meter, and what of it must be drawn again.
#include "gui/meter/picture.h"

#include "gui/kit/menu.h"
#include "gui/kit/plane.h"
#include "gui/kit/plane_words.h"
#include "gui/meter/cue_bars.h"
#include "gui/meter/history_strip.h"
#include "gui/meter/outputs_panel.h"
#include "gui/meter/reading_panel.h"

#include <stdlib.h>

struct MeterPicture {
  double scale;
  bool host_known;
  unsigned host_background;
  Theme theme;       ///< the window's
  Theme plane_theme; ///< the plane's: its sizes follow the plane where that is large
  Text* text;
  MeterLayout layout;
  Menu menu;
  cairo_surface_t* ground; ///< everything that does not change
  cairo_surface_t* trail;  ///< the plane with the trail on it
  bool ground_old, trail_old;
  bool all_old; ///< also the ground below the cached trail
  double dim;   ///< of the cached ground
  Rect dot;     ///< where the point was drawn
  Rect drawn;   ///< the part of the cached trail that is not ground, in the window
  Rect note;    ///< the area that a note may cover
  PlaneWords words;
  bool words_old;
  const WordTable* table; ///< for which the words were placed
  MeterPart hot, focus;
};

MeterPicture* meter_picture_new(void) {
  MeterPicture* picture = calloc(1, sizeof *picture);
  if (!picture) return NULL;
  picture->text = text_new();
  if (!picture->text) {
    free(picture);
    return NULL;
  }
  meter_picture_resize(picture, METER_DEFAULT_WIDTH, METER_DEFAULT_HEIGHT, 1.0, METER_FULL);
  return picture;
}

static void drop(cairo_surface_t** surface) {
  if (*surface) cairo_surface_destroy(*surface);
  *surface = NULL;
}

void meter_picture_free(MeterPicture* picture) {
  if (!picture) return;
  drop(&picture->ground);
  drop(&picture->trail);
  text_free(picture->text);
  free(picture);
}

void meter_picture_resize(MeterPicture* picture, double width, double height, double scale,
                          MeterMode mode) {
  picture->scale = scale;
  picture->layout = meter_layout_compute(width, height, scale, mode);
  const double type = picture->layout.unit / THEME_FONT_PX;
  picture->theme = mode == METER_STAGE ? theme_stage(type) : theme_default(type);
  if (picture->host_known && mode != METER_STAGE) {
    theme_follow_host(&picture->theme, picture->host_background);
  }
  picture->plane_theme = picture->theme;
  const double share = mode == METER_STAGE ? 1.0 / 30.0 : 1.0 / 42.0;
  picture->plane_theme.unit = fmax(picture->theme.unit, share * picture->layout.plane.w);
  picture->words_old = true;
  drop(&picture->ground);
  drop(&picture->trail);
  picture->dot = (Rect){0.0, 0.0, 0.0, 0.0};
  picture->drawn = picture->dot;
  menu_close(&picture->menu);
}

void meter_picture_follow_host(MeterPicture* picture, unsigned background) {
  picture->host_known = true;
  picture->host_background = background;
  meter_picture_resize(picture, picture->layout.window.w, picture->layout.window.h, picture->scale,
                       picture->layout.mode);
}

bool meter_picture_point(MeterPicture* picture, MeterPart hot, MeterPart focus) {
  const bool changed = hot != picture->hot || focus != picture->focus;
  picture->hot = hot;
  picture->focus = focus;
  return changed;
}

MeterPart meter_picture_hot(const MeterPicture* picture) {
  return picture->hot;
}

void meter_picture_open_menu(MeterPicture* picture, const char* const* names,
                             const char* const* details, size_t n, size_t current) {
  const Rect window = picture->layout.window;
  const double margin = picture->theme.unit;
  Rect anchor = picture->layout.parts[METER_PART_MODEL];
  // Views without that button show the list at the bottom.
  if (rect_empty(anchor)) anchor = (Rect){margin, window.h - 0.6 * margin, 0.0, 0.0};
  menu_open(&picture->menu, &picture->theme, picture->text, window, anchor, names, details, n,
            current);
}

void meter_picture_close_menu(MeterPicture* picture) {
  menu_close(&picture->menu);
}
bool meter_picture_has_menu(const MeterPicture* picture) {
  return picture->menu.n > 0;
}
size_t meter_picture_menu_current(const MeterPicture* picture) {
  return picture->menu.current;
}

int meter_picture_menu_item(const MeterPicture* picture, double x, double y) {
  return menu_item(&picture->menu, x, y);
}

void meter_picture_menu_select(MeterPicture* picture, size_t item) {
  menu_select(&picture->menu, item);
}

const MeterLayout* meter_picture_layout(const MeterPicture* picture) {
  return &picture->layout;
}
const Theme* meter_picture_theme(const MeterPicture* picture) {
  return &picture->theme;
}
Text* meter_picture_text(MeterPicture* picture) {
  return picture->text;
}

static bool shows_point(const MeterView* view) {
  return view->state == METER_SETTLING || view->state == METER_LIVE;
}

static PlaneDot current_dot(const MeterView* view) {
  const MeterRecord* newest = meter_view_newest(view);
  PlaneDot dot = {.valence = view->valence, .arousal = view->arousal, .settled = 1.0};
  if (newest) {
    dot.valence_spread = (double)newest->valence_spread;
    dot.arousal_spread = (double)newest->arousal_spread;
    dot.confidence = (double)newest->confidence;
    if (view->state == METER_SETTLING) dot.settled = (double)newest->settled;
  }
  dot.outside = view->outside;
  dot.held = view->held;
  return dot;
}

// The point and the line that joins it to the trail.
static Rect dot_region(const MeterPicture* picture, const MeterView* view) {
  if (!shows_point(view)) return (Rect){0.0, 0.0, 0.0, 0.0};
  const PlaneDot dot = current_dot(view);
  const Rect plane = picture->layout.plane;
  Rect r = plane_dot_extent(&picture->plane_theme, plane, &dot);
  if (view->trail_count) {
    const PlanePoint* end = &view->trail[view->trail_count - 1];
    const double pad = picture->plane_theme.unit;
    r = rect_union(r, (Rect){plane_x(plane, end->valence) - pad, plane_y(plane, end->arousal) - pad,
                             2.0 * pad, 2.0 * pad});
  }
  return rect_pixels(r);
}

// \return the record whose mean of the whole piece has a mark on the plane; NULL: none
static const MeterRecord* shown_piece(const MeterView* view) {
  return view->state == METER_LIVE ? meter_view_newest(view) : NULL;
}

static double trail_width(const MeterPicture* picture) {
  return 0.27 * picture->plane_theme.unit;
}

// The trail and the whole-piece mark, cut to the plane.
static Rect trail_region(const MeterPicture* picture, const MeterView* view) {
  if (!shows_point(view)) return (Rect){0.0, 0.0, 0.0, 0.0};
  const Rect plane = picture->layout.plane;
  Rect r = plane_trail_extent(plane, view->trail, view->trail_count, view->trail_seconds,
                              trail_width(picture));
  const MeterRecord* piece = shown_piece(view);
  if (piece) {
    r = rect_union(r, plane_piece_extent(&picture->plane_theme, plane, (double)piece->piece_valence,
                                         (double)piece->piece_arousal));
  }
  return rect_cut(r, plane);
}

static double plane_dim(const MeterView* view) {
  return shows_point(view) ? 0.0 : 0.55;
}

// Update the words' positions after changes of size, state and point.
// \return the pixels that changed because of the point and the piece's mark
static Rect place_words(MeterPicture* picture, const MeterView* view) {
  const Rect plane = picture->layout.plane;
  const Theme* theme = &picture->plane_theme;
  const Rect none = {0.0, 0.0, 0.0, 0.0};
  if (picture->words_old || picture->table != view->words) {
    const bool large = plane.w > 20.0 * theme->unit;
    plane_words_place(&picture->words, theme, picture->text, plane, plane, view->words, large);
    picture->words_old = false;
    picture->table = view->words;
  }
  if (!shows_point(view)) return none;
  const double radius = view->held ? 2.0 : view->state == METER_SETTLING ? 1.9 : 1.0;
  PlaneMark marks[2] = {
      {plane_x(plane, view->valence), plane_y(plane, view->arousal), radius * theme->unit}};
  const MeterRecord* piece = shown_piece(view);
  if (piece) {
    marks[1] = (PlaneMark){plane_x(plane, (double)piece->piece_valence),
                           plane_y(plane, (double)piece->piece_arousal), 0.6 * theme->unit};
  }
  return plane_words_avoid(&picture->words, theme, marks, piece ? 2 : 1);
}

// The timeline's ground depends on its time range.
static void follow_span(MeterPicture* picture, const MeterView* view) {
  if (fabs(picture->layout.span - view->span) < 0.5) return;
  picture->layout.span = view->span;
  picture->ground_old = true;
}

size_t meter_picture_update(MeterPicture* picture, const MeterView* view, unsigned damage,
                            Rect* dirty) {
  size_t n = 0;
  const MeterLayout* l = &picture->layout;
  follow_span(picture, view);
  if (fabs(plane_dim(view) - picture->dim) > 1e-9) {
    damage |= METER_DAMAGE_GROUND;
    picture->ground_old = true;
  }
  if (damage & (METER_DAMAGE_TRAIL | METER_DAMAGE_GROUND)) picture->trail_old = true;
  if (damage == METER_DAMAGE_ALL ||
      ((picture->menu.n > 0 || view->notice[0] || view->overlay) && damage)) {
    dirty[n++] = l->window;
    return n;
  }
  const double pad = picture->theme.unit;
  if (damage & METER_DAMAGE_GROUND) {
    dirty[n++] = l->plane;
  } else if (damage & (METER_DAMAGE_POINT | METER_DAMAGE_TRAIL)) {
    Rect changed = rect_union(picture->dot, dot_region(picture, view));
    changed = rect_union(changed, place_words(picture, view));
    if (damage & METER_DAMAGE_TRAIL) {
      changed = rect_union(changed, rect_union(picture->drawn, trail_region(picture, view)));
    }
    if (!rect_empty(changed)) dirty[n++] = changed;
  }
  if (damage & METER_DAMAGE_READING) {
    dirty[n++] = rect_pixels(rect_inset(l->reading, -0.2 * pad, -0.2 * pad));
  }
  if (l->mode != METER_FULL) return n;
  if (damage & METER_DAMAGE_CUES) {
    dirty[n++] = l->cues;
  } else if (damage & METER_DAMAGE_BARS) {
    dirty[n++] = cue_bars_values(l);
  }
  if (damage & METER_DAMAGE_TIMELINE) {
    dirty[n++] = l->timeline;
  } else if (damage & METER_DAMAGE_ROWS) {
    // From the range at the left of the curves to the numbers at the right.
    const double left = l->curves.x - 3.0 * pad;
    const double right = l->timeline.x + l->timeline.w;
    const double bottom = l->envelope.y + l->envelope.h;
    dirty[n++] = rect_pixels((Rect){left, l->strip.y, right - left, bottom - l->strip.y});
  }
  if (damage & METER_DAMAGE_CONTROLS) {
    // Include room for a note above.
    const double top = floor(l->status.y - 5.0 * pad);
    dirty[n++] = (Rect){0.0, top, l->window.w, l->window.h - top};
  } else if (damage & METER_DAMAGE_STATUS) {
    dirty[n++] = l->status;
  }
  return n;
}

static cairo_surface_t* make_surface(double w, double h) {
  return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)fmax(1.0, ceil(w)),
                                    (int)fmax(1.0, ceil(h)));
}

static void build_ground(MeterPicture* picture, const MeterView* view) {
  const MeterLayout* l = &picture->layout;
  if (!picture->ground) picture->ground = make_surface(l->window.w, l->window.h);
  cairo_t* cr = cairo_create(picture->ground);
  theme_source(cr, picture->theme.window, 1.0);
  cairo_paint(cr);
  picture->dim = plane_dim(view);
  plane_ground(cr, &picture->plane_theme, l->plane, picture->dim);
  if (l->mode == METER_FULL) {
    history_strip_frame(cr, &picture->theme, picture->text, l);
    cue_bars_frame(cr, &picture->theme, picture->text, l);
    panel_reading_frame(cr, &picture->theme, picture->text, l);
  }
  cairo_destroy(cr);
  picture->ground_old = false;
  picture->trail_old = true;
  picture->all_old = true;
}

static void build_trail(MeterPicture* picture, const MeterView* view) {
  const Rect plane = picture->layout.plane;
  const Rect next = trail_region(picture, view);
  Rect old = rect_union(picture->drawn, next);
  if (!picture->trail) picture->trail = make_surface(plane.w, plane.h);
  if (picture->all_old) old = plane;
  cairo_t* cr = cairo_create(picture->trail);
  cairo_rectangle(cr, old.x - plane.x, old.y - plane.y, old.w, old.h);
  cairo_clip(cr);
  cairo_set_source_surface(cr, picture->ground, -plane.x, -plane.y);
  cairo_paint(cr);
  if (shows_point(view)) {
    const Rect local = {0.0, 0.0, plane.w, plane.h};
    plane_trail(cr, local, view->trail, view->trail_count, view->trail_seconds,
                trail_width(picture));
    const MeterRecord* piece = shown_piece(view);
    if (piece) {
      plane_piece(cr, &picture->plane_theme, local, (double)piece->piece_valence,
                  (double)piece->piece_arousal);
    }
  }
  cairo_destroy(cr);
  picture->drawn = next;
  picture->trail_old = false;
  picture->all_old = false;
}

// Readings to compare with: the reference and the moment clicked.
static void draw_references(MeterPicture* picture, cairo_t* cr, const MeterView* view) {
  const Rect plane = picture->layout.plane;
  double age;
  if (view->has_reference) {
    plane_ring(cr, &picture->plane_theme, plane, view->reference_valence, view->reference_arousal,
               picture->theme.accent);
  }
  if (!meter_view_looked(view, &age)) return;
  const SessionPoint* p = session_at(&view->session, age);
  plane_ring(cr, &picture->plane_theme, plane, p->valence / 1000.0, p->arousal / 1000.0,
             picture->theme.text);
}

static void draw_plane(MeterPicture* picture, cairo_t* cr, const MeterView* view) {
  const Rect plane = picture->layout.plane;
  cairo_set_source_surface(cr, picture->trail, plane.x, plane.y);
  cairo_rectangle(cr, plane.x, plane.y, plane.w, plane.h);
  cairo_fill(cr);
  if (shows_point(view)) { // otherwise a message covers the words
    PlaneDot dot = current_dot(view);
    plane_spread(cr, &picture->plane_theme, plane, &dot); // under the words
    plane_words_draw(cr, &picture->plane_theme, picture->text, &picture->words, false);
    draw_references(picture, cr, view);
    if (view->trail_count && !view->held) {
      PlanePoint head[2] = {view->trail[view->trail_count - 1],
                            {view->valence, view->arousal, 0.0, false}};
      head[0].gap = true;
      plane_trail(cr, plane, head, 2, view->trail_seconds, trail_width(picture));
    }
    dot.valence_spread = dot.arousal_spread = 0.0;
    plane_dot(cr, &picture->plane_theme, plane, &dot);
  }
  panel_message(cr, &picture->theme, picture->text, &picture->layout, view);
}

void meter_picture_draw(MeterPicture* picture, cairo_t* cr, const MeterView* view, Rect clip) {
  const MeterLayout* l = &picture->layout;
  follow_span(picture, view);
  if (!picture->ground || picture->ground_old || fabs(plane_dim(view) - picture->dim) > 1e-9) {
    build_ground(picture, view);
  }
  if (!picture->trail || picture->trail_old) build_trail(picture, view);
  place_words(picture, view);
  cairo_save(cr);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_clip(cr);
  if (!rect_covers(l->plane, clip)) { // otherwise draw_plane() covers everything
    cairo_set_source_surface(cr, picture->ground, 0.0, 0.0);
    cairo_paint(cr);
  }
  if (rect_overlaps(clip, l->plane)) draw_plane(picture, cr, view);
  picture->dot = dot_region(picture, view);
  if (rect_overlaps(clip, l->reading)) {
    panel_reading(cr, &picture->theme, picture->text, l, view);
  }
  if (l->mode == METER_FULL) {
    if (rect_overlaps(clip, l->cues)) cue_bars_data(cr, &picture->theme, picture->text, l, view);
    if (rect_overlaps(clip, l->timeline))
      history_strip_data(cr, &picture->theme, picture->text, l, view);
    const double bar = l->status.y - picture->theme.unit;
    if (rect_overlaps(clip, (Rect){0.0, bar, l->window.w, l->window.h - bar})) {
      panel_controls(cr, &picture->theme, picture->text, l, view, picture->hot, picture->focus);
    }
    if (picture->menu.n == 0 && !view->overlay)
      panel_note(cr, &picture->theme, picture->text, l, view, picture->hot);
    panel_notice(cr, &picture->theme, picture->text, l, view);
  }
  menu_draw(cr, &picture->theme, picture->text, &picture->menu);
  outputs_panel(cr, &picture->theme, picture->text, l, view);
  cairo_restore(cr);
}
