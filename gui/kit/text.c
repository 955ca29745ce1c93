// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Text by Pango: see text.h.
#include "gui/kit/text.h"

#include "gui/kit/pixels.h"
#include "gui/kit/text_digits.h"

#include <pango/pangocairo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 256       // shaped strings kept, and pictures of strings: more than a window shows
#define WAYS 4          // places a string may sit in
#define CAP_HALF 0.3635 // half the height of a capital, in font sizes (Inter: 0.727)
#define MOST_SHARED 32  // bytes of a string that may share its shape with others
#define FAMILY "Inter, Cantarell, Noto Sans, DejaVu Sans, sans-serif"

// What makes a string look as it does.
typedef struct {
  char* string;
  double size, width;
  TextWeight weight;
  bool wrap;
  unsigned used; // clock; 0: empty
} Key;

// A shaped string.  Numbers of one form share a shape, which is theirs with zeros for digits: all
// digits are equally wide, and shaping costs more than all the rest.
typedef struct {
  Key key;
  PangoLayout* layout;
  PangoRectangle logical;
  int baseline;
  PangoGlyph digits[10]; // glyphs of the digits; the first is 0 where a shape cannot be shared
} Shape;

// How a string covers the pixels when it starts at a place between them.
typedef struct {
  Key key;
  double fine_x, fine_y; // px, 0..1
  cairo_surface_t* cover;
  int x, y; // the picture's place, from the whole pixel
} Mask;

struct Text {
  PangoContext* context;
  PangoAttrList* attributes;
  Shape shapes[SLOTS];
  Mask masks[SLOTS];
  unsigned clock;
  TextProbe probe;
  void* handle;
};

Text* text_new(void) {
  Text* text = calloc(1, sizeof *text);
  if (!text) return NULL;
  text->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(text->context, options);
  cairo_font_options_destroy(options);
  pango_cairo_context_set_resolution(text->context, 96.0);
  pango_context_set_round_glyph_positions(text->context, FALSE);
  text->attributes = pango_attr_list_new();
  // Tabular figures (values do not dance) and a slashless, open zero.
  pango_attr_list_insert(text->attributes, pango_attr_font_features_new("tnum=1, calt=1"));
  return text;
}

static void clear_shape(Shape* shape) {
  if (shape->layout) g_object_unref(shape->layout);
  free(shape->key.string);
  *shape = (Shape){.layout = NULL};
}

static void clear_mask(Mask* mask) {
  if (mask->cover) cairo_surface_destroy(mask->cover);
  free(mask->key.string);
  *mask = (Mask){.cover = NULL};
}

void text_free(Text* text) {
  if (!text) return;
  for (size_t i = 0; i < SLOTS; ++i) {
    clear_shape(&text->shapes[i]);
    clear_mask(&text->masks[i]);
  }
  pango_attr_list_unref(text->attributes);
  g_object_unref(text->context);
  free(text);
}

void text_set_probe(Text* text, TextProbe probe, void* handle) {
  text->probe = probe;
  text->handle = handle;
}

static PangoWeight pango_weight(TextWeight weight) {
  switch (weight) {
  case TEXT_LIGHT:
    return PANGO_WEIGHT_LIGHT;
  case TEXT_MEDIUM:
    return PANGO_WEIGHT_MEDIUM;
  case TEXT_BOLD:
    return PANGO_WEIGHT_SEMIBOLD;
  case TEXT_REGULAR:
    break;
  }
  return PANGO_WEIGHT_NORMAL;
}

static PangoLayout* make_layout(Text* text, const TextStyle* style, double width, bool wrap,
                                const char* string) {
  PangoLayout* layout = pango_layout_new(text->context);
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family_static(font, FAMILY);
  pango_font_description_set_weight(font, pango_weight(style->weight));
  pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_attributes(layout, text->attributes);
  pango_layout_set_text(layout, string, -1);
  if (width > 0.0) {
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  }
  if (wrap) {
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(layout, (int)(6.0 * 1.6 * style->size * PANGO_SCALE));
  } else {
    pango_layout_set_single_paragraph_mode(layout, TRUE);
  }
  return layout;
}

static uint32_t hash(const Key* key) {
  uint32_t h = 2166136261u; // FNV-1a
  for (const char* c = key->string; *c; ++c)
    h = (h ^ (uint8_t)*c) * 16777619u;
  h = (h ^ (uint32_t)(key->size * 8.0)) * 16777619u;
  h = (h ^ (uint32_t)key->weight) * 16777619u;
  return (h ^ (uint32_t)key->wrap) * 16777619u;
}

