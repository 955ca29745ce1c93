// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

#include "gui/kit/plane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const firsts[] = {"Silver", "Slow",  "Northern", "Paper",  "Midnight", "Golden",
                                     "Broken", "Quiet", "Electric", "Último", "Étude",    "Winter"};
static const char* const lasts[] = {"River", "Machines", "Song",   "Lanterns", "Weather", "Parade",
                                    "Tide",  "Stairs",   "Garden", "Signal",   "Waltz",   "Öga"};
static const char* const artists[] = {"Ada Brandt", "The Long Now", "Björk Ásdís", "Cellophane",
                                      "Дмитрий",    "Mono Lake",    "Kaito",       ""};
static const char* const albums[] = {"Rooms", "Field Notes", "", "Second Light"};

static void on_query(void* handle, const Query* query) {
  World* w = handle;
  QueryResult answer;
  ++w->asks;
  if (query_run(catalogue_index_query(w->index), query, NULL, NULL, &answer) != 0) abort();
  answer.seconds = 0.0;
  library_view_answer(w->view, &answer);
}

static void on_play(void* handle, size_t song, double start, double end) {
  World* w = handle;
  ++w->plays;
  w->played = song;
  w->from = start;
  w->to = end;
}

static void on_stop(void* handle) {
  ++((World*)handle)->stops;
}

static void on_volume(void* handle, double volume) {
  ((World*)handle)->volume = volume;
}

static void on_save(void* handle) {
  ++((World*)handle)->saves;
}

static void on_show(void* handle, size_t song) {
  World* w = handle;
  ++w->shows;
  w->shown = song;
}

static void on_copy(void* handle, size_t song) {
  World* w = handle;
  ++w->copies;
  w->copied = song;
}

static void on_pick(void* handle, size_t model) {
  World* w = handle;
  ++w->picks;
  w->picked = model;
}

static void on_add(void* handle, const char* path) {
  World* w = handle;
  ++w->adds;
  snprintf(w->added, sizeof w->added, "%s", path);
}

static void on_stop_adding(void* handle) {
  ++((World*)handle)->stopped_adding;
}

static void on_folders(void* handle, const char* typed) {
  static const char* const names[] = {"Albums", "Classical", "Field recordings"};
  World* w = handle;
  FolderList list = {.n = typed[0] ? 3 : 0, .folder = "/"};
  for (size_t i = 0; i < list.n; ++i)
    snprintf(list.names[i], FOLDERS_NAME, "%s", names[i]);
  if (!w->disk_hangs) library_view_listed(w->view, typed, &list);
}

static const LibraryActions actions = {on_query, on_play,        on_stop,   on_volume,
                                       on_save,  on_show,        on_copy,   on_pick,
                                       on_add,   on_stop_adding, on_folders};

static void name_songs(World* w) {
  for (size_t i = 0; i < w->catalogue.n; ++i) {
    Song* song = &w->songs[i];
    *song = synthetic_catalogue(w->synthetic)->songs[i];
    snprintf(w->names[i][0], sizeof w->names[i][0], "%s %s", firsts[i % 12], lasts[i / 12 % 12]);
    snprintf(w->names[i][1], sizeof w->names[i][1], "%s", artists[i * 7 % 8]);
    snprintf(w->names[i][2], sizeof w->names[i][2], "%s", albums[i * 5 % 4]);
    song->path = "/music/song.flac";
    song->title = w->names[i][0];
    song->artist = w->names[i][1];
    song->album = w->names[i][2];
    song->confidence = 0.4f + 0.55f * (float)(i * 31 % 100) / 100.0f;
  }
}

World* world_new(size_t n, double width, double height, double scale) {
  World* w = calloc(1, sizeof *w);
  if (!w) abort();
  w->view = library_view_new(&actions, w);
  w->picture = library_picture_new();
  if (!w->view || !w->picture) abort();
  w->width = width;
  w->height = height;
  w->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
  library_picture_resize(w->picture, w->view, width, height, scale);
  library_gestures_init(&w->gestures, w->view, w->picture);
  if (n == 0) return w;
  w->synthetic = synthetic_new(n, 240, 480, 11);
  w->songs = calloc(n, sizeof *w->songs);
  w->names = calloc(n, sizeof *w->names);
  if (!w->synthetic || !w->songs || !w->names) abort();
  w->catalogue = (Catalogue){n, w->songs};
  name_songs(w);
  w->index = catalogue_index_new(&w->catalogue);
  if (!w->index) abort();
  w->view->models[0] = "default";
  w->view->n_models = 1;
  library_view_open(w->view, w->index);
  return w;
}

void world_free(World* world) {
  cairo_surface_destroy(world->surface);
  library_view_free(world->view);
  library_picture_free(world->picture);
  catalogue_index_free(world->index);
  synthetic_free(world->synthetic);
  free(world->songs);
  free(world->names);
  free(world);
}

void world_draw(World* world) {
  Rect dirty[LIBRARY_RECTS];
  const size_t n =
      library_picture_update(world->picture, world->view, library_view_damage(world->view), dirty);
  for (size_t i = 0; i < n; ++i) {
    cairo_t* cr = cairo_create(world->surface);
    library_picture_draw(world->picture, cr, world->view, rect_pixels(dirty[i]));
    cairo_destroy(cr);
  }
}

cairo_surface_t* world_draw_all(World* world) {
  Rect dirty[LIBRARY_RECTS];
  library_picture_update(world->picture, world->view, LIBRARY_DAMAGE_ALL, dirty);
  cairo_surface_t* surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)world->width, (int)world->height);
  cairo_t* cr = cairo_create(surface);
  library_picture_draw(world->picture, cr, world->view, (Rect){0, 0, world->width, world->height});
  cairo_destroy(cr);
  return surface;
}

static Rect plane_of(const World* w) {
  return library_layout_plane(library_picture_layout(w->picture), w->view->zoom, w->view->look_v,
                              w->view->look_a);
}

double world_x(const World* world, double valence) {
  return plane_x(plane_of(world), valence);
}

double world_y(const World* world, double arousal) {
  return plane_y(plane_of(world), arousal);
}

void world_click(World* world, double x, double y) {
  static double now = 1.0;
  now += 2.0;
  library_gestures_move(&world->gestures, x, y);
  library_gestures_press(&world->gestures, INPUT_MAIN, x, y, now);
  library_gestures_release(&world->gestures, INPUT_MAIN, x, y);
}

void world_drag(World* world, InputButton button, double x0, double y0, double x1, double y1) {
  enum { STEPS = 20 };
  library_gestures_move(&world->gestures, x0, y0);
  library_gestures_press(&world->gestures, button, x0, y0, 1e9);
  for (int i = 1; i <= STEPS; ++i) {
    library_gestures_move(&world->gestures, x0 + (x1 - x0) * i / STEPS, y0 + (y1 - y0) * i / STEPS);
  }
  library_gestures_release(&world->gestures, button, x1, y1);
}

void world_type(World* world, const char* text) {
  for (const char* at = text; *at;) {
    char one[5] = {0};
    size_t n = 0;
    do {
      one[n++] = *at++;
    } while (((unsigned char)*at & 0xC0) == 0x80 && n < 4);
    if (world->view->focus == LIBRARY_PART_SEARCH || world->view->prompting) {
      library_gestures_text(&world->gestures, one);
    } else {
      library_gestures_key(&world->gestures, INPUT_OTHER, one[0], false, false);
    }
  }
}
