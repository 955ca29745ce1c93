// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the window does: see trace.h.
#include "gui/library/trace.h"

#include <stdarg.h>
#include <stdio.h>

static const char* const names[PLACE_COUNT] = {
    [PLACE_PLANE] = "plane",
    [PLACE_SEARCH] = "search",
    [PLACE_QUADRANT_1] = "quadrant-1",
    [PLACE_QUADRANT_2] = "quadrant-2",
    [PLACE_QUADRANT_3] = "quadrant-3",
    [PLACE_QUADRANT_4] = "quadrant-4",
    [PLACE_CONFIDENCE] = "confidence",
    [PLACE_LIST] = "list",
    [PLACE_LENGTH] = "length",
    [PLACE_KIND] = "kind",
    [PLACE_LIKE] = "like",
    [PLACE_ERASE] = "erase",
    [PLACE_VALENCE] = "valence",
    [PLACE_AROUSAL] = "arousal",
    [PLACE_SONG] = "song",
    [PLACE_PLAY] = "play",
    [PLACE_SAVE] = "save",
    [PLACE_SHOW] = "show",
    [PLACE_COPY] = "copy",
    [PLACE_VOLUME] = "volume",
    [PLACE_MODEL] = "model",
    [PLACE_HELP] = "help",
};

void trace_line(const Trace* trace, const char* format, ...) {
  if (!trace->on) return;
  va_list list;
  va_start(list, format);
  fputs("circumplex-library: ", stderr);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  va_end(list);
}

void trace_places(const Trace* trace, const Places* places) {
  for (int i = PLACE_NONE + 1; i < PLACE_COUNT; ++i) {
    const Rect r = places->parts[i];
    trace_line(trace, "place %s %.0f %.0f %.0f %.0f", names[i], r.x, r.y, r.w, r.h);
  }
}

void trace_answer(const Trace* trace, const Browser* browser) {
  static const char* const kinds[] = {"all", "near", "match", "path"};
  const QueryResult* a = &browser->answer;
  const Catalogue* c = browser_catalogue(browser);
  trace_line(trace, "answer %u %s songs %zu allowed %zu ms %.2f", a->id, kinds[a->kind], a->n,
             a->n_allowed, 1e3 * a->seconds);
  for (size_t row = 0; c && row < a->n && row < 3; ++row) {
    const QueryHit* hit = &a->hits[row];
    trace_line(trace, "row %zu distance %.4f from %.1f to %.1f %s", row + 1, (double)hit->distance,
               (double)hit->start, (double)hit->end, c->songs[hit->song].path);
  }
}
