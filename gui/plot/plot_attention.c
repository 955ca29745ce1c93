// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The attention map of a whole reading.  See plot.h.
#include "gui/plot/plot_parts.h"

#include <stdint.h>
#include <string.h>

#define SHADES 64
#define WINDOW_SECONDS (NET_MAX_WINDOW * ENGINE_HOP_SECONDS)

/// Weight beyond the usual that has the brightest colour, as in the window's strip.
#define MAP_FULL 0.08

// One pixel a hop on both axes; y counts the age of the attended moment (0 at the top).
static cairo_surface_t* build_map(const Plot* plot, bool* any) {
  const int n = plot->n < 16000 ? (int)plot->n : 16000;
  cairo_surface_t* map =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, n > 0 ? n : 1, NET_MAX_WINDOW);
  *any = false;
  if (cairo_surface_status(map) != CAIRO_STATUS_SUCCESS) return map;
  uint32_t shades[SHADES + 1];
  for (int i = 0; i <= SHADES; ++i) {
    const Rgb c = color_heat((double)i / SHADES);
    shades[i] = (uint32_t)(c.r * 255.0 + 0.5) << 16 | (uint32_t)(c.g * 255.0 + 0.5) << 8 |
                (uint32_t)(c.b * 255.0 + 0.5);
  }
  unsigned char* data = cairo_image_surface_get_data(map);
  const int stride = cairo_image_surface_get_stride(map);
  for (int x = 0; x < n; ++x) {
    const Estimate* r = &plot->estimates[x];
    if (r->n_attention > 0) *any = true;
    for (unsigned age = 0; age < NET_MAX_WINDOW; ++age) {
      double t = 0.0;
      if (age < r->n_attention) { // the square root also shows faint values
        t = sqrt(fmin(1.0, (double)r->attention_beyond[r->n_attention - 1 - age] / MAP_FULL));
      }
      memcpy(data + (ptrdiff_t)age * stride + (ptrdiff_t)x * 4, &shades[(int)(t * SHADES + 0.5)],
             sizeof(uint32_t));
    }
  }
  cairo_surface_mark_dirty(map);
  return map;
}

static void draw_map(cairo_t* cr, const PlotPage* page, Rect area, bool* any) {
  cairo_surface_t* map = build_map(page->plot, any);
  cairo_save(cr);
  cairo_rectangle(cr, area.x, area.y, area.w, area.h);
  cairo_clip(cr);
  cairo_translate(cr, area.x, area.y);
  cairo_scale(cr, area.w / fmax(1.0, (double)page->plot->n), area.h / NET_MAX_WINDOW);
  cairo_set_source_surface(cr, map, 0.0, 0.0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
  cairo_paint(cr);
  cairo_restore(cr);
  cairo_surface_destroy(map);
}

static void draw_age_axis(cairo_t* cr, const PlotPage* page, Rect area) {
  static const char* const labels[] = {"the same moment", "20 s before", "40 s before",
                                       "60 s before"};
  const double u = page->theme.unit;
  TextStyle style = {.size = 0.85 * u, .color = page->theme.text_faint, .anchor = TEXT_RIGHT};
  for (int i = 0; i < 4; ++i) {
    const double y = area.y + area.h * (i * 20.0 / WINDOW_SECONDS);
    const double shift = i == 0 ? 0.4 * u : i == 3 ? -0.4 * u : 0.0;
    text_draw(page->text, cr, &style, area.x - 0.7 * u, y + shift, labels[i]);
    cairo_rectangle(cr, area.x - 0.45 * u, floor(y), 0.45 * u, page->theme.px);
    theme_source(cr, page->theme.line_strong, 1.0);
    cairo_fill(cr);
  }
}

static void draw_legend(cairo_t* cr, const PlotPage* page, double right, double y) {
  const double u = page->theme.unit;
  TextStyle style = {.size = 0.85 * u, .color = page->theme.text_soft, .anchor = TEXT_RIGHT};
  right -= text_draw(page->text, cr, &style, right, y, "8 % beyond the usual") + 0.6 * u;
  const int steps = 48;
  const double w = 0.14 * u;
  for (int i = 0; i < steps; ++i) {
    theme_source(cr, color_heat((i + 0.5) / steps), 1.0);
    cairo_rectangle(cr, right - (steps - i) * w, y - 0.4 * u, w + 0.5, 0.8 * u);
    cairo_fill(cr);
  }
  text_draw(page->text, cr, &style, right - steps * w - 0.6 * u, y, "as usual");
}

void plot_attention(cairo_t* cr, double width, double height, const Plot* plot) {
  PlotPage page;
  plot_page(cr, &page, width, height, plot);
  if (!page.text) return;
  const double u = page.theme.unit;
  const double left = 10.5 * u;
  const double right = width - 2.4 * u;
  const double top = 8.4 * u;
  const double curves_h = 0.22 * height;
  const double bottom = height - 3.2 * u;
  const Rect curves = {left, bottom - curves_h, right - left, curves_h};
  const Rect mood = {left, curves.y - 2.0 * u, right - left, 1.0 * u};
  const Rect map = {left, top, right - left, mood.y - top - 1.0 * u};
  bool any = false;
  draw_map(cr, &page, map, &any);
  draw_age_axis(cr, &page, map);
  plot_mood(cr, &page, mood);
  plot_time_axis(cr, &page, curves, true);
  plot_curves(cr, &page, curves);
  TextStyle head = {.size = 0.92 * u, .weight = TEXT_MEDIUM, .color = page.theme.text_soft};
  text_draw(page.text, cr, &head, left, top - 1.3 * u,
            "attention beyond the usual for a moment of that age");
  draw_legend(cr, &page, right, top - 1.3 * u);
  if (!any) {
    TextStyle none = {.size = 1.1 * u, .color = page.theme.text_soft, .anchor = TEXT_CENTER};
    text_draw(page.text, cr, &none, map.x + 0.5 * map.w, map.y + 0.5 * map.h,
              "this model has no attention");
  }
  plot_keys(cr, &page, left + 1.0 * u, curves.y + 0.9 * u);
  text_free(page.text);
}
