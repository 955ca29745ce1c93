// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Ardour's inline display alone: its picture is the one that inline_display_draw() makes of the
/// readings that were passed on.
#include "plugin/inline_view.h"

#include "gui/kit/inline_display.h"
#include "plugin/meter.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TRAIL = 40, WIDTH = 90, HEIGHT = 120 };

typedef struct {
  Meter* meter;
  OutputSchedule schedule;
  InlineQueueDraw queue;
  LV2_Feature feature;
  int asked; ///< times that a picture was asked for
} Bench;

static void count(void* handle) {
  ++*(int*)handle;
}

static int setup(void** state) {
  Bench* b = calloc(1, sizeof *b);
  if (!b || !(b->meter = calloc(1, sizeof *b->meter))) return -1;
  b->queue = (InlineQueueDraw){&b->asked, count};
  b->feature = (LV2_Feature){INLINE_DISPLAY_QUEUE_DRAW, &b->queue};
  const LV2_Feature other = {"urn:other", NULL};
  const LV2_Feature* features[] = {&other, &b->feature, NULL};
  inline_view_init(&b->meter->view, features);
  b->schedule.settings.enabled = true;
  *state = b;
  return 0;
}

static int teardown(void** state) {
  Bench* b = *state;
  inline_view_free(&b->meter->view);
  free(b->meter);
  free(b);
  return 0;
}

static void pass(Bench* b, double valence, double arousal, double confidence, EngineState state) {
  Readings* t = &b->schedule.target;
  t->valence = (float)valence, t->arousal = (float)arousal, t->confidence = (float)confidence;
  t->state = (float)state;
  inline_view_update(&b->meter->view, &b->schedule);
}

/// The picture has this size, and shows this.
static void expect_size(Bench* b, int width, int height, const InlineReading* reading) {
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
  cairo_t* cr = cairo_create(surface);
  inline_display_draw(cr, width, height, reading);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  const InlineSurface* s =
      inline_view_interface.render(b->meter, (uint32_t)width, (uint32_t)height);
  assert_non_null(s);
  assert_true(s->width == width && s->height == height);
  assert_int_equal(s->stride, cairo_image_surface_get_stride(surface));
  assert_memory_equal(s->data, cairo_image_surface_get_data(surface),
                      (size_t)s->stride * (size_t)height);
  cairo_surface_destroy(surface);
}

static void expect(Bench* b, const InlineReading* reading) {
  const int side = inline_display_height(WIDTH, HEIGHT);
  expect_size(b, WIDTH, side, reading);
}

static void before_the_first_reading_there_is_no_point(void** state) {
  expect(*state, &(InlineReading){.silent = true, .trail_seconds = 20.0});
}

static void the_last_reading_is_the_point(void** state) {
  Bench* b = *state;
  PlanePoint trail[2] = {{.valence = -0.25, .arousal = 0.75, .age = 0.5},
                         {.valence = 0.5, .arousal = -0.25, .age = 0.0}};
  pass(b, -0.25, 0.75, 0.25, ENGINE_SILENT);
  pass(b, 0.5, -0.25, 1.0, ENGINE_SETTLING); // settling is heard
  InlineReading shown = {0.5, -0.25, 1.0, false, false, trail, 2, 20.0};
  expect(b, &shown);
  assert_int_equal(b->asked, 2);
  b->schedule.settings.hold = true;
  PlanePoint longer[3] = {trail[0], trail[1], trail[1]};
  longer[0].age = 1.0, longer[1].age = 0.5;
  pass(b, 0.5, -0.25, 0.125, ENGINE_SILENT);
  shown = (InlineReading){0.5, -0.25, 0.125, true, true, longer, 3, 20.0};
  expect(b, &shown);
  PlanePoint longest[4] = {longer[0], longer[1], longer[2], longer[2]};
  for (int i = 0; i < 4; ++i)
    longest[i].age = 0.5 * (3 - i);
  pass(b, 0.5, -0.25, 1.0, ENGINE_LIVE);
  shown = (InlineReading){0.5, -0.25, 1.0, false, true, longest, 4, 20.0};
  expect(b, &shown);
}

static void the_trail_is_of_the_last_20_seconds(void** state) {
  Bench* b = *state;
  PlanePoint trail[TRAIL];
  for (int i = 0; i < 60; ++i) {
    const double valence = i / 64.0, arousal = 0.5 - i / 128.0;
    if (i >= 20) trail[i - 20] = (PlanePoint){.valence = valence, .arousal = arousal};
    pass(b, valence, arousal, 1.0, ENGINE_LIVE);
    if (i == 29) inline_view_interface.render(b->meter, WIDTH, HEIGHT); // the queue holds 32
  }
  for (int i = 0; i < TRAIL; ++i)
    trail[i].age = 0.5 * (TRAIL - 1 - i);
  const PlanePoint* last = &trail[TRAIL - 1];
  expect(b, &(InlineReading){last->valence, last->arousal, 1.0, false, false, trail, TRAIL, 20.0});
}

static void the_picture_takes_the_size_that_is_asked_for(void** state) {
  static const int sizes[][2] = {{90, 90}, {60, 60}, {90, 40}, {90, 60}, {40, 40}, {41, 41}};
  const InlineReading nothing = {.silent = true, .trail_seconds = 20.0};
  for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; ++i)
    expect_size(*state, sizes[i][0], sizes[i][1], &nothing);
  const InlineSurface* s = inline_view_interface.render(((Bench*)*state)->meter, 50, 300);
  assert_non_null(s);
  assert_int_equal(s->height, inline_display_height(50, 300));
  // The old picture is freed.
  size_t before = 0;
  for (uint32_t i = 0; i < 60; ++i) {
    if (i == 20) before = mallinfo2().uordblks;
    inline_view_interface.render(((Bench*)*state)->meter, 60 + i % 2, 60);
  }
  assert_in_range(mallinfo2().uordblks, 0, before + 20000);
}

static void a_host_without_it_is_asked_for_nothing(void** state) {
  Bench* b = *state;
  inline_view_free(&b->meter->view);
  inline_view_init(&b->meter->view, NULL);
  pass(b, 0.5, 0.5, 1.0, ENGINE_LIVE);
  assert_null(inline_view_interface.render(b->meter, WIDTH, HEIGHT));
  assert_int_equal(b->asked, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(before_the_first_reading_there_is_no_point),
      TEST(the_last_reading_is_the_point),
      TEST(the_trail_is_of_the_last_20_seconds),
      TEST(the_picture_takes_the_size_that_is_asked_for),
      TEST(a_host_without_it_is_asked_for_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
