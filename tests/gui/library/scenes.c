// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenes.h"

#include <stdio.h>

static const LibraryLayout* layout(const World* w) {
  return library_picture_layout(w->picture);
}

static void rest(World* w) {
  library_gestures_leave(&w->gestures);
}

static void near_point(World* w) {
  library_view_query_near(w->view, 0.30, -0.18);
  library_view_choose_row(w->view, 2);
  rest(w);
}

static void turn(World* w, LibraryPage page) {
  library_view_show_page(w->view, page);
  world_draw(w);
}

static void drawn(World* w) {
  turn(w, LIBRARY_PAGE_DRAW);
  const Rect v = layout(w)->parts[LIBRARY_PART_VALENCE];
  const Rect a = layout(w)->parts[LIBRARY_PART_AROUSAL];
  world_drag(w, INPUT_MAIN, v.x + 2, library_layout_lane_y(v, -0.3), v.x + 0.55 * v.w,
             library_layout_lane_y(v, 0.1));
  world_drag(w, INPUT_MAIN, v.x + 0.55 * v.w, library_layout_lane_y(v, 0.1), v.x + v.w - 3,
             library_layout_lane_y(v, 0.3));
  world_drag(w, INPUT_MAIN, a.x + 0.2 * a.w, library_layout_lane_y(a, -0.2), a.x + 0.8 * a.w,
             library_layout_lane_y(a, 0.35));
  library_view_choose_row(w->view, 1);
  rest(w);
}

static void playing(World* w) {
  drawn(w);
  library_view_play(w->view);
  library_view_played(w->view, PLAY_PLAYING, (double)w->view->start + 21.0);
}

static void other_playing(World* w) {
  library_view_choose_row(w->view, 1);
  library_view_play(w->view);
  library_view_played(w->view, PLAY_PLAYING, 21.0);
  library_view_choose_row(w->view, 3);
}

static void page_plane(World* w) {
  near_point(w);
  turn(w, LIBRARY_PAGE_PLANE);
}

static void page_song(World* w) {
  other_playing(w);
  turn(w, LIBRARY_PAGE_SONG);
}

static void path(World* w) {
  world_drag(w, INPUT_SECOND, world_x(w, -0.5), world_y(w, -0.4), world_x(w, 0.5),
             world_y(w, 0.45));
  rest(w);
}

static void hovered(World* w) {
  size_t i = 0;
  // A dot with room around it.
  while (w->songs[i].valence > -0.35f || w->songs[i].arousal < 0.1f)
    ++i;
  library_gestures_move(&w->gestures, world_x(w, (double)w->songs[i].valence),
                        world_y(w, (double)w->songs[i].arousal));
}

static void searched(World* w) {
  world_type(w, "/bjork");
  library_view_toggle_quadrant(w->view, 1);
  library_view_set_confidence(w->view, 0.5);
  rest(w);
}

static void nothing_found(World* w) {
  world_type(w, "/xyzzy");
}

static void by_keys(World* w) {
  near_point(w);
  for (int i = 0; i < 10; ++i)
    library_gestures_key(&w->gestures, INPUT_TAB, 0, true,
                         false); // in the reverse direction, in the lane of arousal
  library_gestures_key(&w->gestures, INPUT_UP, 0, false, false);
}

static void zoomed(World* w) {
  near_point(w);
  library_view_zoom(w->view, 3.0, 0.3, -0.18);
}

static void help(World* w) {
  world_type(w, "?");
}

static void menu(World* w) {
  w->view->models[1] = "lstm";
  w->view->n_models = 2;
  world_type(w, "m");
}

static void adding(World* w) {
  library_view_added(w->view, 0.42);
  library_view_notice(w->view, false, "Adding /home/me/Music \u2026");
}

static void prompt(World* w) {
  snprintf(w->view->prompt, sizeof w->view->prompt, "/home/me/Music");
  library_view_prompt(w->view, true);
}

static void absent(World* w) {
  library_view_close(
      w->view, LIBRARY_ABSENT,
      "Fill it with your music, in a terminal:\n\ncircumplex library add FOLDER\n\nThen "
      "press Enter here.");
}

static void failed(World* w) {
  library_view_close(w->view, LIBRARY_FAILED, "/home/me/library.db is no library of Circumplex.");
}

static void no_sound(World* w) {
  near_point(w);
  library_view_notice(w->view, true, "No sound: there is no sound device.  Everything else works.");
}

// Whole songs that move as drawn on the collection's scale; the pointer is just before a step of
// the drawing.
static void relative(World* w) {
  library_view_set_match(w->view, MATCH_WHOLE);
  library_view_set_relative(w->view, true);
  library_view_set_volume(w->view, 0.35);
  drawn(w);
  drawn_stroke(&w->view->drawn, DRAWN_VALENCE, 54.5, 0.6, 60.0, 0.6);
  library_view_query_drawn(w->view);
  const Rect v = layout(w)->parts[LIBRARY_PART_VALENCE];
  library_gestures_move(&w->gestures, v.x + 0.9 * v.w, v.y + 0.5 * v.h);
}

// The song's curve under the pointer; the list is at its end.
static void song_hovered(World* w) {
  library_view_choose_row(w->view, w->catalogue.n - 1);
  const Rect r = layout(w)->parts[LIBRARY_PART_SONG];
  library_gestures_move(&w->gestures, r.x + 0.3 * r.w, r.y + 0.5 * r.h);
}

