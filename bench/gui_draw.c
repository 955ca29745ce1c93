// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Times of drawing the plugin's window on an image surface, clipped like in the window: a full
/// redraw at 900 x 600 and at 3840 x 2160, a 2 Hz update (a new estimate), a 25 Hz one (the point
/// moved), one without any change, one while the window is hidden; and the memory of a session of
/// two hours.  Times are CPU time of this thread.
///
///     gui_draw [REPEATS]
///
/// Exit status 1 if a median or the memory is above its target.
#include "tests/gui/scenes.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int by_size(const void* a, const void* b) {
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return x < y ? -1 : x > y;
}

typedef struct {
  MeterView* view;
  MeterPicture* picture;
  cairo_surface_t* surface;
  double* ms;
  size_t repeats;
  int64_t index; // position of the next estimate
  double now;
} Bench;

static int report(Bench* b, const char* what, double target) {
  qsort(b->ms, b->repeats, sizeof *b->ms, by_size);
  const double median = b->ms[b->repeats / 2];
  const double p95 = b->ms[b->repeats * 95 / 100];
  printf("%-34s median %7.3f ms   p95 %7.3f ms   target %5.2f ms\n", what, median, p95, target);
  return median <= target ? 0 : 1;
}

static void draw(Bench* b, Rect clip) {
  cairo_t* cr = cairo_create(b->surface);
  meter_picture_draw(b->picture, cr, b->view, clip);
  cairo_destroy(cr);
}

// \return whether there was anything to draw
static bool draw_damage(Bench* b) {
  Rect dirty[METER_RECTS];
  const size_t n = meter_picture_update(b->picture, b->view, meter_view_damage(b->view), dirty);
  for (size_t i = 0; i < n; ++i)
    draw(b, dirty[i]);
  return n > 0;
}

// A full redraw; data that depends on the size is prepared before.
static int full_redraw(Bench* b, int width, int height, const char* what, double target) {
  if (b->surface) cairo_surface_destroy(b->surface);
  b->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  meter_picture_resize(b->picture, width, height, 1.0, METER_FULL);
  const Rect all = {0, 0, width, height};
  draw(b, all);
  for (size_t i = 0; i < b->repeats; ++i) {
    const double start = cpu_ms();
    draw(b, all);
    b->ms[i] = cpu_ms() - start;
  }
  return report(b, what, target);
}

static void next_estimate(Bench* b) {
  scene_play(b->view, b->index++, 1);
}
static void next_tick(Bench* b) {
  b->now += 0.04;
  meter_view_tick(b->view, b->now);
}

// Draw what an estimate changed: a function of its own, so that bench/counts.sh can count it.
__attribute__((noinline)) static void draw_estimate(Bench* b) {
  draw_damage(b);
}

// An estimate, and the moves of the point after it, as in the window.
static int updates(Bench* b) {
  for (size_t i = 0; i < b->repeats; ++i) {
    next_estimate(b);
    const double start = cpu_ms();
    draw_estimate(b);
    b->ms[i] = cpu_ms() - start;
    for (int k = 0; k < 12; ++k) {
      next_tick(b);
      draw_damage(b);
    }
  }
  int failed = report(b, "2 Hz update (new estimate)", 0.5);
  size_t moves = 0;
  for (int tick = 0; moves < b->repeats; ++tick) {
    if (tick % 12 == 0) {
      next_estimate(b);
      draw_damage(b);
    }
    next_tick(b);
    const double start = cpu_ms();
    if (!draw_damage(b)) continue;
    b->ms[moves++] = cpu_ms() - start;
  }
  failed += report(b, "25 Hz update (point moves)", 0.15);
  return failed;
}

static int resting(Bench* b) {
  b->now += 10.0;
  meter_view_tick(b->view, b->now);
  draw_damage(b);
  for (size_t i = 0; i < b->repeats; ++i) {
    next_tick(b);
    const double start = cpu_ms();
    draw_damage(b);
    b->ms[i] = cpu_ms() - start;
  }
  int failed = report(b, "25 Hz, nothing changed", 0.01);
  // A hidden window takes messages and draws nothing (gui/meter/window.c).
  for (size_t i = 0; i < b->repeats; ++i) {
    if (i % 12 == 0) next_estimate(b);
    const double start = cpu_ms();
    Rect dirty[METER_RECTS];
    next_tick(b);
    meter_picture_update(b->picture, b->view, meter_view_damage(b->view), dirty);
    b->ms[i] = cpu_ms() - start;
  }
  failed += report(b, "25 Hz, hidden", 0.02);
  return failed;
}

static double in_use(void) {
  const struct mallinfo2 m = mallinfo2();
  return (double)(m.uordblks + m.hblkhd) / (1024.0 * 1024.0);
}

// Memory of a view after two hours of readings, and the part allocated after the first minute.
static int session_memory(void) {
  const double before = in_use();
  MeterView* view = meter_view_new();
  if (!view) return 1;
  scene_play(view, 0, 120);
  const double minute = in_use();
  scene_play(view, 120, 14400 - 120);
  meter_view_tick(view, 1.0);
  const double session = in_use();
  printf("%-34s %6.3f MiB, %.3f of them after its first minute   target 4 MiB\n",
         "memory of a session of 2 h", session - before, session - minute);
  meter_view_free(view);
  return session - before <= 4.0 ? 0 : 1;
}

int main(int argc, char** argv) {
  Bench b = {.repeats = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 300, .now = 1.0};
  b.ms = calloc(b.repeats ? b.repeats : 1, sizeof *b.ms);
  b.view = meter_view_new();
  b.picture = meter_picture_new();
  if (!b.repeats || !b.ms || !b.view || !b.picture) return 2;
  meter_view_status(b.view, "/models/default.safetensors", "default", "", "");
  scene_play(b.view, 0, 400);
  b.index = 400;
  meter_view_tick(b.view, b.now);
  int failed = full_redraw(&b, 3840, 2160, "full redraw, 3840 x 2160", 12.0);
  failed += full_redraw(&b, 900, 600, "full redraw, 900 x 600", 2.5);
  failed += updates(&b);
  failed += resting(&b);
  failed += session_memory();
  cairo_surface_destroy(b.surface);
  meter_picture_free(b.picture);
  meter_view_free(b.view);
  free(b.ms);
  return failed ? 1 : 0;
}
