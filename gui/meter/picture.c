// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The whole picture: see meter.h.
#include "gui/meter/picture.h"

#include "gui/kit/menu.h"
#include "gui/kit/plane.h"
#include "gui/meter/cue_bars.h"
#include "gui/meter/panel.h"
#include "gui/meter/timeline.h"

#include <stdlib.h>

struct Meter {
  double scale;
  bool host_known;
  unsigned host_background;
  Theme theme;       ///< the window's
  Theme plane_theme; ///< the plane's: its sizes follow the plane where that is large
  Text* text;
  Layout layout;
  Menu menu;
  cairo_surface_t* ground; ///< everything that stays
  cairo_surface_t* trail;  ///< the plane with the trail on it
  bool ground_old, trail_old;
  bool all_old; ///< the cached trail's ground, too
  double dim;   ///< of the ground as cached
  Rect dot;     ///< where the point was drawn
  Rect drawn;   ///< what of the cached trail is not ground, in the window
  Rect note;    ///< where a note may reach
  Part hot, focus;
};

Meter* meter_new(void) {
  Meter* meter = calloc(1, sizeof *meter);
  if (!meter) return NULL;
  meter->text = text_new();
  if (!meter->text) {
    free(meter);
    return NULL;
  }
  meter_resize(meter, LAYOUT_DEFAULT_WIDTH, LAYOUT_DEFAULT_HEIGHT, 1.0, LAYOUT_FULL);
  return meter;
}

static void drop(cairo_surface_t** surface) {
  if (*surface) cairo_surface_destroy(*surface);
  *surface = NULL;
}

void meter_free(Meter* meter) {
  if (!meter) return;
  drop(&meter->ground);
  drop(&meter->trail);
  text_free(meter->text);
  free(meter);
}

void meter_resize(Meter* meter, double width, double height, double scale, LayoutMode mode) {
  meter->scale = scale;
  meter->theme = mode == LAYOUT_STAGE ? theme_stage(scale) : theme_default(scale);
  if (meter->host_known && mode != LAYOUT_STAGE) {
    theme_follow_host(&meter->theme, meter->host_background);
  }
  meter->layout = layout_compute(width, height, meter->theme.unit, mode);
  meter->plane_theme = meter->theme;
  const double share = mode == LAYOUT_STAGE ? 1.0 / 30.0 : 1.0 / 42.0;
  meter->plane_theme.unit = fmax(meter->theme.unit, share * meter->layout.plane.w);
  drop(&meter->ground);
  drop(&meter->trail);
  meter->dot = (Rect){0.0, 0.0, 0.0, 0.0};
  meter->drawn = meter->dot;
  menu_close(&meter->menu);
}

void meter_follow_host(Meter* meter, unsigned background) {
  meter->host_known = true;
  meter->host_background = background;
  meter_resize(meter, meter->layout.window.w, meter->layout.window.h, meter->scale,
               meter->layout.mode);
}

bool meter_point(Meter* meter, Part hot, Part focus) {
  const bool changed = hot != meter->hot || focus != meter->focus;
  meter->hot = hot;
  meter->focus = focus;
  return changed;
}

void meter_open_menu(Meter* meter, const char* const* names, size_t n, size_t current) {
  menu_open(&meter->menu, &meter->theme, meter->text, &meter->layout, names, n, current);
}

void meter_close_menu(Meter* meter) {
  menu_close(&meter->menu);
}
bool meter_has_menu(const Meter* meter) {
  return meter->menu.n > 0;
}
size_t meter_menu_current(const Meter* meter) {
  return meter->menu.current;
}

int meter_menu_item(const Meter* meter, double x, double y) {
  return menu_item(&meter->menu, x, y);
}

void meter_menu_select(Meter* meter, size_t item) {
  if (item < meter->menu.n) meter->menu.current = item;
}

const Layout* meter_layout(const Meter* meter) {
  return &meter->layout;
}
const Theme* meter_theme(const Meter* meter) {
  return &meter->theme;
}
Text* meter_text(Meter* meter) {
  return meter->text;
}

static bool shows_point(const ViewModel* view) {
  return view->state == VIEW_SETTLING || view->state == VIEW_LIVE;
}

static PlaneDot current_dot(const ViewModel* view) {
  const ViewRecord* newest = view_newest(view);
  PlaneDot dot = {.valence = view->valence, .arousal = view->arousal, .settled = 1.0};
  if (newest) {
    dot.valence_spread = (double)newest->values[PROTOCOL_VALENCE_SPREAD];
    dot.arousal_spread = (double)newest->values[PROTOCOL_AROUSAL_SPREAD];
    dot.confidence = (double)newest->values[PROTOCOL_CONFIDENCE];
    if (view->state == VIEW_SETTLING) dot.settled = (double)newest->values[PROTOCOL_SETTLED];
  }
  dot.outside = view->outside;
  dot.held = view->held;
  return dot;
}