static void crowd_hovered(World* w) {
  for (size_t i = 0; i < 3; ++i)
    w->songs[i].valence = -0.4f, w->songs[i].arousal = 0.3f + 0.001f * (float)i;
  catalogue_index_free(w->index);
  w->index = catalogue_index_new(&w->catalogue);
  library_view_open(w->view, w->index);
  library_gestures_move(&w->gestures, world_x(w, -0.4), world_y(w, 0.3));
}

// A model that reads songs as a whole: they have no curve.
static void static_readings(World* w) {
  for (size_t i = 0; i < w->catalogue.n; ++i)
    w->songs[i].curve.n = 0;
  library_view_choose_row(w->view, 2);
  drawn(w);
}

static void too_short(World* w) {
  for (size_t i = 0; i < w->catalogue.n; ++i)
    w->songs[i].curve.n = 20;
  drawn(w);
}

static void looking(World* w) {
  prompt(w);
  w->disk_hangs = true;
  library_gestures_key(&w->gestures, INPUT_DOWN, 0, false, false);
  w->view->folders.more = true;
}

static void no_folder(World* w) {
  prompt(w);
  w->view->folders = (FolderList){.n = 0};
}

static void typed(World* w) {
  world_type(w, "/a search that is longer than the box that it is typed into, by a word or two");
  library_gestures_move(&w->gestures, layout(w)->parts[LIBRARY_PART_SAVE].x + 3,
                        layout(w)->parts[LIBRARY_PART_SAVE].y + 3);
}

static const Scene scenes[] = {
    {"all", 1700, 1180, 780, 1, NULL},
    {"near", 1700, 1180, 780, 1, near_point},
    {"near_2x", 1700, 2360, 1560, 2, near_point},
    {"path", 1700, 1180, 780, 1, path},
    {"drawn", 1700, 1180, 780, 1, drawn},
    {"playing", 1700, 1180, 780, 1, playing},
    {"hovered", 1700, 1180, 780, 1, hovered},
    {"searched", 1700, 1180, 780, 1, searched},
    {"nothing", 1700, 1180, 780, 1, nothing_found},
    {"by_keys", 1700, 1180, 780, 1, by_keys},
    {"zoomed", 1700, 1180, 780, 1, zoomed},
    {"crowd", 40000, 1180, 780, 1, near_point},
    {"few", 12, 1180, 780, 1, near_point},
    {"smallest", 1700, 736, 506, 1, drawn},
    {"small_320x240", 300, 320, 240, 1, near_point},
    {"small_tall", 300, 420, 640, 1, near_point},
    {"small_plane", 300, 320, 240, 1, page_plane},
    {"small_draw", 300, 320, 240, 1, drawn},
    {"small_song", 300, 320, 240, 1, page_song},
    {"small_help", 300, 320, 240, 1, help},
    {"small_absent", 0, 320, 240, 1, absent},
    {"small_tall_song", 300, 420, 640, 1, page_song},
    {"small_640x480", 1700, 640, 480, 1, drawn},
    {"relative", 300, 900, 620, 1, relative},
    {"song_hovered", 300, 900, 620, 1, song_hovered},
    {"crowd_hovered", 300, 900, 620, 1, crowd_hovered},
    {"static", 300, 900, 620, 1, static_readings},
    {"too_short", 300, 900, 620, 1, too_short},
    {"looking", 300, 640, 480, 1, looking},
    {"no_folder", 300, 640, 480, 1, no_folder},
    {"typed", 300, 736, 506, 1, typed},
    {"small_relative", 300, 420, 640, 1, relative},
    {"other_playing", 300, 1180, 780, 1, other_playing},
    {"large", 1700, 1880, 1000, 1, near_point},
    {"wide", 1700, 1900, 900, 1, playing},
    {"help", 1700, 1180, 780, 1, help},
    {"menu", 1700, 1180, 780, 1, menu},
    {"adding", 300, 1180, 780, 1, adding},
    {"prompt", 300, 1180, 780, 1, prompt},
    {"loading", 0, 1180, 780, 1, NULL},
    {"absent", 0, 1180, 780, 1, absent},
    {"failed", 0, 1180, 780, 1, failed},
    {"no_sound", 1700, 1180, 780, 1, no_sound},
};

const Scene* library_scenes(size_t* n) {
  *n = sizeof scenes / sizeof scenes[0];
  return scenes;
}

World* scene_open(const Scene* scene) {
  World* world = world_new(scene->songs, scene->width, scene->height, scene->scale);
  if (scene->play) scene->play(world);
  return world;
}

static const char* name(size_t scene) {
  size_t n;
  return library_scenes(&n)[scene].name;
}

static cairo_surface_t* draw(size_t scene) {
  size_t n;
  World* world = scene_open(&library_scenes(&n)[scene]);
  cairo_surface_t* surface = world_draw_all(world);
  world_free(world);
  return surface;
}

PictureSet library_pictures(void) {
  PictureSet set = {.name = name, .draw = draw};
  library_scenes(&set.n);
  return set;
}

static cairo_surface_t* draw_note(size_t part) {
  const Scene few = {"note", 12, 1180, 780, 1, NULL};
  World* world = scene_open(&few);
  world->view->hot = (LibraryPart)part;
  cairo_surface_t* surface = world_draw_all(world);
  world_free(world);
  return surface;
}

PictureSet library_notes(void) {
  return (PictureSet){.n = LIBRARY_PART_COUNT, .draw = draw_note};
}
