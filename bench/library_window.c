// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Times of the library's window: making an index, queries, and drawing on an image surface.  CPU
/// time of this thread, the minimum of a few runs.
///
///     library_window [SONGS]      default 100000
#include "tests/gui/library/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RUNS 3

static double cpu_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static void dots(World* w) {
  w->view->damage |= LIBRARY_DAMAGE_DOTS;
  world_draw(w);
}

static void everything(World* w) {
  cairo_surface_destroy(world_draw_all(w));
}

static void near_point(World* w) {
  library_view_query_near(w->view, 0.2, 0.3);
}

static void search(World* w) {
  library_view_set_text(w->view, "");
  library_view_set_text(w->view, "waltz bjork");
}

static void answer_drawn(World* w) {
  world_draw(w);
  library_view_query_near(w->view, -0.2, 0.3);
  world_draw(w);
}

static void hover(World* w) {
  for (int i = 0; i < 100; ++i)
    library_gestures_move(&w->gestures, world_x(w, -0.5 + 0.01 * i), world_y(w, 0.02));
  library_view_damage(w->view);
}

static void play(World* w) {
  for (int i = 0; i < 100; ++i) {
    library_view_played(w->view, PLAY_PLAYING, w->view->position + 0.033);
    world_draw(w);
  }
}

static void match(World* w, MatchKind kind) {
  library_view_set_text(w->view, "");
  const Rect lane = library_picture_layout(w->picture)->parts[LIBRARY_PART_AROUSAL];
  w->view->match = kind;
  drawn_clear(&w->view->drawn);
  world_drag(w, INPUT_MAIN, lane.x + 2, library_layout_lane_y(lane, -0.2), lane.x + lane.w - 2,
             library_layout_lane_y(lane, 0.3));
}

static void match_whole(World* w) {
  match(w, MATCH_WHOLE);
}

static void match_passage(World* w) {
  match(w, MATCH_PASSAGE);
}

static void report(World* w, const char* what, void (*act)(World* w), int times) {
  double least = 1e12;
  for (int i = 0; i < RUNS; ++i) {
    const double begun = cpu_ms();
    act(w);
    const double ms = (cpu_ms() - begun) / times;
    least = ms < least ? ms : least;
  }
  printf("%-44s %9.3f ms\n", what, least);
}

int main(int argc, char** argv) {
  const size_t n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 100000;
  if (n == 0) return 2;
  World* w = world_new(n, 1180, 780, 1.0);
  const double begun = cpu_ms();
  CatalogueIndex* index = catalogue_index_new(&w->catalogue);
  printf("%zu songs\n%-44s %9.3f ms\n", n, "an index (text, order, cells)", cpu_ms() - begun);
  catalogue_index_free(index);
  report(w, "the dots and all of the plane", dots, 1);
  report(w, "all of the picture, dots too", everything, 1);
  report(w, "the dot under the pointer", hover, 100);
  report(w, "two words searched", search, 1);
  library_view_set_text(w->view, "");
  report(w, "near a point: the answer", near_point, 1);
  report(w, "near a point: the answer and what it redraws", answer_drawn, 1);
  library_view_choose_row(w->view, 0);
  library_view_play(w->view);
  world_draw(w);
  report(w, "the live point moves", play, 100);
  match_whole(w); // this makes the index
  report(w, "whole songs that move as drawn", match_whole, 1);
  report(w, "passages that move as drawn", match_passage, 1);
  world_free(w);
  return 0;
}