static bool same(const Key* a, const Key* b) {
  return a->used && a->weight == b->weight && a->wrap == b->wrap &&
         fabs(a->size - b->size) < 1e-6 && fabs(a->width - b->width) < 1e-6 &&
         strcmp(a->string, b->string) == 0;
}

static bool keep_key(Key* to, const Key* from) {
  const size_t bytes = strlen(from->string) + 1;
  *to = *from;
  to->string = malloc(bytes);
  if (to->string) memcpy(to->string, from->string, bytes);
  return to->string != NULL;
}

// Take note of the digits' glyphs if the shape's zeros may become other digits.
static void learn_digits(Text* text, const TextStyle* style, Shape* shape) {
  TextStyle plain = *style;
  plain.max_width = 0.0;
  PangoLayout* all = make_layout(text, &plain, 0.0, false, "0123456789");
  (void)text_digits_learn(all, shape->layout, shape->digits);
  g_object_unref(all);
}

static Shape* get_shape(Text* text, const TextStyle* style, const Key* key, bool shared) {
  const uint32_t first = hash(key) % (SLOTS / WAYS) * WAYS;
  Shape* oldest = &text->shapes[first];
  for (uint32_t i = first; i < first + WAYS; ++i) {
    Shape* shape = &text->shapes[i];
    if (same(&shape->key, key)) {
      shape->key.used = key->used;
      return shape;
    }
    if (shape->key.used < oldest->key.used) oldest = shape;
  }
  clear_shape(oldest);
  if (!keep_key(&oldest->key, key)) {
    *oldest = (Shape){.layout = NULL};
    return NULL;
  }
  oldest->layout = make_layout(text, style, key->width, key->wrap, key->string);
  pango_layout_get_extents(oldest->layout, NULL, &oldest->logical);
  oldest->baseline = pango_layout_get_baseline(oldest->layout);
  if (shared) learn_digits(text, style, oldest);
  return oldest;
}

// The shape of a string, ready to be measured; its digits may still be those of another.
static Shape* find_shape(Text* text, const TextStyle* style, const Key* key) {
  char zeros[MOST_SHARED];
  const size_t length = strlen(key->string);
  if (key->wrap || length >= sizeof zeros || !strpbrk(key->string, "0123456789"))
    return get_shape(text, style, key, false);
  for (size_t i = 0; i <= length; ++i) {
    const char c = key->string[i];
    zeros[i] = c >= '0' && c <= '9' ? '0' : c;
  }
  Key form = *key;
  form.string = zeros;
  Shape* shape = get_shape(text, style, &form, true);
  return shape && shape->digits[0] ? shape : get_shape(text, style, key, false);
}

static void show_layout(Shape* shape, cairo_t* cr, const char* string) {
  if (shape->digits[0]) text_digits_put(shape->layout, shape->digits, string);
  pango_cairo_show_layout(cr, shape->layout);
}

static Mask* find_mask(Text* text, Shape* shape, const Key* key, double fine_x, double fine_y) {
  const uint32_t first = hash(key) % (SLOTS / WAYS) * WAYS;
  Mask* oldest = &text->masks[first];
  for (uint32_t i = first; i < first + WAYS; ++i) {
    Mask* mask = &text->masks[i];
    if (same(&mask->key, key) && fabs(mask->fine_x - fine_x) + fabs(mask->fine_y - fine_y) < 1e-9) {
      mask->key.used = key->used;
      return mask;
    }
    if (mask->key.used < oldest->key.used) oldest = mask;
  }
  clear_mask(oldest);
  PangoRectangle ink;
  pango_layout_get_pixel_extents(shape->layout, &ink, NULL);
  const int pad = 2; // other digits than the shape's may reach a little farther
  cairo_surface_t* cover = cairo_image_surface_create(CAIRO_FORMAT_A8, ink.width + 2 * pad + 1,
                                                      ink.height + 2 * pad + 1);
  if (cairo_surface_status(cover) != CAIRO_STATUS_SUCCESS || !keep_key(&oldest->key, key)) {
    cairo_surface_destroy(cover);
    *oldest = (Mask){.cover = NULL};
    return NULL;
  }
  oldest->fine_x = fine_x;
  oldest->fine_y = fine_y;
  oldest->cover = cover;
  oldest->x = ink.x - pad;
  oldest->y = ink.y - pad;
  cairo_t* cr = cairo_create(cover);
  cairo_move_to(cr, fine_x - oldest->x, fine_y - oldest->y);
  show_layout(shape, cr, key->string);
  cairo_destroy(cr);
  cairo_surface_flush(cover);
  return oldest;
}

