// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What keys mean: see hands.h.
#include "gui/library/gestures.h"

#include <math.h>

static void focus_on(Browser* b, Place place) {
  b->focus = place;
  b->by_keys = true;
  b->damage |= BROWSER_DAMAGE_NOTES;
}

static void move_focus(Browser* b, int direction) {
  int place = (int)b->focus + direction;
  if (place <= PLACE_NONE) place = PLACE_COUNT - 1;
  if (place >= PLACE_COUNT) place = PLACE_PLANE;
  focus_on(b, (Place)place);
}

static void escape(Browser* b) {
  if (b->play != PLAY_STOPPED) {
    browser_stop(b);
  } else if (b->asked.text[0] || b->asked.quadrants || b->asked.confidence > 0.0f) {
    b->asked.quadrants = 0;
    b->asked.confidence = 0.0f;
    if (b->asked.text[0]) {
      browser_set_text(b, "");
    } else {
      browser_ask_again(b);
    }
  } else if (b->asked.kind != QUERY_ALL) {
    browser_ask_all(b);
  } else if (b->song != SHELF_NONE) {
    browser_choose_song(b, SHELF_NONE);
  }
  if (b->notice[0]) browser_notice(b, false, "%s", "");
}

static void arrow_list(Browser* b, HandsKey key) {
  if (b->answer.n == 0) return;
  const double page = fmax(1.0, floor(b->listed) - 1.0);
  const bool none = b->row == SHELF_NONE;
  double row = none ? 0.0 : (double)b->row;
  switch (key) {
  case HANDS_UP:
    row -= 1.0;
    break;
  case HANDS_DOWN:
    row += none ? 0.0 : 1.0;
    break;
  case HANDS_PAGE_UP:
    row -= page;
    break;
  case HANDS_PAGE_DOWN:
    row += page;
    break;
  case HANDS_HOME:
    row = 0.0;
    break;
  case HANDS_END:
    row = (double)(b->answer.n - 1);
    break;
  default:
    return;
  }
  browser_choose_row(b, (size_t)fmin(fmax(row, 0.0), (double)(b->answer.n - 1)));
}

static void arrow_plane(Browser* b, HandsKey key, bool fine) {
  const double step = fine ? 0.2 * HANDS_NUDGE : HANDS_NUDGE;
  const double v = key == HANDS_LEFT ? -step : key == HANDS_RIGHT ? step : 0.0;
  const double a = key == HANDS_DOWN ? -step : key == HANDS_UP ? step : 0.0;
  if (v != 0.0 || a != 0.0) browser_ask_near(b, (double)b->valence + v, (double)b->arousal + a);
}

static void arrow_pad(Browser* b, PadLane lane, HandsKey key, bool fine) {
  const double hop = b->pad.seconds / 40.0;
  const double step = fine ? 0.2 * HANDS_NUDGE : HANDS_NUDGE;
  const double old = b->pad_cursor;
  b->pad_hover = -1.0;
  if (key == HANDS_LEFT || key == HANDS_RIGHT) {
    b->pad_cursor += (key == HANDS_RIGHT ? 1.0 : -1.0) * (fine ? 1.0 / CURVE_RATE : hop);
  } else if (key == HANDS_HOME) {
    b->pad_cursor = 0.0;
  } else if (key == HANDS_END) {
    b->pad_cursor = b->pad.seconds;
  } else if (key == HANDS_UP || key == HANDS_DOWN) {
    size_t point = (size_t)(old * CURVE_RATE);
    if (point >= b->pad.n) point = b->pad.n - 1;
    const float value = pad_value(&b->pad, lane, point);
    const double from = isnan(value) ? 0.0 : (double)value;
    const double to = from + (key == HANDS_UP ? step : -step);
    pad_stroke(&b->pad, lane, old, to, old, to);
    browser_ask_drawn(b);
  }
  b->pad_cursor = fmin(fmax(b->pad_cursor, 0.0), b->pad.seconds - 0.5 / CURVE_RATE);
  b->damage |= BROWSER_DAMAGE_PAD;
}

static void arrow(Hands* h, HandsKey key, bool shift) {
  Browser* b = h->browser;
  const bool list_key = key == HANDS_PAGE_UP || key == HANDS_PAGE_DOWN;
  switch (b->focus) {
  case PLACE_PLANE:
    if (list_key) break;
    b->by_keys = true;
    arrow_plane(b, key, shift);
    return;
  case PLACE_VALENCE:
  case PLACE_AROUSAL:
    if (list_key) break;
    b->by_keys = true;
    arrow_pad(b, b->focus == PLACE_AROUSAL ? PAD_AROUSAL : PAD_VALENCE, key, shift);
    return;
  case PLACE_SONG:
    if ((key == HANDS_LEFT || key == HANDS_RIGHT) && browser_song(b)) {
      const double from = b->play == PLAY_STOPPED ? (double)b->start : b->position;
      const double to = from + (key == HANDS_RIGHT ? 5.0 : -5.0);
      browser_play_from(b, fmax(fmin(to, (double)browser_song(b)->duration - 0.5), 0.0));
      return;
    }
    break;
  case PLACE_NONE:
  case PLACE_SEARCH:
  case PLACE_LIST:
    break;
  default:
    if (key == HANDS_LEFT || key == HANDS_DOWN) browser_step(b, b->focus, -1);
    if (key == HANDS_RIGHT || key == HANDS_UP) browser_step(b, b->focus, 1);
    return;
  }
  arrow_list(b, key);
}

