// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reacts to the pointer: see gestures.h.  Keys are in gestures_keys.c.
#include "gui/library/gestures.h"

#include <math.h>

#define CLICK_SLOP 3.0 // px at scale 1 that a click may move

void library_gestures_init(LibraryGestures* gestures, LibraryView* view, LibraryPicture* picture) {
  *gestures = (LibraryGestures){
      .view = view, .picture = picture, .press_time = -1.0, .press_row = CATALOGUE_INDEX_NONE};
}

static Rect plane_of(const LibraryGestures* h) {
  const LibraryView* b = h->view;
  return library_layout_plane(library_picture_layout(h->picture), b->zoom, b->look_v, b->look_a);
}

static DrawnLane lane_of(LibraryPart part) {
  return part == LIBRARY_PART_AROUSAL ? DRAWN_AROUSAL : DRAWN_VALENCE;
}

// The share of a slider at a pixel.
static double slide(const LibraryGestures* h, LibraryPart part, double x) {
  const Rect r = library_picture_layout(h->picture)->parts[part];
  const double pad = 0.65 * library_picture_theme(h->picture)->unit;
  return fmin(fmax((x - r.x - pad) / fmax(1.0, r.w - 2.0 * pad), 0.0), 1.0);
}

static void point_at_dot(LibraryGestures* h, double x, double y) {
  LibraryView* b = h->view;
  if (!b->index) return;
  const Rect plane = plane_of(h);
  double v, a, v1, a1;
  const double touch = library_picture_touch(h->picture, b);
  library_layout_value(plane, x, y, &v, &a);
  library_layout_value(plane, x + touch, y - touch, &v1, &a1);
  size_t crowd = 0;
  const size_t song = catalogue_index_at(b->index, b->answer.allowed, (float)v, (float)a,
                                         (float)(v1 - v), (float)(a1 - a), &crowd);
  library_view_hover(b, song, crowd);
}

static void set_hot(LibraryGestures* h, LibraryPart part) {
  LibraryView* b = h->view;
  if (b->hot == part) return;
  b->hot = part;
  b->damage |= LIBRARY_DAMAGE_NOTES;
}

static void hover(LibraryGestures* h, double x, double y) {
  LibraryView* b = h->view;
  const LibraryLayout* l = library_picture_layout(h->picture);
  const LibraryPart part = library_layout_part(l, x, y);
  set_hot(h, part);
  if (part == LIBRARY_PART_PLANE) {
    point_at_dot(h, x, y);
  } else {
    library_view_hover(b, CATALOGUE_INDEX_NONE, 0);
  }
  double drawn = -1.0;
  double song = -1.0;
  if (part == LIBRARY_PART_VALENCE || part == LIBRARY_PART_AROUSAL) {
    drawn = library_layout_time(l->parts[part], b->drawn.seconds, x);
  } else if (part == LIBRARY_PART_SONG && library_view_song(b)) {
    song = library_layout_time(l->parts[part], (double)library_view_song(b)->duration, x);
  }
  if (fabs(drawn - b->drawn_hover) > 1e-9) b->damage |= LIBRARY_DAMAGE_DRAWN;
  if (fabs(song - b->song_hover) > 1e-9) b->damage |= LIBRARY_DAMAGE_SONG;
  b->drawn_hover = drawn;
  b->song_hover = song;
}

static void query_at(LibraryGestures* h, double x, double y) {
  double v, a;
  library_layout_value(plane_of(h), x, y, &v, &a);
  library_view_query_near(h->view, v, a);
}

// Draw a stroke from the last event's position to this one's, in the lane where it began.
static void draw_stroke(LibraryGestures* h, double x, double y) {
  LibraryView* b = h->view;
  const Rect lane = library_picture_layout(h->picture)->parts[h->grabbed];
  const double t0 = library_layout_time(lane, b->drawn.seconds, h->x);
  const double t1 = library_layout_time(lane, b->drawn.seconds, x);
  if (h->button == INPUT_MAIN) {
    const DrawnLane which = lane_of(h->grabbed);
    drawn_stroke(&b->drawn, which, t0,
                 library_view_lane_value(b, which, library_layout_lane_value(lane, h->y)), t1,
                 library_view_lane_value(b, which, library_layout_lane_value(lane, y)));
  } else {
    drawn_erase(&b->drawn, lane_of(h->grabbed), t0, t1);
  }
  b->drawn_hover = t1;
  b->drawn_cursor = t1;
  b->damage |= LIBRARY_DAMAGE_DRAWN;
}