static bool draw_mask(const Mask* mask, cairo_t* cr, double x, double y, uint32_t ink) {
  const int left = (int)floor(x) + mask->x;
  const int top = (int)floor(y) + mask->y;
  const int w = cairo_image_surface_get_width(mask->cover);
  const int h = cairo_image_surface_get_height(mask->cover);
  Pixels pixels;
  if (!pixels_begin(&pixels, cr, (Rect){left, top, w, h})) return false;
  const int stride = cairo_image_surface_get_stride(mask->cover);
  const unsigned char* data = cairo_image_surface_get_data(mask->cover);
  for (int py = pixels.y; py < pixels.y + pixels.h; ++py) {
    const unsigned char* cover = data + (ptrdiff_t)(py - top) * stride + (pixels.x - left);
    uint32_t* row = pixels_row(&pixels, py);
    for (int i = 0; i < pixels.w; ++i) {
      if (cover[i]) pixels_over(&row[i], pixels_scale(ink, cover[i]));
    }
  }
  pixels_end(&pixels, cr);
  return true;
}

static void show(Text* text, cairo_t* cr, Shape* shape, const TextStyle* style, const Key* key,
                 double x, double y) {
  const double alpha = style->alpha > 0.0 ? style->alpha : 1.0;
  if (pixels_are_direct(cr)) {
    const Mask* mask = find_mask(text, shape, key, x - floor(x), y - floor(y));
    if (mask && draw_mask(mask, cr, x, y, pixels_pack(style->color, alpha))) return;
  }
  theme_source(cr, style->color, alpha);
  cairo_move_to(cr, x, y);
  show_layout(shape, cr, key->string);
}

static Key make_key(Text* text, const TextStyle* style, double width, bool wrap,
                    const char* string) {
  // The key that is kept has a copy; this one only looks.
  return (Key){.string = (char*)(uintptr_t)string,
               .size = style->size,
               .width = width,
               .weight = style->weight,
               .wrap = wrap,
               .used = ++text->clock};
}

double text_width(Text* text, const TextStyle* style, const char* string) {
  const Key key = make_key(text, style, style->max_width, false, string);
  const Shape* shape = find_shape(text, style, &key);
  return shape ? (double)shape->logical.width / PANGO_SCALE : 0.0;
}

static void report(const Text* text, cairo_t* cr, PangoLayout* layout, double x, double y,
                   const char* string) {
  if (!text->probe) return;
  PangoRectangle ink;
  pango_layout_get_extents(layout, &ink, NULL);
  double left = x + (double)ink.x / PANGO_SCALE;
  double top = y + (double)ink.y / PANGO_SCALE;
  double w = (double)ink.width / PANGO_SCALE;
  double h = (double)ink.height / PANGO_SCALE;
  cairo_user_to_device(cr, &left, &top);
  cairo_user_to_device_distance(cr, &w, &h);
  text->probe(text->handle, string, (Rect){left, top, w, h},
              pango_layout_is_ellipsized(layout) != 0);
}

double text_draw(Text* text, cairo_t* cr, const TextStyle* style, double x, double y,
                 const char* string) {
  const Key key = make_key(text, style, style->max_width, false, string);
  Shape* shape = find_shape(text, style, &key);
  if (!shape) return 0.0;
  const double width = (double)shape->logical.width / PANGO_SCALE;
  const double baseline = (double)shape->baseline / PANGO_SCALE;
  if (style->anchor == TEXT_CENTER) x -= 0.5 * width;
  if (style->anchor == TEXT_RIGHT) x -= width;
  x -= (double)shape->logical.x / PANGO_SCALE;
  y += CAP_HALF * style->size - baseline;
  show(text, cr, shape, style, &key, x, y);
  report(text, cr, shape->layout, x, y, string);
  return width;
}

double text_wrap(Text* text, cairo_t* cr, const TextStyle* style, double x, double y, double width,
                 const char* string) {
  const Key key = make_key(text, style, width, true, string);
  Shape* shape = find_shape(text, style, &key);
  if (!shape) return 0.0;
  x -= 0.5 * width;
  show(text, cr, shape, style, &key, x, y);
  report(text, cr, shape->layout, x, y, string);
  return (double)shape->logical.height / PANGO_SCALE;
}

double text_wrap_height(Text* text, const TextStyle* style, double width, const char* string) {
  const Key key = make_key(text, style, width, true, string);
  const Shape* shape = find_shape(text, style, &key);
  return shape ? (double)shape->logical.height / PANGO_SCALE : 0.0;
}
