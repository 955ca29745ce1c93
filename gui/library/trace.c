// SPDX-License-Identifier: GPL-3.0-or-later
// Prints what the window does, a line per event, on standard error.
#include "gui/library/trace.h"

#include <stdarg.h>
#include <stdio.h>

static const char* const names[LIBRARY_PART_COUNT] = {
    [LIBRARY_PART_PLANE] = "plane",
    [LIBRARY_PART_SEARCH] = "search",
    [LIBRARY_PART_QUADRANT_1] = "quadrant-1",
    [LIBRARY_PART_QUADRANT_2] = "quadrant-2",
    [LIBRARY_PART_QUADRANT_3] = "quadrant-3",
    [LIBRARY_PART_QUADRANT_4] = "quadrant-4",
    [LIBRARY_PART_CONFIDENCE] = "confidence",
    [LIBRARY_PART_LIST] = "list",
    [LIBRARY_PART_LENGTH] = "length",
    [LIBRARY_PART_KIND] = "kind",
    [LIBRARY_PART_RELATIVE] = "relative",
    [LIBRARY_PART_LIKE] = "like",
    [LIBRARY_PART_ERASE] = "erase",
    [LIBRARY_PART_VALENCE] = "valence",
    [LIBRARY_PART_AROUSAL] = "arousal",
    [LIBRARY_PART_SONG] = "song",
    [LIBRARY_PART_PLAY] = "play",
    [LIBRARY_PART_SAVE] = "save",
    [LIBRARY_PART_SHOW] = "show",
    [LIBRARY_PART_COPY] = "copy",
    [LIBRARY_PART_VOLUME] = "volume",
    [LIBRARY_PART_ADD] = "add",
    [LIBRARY_PART_MODEL] = "model",
    [LIBRARY_PART_HELP] = "help",
    [LIBRARY_PART_TAB_LIST] = "tab-list",
    [LIBRARY_PART_TAB_PLANE] = "tab-plane",
    [LIBRARY_PART_TAB_DRAW] = "tab-draw",
    [LIBRARY_PART_TAB_SONG] = "tab-song",
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

void trace_layout(const Trace* trace, const LibraryLayout* layout) {
  for (int i = LIBRARY_PART_NONE + 1; i < LIBRARY_PART_COUNT; ++i) {
    const Rect r = layout->parts[i];
    if (r.w <= 0.0) continue; // not in this layout
    trace_line(trace, "place %s %.0f %.0f %.0f %.0f", names[i], r.x, r.y, r.w, r.h);
  }
}

void trace_answer(const Trace* trace, const LibraryView* view) {
  static const char* const kinds[] = {"all", "near", "match", "path"};
  const QueryResult* a = &view->answer;
  const Catalogue* c = library_view_catalogue(view);
  trace_line(trace, "answer %u %s songs %zu allowed %zu ms %.2f", a->id, kinds[a->kind], a->n,
             a->n_allowed, 1e3 * a->seconds);
  for (size_t row = 0; c && row < a->n && row < 3; ++row) {
    const QueryHit* hit = &a->hits[row];
    trace_line(trace, "row %zu distance %.4f from %.1f to %.1f %s", row + 1, (double)hit->distance,
               (double)hit->start, (double)hit->end, c->songs[hit->song].path);
  }
}
