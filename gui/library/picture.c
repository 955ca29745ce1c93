// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The whole picture: see picture.h.
#include "gui/library/picture.h"

#include "gui/library/dots.h"
#include "gui/library/draw.h"

#include <stdlib.h>

struct Picture {
  double scale;
  Theme theme, plane_theme;
  Text* text;
  Places places;
  Menu menu;
  cairo_surface_t* ground; ///< the plane with dots and words
  cairo_surface_t* chosen; ///< that with hits, trail and the point asked about
  bool ground_old, chosen_old;
  Rect point;  ///< where the live point was drawn
  double head; ///< pixel of the playhead as drawn, negative: none
};

Picture* picture_new(void) {
  Picture* p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->text = text_new();
  if (!p->text) {
    free(p);
    return NULL;
  }
  p->head = -1.0;
  return p;
}

static void drop(cairo_surface_t** surface) {
  if (*surface) cairo_surface_destroy(*surface);
  *surface = NULL;
}

void picture_free(Picture* picture) {
  if (!picture) return;
  drop(&picture->ground);
  drop(&picture->chosen);
  text_free(picture->text);
  free(picture);
}

void picture_resize(Picture* picture, Browser* browser, double width, double height, double scale) {
  Picture* p = picture;
  p->scale = scale;
  p->theme = theme_default(scale);
  p->places = places_compute(width, height, p->theme.unit);
  p->plane_theme = p->theme;
  p->plane_theme.unit = fmax(p->theme.unit, p->places.parts[PLACE_PLANE].w / 46.0);
  drop(&p->ground);
  drop(&p->chosen);
  p->point = (Rect){0.0, 0.0, 0.0, 0.0};
  p->head = -1.0;
  browser_list_rows(browser, p->places.list.h / p->places.row);
  browser->damage = BROWSER_DAMAGE_ALL;
}

const Places* picture_places(const Picture* picture) {
  return &picture->places;
}
const Theme* picture_theme(const Picture* picture) {
  return &picture->theme;
}
Text* picture_text(Picture* picture) {
  return picture->text;
}

double picture_touch(const Picture* picture, const Browser* browser) {
  return dots_radius(&picture->plane_theme, browser_crowd(browser)) + 2.0 * picture->scale;
}

static void open_menu(Picture* p, const Browser* b) {
  if (b->menu && p->menu.n == 0 && b->n_models > 0) {
    Layout layout = {.window = p->places.window};
    layout.parts[PART_MODEL] = p->places.parts[PLACE_MODEL];
    menu_open(&p->menu, &p->theme, p->text, &layout, b->models, b->n_models, b->menu_item);
  } else if (!b->menu) {
    menu_close(&p->menu);
  }
  if (p->menu.n > 0 && b->menu_item < p->menu.n) p->menu.current = b->menu_item;
}

int picture_menu_item(const Picture* picture, double x, double y) {
  return menu_item(&picture->menu, x, y);
}

static Draw make_draw(const Picture* p, cairo_t* cr, const Browser* b) {
  return (Draw){cr, &p->theme, &p->plane_theme, p->text, &p->places, b};
}

