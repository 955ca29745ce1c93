// SPDX-License-Identifier: GPL-3.0-or-later
// The whole picture of the library's window, and what of it must be drawn again.
#include "gui/library/picture.h"

#include "gui/library/dots.h"
#include "gui/library/draw.h"

#include <stdlib.h>

struct LibraryPicture {
  double scale;
  Theme theme, plane_theme;
  Text* text;
  LibraryPage page; ///< that the layout was computed for
  LibraryLayout layout;
  Menu menu;
  cairo_surface_t* ground; ///< the plane with dots
  cairo_surface_t* chosen; ///< the same with hits, trail, chosen point and words
  bool ground_old, chosen_old;
  Rect point;  ///< where the live point was drawn
  double head; ///< pixel of the playhead as drawn, negative: none
};

LibraryPicture* library_picture_new(void) {
  LibraryPicture* p = calloc(1, sizeof *p);
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

void library_picture_free(LibraryPicture* picture) {
  if (!picture) return;
  drop(&picture->ground);
  drop(&picture->chosen);
  text_free(picture->text);
  free(picture);
}

static void lay_out(LibraryPicture* p, LibraryView* view, double width, double height) {
  p->page = view->page;
  p->layout = library_layout_compute(width, height, p->scale, p->page);
  p->theme = theme_default(p->layout.unit / THEME_FONT_PX);
  p->plane_theme = p->theme;
  p->plane_theme.unit = fmax(p->theme.unit, p->layout.parts[LIBRARY_PART_PLANE].w / 46.0);
  drop(&p->ground);
  drop(&p->chosen);
  p->point = (Rect){0.0, 0.0, 0.0, 0.0};
  p->head = -1.0;
  if (p->layout.row > 0.0) library_view_list_rows(view, p->layout.list.h / p->layout.row);
}

void library_picture_resize(LibraryPicture* picture, LibraryView* view, double width, double height,
                            double scale) {
  picture->scale = scale;
  lay_out(picture, view, width, height);
  view->damage = LIBRARY_DAMAGE_ALL;
}

const LibraryLayout* library_picture_layout(const LibraryPicture* picture) {
  return &picture->layout;
}
const Theme* library_picture_theme(const LibraryPicture* picture) {
  return &picture->theme;
}
Text* library_picture_text(LibraryPicture* picture) {
  return picture->text;
}

double library_picture_touch(const LibraryPicture* picture, const LibraryView* view) {
  return dots_radius(&picture->plane_theme, library_view_songs_in_sight(view)) +
         2.0 * picture->scale;
}

static void open_menu(LibraryPicture* p, const LibraryView* b) {
  if (b->menu && p->menu.n == 0 && b->n_models > 0) {
    const Rect button = p->layout.parts[LIBRARY_PART_MODEL]; // of this page or another
    menu_open(&p->menu, &p->theme, p->text, p->layout.window,
              rect_empty(button) ? p->layout.bar : button, b->models, NULL, b->n_models,
              b->menu_item);
  } else if (!b->menu) {
    menu_close(&p->menu);
  }
  menu_select(&p->menu, b->menu_item);
}

int library_picture_menu_item(const LibraryPicture* picture, double x, double y) {
  return menu_item(&picture->menu, x, y);
}

static Draw make_draw(const LibraryPicture* p, cairo_t* cr, const LibraryView* b) {
  return (Draw){cr, &p->theme, &p->plane_theme, p->text, &p->layout, b};
}

size_t library_picture_update(LibraryPicture* picture, LibraryView* view, unsigned damage,
                              Rect* dirty) {
  LibraryPicture* p = picture;
  const LibraryLayout* l = &p->layout;
  const double u = p->theme.unit;
  size_t n = 0;
  if (view->page != p->page) {
    lay_out(p, view, l->window.w, l->window.h);
    damage = LIBRARY_DAMAGE_ALL;
  }
  open_menu(p, view);
  if (damage & LIBRARY_DAMAGE_DOTS) p->ground_old = true;
  if (damage & (LIBRARY_DAMAGE_DOTS | LIBRARY_DAMAGE_PLANE)) p->chosen_old = true;
  if (damage == 0) return 0;
  if (damage == LIBRARY_DAMAGE_ALL || view->menu || view->help || view->prompting) {
    dirty[n++] = l->window;
    return n;
  }
  const Draw d = make_draw(p, NULL, view);
  if (damage & (LIBRARY_DAMAGE_DOTS | LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_HOVER)) {
    dirty[n++] = l->parts[LIBRARY_PART_PLANE];
  } else if (damage & LIBRARY_DAMAGE_POINT) {
    const Rect changed = rect_union(p->point, draw_point_extent(&d));
    if (!rect_empty(changed)) dirty[n++] = changed;
  }
  if (damage & LIBRARY_DAMAGE_SEARCH) dirty[n++] = l->search;
  if (damage & LIBRARY_DAMAGE_LIST) {
    dirty[n++] = rect_union(l->head, l->list);
  }
  if (damage & LIBRARY_DAMAGE_DRAWN) dirty[n++] = l->drawn;
  if (damage & LIBRARY_DAMAGE_SONG) {
    dirty[n++] = l->song;
  } else if (damage & LIBRARY_DAMAGE_HEAD) {
    const double head = draw_head_x(&d);
    if (fabs(head - p->head) > 0.5) {
      const Rect curve = l->parts[LIBRARY_PART_SONG];
      const double pad = 2.0 * p->theme.px;
      if (p->head >= 0.0) dirty[n++] = (Rect){p->head - pad, curve.y, 3.0 * pad, curve.h};
      if (head >= 0.0) dirty[n++] = (Rect){head - pad, curve.y, 3.0 * pad, curve.h};
    }
  }
  if (damage & LIBRARY_DAMAGE_BAR) {
    const double top = floor(l->bar.y - 0.5 * u);
    dirty[n++] = (Rect){0.0, top, l->window.w, l->window.h - top};
  }
  if (damage & LIBRARY_DAMAGE_NOTES) { // notes may appear anywhere near their parts
    dirty[0] = l->window;
    n = 1;
  }
  return n;
}

static void build_ground(LibraryPicture* p, const LibraryView* b) {
  const Rect r = p->layout.parts[LIBRARY_PART_PLANE];
  if (!p->ground) {
    p->ground = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)r.w, (int)r.h);
  }
  const Draw d = make_draw(p, NULL, b);
  draw_ground(&d, p->ground);
  p->ground_old = false;
  p->chosen_old = true;
}