static void drag(LibraryGestures* h, double x, double y) {
  LibraryView* b = h->view;
  switch (h->grabbed) {
  case LIBRARY_PART_PLANE:
    if (h->button == INPUT_MIDDLE) {
      double v0, a0, v1, a1;
      library_layout_value(plane_of(h), h->x, h->y, &v0, &a0);
      library_layout_value(plane_of(h), x, y, &v1, &a1);
      library_view_look_at(b, b->look_v + v0 - v1, b->look_a + a0 - a1);
    } else if (h->moved && h->button == INPUT_SECOND) {
      double v0, a0, v1, a1;
      library_layout_value(plane_of(h), h->press_x, h->press_y, &v0, &a0);
      library_layout_value(plane_of(h), x, y, &v1, &a1);
      library_view_hover(b, CATALOGUE_INDEX_NONE, 0);
      library_view_query_path(b, v0, a0, v1, a1);
    } else if (h->moved) {
      library_view_hover(b, CATALOGUE_INDEX_NONE, 0);
      query_at(h, x, y);
    }
    break;
  case LIBRARY_PART_VALENCE:
  case LIBRARY_PART_AROUSAL:
    draw_stroke(h, x, y);
    break;
  case LIBRARY_PART_CONFIDENCE:
    library_view_set_confidence(b, 0.95 * slide(h, LIBRARY_PART_CONFIDENCE, x));
    break;
  case LIBRARY_PART_VOLUME:
    library_view_set_volume(b, slide(h, LIBRARY_PART_VOLUME, x));
    break;
  case LIBRARY_PART_LIST: {
    const LibraryLayout* l = library_picture_layout(h->picture);
    if (h->press_row == CATALOGUE_INDEX_NONE) { // the bar at its right
      const double most = fmax(0.0, (double)b->answer.n - floor(b->listed));
      library_view_scroll(b, round(most * fmin(fmax((y - l->list.y) / l->list.h, 0.0), 1.0)) -
                                 b->scroll);
    }
    break;
  }
  default:
    break;
  }
}

// The folder of the list under a pixel, or -1.
static int prompt_folder(const LibraryGestures* h, double x, double y) {
  const LibraryPrompt p = library_layout_prompt(library_picture_layout(h->picture));
  if (!rect_contains(p.list, x, y)) return -1;
  const int row = (int)floor((y - p.list.y) / p.row);
  return row < (int)h->view->folders.n ? row : -1;
}

void library_gestures_move(LibraryGestures* h, double x, double y) {
  LibraryView* b = h->view;
  if (b->menu) {
    const int item = library_picture_menu_item(h->picture, x, y);
    if (item >= 0 && (size_t)item != b->menu_item) {
      b->menu_item = (size_t)item;
      b->damage |= LIBRARY_DAMAGE_NOTES;
    }
    return;
  }
  if (b->prompting) {
    library_view_prompt_hover(b, prompt_folder(h, x, y));
    return;
  }
  const double slop = CLICK_SLOP * library_picture_theme(h->picture)->px;
  if (hypot(x - h->press_x, y - h->press_y) > slop) h->moved = true;
  if (h->grabbed != LIBRARY_PART_NONE) {
    drag(h, x, y);
  } else {
    hover(h, x, y);
  }
  h->x = x;
  h->y = y;
}

void library_gestures_leave(LibraryGestures* h) {
  if (h->grabbed == LIBRARY_PART_NONE) hover(h, -1.0, -1.0);
}

static void press_list(LibraryGestures* h, double x, double y, bool twice) {
  LibraryView* b = h->view;
  const LibraryLayout* l = library_picture_layout(h->picture);
  const bool bar = x > l->list.x + l->list.w - 0.6 * l->unit && (double)b->answer.n > b->listed;
  const int at = library_layout_row(l, x, y);
  const size_t row = bar || at < 0 ? CATALOGUE_INDEX_NONE : (size_t)b->scroll + (size_t)at;
  const bool again = twice && row == h->press_row;
  h->press_row = row;
  if (bar) {
    h->grabbed = LIBRARY_PART_LIST;
    drag(h, x, y);
    return;
  }
  library_view_choose_row(b, row);
  if (again && library_view_hit(b, row)) library_view_play_from(b, (double)b->start);
}

static void press_button(LibraryGestures* h, LibraryPart part) {
  LibraryView* b = h->view;
  if (part != LIBRARY_PART_LENGTH) {
    library_view_press(b, part);
    return;
  }
  const double next = drawn_next_seconds(&b->drawn, 1);
  library_view_set_seconds(b, next > b->drawn.seconds + 0.5 ? next : DRAWN_SHORTEST);
}

static void press_prompt(LibraryGestures* h, double x, double y) {
  const LibraryPrompt p = library_layout_prompt(library_picture_layout(h->picture));
  const int folder = prompt_folder(h, x, y);
  if (folder >= 0) {
    library_view_prompt_enter(h->view, folder);
  } else if (rect_contains(p.add, x, y)) {
    library_view_prompt_take(h->view);
  } else if (!rect_contains(p.box, x, y)) {
    library_view_prompt(h->view, false);
  }
}

