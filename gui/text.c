// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Text by Pango: see text.h.
#include "gui/text.h"

#include <pango/pangocairo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 256       // layouts kept: more than a window shows at once
#define WAYS 4          // places a string may sit in
#define CAP_HALF 0.3635 // half the height of a capital, in font sizes (Inter: 0.727)
#define FAMILY "Inter, Cantarell, Noto Sans, DejaVu Sans, sans-serif"

typedef struct {
  PangoLayout* layout;
  char* string;
  double size, width;
  TextWeight weight;
  bool wrap;
  unsigned used;
} Slot;

struct Text {
  PangoContext* context;
  PangoAttrList* attributes;
  Slot slots[SLOTS];
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

static void clear_slot(Slot* slot) {
  if (slot->layout) g_object_unref(slot->layout);
  free(slot->string);
  *slot = (Slot){.layout = NULL};
}

void text_free(Text* text) {
  if (!text) return;
  for (size_t i = 0; i < SLOTS; ++i)
    clear_slot(&text->slots[i]);
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

static PangoLayout* shape(Text* text, const TextStyle* style, double width, bool wrap,
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

static uint32_t hash(const char* string, const TextStyle* style, bool wrap) {
  uint32_t h = 2166136261u; // FNV-1a
  for (const char* c = string; *c; ++c)
    h = (h ^ (uint8_t)*c) * 16777619u;
  h = (h ^ (uint32_t)(style->size * 8.0)) * 16777619u;
  h = (h ^ (uint32_t)style->weight) * 16777619u;
  return (h ^ (uint32_t)wrap) * 16777619u;
}

static bool matches(const Slot* slot, const TextStyle* style, double width, bool wrap,
                    const char* string) {
  return slot->layout && slot->weight == style->weight && slot->wrap == wrap &&
         fabs(slot->size - style->size) < 1e-6 && fabs(slot->width - width) < 1e-6 &&
         strcmp(slot->string, string) == 0;
}

static PangoLayout* find_layout(Text* text, const TextStyle* style, double width, bool wrap,
                                const char* string) {
  ++text->clock;
  const uint32_t first = hash(string, style, wrap) % (SLOTS / WAYS) * WAYS;
  Slot* oldest = &text->slots[first];
  for (uint32_t i = first; i < first + WAYS; ++i) {
    Slot* slot = &text->slots[i];
    if (matches(slot, style, width, wrap, string)) {
      slot->used = text->clock;
      return slot->layout;
    }
    if (slot->used < oldest->used) oldest = slot;
  }
  clear_slot(oldest);
  const size_t bytes = strlen(string) + 1;
  oldest->string = malloc(bytes);
  if (!oldest->string) return NULL;
  memcpy(oldest->string, string, bytes);
  oldest->layout = shape(text, style, width, wrap, string);
  oldest->size = style->size;
  oldest->width = width;
  oldest->weight = style->weight;
  oldest->wrap = wrap;
  oldest->used = text->clock;
  return oldest->layout;
}

double text_width(Text* text, const TextStyle* style, const char* string) {
  PangoLayout* layout = find_layout(text, style, style->max_width, false, string);
  if (!layout) return 0.0;
  PangoRectangle logical;
  pango_layout_get_extents(layout, NULL, &logical);
  return (double)logical.width / PANGO_SCALE;
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
  PangoLayout* layout = find_layout(text, style, style->max_width, false, string);
  if (!layout) return 0.0;
  PangoRectangle logical;
  pango_layout_get_extents(layout, NULL, &logical);
  const double width = (double)logical.width / PANGO_SCALE;
  const double baseline = (double)pango_layout_get_baseline(layout) / PANGO_SCALE;
  if (style->anchor == TEXT_CENTER) x -= 0.5 * width;
  if (style->anchor == TEXT_RIGHT) x -= width;
  x -= (double)logical.x / PANGO_SCALE;
  y += CAP_HALF * style->size - baseline;
  theme_source(cr, style->color, style->alpha > 0.0 ? style->alpha : 1.0);
  cairo_move_to(cr, x, y);
  pango_cairo_show_layout(cr, layout);
  report(text, cr, layout, x, y, string);
  return width;
}

double text_wrap(Text* text, cairo_t* cr, const TextStyle* style, double x, double y, double width,
                 const char* string) {
  PangoLayout* layout = find_layout(text, style, width, true, string);
  if (!layout) return 0.0;
  PangoRectangle logical;
  pango_layout_get_extents(layout, NULL, &logical);
  theme_source(cr, style->color, style->alpha > 0.0 ? style->alpha : 1.0);
  x -= 0.5 * width;
  cairo_move_to(cr, x, y);
  pango_cairo_show_layout(cr, layout);
  report(text, cr, layout, x, y, string);
  return (double)logical.height / PANGO_SCALE;
}