// The point and the line that joins it to the trail.
static Rect dot_region(const Meter* meter, const ViewModel* view) {
  if (!shows_point(view)) return (Rect){0.0, 0.0, 0.0, 0.0};
  const PlaneDot dot = current_dot(view);
  const Rect plane = meter->layout.plane;
  Rect r = plane_dot_extent(&meter->plane_theme, plane, &dot);
  if (view->trail_count) {
    const PlanePoint* end = &view->trail[view->trail_count - 1];
    const double pad = meter->plane_theme.unit;
    r = rect_union(r, (Rect){plane_x(plane, end->valence) - pad, plane_y(plane, end->arousal) - pad,
                             2.0 * pad, 2.0 * pad});
  }
  return rect_pixels(r);
}

static double trail_width(const Meter* meter) {
  return 0.27 * meter->plane_theme.unit;
}

// The trail and the whole-piece mark, cut to the plane.
static Rect trail_region(const Meter* meter, const ViewModel* view) {
  if (!shows_point(view)) return (Rect){0.0, 0.0, 0.0, 0.0};
  const Rect plane = meter->layout.plane;
  Rect r = plane_trail_extent(plane, view->trail, view->trail_count, view->trail_seconds,
                              trail_width(meter));
  const ViewRecord* newest = view_newest(view);
  if (newest && view->state == VIEW_LIVE) {
    r = rect_union(r, plane_piece_extent(&meter->plane_theme, plane,
                                         (double)newest->values[PROTOCOL_SONG_VALENCE],
                                         (double)newest->values[PROTOCOL_SONG_AROUSAL]));
  }
  return rect_cut(r, plane);
}

static double plane_dim(const ViewModel* view) {
  return shows_point(view) ? 0.0 : 0.55;
}

size_t meter_update(Meter* meter, const ViewModel* view, unsigned damage, Rect* dirty) {
  size_t n = 0;
  const Layout* l = &meter->layout;
  if (fabs(plane_dim(view) - meter->dim) > 1e-9) {
    damage |= VIEW_DAMAGE_GROUND;
    meter->ground_old = true;
  }
  if (damage & (VIEW_DAMAGE_TRAIL | VIEW_DAMAGE_GROUND)) meter->trail_old = true;
  if (damage == VIEW_DAMAGE_ALL || (meter->menu.n > 0 && damage)) {
    dirty[n++] = l->window;
    return n;
  }
  const double pad = meter->theme.unit;
  if (damage & VIEW_DAMAGE_GROUND) {
    dirty[n++] = l->plane;
  } else if (damage & (VIEW_DAMAGE_POINT | VIEW_DAMAGE_TRAIL)) {
    Rect changed = rect_union(meter->dot, dot_region(meter, view));
    if (damage & VIEW_DAMAGE_TRAIL) {
      changed = rect_union(changed, rect_union(meter->drawn, trail_region(meter, view)));
    }
    if (!rect_empty(changed)) dirty[n++] = changed;
  }
  if (damage & VIEW_DAMAGE_READING) {
    dirty[n++] = rect_pixels(rect_inset(l->reading, -0.2 * pad, -0.2 * pad));
  }
  if (l->mode != LAYOUT_FULL) return n;
  if (damage & VIEW_DAMAGE_CUES) dirty[n++] = l->cues;
  if (damage & VIEW_DAMAGE_TIMELINE) {
    dirty[n++] = l->timeline;
  } else if (damage & VIEW_DAMAGE_ROWS) {
    // From the range at the left of the curves to the numbers at the right.
    const double left = l->curves.x - 3.0 * pad;
    const double right = l->timeline.x + l->timeline.w;
    const double bottom = l->envelope.y + l->envelope.h;
    dirty[n++] = rect_pixels((Rect){left, l->strip.y, right - left, bottom - l->strip.y});
  }
  if (damage & VIEW_DAMAGE_CONTROLS) {
    // With room above for a note.
    const double top = floor(l->status.y - 5.0 * pad);
    dirty[n++] = (Rect){0.0, top, l->window.w, l->window.h - top};
  } else if (damage & VIEW_DAMAGE_STATUS) {
    dirty[n++] = l->status;
  }
  return n;
}

static cairo_surface_t* make_surface(double w, double h) {
  return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)fmax(1.0, ceil(w)),
                                    (int)fmax(1.0, ceil(h)));
}

