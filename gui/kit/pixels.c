// SPDX-License-Identifier: GPL-3.0-or-later
// A part of a picture as an array of pixels, for drawings that are slow in cairo.
#include "gui/kit/pixels.h"

static bool is_whole(double x) {
  return fabs(x - floor(x + 0.5)) < 1e-9;
}

bool pixels_are_direct(cairo_t* cr) {
  cairo_surface_t* target = cairo_get_group_target(cr);
  if (cairo_surface_get_type(target) != CAIRO_SURFACE_TYPE_IMAGE) return false;
  const cairo_format_t format = cairo_image_surface_get_format(target);
  if (format != CAIRO_FORMAT_RGB24 && format != CAIRO_FORMAT_ARGB32) return false;
  cairo_matrix_t m;
  cairo_get_matrix(cr, &m);
  if (fabs(m.xx - 1.0) + fabs(m.yy - 1.0) + fabs(m.xy) + fabs(m.yx) > 1e-9) return false;
  double sx, sy;
  cairo_surface_get_device_scale(target, &sx, &sy);
  return is_whole(m.x0) && is_whole(m.y0) && fabs(sx - 1.0) + fabs(sy - 1.0) < 1e-9;
}

// The clip, if it is one rectangle on whole pixels.
static bool whole_clip(cairo_t* cr, Rect* clip) {
  cairo_rectangle_list_t* list = cairo_copy_clip_rectangle_list(cr);
  bool whole = list->status == CAIRO_STATUS_SUCCESS && list->num_rectangles <= 1;
  *clip = (Rect){0.0, 0.0, 0.0, 0.0};
  if (whole && list->num_rectangles == 1) {
    const cairo_rectangle_t* r = &list->rectangles[0];
    *clip = (Rect){r->x, r->y, r->width, r->height};
    whole = is_whole(r->x) && is_whole(r->y) && is_whole(r->width) && is_whole(r->height);
  }
  cairo_rectangle_list_destroy(list);
  return whole;
}

static void open_target(Pixels* p, cairo_t* cr) {
  cairo_surface_t* target = cairo_get_group_target(cr);
  cairo_surface_flush(target);
  cairo_matrix_t m;
  cairo_get_matrix(cr, &m);
  double dx, dy;
  cairo_surface_get_device_offset(target, &dx, &dy);
  p->stride = cairo_image_surface_get_stride(target) / 4;
  p->first = (uint32_t*)(void*)cairo_image_surface_get_data(target) +
             (p->y + (ptrdiff_t)floor(m.y0 + dy + 0.5)) * p->stride + p->x +
             (ptrdiff_t)floor(m.x0 + dx + 0.5);
}

static bool open_image(Pixels* p) {
  p->image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, p->w, p->h);
  if (cairo_surface_status(p->image) != CAIRO_STATUS_SUCCESS) {
    cairo_surface_destroy(p->image);
    return false;
  }
  p->stride = cairo_image_surface_get_stride(p->image) / 4;
  p->first = (uint32_t*)(void*)cairo_image_surface_get_data(p->image);
  return true;
}

bool pixels_begin(Pixels* pixels, cairo_t* cr, Rect extent) {
  *pixels = (Pixels){.w = 0};
  Rect clip;
  const bool direct = pixels_are_direct(cr) && whole_clip(cr, &clip);
  if (!direct) {
    double left, top, right, bottom;
    cairo_clip_extents(cr, &left, &top, &right, &bottom);
    clip = rect_pixels((Rect){left, top, right - left, bottom - top});
  }
  const Rect seen = rect_cut(rect_pixels(extent), clip);
  if (rect_empty(seen)) return true;
  pixels->x = (int)floor(seen.x + 0.5);
  pixels->y = (int)floor(seen.y + 0.5);
  pixels->w = (int)floor(seen.w + 0.5);
  pixels->h = (int)floor(seen.h + 0.5);
  if (!direct) return open_image(pixels);
  open_target(pixels, cr);
  return true;
}

void pixels_end(Pixels* pixels, cairo_t* cr) {
  if (pixels->w == 0) return;
  if (!pixels->image) {
    cairo_surface_mark_dirty(cairo_get_group_target(cr));
    return;
  }
  cairo_surface_mark_dirty(pixels->image);
  cairo_save(cr);
  cairo_set_source_surface(cr, pixels->image, pixels->x, pixels->y);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_rectangle(cr, pixels->x, pixels->y, pixels->w, pixels->h);
  cairo_fill(cr);
  cairo_restore(cr);
  cairo_surface_destroy(pixels->image);
}

static uint32_t byte(double x) {
  return x <= 0.0 ? 0u : x >= 1.0 ? 255u : (uint32_t)(x * 255.0 + 0.5);
}

uint32_t pixels_pack(Rgb color, double alpha) {
  return byte(alpha) << 24 | byte(color.r * alpha) << 16 | byte(color.g * alpha) << 8 |
         byte(color.b * alpha);
}
