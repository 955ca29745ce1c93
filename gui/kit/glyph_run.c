// SPDX-License-Identifier: GPL-3.0-or-later
// A line of text assembled from glyphs that Pango has shaped before.
#include "gui/kit/glyph_run.h"

#include <string.h>

static double px(int units) {
  return (double)units / PANGO_SCALE;
}

static bool append_item(GlyphRun* run, const PangoGlyphItem* item) {
  PangoFont* font = item->item->analysis.font;
  cairo_scaled_font_t* scaled =
      PANGO_IS_CAIRO_FONT(font) ? pango_cairo_font_get_scaled_font((PangoCairoFont*)font) : NULL;
  if (!scaled || (run->font && run->font != scaled)) return false;
  if (!run->font) run->font = cairo_scaled_font_reference(scaled);
  const PangoGlyphString* from = item->glyphs;
  for (int i = 0; i < from->num_glyphs; ++i) {
    const PangoGlyphInfo* g = &from->glyphs[i];
    if (g->glyph & PANGO_GLYPH_UNKNOWN_FLAG) return false;
    if (g->glyph != PANGO_GLYPH_EMPTY) {
      if (run->n == GLYPH_RUN_MAX) return false;
      run->glyphs[run->n++] = (cairo_glyph_t){.index = g->glyph,
                                              .x = run->width + px(g->geometry.x_offset),
                                              .y = px(g->geometry.y_offset)};
    }
    run->width += px(g->geometry.width);
  }
  return true;
}

bool glyph_run_append(GlyphRun* run, PangoLayout* layout) {
  PangoRectangle ink;
  PangoLayoutLine* line = pango_layout_get_line_readonly(layout, 0);
  if (!line) return false;
  pango_layout_line_get_extents(line, &ink, NULL);
  if (ink.width > 0) {
    const Rect box = {run->width + px(ink.x), px(ink.y), px(ink.width), px(ink.height)};
    run->ink = run->n ? rect_union(run->ink, box) : box;
  }
  for (const GSList* at = line->runs; at; at = at->next) {
    if (!append_item(run, at->data)) return false;
  }
  return true;
}

void glyph_run_show(const GlyphRun* run, cairo_t* cr, double x, double y) {
  if (run->n == 0) return;
  cairo_glyph_t glyphs[GLYPH_RUN_MAX];
  memcpy(glyphs, run->glyphs, (size_t)run->n * sizeof *glyphs);
  for (int i = 0; i < run->n; ++i) {
    glyphs[i].x += x;
    glyphs[i].y += y;
  }
  cairo_set_scaled_font(cr, run->font);
  cairo_show_glyphs(cr, glyphs, run->n);
}

void glyph_run_clear(GlyphRun* run) {
  if (run->font) cairo_scaled_font_destroy(run->font);
  *run = (GlyphRun){.font = NULL};
}