static void build_chosen(LibraryPicture* p, const LibraryView* b) {
  const Rect r = p->layout.parts[LIBRARY_PART_PLANE];
  if (!p->chosen) {
    p->chosen = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)r.w, (int)r.h);
  }
  cairo_t* cr = cairo_create(p->chosen);
  cairo_set_source_surface(cr, p->ground, 0.0, 0.0);
  cairo_paint(cr);
  // Drawn at the layer's origin: the brush needs a target that is not shifted.
  LibraryLayout local = p->layout;
  local.parts[LIBRARY_PART_PLANE] = (Rect){0.0, 0.0, r.w, r.h};
  Draw d = make_draw(p, cr, b);
  d.layout = &local;
  draw_chosen(&d);
  cairo_destroy(cr);
  p->chosen_old = false;
}

void library_picture_draw(LibraryPicture* picture, cairo_t* cr, const LibraryView* view,
                          Rect clip) {
  LibraryPicture* p = picture;
  const LibraryLayout* l = &p->layout;
  const Draw d = make_draw(p, cr, view);
  const Rect plane = l->parts[LIBRARY_PART_PLANE];
  const bool has_plane = !rect_empty(plane);
  if (has_plane && (!p->ground || p->ground_old)) build_ground(p, view);
  if (has_plane && (!p->chosen || p->chosen_old)) build_chosen(p, view);
  cairo_save(cr);
  cairo_rectangle(cr, clip.x, clip.y, clip.w, clip.h);
  cairo_clip(cr);
  if (!has_plane || !rect_covers(plane, clip)) {
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
  if (rect_overlaps(clip, l->drawn)) draw_drawn(&d);
  if (rect_overlaps(clip, l->song)) {
    draw_song(&d);
    p->head = draw_head_x(&d);
  }
  if (rect_overlaps(clip, l->bar)) draw_bar(&d);
  draw_tabs(&d);
  draw_note(&d);
  menu_draw(cr, &p->theme, p->text, &p->menu);
  if (view->prompting) draw_prompt(&d);
  if (view->help) draw_help(&d);
  cairo_restore(cr);
}
