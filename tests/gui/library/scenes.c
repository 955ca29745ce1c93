// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenes.h"

static const Places* places(const World* w) {
  return picture_places(w->picture);
}

static void rest(World* w) {
  hands_leave(&w->hands);
}

static void near_point(World* w) {
  browser_ask_near(w->browser, 0.30, -0.18);
  browser_choose_row(w->browser, 2);
  rest(w);
}

static void drawn(World* w) {
  const Rect v = places(w)->parts[PLACE_VALENCE];
  const Rect a = places(w)->parts[PLACE_AROUSAL];
  world_drag(w, HANDS_MAIN, v.x + 2, places_lane_y(v, -0.3), v.x + 0.55 * v.w,
             places_lane_y(v, 0.1));
  world_drag(w, HANDS_MAIN, v.x + 0.55 * v.w, places_lane_y(v, 0.1), v.x + v.w - 3,
             places_lane_y(v, 0.3));
  world_drag(w, HANDS_MAIN, a.x + 0.2 * a.w, places_lane_y(a, -0.2), a.x + 0.8 * a.w,
             places_lane_y(a, 0.35));
  browser_choose_row(w->browser, 1);
  rest(w);
}

static void playing(World* w) {
  drawn(w);
  browser_play(w->browser);
  browser_played(w->browser, PLAY_PLAYING, (double)w->browser->start + 21.0);
}

static void path(World* w) {
  world_drag(w, HANDS_SECOND, world_x(w, -0.5), world_y(w, -0.4), world_x(w, 0.5),
             world_y(w, 0.45));
  rest(w);
}

static void hovered(World* w) {
  size_t i = 0;
  // A dot with room around it.
  while (w->songs[i].valence > -0.35f || w->songs[i].arousal < 0.1f)
    ++i;
  hands_move(&w->hands, world_x(w, (double)w->songs[i].valence),
             world_y(w, (double)w->songs[i].arousal));
}

static void searched(World* w) {
  world_type(w, "/bjork");
  browser_toggle_quadrant(w->browser, 1);
  browser_set_confidence(w->browser, 0.5);
  rest(w);
}

static void nothing_found(World* w) {
  world_type(w, "/xyzzy");
}

static void by_keys(World* w) {
  near_point(w);
  for (int i = 0; i < 10; ++i)
    hands_key(&w->hands, HANDS_TAB, 0, true, false); // backwards, to the lane of arousal
  hands_key(&w->hands, HANDS_UP, 0, false, false);
}

static void zoomed(World* w) {
  near_point(w);
  browser_zoom(w->browser, 3.0, 0.3, -0.18);
}

static void help(World* w) {
  world_type(w, "?");
}

static void menu(World* w) {
  w->browser->models[1] = "lstm";
  w->browser->n_models = 2;
  world_type(w, "m");
}

static void absent(World* w) {
  browser_close(w->browser, BROWSER_ABSENT,
                "Fill it with your music, in a terminal:\n\ncircumplex library add FOLDER\n\nThen "
                "press Enter here.");
}

static void failed(World* w) {
  browser_close(w->browser, BROWSER_FAILED, "/home/me/library.db is no library of Circumplex.");
}

static void no_sound(World* w) {
  near_point(w);
  browser_notice(w->browser, true, "No sound: there is no sound device.  All else works.");
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
    {"smallest", 1700, 832, 572, 1, drawn},
    {"wide", 1700, 1900, 900, 1, playing},
    {"help", 1700, 1180, 780, 1, help},
    {"menu", 1700, 1180, 780, 1, menu},
    {"loading", 0, 1180, 780, 1, NULL},
    {"absent", 0, 1180, 780, 1, absent},
    {"failed", 0, 1180, 780, 1, failed},
    {"no_sound", 1700, 1180, 780, 1, no_sound},
};

const Scene* browser_scenes(size_t* n) {
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
  return browser_scenes(&n)[scene].name;
}

static cairo_surface_t* draw(size_t scene) {
  size_t n;
  World* world = scene_open(&browser_scenes(&n)[scene]);
  cairo_surface_t* surface = world_draw_all(world);
  world_free(world);
  return surface;
}

PictureSet browser_pictures(void) {
  PictureSet set = {.name = name, .draw = draw};
  (void)browser_scenes(&set.n);
  return set;
}
