// SPDX-License-Identifier: GPL-3.0-or-later
// Draws text with Pango; keeps one shaped layout for each string while it is in use.
#include "gui/kit/text.h"

#include "gui/kit/glyph_run.h"

#include <pango/pangocairo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 256       // shaped strings kept: more than a window shows
#define WAYS 4          // places where a string may be stored
#define CAP_HALF 0.3635 // half the height of a capital, in font sizes (Inter: 0.727)
#define FAMILY "Inter, Cantarell, Noto Sans, DejaVu Sans, sans-serif"

// Everything that the look of a string depends on.
typedef struct {
  char* string;
  double size, width;
  TextWeight weight;
  bool wrap;
  unsigned used; // clock; 0: empty
} Key;

// A shaped string.
typedef struct {
  Key key;
  PangoLayout* layout; // NULL: assembled from parts
  GlyphRun run;        // the glyphs to draw; if it has no font, draw the layout
  PangoRectangle logical;
  int baseline;
} Shape;

struct Text {
  PangoContext* context;
  PangoAttrList* attributes;
  Shape shapes[SLOTS];
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
  // Tabular figures, so that values do not move, and a zero without a slash.
  pango_attr_list_insert(text->attributes, pango_attr_font_features_new("tnum=1, calt=1"));
  return text;
}

static void clear_shape(Shape* shape) {
  if (shape->layout) g_object_unref(shape->layout);
  glyph_run_clear(&shape->run);
  free(shape->key.string);
  *shape = (Shape){.layout = NULL};
}

void text_free(Text* text) {
  if (!text) return;
  for (size_t i = 0; i < SLOTS; ++i)
    clear_shape(&text->shapes[i]);
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

// The place where the string is, or else where it may be stored.
static Shape* find_slot(Text* text, const Key* key, bool* found) {
  const uint32_t first = hash(key) % (SLOTS / WAYS) * WAYS;
  Shape* oldest = &text->shapes[first];
  *found = true;
  for (uint32_t i = first; i < first + WAYS; ++i) {
    Shape* shape = &text->shapes[i];
    if (same(&shape->key, key)) return shape;
    if (shape->key.used < oldest->key.used) oldest = shape;
  }
  *found = false;
  return oldest;
}

static Shape* shape_whole(Text* text, const TextStyle* style, const Key* key) {
  bool found;
  Shape* shape = find_slot(text, key, &found);
  if (found) {
    shape->key.used = key->used;
    return shape;
  }
  clear_shape(shape);
  if (!keep_key(&shape->key, key)) {
    *shape = (Shape){.layout = NULL};
    return NULL;
  }
  shape->layout = make_layout(text, style, key->width, key->wrap, key->string);
  pango_layout_get_extents(shape->layout, NULL, &shape->logical);
  shape->baseline = pango_layout_get_baseline(shape->layout);
  if (key->wrap || !glyph_run_append(&shape->run, shape->layout)) glyph_run_clear(&shape->run);
  return shape;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes of the part that is shaped separately: a digit (all digits have one width and no kerning),
// or all characters up to the next digit.
static size_t part_length(const char* string) {
  if (is_digit(*string)) return 1;
  return strcspn(string, "0123456789");
}

#define PART_MAX 32 // bytes

// Assemble a string with digits from its parts.
static bool compose(Text* text, const TextStyle* style, const Key* key, GlyphRun* run) {
  if (key->wrap || !key->string[strcspn(key->string, "0123456789")]) return false;
  for (const char* at = key->string; *at;) {
    const size_t n = part_length(at);
    char part[PART_MAX];
    if (n >= sizeof part) return false;
    memcpy(part, at, n);
    part[n] = '\0';
    const Key alone = {.string = part, .size = key->size, .weight = key->weight, .used = key->used};
    const Shape* shape = shape_whole(text, style, &alone);
    if (!shape || !shape->layout || !glyph_run_append(run, shape->layout)) return false;
    at += n;
  }
  return key->width <= 0.0 || run->width <= key->width;
}

static Shape* find_shape(Text* text, const TextStyle* style, const Key* key) {
  bool found;
  Shape* shape = find_slot(text, key, &found);
  if (found) {
    shape->key.used = key->used;
    return shape;
  }
  GlyphRun run = {.font = NULL};
  if (!compose(text, style, key, &run)) {
    glyph_run_clear(&run);
    return shape_whole(text, style, key);
  }
  shape = find_slot(text, key, &found); // its parts may have replaced the place found before
  clear_shape(shape);
  if (!keep_key(&shape->key, key)) {
    glyph_run_clear(&run);
    *shape = (Shape){.layout = NULL};
    return NULL;
  }
  shape->run = run;
  shape->logical.width = (int)(run.width * PANGO_SCALE);
  return shape;
}

// \param y of the upper edge; for an assembled string of the baseline
static void show(cairo_t* cr, const Shape* shape, const TextStyle* style, double x, double y) {
  theme_source(cr, style->color, style->alpha > 0.0 ? style->alpha : 1.0);
  if (shape->run.font || !shape->layout) {
    glyph_run_show(&shape->run, cr, x, y + (double)shape->baseline / PANGO_SCALE);
    return;
  }
  cairo_move_to(cr, x, y);
  pango_cairo_show_layout(cr, shape->layout);
}

static Key make_key(Text* text, const TextStyle* style, double width, bool wrap,
                    const char* string) {
  // The stored key gets a copy of the string; this one is only for the search.
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

double text_fit(Text* text, const TextStyle* style, const char* string, double room) {
  TextStyle whole = *style;
  whole.max_width = 0.0;
  const double width = text_width(text, &whole, string);
  // A little less, since glyphs do not grow quite evenly.
  return width > room ? 0.98 * style->size * fmax(room, 1.0) / width : style->size;
}

static void report(const Text* text, cairo_t* cr, const Shape* shape, double x, double y,
                   const char* string) {
  if (!text->probe) return;
  Rect box = shape->run.ink;
  if (shape->layout) {
    PangoRectangle ink;
    pango_layout_get_extents(shape->layout, &ink, NULL);
    box = (Rect){(double)ink.x / PANGO_SCALE, (double)ink.y / PANGO_SCALE,
                 (double)ink.width / PANGO_SCALE, (double)ink.height / PANGO_SCALE};
  }
  double left = x + box.x;
  double top = y + box.y;
  cairo_user_to_device(cr, &left, &top);
  cairo_user_to_device_distance(cr, &box.w, &box.h);
  text->probe(text->handle, string, (Rect){left, top, box.w, box.h},
              shape->layout && pango_layout_is_ellipsized(shape->layout) != 0);
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
  show(cr, shape, style, x, y);
  report(text, cr, shape, x, y, string);
  return width;
}

double text_wrap(Text* text, cairo_t* cr, const TextStyle* style, double x, double y, double width,
                 const char* string) {
  const Key key = make_key(text, style, width, true, string);
  Shape* shape = find_shape(text, style, &key);
  if (!shape) return 0.0;
  x -= 0.5 * width;
  show(cr, shape, style, x, y);
  report(text, cr, shape, x, y, string);
  return (double)shape->logical.height / PANGO_SCALE;
}

double text_wrap_height(Text* text, const TextStyle* style, double width, const char* string) {
  const Key key = make_key(text, style, width, true, string);
  const Shape* shape = find_shape(text, style, &key);
  return shape ? (double)shape->logical.height / PANGO_SCALE : 0.0;
}
