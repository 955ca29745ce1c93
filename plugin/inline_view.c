// SPDX-License-Identifier: GPL-3.0-or-later
// Ardour's inline display: passes readings to the host's window thread, which draws.
#include "plugin/inline_view.h"

#include "gui/kit/inline_display.h"
#include "plugin/meter.h"

#include <cairo.h>
#include <stdlib.h>
#include <string.h>

#define TRAIL_READINGS 40 ///< 20 s
#define TRAIL_SECONDS 20.0
#define QUEUE 32 ///< most readings that can wait for the window thread

typedef struct {
  float valence, arousal, confidence;
  bool silent, held;
} InlinePoint;

struct InlinePicture {
  cairo_surface_t* surface;
  InlineSurface shown;
  InlinePoint last;
  PlanePoint trail[TRAIL_READINGS];
  size_t n_trail;
};

void inline_view_init(InlineView* view, const LV2_Feature* const* features) {
  memset(view, 0, sizeof *view);
  for (; features && *features; ++features)
    if (strcmp((*features)->URI, INLINE_DISPLAY_QUEUE_DRAW) == 0) view->queue = (*features)->data;
  if (!view->queue) return;
  view->readings = ring_new(QUEUE, sizeof(InlinePoint));
  view->picture = calloc(1, sizeof *view->picture);
  if (!view->readings || !view->picture) inline_view_free(view);
}

void inline_view_free(InlineView* view) {
  if (view->picture && view->picture->surface) cairo_surface_destroy(view->picture->surface);
  free(view->picture);
  ring_free(view->readings);
  memset(view, 0, sizeof *view);
}

void inline_view_update(InlineView* view, const OutputSchedule* schedule) {
  if (!view->queue) return;
  const Readings* t = &schedule->target;
  const InlinePoint point = {t->valence, t->arousal, t->confidence,
                             (EngineState)t->state == ENGINE_SILENT, schedule->settings.hold};
  ring_push(view->readings, &point, 1);
  view->queue->queue_draw(view->queue->handle);
}

static void append(InlinePicture* p, const InlinePoint* point) {
  if (p->n_trail == TRAIL_READINGS) {
    memmove(p->trail, p->trail + 1, (TRAIL_READINGS - 1) * sizeof p->trail[0]);
    --p->n_trail;
  }
  p->trail[p->n_trail++] =
      (PlanePoint){.valence = (double)point->valence, .arousal = (double)point->arousal};
  for (size_t i = 0; i < p->n_trail; ++i)
    p->trail[i].age = (double)(p->n_trail - 1 - i) * ENGINE_HOP_SECONDS;
  p->last = *point;
}

static InlineSurface* render(LV2_Handle instance, uint32_t width, uint32_t max_height) {
  InlineView* view = &((Meter*)instance)->view;
  InlinePicture* p = view->picture;
  if (!p || width == 0 || max_height == 0 || width > 4096 || max_height > 4096) return NULL;
  const int w = (int)width;
  const int h = inline_display_height(w, (int)max_height);
  InlinePoint point;
  while (ring_pop(view->readings, &point, 1) == 1)
    append(p, &point);
  if (!p->surface || p->shown.width != w || p->shown.height != h) {
    if (p->surface) cairo_surface_destroy(p->surface);
    p->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, w, h);
  }
  if (cairo_surface_status(p->surface) != CAIRO_STATUS_SUCCESS) return NULL;
  const InlineReading reading = {.valence = (double)p->last.valence,
                                 .arousal = (double)p->last.arousal,
                                 .confidence = (double)p->last.confidence,
                                 .silent = p->n_trail == 0 || p->last.silent,
                                 .held = p->last.held,
                                 .trail = p->trail,
                                 .trail_count = p->n_trail,
                                 .trail_seconds = TRAIL_SECONDS};
  cairo_t* cr = cairo_create(p->surface);
  inline_display_draw(cr, w, h, &reading);
  cairo_destroy(cr);
  cairo_surface_flush(p->surface);
  p->shown = (InlineSurface){cairo_image_surface_get_data(p->surface), w, h,
                             cairo_image_surface_get_stride(p->surface)};
  return &p->shown;
}

const InlineInterface inline_view_interface = {render};
