// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the pointer means: see hands.h.  Keys are in hands_keys.c.
#include "gui/library/gestures.h"

#include <math.h>

#define CLICK_SLOP 3.0 // px at scale 1 that a click may move

void hands_init(Hands* hands, Browser* browser, Picture* picture) {
  *hands =
      (Hands){.browser = browser, .picture = picture, .press_time = -1.0, .press_row = SHELF_NONE};
}

static Rect plane_of(const Hands* h) {
  const Browser* b = h->browser;
  return places_plane(picture_places(h->picture), b->zoom, b->look_v, b->look_a);
}

static PadLane lane_of(Place place) {
  return place == PLACE_AROUSAL ? PAD_AROUSAL : PAD_VALENCE;
}

// The share of a slider at a pixel.
static double slide(const Hands* h, Place place, double x) {
  const Rect r = picture_places(h->picture)->parts[place];
  const double pad = 0.65 * picture_theme(h->picture)->unit;
  return fmin(fmax((x - r.x - pad) / fmax(1.0, r.w - 2.0 * pad), 0.0), 1.0);
}

static void point_at_dot(Hands* h, double x, double y) {
  Browser* b = h->browser;
  if (!b->shelf) return;
  const Rect plane = plane_of(h);
  double v, a, v1, a1;
  const double touch = picture_touch(h->picture, b);
  places_value(plane, x, y, &v, &a);
  places_value(plane, x + touch, y - touch, &v1, &a1);
  size_t crowd = 0;
  const size_t song = shelf_at(b->shelf, b->answer.allowed, (float)v, (float)a, (float)(v1 - v),
                               (float)(a1 - a), &crowd);
  browser_hover(b, song, crowd);
}

static void set_hot(Hands* h, Place place) {
  Browser* b = h->browser;
  if (b->hot == place) return;
  b->hot = place;
  b->damage |= BROWSER_DAMAGE_NOTES;
}

static void hover(Hands* h, double x, double y) {
  Browser* b = h->browser;
  const Places* l = picture_places(h->picture);
  const Place place = places_at(l, x, y);
  set_hot(h, place);
  if (place == PLACE_PLANE) {
    point_at_dot(h, x, y);
  } else {
    browser_hover(b, SHELF_NONE, 0);
  }
  double pad = -1.0;
  double song = -1.0;
  if (place == PLACE_VALENCE || place == PLACE_AROUSAL) {
    pad = places_time(l->parts[place], b->pad.seconds, x);
  } else if (place == PLACE_SONG && browser_song(b)) {
    song = places_time(l->parts[place], (double)browser_song(b)->duration, x);
  }
  if (fabs(pad - b->pad_hover) > 1e-9) b->damage |= BROWSER_DAMAGE_PAD;
  if (fabs(song - b->song_hover) > 1e-9) b->damage |= BROWSER_DAMAGE_SONG;
  b->pad_hover = pad;
  b->song_hover = song;
}

static void ask_at(Hands* h, double x, double y) {
  double v, a;
  places_value(plane_of(h), x, y, &v, &a);
  browser_ask_near(h->browser, v, a);
}

// A stroke from the last event's place to this one's, in the lane where it began.
static void draw_stroke(Hands* h, double x, double y) {
  Browser* b = h->browser;
  const Rect lane = picture_places(h->picture)->parts[h->grabbed];
  const double t0 = places_time(lane, b->pad.seconds, h->x);
  const double t1 = places_time(lane, b->pad.seconds, x);
  if (h->button == HANDS_MAIN) {
    pad_stroke(&b->pad, lane_of(h->grabbed), t0, places_lane_value(lane, h->y), t1,
               places_lane_value(lane, y));
  } else {
    pad_erase(&b->pad, lane_of(h->grabbed), t0, t1);
  }
  b->pad_hover = t1;
  b->pad_cursor = t1;
  b->damage |= BROWSER_DAMAGE_PAD;
}

static void drag(Hands* h, double x, double y) {
  Browser* b = h->browser;
  switch (h->grabbed) {
  case PLACE_PLANE:
    if (h->button == HANDS_MIDDLE) {
      double v0, a0, v1, a1;
      places_value(plane_of(h), h->x, h->y, &v0, &a0);
      places_value(plane_of(h), x, y, &v1, &a1);
      browser_look(b, b->look_v + v0 - v1, b->look_a + a0 - a1);
    } else if (h->moved && h->button == HANDS_SECOND) {
      double v0, a0, v1, a1;
      places_value(plane_of(h), h->press_x, h->press_y, &v0, &a0);
      places_value(plane_of(h), x, y, &v1, &a1);
      browser_hover(b, SHELF_NONE, 0);
      browser_ask_path(b, v0, a0, v1, a1);
    } else if (h->moved) {
      browser_hover(b, SHELF_NONE, 0);
      ask_at(h, x, y);
    }
    break;
  case PLACE_VALENCE:
  case PLACE_AROUSAL:
    draw_stroke(h, x, y);
    break;
  case PLACE_CONFIDENCE:
    browser_set_confidence(b, 0.95 * slide(h, PLACE_CONFIDENCE, x));
    break;
  case PLACE_VOLUME:
    browser_set_volume(b, slide(h, PLACE_VOLUME, x));
    break;
  case PLACE_LIST: {
    const Places* l = picture_places(h->picture);
    if (h->press_row == SHELF_NONE) { // the bar at its right
      const double most = fmax(0.0, (double)b->answer.n - floor(b->listed));
      browser_scroll(b,
                     round(most * fmin(fmax((y - l->list.y) / l->list.h, 0.0), 1.0)) - b->scroll);
    }
    break;
  }
  default:
    break;
  }
}