size_t picture_update(Picture* picture, Browser* browser, unsigned damage, Rect* dirty) {
  Picture* p = picture;
  const Places* l = &p->places;
  const double u = p->theme.unit;
  size_t n = 0;
  open_menu(p, browser);
  if (damage & BROWSER_DAMAGE_DOTS) p->ground_old = true;
  if (damage & (BROWSER_DAMAGE_DOTS | BROWSER_DAMAGE_PLANE)) p->chosen_old = true;
  if (damage == 0) return 0;
  if (damage == BROWSER_DAMAGE_ALL || browser->menu || browser->help) {
    dirty[n++] = l->window;
    return n;
  }
  const Draw d = make_draw(p, NULL, browser);
  if (damage & (BROWSER_DAMAGE_DOTS | BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_HOVER)) {
    dirty[n++] = l->parts[PLACE_PLANE];
  } else if (damage & BROWSER_DAMAGE_POINT) {
    const Rect changed = rect_union(p->point, draw_point_extent(&d));
    if (!rect_empty(changed)) dirty[n++] = changed;
  }
  if (damage & BROWSER_DAMAGE_SEARCH) dirty[n++] = l->search;
  if (damage & BROWSER_DAMAGE_LIST) {
    dirty[n++] = rect_union(l->head, l->list);
  }
  if (damage & BROWSER_DAMAGE_PAD) dirty[n++] = l->pad;
  if (damage & BROWSER_DAMAGE_SONG) {
    dirty[n++] = l->song;
  } else if (damage & BROWSER_DAMAGE_HEAD) {
    const double head = draw_head_x(&d);
    if (fabs(head - p->head) > 0.5) {
      const Rect course = l->parts[PLACE_SONG];
      const double pad = 2.0 * p->theme.px;
      if (p->head >= 0.0) dirty[n++] = (Rect){p->head - pad, course.y, 3.0 * pad, course.h};
      if (head >= 0.0) dirty[n++] = (Rect){head - pad, course.y, 3.0 * pad, course.h};
    }
  }
  if (damage & BROWSER_DAMAGE_BAR) {
    const double top = floor(l->bar.y - 0.5 * u);
    dirty[n++] = (Rect){0.0, top, l->window.w, l->window.h - top};
  }
  if (damage & BROWSER_DAMAGE_NOTES) { // they may reach anywhere near their places
    dirty[0] = l->window;
    n = 1;
  }
  return n;
}

static void build_ground(Picture* p, const Browser* b) {
  const Rect r = p->places.parts[PLACE_PLANE];
  if (!p->ground) {
    p->ground = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)r.w, (int)r.h);
  }
  const Draw d = make_draw(p, NULL, b);
  draw_ground(&d, p->ground);
  p->ground_old = false;
  p->chosen_old = true;
}

static void build_chosen(Picture* p, const Browser* b) {
  const Rect r = p->places.parts[PLACE_PLANE];
  if (!p->chosen) {
    p->chosen = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)r.w, (int)r.h);
  }
  cairo_t* cr = cairo_create(p->chosen);
  cairo_set_source_surface(cr, p->ground, 0.0, 0.0);
  cairo_paint(cr);
  // Drawn at the layer's own place: the brush draws where nothing is shifted.
  Places local = p->places;
  local.parts[PLACE_PLANE] = (Rect){0.0, 0.0, r.w, r.h};
  Draw d = make_draw(p, cr, b);
  d.places = &local;
  draw_chosen(&d);
  cairo_destroy(cr);
  p->chosen_old = false;
}

void picture_draw(Picture* picture, cairo_t* cr, const Browser* browser, Rect clip) {
  Picture* p = picture;
  const Places* l = &p->places;
  const Draw d = make_draw(p, cr, browser);
  const Rect plane = l->parts[PLACE_PLANE];
  if (!p->ground || p->ground_old) build_ground(p, browser);
  if (!p->chosen || p->chosen_old) build_chosen(p, browser);
  cairo_save(cr);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_clip(cr);
  if (!rect_covers(plane, clip)) {
    theme_source(cr, p->theme.window, 1.0);
    cairo_paint(cr);
  }
  if (rect_overlaps(clip, plane)) {
    cairo_set_source_surface(cr, p->chosen, plane.x, plane.y);
    cairo_rectangle(cr, plane.x, plane.y, plane.w, plane.h);
    cairo_fill(cr);
    draw_point(&d);
    p->point = draw_point_extent(&d);
  }
  if (rect_overlaps(clip, l->search)) draw_search(&d);
  if (rect_overlaps(clip, rect_union(l->head, l->list))) draw_list(&d);
  if (rect_overlaps(clip, l->pad)) draw_pad(&d);
  if (rect_overlaps(clip, l->song)) {
    draw_song(&d);
    p->head = draw_head_x(&d);
  }
  if (rect_overlaps(clip, l->bar)) draw_bar(&d);
  draw_note(&d);
  menu_draw(cr, &p->theme, p->text, &p->menu);
  if (browser->help) draw_help(&d);
  cairo_restore(cr);
}
