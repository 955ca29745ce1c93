// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What drawing costs: a full redraw at 900 x 600, a 2 Hz update (an estimate came) and a 25 Hz one
/// (the point moved), on an image surface, clipped as the window does.  CPU time of this thread.
///
///     gui_draw [REPEATS]
///
/// Exit status 1 if a median is above its target.
#include "tests/gui/scenes.h"

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

static int report(const char* what, double* ms, size_t n, double target) {
  qsort(ms, n, sizeof *ms, by_size);
  const double median = ms[n / 2];
  const double p95 = ms[n * 95 / 100];
  printf("%-28s median %6.3f ms   p95 %6.3f ms   target %.2f ms\n", what, median, p95, target);
  return median <= target ? 0 : 1;
}

static void draw(MeterPicture* meter, cairo_surface_t* surface, const MeterView* view, Rect clip) {
  cairo_t* cr = cairo_create(surface);
  meter_picture_draw(meter, cr, view, clip);
  cairo_destroy(cr);
}

static void draw_damage(MeterPicture* meter, cairo_surface_t* surface, MeterView* view) {
  Rect dirty[METER_RECTS];
  const size_t n = meter_picture_update(meter, view, meter_view_damage(view), dirty);
  for (size_t i = 0; i < n; ++i)
    draw(meter, surface, view, dirty[i]);
}

int main(int argc, char** argv) {
  const size_t n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 300;
  double* ms = calloc(n ? n : 1, sizeof *ms);
  MeterView* view = meter_view_new();
  MeterPicture* meter = meter_picture_new();
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 900, 600);
  if (!n || !ms || !view || !meter) return 2;
  const Rect all = {0, 0, 900, 600};
  meter_view_status(view, "/models/default.safetensors", "default", "", "");
  scene_play(view, 0, 400);
  double now = 1.0;
  meter_view_tick(view, now);
  meter_picture_resize(meter, 900, 600, 1.0, METER_FULL);
  draw(meter, surface, view, all);

  int failed = 0;
  for (size_t i = 0; i < n; ++i) {
    const double start = cpu_ms();
    draw(meter, surface, view, all);
    ms[i] = cpu_ms() - start;
  }
  failed += report("full redraw", ms, n, 2.5);

  double* fast = calloc(n, sizeof *fast);
  if (!fast) return 2;
  int64_t index = 400;
  for (size_t i = 0; i < n; ++i) {
    scene_play(view, index++, 1);
    double start = cpu_ms();
    draw_damage(meter, surface, view);
    ms[i] = cpu_ms() - start;
    now += 0.04;
    meter_view_tick(view, now);
    start = cpu_ms();
    draw_damage(meter, surface, view);
    fast[i] = cpu_ms() - start;
  }
  failed += report("2 Hz update (new estimate)", ms, n, 0.5);
  failed += report("25 Hz update (point moves)", fast, n, 0.5);

  for (size_t i = 0; i < n; ++i) {
    now += 0.04;
    meter_view_tick(view, now + 10.0);
    const double start = cpu_ms();
    draw_damage(meter, surface, view);
    ms[i] = cpu_ms() - start;
  }
  failed += report("nothing changed", ms, n, 0.01);
  cairo_surface_destroy(surface);
  meter_picture_free(meter);
  meter_view_free(view);
  free(ms);
  free(fast);
  return failed ? 1 : 0;
}