static void build_ground(Meter* meter, const ViewModel* view) {
  const Layout* l = &meter->layout;
  if (!meter->ground) meter->ground = make_surface(l->window.w, l->window.h);
  cairo_t* cr = cairo_create(meter->ground);
  theme_source(cr, meter->theme.window, 1.0);
  cairo_paint(cr);
  meter->dim = plane_dim(view);
  const double room = l->plane.w / meter->plane_theme.unit;
  unsigned parts = PLANE_LANDMARKS | PLANE_AXES;
  if (room < 22.0) parts = PLANE_LANDMARKS | PLANE_FEW;
  if (meter->dim > 0.0) parts &= ~(unsigned)PLANE_LANDMARKS; // a message lies over their places
  plane_ground(cr, &meter->plane_theme, meter->text, l->plane, parts, meter->dim);
  if (l->mode == LAYOUT_FULL) {
    timeline_frame(cr, &meter->theme, meter->text, l);
    cue_bars_frame(cr, &meter->theme, meter->text, l);
  }
  cairo_destroy(cr);
  meter->ground_old = false;
  meter->trail_old = true;
  meter->all_old = true;
}

static void build_trail(Meter* meter, const ViewModel* view) {
  const Rect plane = meter->layout.plane;
  const Rect next = trail_region(meter, view);
  Rect old = rect_union(meter->drawn, next);
  if (!meter->trail) meter->trail = make_surface(plane.w, plane.h);
  if (meter->all_old) old = plane;
  cairo_t* cr = cairo_create(meter->trail);
  cairo_rectangle(cr, old.x - plane.x, old.y - plane.y, old.w, old.h);
  cairo_clip(cr);
  cairo_set_source_surface(cr, meter->ground, -plane.x, -plane.y);
  cairo_paint(cr);
  if (shows_point(view)) {
    const Rect local = {0.0, 0.0, plane.w, plane.h};
    plane_trail(cr, local, view->trail, view->trail_count, view->trail_seconds, trail_width(meter));
    const ViewRecord* newest = view_newest(view);
    if (newest && view->state == VIEW_LIVE) {
      plane_piece(cr, &meter->plane_theme, local, (double)newest->values[PROTOCOL_SONG_VALENCE],
                  (double)newest->values[PROTOCOL_SONG_AROUSAL]);
    }
  }
  cairo_destroy(cr);
  meter->drawn = next;
  meter->trail_old = false;
  meter->all_old = false;
}

static void draw_plane(Meter* meter, cairo_t* cr, const ViewModel* view) {
  const Rect plane = meter->layout.plane;
  cairo_set_source_surface(cr, meter->trail, plane.x, plane.y);
  cairo_rectangle(cr, plane.x, plane.y, plane.w, plane.h);
  cairo_fill(cr);
  if (shows_point(view)) {
    if (view->trail_count && !view->held) {
      PlanePoint head[2] = {view->trail[view->trail_count - 1],
                            {view->valence, view->arousal, 0.0, false}};
      head[0].gap = true;
      plane_trail(cr, plane, head, 2, view->trail_seconds, trail_width(meter));
    }
    const PlaneDot dot = current_dot(view);
    plane_dot(cr, &meter->plane_theme, plane, &dot);
  }
  panel_message(cr, &meter->theme, meter->text, &meter->layout, view);
}

void meter_draw(Meter* meter, cairo_t* cr, const ViewModel* view, Rect clip) {
  const Layout* l = &meter->layout;
  if (!meter->ground || meter->ground_old || fabs(plane_dim(view) - meter->dim) > 1e-9) {
    build_ground(meter, view);
  }
  if (!meter->trail || meter->trail_old) build_trail(meter, view);
  cairo_save(cr);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_clip(cr);
  if (!rect_covers(l->plane, clip)) { // else draw_plane() covers all
    cairo_set_source_surface(cr, meter->ground, 0.0, 0.0);
    cairo_paint(cr);
  }
  if (rect_overlaps(clip, l->plane)) draw_plane(meter, cr, view);
  meter->dot = dot_region(meter, view);
  if (rect_overlaps(clip, l->reading)) {
    panel_reading(cr, &meter->theme, meter->text, l, view);
  }
  if (l->mode == LAYOUT_FULL) {
    if (rect_overlaps(clip, l->cues)) cue_bars_data(cr, &meter->theme, meter->text, l, view);
    if (rect_overlaps(clip, l->timeline)) timeline_data(cr, &meter->theme, meter->text, l, view);
    const double bar = l->status.y - meter->theme.unit;
    if (rect_overlaps(clip, (Rect){0.0, bar, l->window.w, l->window.h - bar})) {
      panel_controls(cr, &meter->theme, meter->text, l, view, meter->hot, meter->focus);
    }
    timeline_note(cr, &meter->theme, meter->text, l, view);
    if (meter->menu.n == 0) panel_note(cr, &meter->theme, meter->text, l, meter->hot);
    menu_draw(cr, &meter->theme, meter->text, &meter->menu);
  }
  cairo_restore(cr);
}