void hands_move(Hands* h, double x, double y) {
  Browser* b = h->browser;
  if (b->menu) {
    const int item = picture_menu_item(h->picture, x, y);
    if (item >= 0 && (size_t)item != b->menu_item) {
      b->menu_item = (size_t)item;
      b->damage |= BROWSER_DAMAGE_NOTES;
    }
    return;
  }
  const double slop = CLICK_SLOP * picture_theme(h->picture)->px;
  if (hypot(x - h->press_x, y - h->press_y) > slop) h->moved = true;
  if (h->grabbed != PLACE_NONE) {
    drag(h, x, y);
  } else {
    hover(h, x, y);
  }
  h->x = x;
  h->y = y;
}

void hands_leave(Hands* h) {
  if (h->grabbed == PLACE_NONE) hover(h, -1.0, -1.0);
}

static void press_list(Hands* h, double x, double y, bool twice) {
  Browser* b = h->browser;
  const Places* l = picture_places(h->picture);
  const bool bar = x > l->list.x + l->list.w - 0.6 * l->unit && (double)b->answer.n > b->listed;
  const int at = places_row(l, x, y);
  const size_t row = bar || at < 0 ? SHELF_NONE : (size_t)b->scroll + (size_t)at;
  const bool again = twice && row == h->press_row;
  h->press_row = row;
  if (bar) {
    h->grabbed = PLACE_LIST;
    drag(h, x, y);
    return;
  }
  browser_choose_row(b, row);
  if (again && browser_hit(b, row)) browser_play_from(b, (double)b->start);
}

static void press_button(Hands* h, Place place) {
  Browser* b = h->browser;
  switch (place) {
  case PLACE_QUADRANT_1:
  case PLACE_QUADRANT_2:
  case PLACE_QUADRANT_3:
  case PLACE_QUADRANT_4:
    browser_toggle_quadrant(b, (int)(place - PLACE_QUADRANT_1) + 1);
    break;
  case PLACE_LENGTH: {
    const double next = pad_next_seconds(&b->pad, 1);
    browser_set_seconds(b, next > b->pad.seconds + 0.5 ? next : PAD_SHORTEST);
    break;
  }
  default:
    browser_press(b, place);
    break;
  }
}

void hands_press(Hands* h, HandsButton button, double x, double y, double now) {
  Browser* b = h->browser;
  if (b->help) {
    b->help = false;
    b->damage = BROWSER_DAMAGE_ALL;
    return;
  }
  if (b->menu) {
    const int item = picture_menu_item(h->picture, x, y);
    browser_close_menu(b, item);
    return;
  }
  const Place place = places_at(picture_places(h->picture), x, y);
  const bool twice = now - h->press_time < HANDS_DOUBLE_SECONDS;
  if (place != PLACE_LIST) h->press_row = SHELF_NONE;
  h->x = h->press_x = x;
  h->y = h->press_y = y;
  h->press_time = now;
  h->moved = false;
  h->button = button;
  if (place == PLACE_NONE) return;
  hover(h, x, y);
  b->focus = place;
  b->by_keys = false;
  b->damage |= BROWSER_DAMAGE_NOTES;
  switch (place) {
  case PLACE_PLANE:
    b->from_here = false;
    if (button == HANDS_SECOND) ask_at(h, x, y);
    h->grabbed = PLACE_PLANE;
    break;
  case PLACE_VALENCE:
  case PLACE_AROUSAL:
    if (button == HANDS_MIDDLE) break;
    h->grabbed = place;
    draw_stroke(h, x, y);
    break;
  case PLACE_CONFIDENCE:
  case PLACE_VOLUME:
    h->grabbed = place;
    drag(h, x, y);
    break;
  case PLACE_LIST:
    if (button == HANDS_MAIN) press_list(h, x, y, twice);
    break;
  case PLACE_SONG:
    if (browser_song(b)) {
      browser_play_from(b, places_time(picture_places(h->picture)->parts[PLACE_SONG],
                                       (double)browser_song(b)->duration, x));
    }
    break;
  case PLACE_SEARCH:
    break;
  default:
    if (button == HANDS_MAIN) press_button(h, place);
    break;
  }
}

void hands_release(Hands* h, HandsButton button, double x, double y) {
  Browser* b = h->browser;
  const Place grabbed = h->grabbed;
  if (grabbed == PLACE_NONE || button != h->button) return;
  h->grabbed = PLACE_NONE;
  if (grabbed == PLACE_PLANE && button == HANDS_MAIN && !h->moved) {
    point_at_dot(h, x, y);
    // A dot that stands alone is meant; in a crowd it is the place.
    if (b->hovered != SHELF_NONE && b->crowd <= 2) {
      browser_choose_song(b, b->hovered);
    } else {
      ask_at(h, x, y);
    }
  }
  if (grabbed == PLACE_VALENCE || grabbed == PLACE_AROUSAL) browser_ask_drawn(b);
  hover(h, x, y);
}

void hands_scroll(Hands* h, double x, double y, double lines) {
  Browser* b = h->browser;
  if (b->menu || b->help) return;
  const Place place = places_at(picture_places(h->picture), x, y);
  double v, a;
  switch (place) {
  case PLACE_PLANE:
    places_value(plane_of(h), x, y, &v, &a);
    browser_zoom(b, pow(1.25, lines), v, a);
    point_at_dot(h, x, y);
    break;
  case PLACE_LIST:
    browser_scroll(b, -3.0 * lines);
    break;
  default:
    browser_step(b, place, lines > 0.0 ? 1 : -1);
    break;
  }
}

void hands_text(Hands* h, const char* utf8) {
  if (h->browser->focus == PLACE_SEARCH && !h->browser->help && !h->browser->menu) {
    browser_type(h->browser, utf8);
  }
}
