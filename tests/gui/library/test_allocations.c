// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Every allocation of the windows' own code fails once: creating the views and pictures, drawing,
/// the index of the songs, the playlist. Nothing crashes, nothing leaks (sanitizers check this),
/// and the next try succeeds.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gui/library/playlist.h"
#include "gui/meter/picture.h"
#include "gui/meter/view_model.h"
#include "tests/faults/allocations.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT = 5000, SONGS = 60, WIDTH = 900, HEIGHT = 640 };

/// Call \p what with each allocation failing once.  \p what returns whether it succeeded.
static void fail_each(const char* name, bool (*what)(void* context), void* context,
                      bool may_refuse) {
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    allocations_fail(n);
    const bool is_done = what(context);
    allocations_end();
    const bool has_failed = allocations_failed();
    if (!has_failed) {
      assert_true(is_done); // no allocation failed
      break;
    }
    refused += !is_done;
  }
  print_message("%s: %ld allocations failed once each, %ld refused\n", name, n - 1, refused);
  assert_in_range(n, 2, LIMIT - 1);
  if (may_refuse) assert_true(refused > 0);
}

static bool make_meter(void* context) {
  (void)context;
  MeterView* view = meter_view_new();
  MeterPicture* picture = meter_picture_new();
  const bool is_done = view && picture;
  meter_picture_free(picture);
  meter_view_free(view);
  return is_done;
}

static void making_the_meters_window(void** state) {
  (void)state;
  fail_each("the meter's view and picture", make_meter, NULL, true);
}

static bool make_library(void* context) {
  const World* world = context;
  static const LibraryActions no_actions;
  LibraryView* view = library_view_new(&no_actions, NULL);
  LibraryPicture* picture = library_picture_new();
  CatalogueIndex* index = catalogue_index_new(&world->catalogue);
  const bool is_done = view && picture && index;
  catalogue_index_free(index);
  library_picture_free(picture);
  library_view_free(view);
  return is_done;
}

static void making_the_librarys_window(void** state) {
  (void)state;
  World* world = world_new(SONGS, WIDTH, HEIGHT, 1.0);
  fail_each("the library's view, picture and index", make_library, world, true);
  world_free(world);
}

static bool draw_library(void* context) {
  cairo_surface_t* surface = world_draw_all(context);
  const bool is_done = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
  cairo_surface_destroy(surface);
  return is_done;
}

static void drawing_the_library(void** state) {
  (void)state;
  World* world = world_new(SONGS, WIDTH, HEIGHT, 1.0);
  draw_library(world); // the first search for fonts
  long n = 1;
  for (; n < LIMIT; ++n) {
    allocations_fail(n);
    const bool is_done = draw_library(world);
    allocations_end();
    assert_true(is_done); // whether or not all of it was drawn
    if (!allocations_failed()) break;
  }
  print_message("drawing: %ld allocations failed once each\n", n - 1);
  assert_in_range(n, 1, LIMIT - 1);
  world_free(world);
}

typedef struct {
  const World* world;
  char path[128];
} Saving;

static bool save(void* context) {
  const Saving* s = context;
  QueryHit hits[3] = {{.song = 0}, {.song = 1}, {.song = 2}};
  char error[256] = "";
  long songs = 0;
  char* text = playlist_text(&s->world->catalogue, hits, 3, &songs);
  if (!text) return false;
  const bool written = playlist_write(s->path, text, error, sizeof error) == 0;
  if (!written) assert_string_not_equal(error, "");
  free(text);
  return written && songs == 3;
}

static void saving_a_playlist(void** state) {
  (void)state;
  World* world = world_new(SONGS, WIDTH, HEIGHT, 1.0);
  Saving saving = {world, ""};
  snprintf(saving.path, sizeof saving.path, "/tmp/circumplex-playlist-%d.m3u8", (int)getpid());
  fail_each("a playlist", save, &saving, true);
  unlink(saving.path);
  world_free(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(making_the_meters_window), cmocka_unit_test(making_the_librarys_window),
      cmocka_unit_test(drawing_the_library), cmocka_unit_test(saving_a_playlist)};
  return cmocka_run_group_tests_name("windows without memory", tests, NULL, NULL);
}