static void enter(Browser* b) {
  if (b->state == BROWSER_ABSENT || b->state == BROWSER_FAILED) {
    browser_close(b, BROWSER_LOADING, b->library);
    b->reload = true;
    return;
  }
  switch (b->focus) {
  case PLACE_NONE:
  case PLACE_LIST:
  case PLACE_SONG:
    if (browser_song(b)) browser_play_from(b, (double)b->start);
    break;
  case PLACE_PLANE:
    browser_ask_near(b, (double)b->valence, (double)b->arousal);
    break;
  case PLACE_SEARCH:
    focus_on(b, PLACE_LIST);
    if (b->row == SHELF_NONE) browser_choose_row(b, 0);
    break;
  case PLACE_VALENCE:
  case PLACE_AROUSAL:
    browser_ask_drawn(b);
    break;
  case PLACE_LENGTH:
    browser_step(b, PLACE_LENGTH, 1);
    break;
  default:
    browser_press(b, b->focus);
    break;
  }
}

static void rub_out(Browser* b, bool all) {
  const bool lane = b->focus == PLACE_VALENCE || b->focus == PLACE_AROUSAL;
  if (!lane || all) {
    browser_erase(b);
    return;
  }
  const double half = b->pad.seconds / 80.0;
  pad_erase(&b->pad, b->focus == PLACE_AROUSAL ? PAD_AROUSAL : PAD_VALENCE, b->pad_cursor - half,
            b->pad_cursor + half);
  b->damage |= BROWSER_DAMAGE_PAD;
  browser_ask_drawn(b);
}

static void menu_key(Browser* b, HandsKey key, char ch) {
  if (key == HANDS_UP && b->menu_item > 0) --b->menu_item;
  if (key == HANDS_DOWN && b->menu_item + 1 < b->n_models) ++b->menu_item;
  b->damage |= BROWSER_DAMAGE_NOTES;
  if (key == HANDS_ESCAPE) browser_close_menu(b, -1);
  if (key == HANDS_ENTER || ch == ' ') browser_close_menu(b, (int)b->menu_item);
}

static void chord(Browser* b, char ch) {
  switch (ch) {
  case 'f':
    focus_on(b, PLACE_SEARCH);
    break;
  case 's':
    browser_press(b, PLACE_SAVE);
    break;
  case 'o':
    browser_press(b, PLACE_SHOW);
    break;
  case 'c':
    browser_press(b, PLACE_COPY);
    break;
  case 'u':
    browser_set_text(b, "");
    break;
  default:
    break;
  }
}

static void character(Browser* b, char ch) {
  switch (ch) {
  case ' ':
    browser_play(b);
    break;
  case '/':
    focus_on(b, PLACE_SEARCH);
    break;
  case '?':
    browser_press(b, PLACE_HELP);
    break;
  case '1':
  case '2':
  case '3':
  case '4':
    browser_toggle_quadrant(b, ch - '0');
    break;
  case '+':
    browser_zoom(b, 1.25, (double)b->valence, (double)b->arousal);
    break;
  case '-':
    browser_zoom(b, 0.8, b->look_v, b->look_a);
    break;
  case '=':
    browser_zoom(b, 1e-3, 0.0, 0.0);
    break;
  case '9':
    browser_step(b, PLACE_VOLUME, -1);
    break;
  case '0':
    browser_step(b, PLACE_VOLUME, 1);
    break;
  case 'p':
    b->from_here = !b->from_here;
    b->path_v = b->valence;
    b->path_a = b->arousal;
    focus_on(b, PLACE_PLANE);
    browser_notice(b, false, "%s",
                   b->from_here ? "Move the point with the arrow keys to where the path shall end."
                                : "");
    break;
  case 'w':
    browser_press(b, PLACE_KIND);
    break;
  case 'l':
    browser_press(b, PLACE_LIKE);
    break;
  case 'm':
    browser_press(b, PLACE_MODEL);
    break;
  default:
    break;
  }
}

void hands_key(Hands* h, HandsKey key, char ch, bool shift, bool ctrl) {
  Browser* b = h->browser;
  if (b->help) {
    b->help = false;
    b->damage = BROWSER_DAMAGE_ALL;
    return;
  }
  if (b->menu) {
    menu_key(b, key, ch);
    return;
  }
  const bool typing = b->focus == PLACE_SEARCH;
  switch (key) {
  case HANDS_TAB:
    move_focus(b, shift ? -1 : 1);
    break;
  case HANDS_ENTER:
    enter(b);
    break;
  case HANDS_ESCAPE:
    escape(b);
    break;
  case HANDS_BACKSPACE:
    if (typing) browser_rub(b, ctrl);
    break;
  case HANDS_DELETE:
    if (!typing) rub_out(b, shift);
    break;
  case HANDS_OTHER:
    if (ctrl) {
      chord(b, ch);
    } else if (!typing) {
      character(b, ch);
    }
    break;
  default:
    arrow(h, key, shift);
    break;
  }
}