void library_gestures_press(LibraryGestures* h, InputButton button, double x, double y,
                            double now) {
  LibraryView* b = h->view;
  if (b->help) {
    b->help = false;
    b->damage = LIBRARY_DAMAGE_ALL;
    return;
  }
  if (b->prompting) {
    press_prompt(h, x, y);
    return;
  }
  if (b->menu) {
    const int item = library_picture_menu_item(h->picture, x, y);
    library_view_close_menu(b, item);
    return;
  }
  const LibraryPart part = library_layout_part(library_picture_layout(h->picture), x, y);
  const bool twice = now - h->press_time < INPUT_DOUBLE_SECONDS;
  if (part != LIBRARY_PART_LIST) h->press_row = CATALOGUE_INDEX_NONE;
  h->x = h->press_x = x;
  h->y = h->press_y = y;
  h->press_time = now;
  h->moved = false;
  h->button = button;
  if (part == LIBRARY_PART_NONE) return;
  hover(h, x, y);
  b->focus = part;
  b->by_keys = false;
  b->damage |= LIBRARY_DAMAGE_NOTES;
  switch (part) {
  case LIBRARY_PART_PLANE:
    b->from_here = false;
    if (button == INPUT_SECOND) query_at(h, x, y);
    h->grabbed = LIBRARY_PART_PLANE;
    break;
  case LIBRARY_PART_VALENCE:
  case LIBRARY_PART_AROUSAL:
    if (button == INPUT_MIDDLE) break;
    h->grabbed = part;
    draw_stroke(h, x, y);
    break;
  case LIBRARY_PART_CONFIDENCE:
  case LIBRARY_PART_VOLUME:
    h->grabbed = part;
    drag(h, x, y);
    break;
  case LIBRARY_PART_LIST:
    if (button == INPUT_MAIN) press_list(h, x, y, twice);
    break;
  case LIBRARY_PART_SONG:
    if (library_view_song(b)) {
      library_view_play_from(
          b, library_layout_time(library_picture_layout(h->picture)->parts[LIBRARY_PART_SONG],
                                 (double)library_view_song(b)->duration, x));
    }
    break;
  case LIBRARY_PART_SEARCH:
    break;
  default:
    if (button == INPUT_MAIN) press_button(h, part);
    break;
  }
}

void library_gestures_release(LibraryGestures* h, InputButton button, double x, double y) {
  LibraryView* b = h->view;
  const LibraryPart grabbed = h->grabbed;
  if (grabbed == LIBRARY_PART_NONE || button != h->button) return;
  h->grabbed = LIBRARY_PART_NONE;
  if (grabbed == LIBRARY_PART_PLANE && button == INPUT_MAIN && !h->moved) {
    point_at_dot(h, x, y);
    // A click on a single dot selects its song; among many dots it sets the point.
    if (b->hovered != CATALOGUE_INDEX_NONE && b->crowd <= 2) {
      library_view_choose_song(b, b->hovered);
    } else {
      query_at(h, x, y);
    }
  }
  if (grabbed == LIBRARY_PART_VALENCE || grabbed == LIBRARY_PART_AROUSAL)
    library_view_query_drawn(b);
  hover(h, x, y);
}

void library_gestures_scroll(LibraryGestures* h, double x, double y, double lines) {
  if (lines == 0.0) return; // a horizontal wheel
  LibraryView* b = h->view;
  if (b->menu) library_gestures_key(h, lines > 0.0 ? INPUT_UP : INPUT_DOWN, 0, false, false);
  if (b->help) library_gestures_turn_help(h, lines > 0.0 ? -3 : 3);
  if (b->menu || b->help || b->prompting) return;
  const LibraryPart part = library_layout_part(library_picture_layout(h->picture), x, y);
  double v, a;
  switch (part) {
  case LIBRARY_PART_PLANE:
    library_layout_value(plane_of(h), x, y, &v, &a);
    library_view_zoom(b, pow(1.25, lines), v, a);
    point_at_dot(h, x, y);
    break;
  case LIBRARY_PART_LIST:
    library_view_scroll(b, -3.0 * lines);
    break;
  default:
    library_view_step(b, part, lines > 0.0 ? 1 : -1);
    break;
  }
}

void library_gestures_text(LibraryGestures* h, const char* utf8) {
  if (h->view->prompting) {
    library_view_prompt_type(h->view, utf8);
    return;
  }
  if (h->view->focus == LIBRARY_PART_SEARCH && !h->view->help && !h->view->menu) {
    library_view_type(h->view, utf8);
  }
}
