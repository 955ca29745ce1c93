// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reacts to keys: see gestures.h.
#include "gui/library/gestures.h"

#include <math.h>

// Move the focus to a part; turn to its page if needed.
static void focus_on(LibraryGestures* h, LibraryPart part) {
  LibraryView* b = h->view;
  if (rect_empty(library_picture_layout(h->picture)->parts[part]))
    library_view_show_page(b, library_layout_page(part));
  b->focus = part;
  b->by_keys = true;
  b->damage |= LIBRARY_DAMAGE_NOTES;
}

static void move_focus(LibraryGestures* g, int direction) {
  const LibraryLayout* layout = library_picture_layout(g->picture);
  int part = (int)g->view->focus;
  do {
    part += direction;
    if (part <= LIBRARY_PART_NONE) part = LIBRARY_PART_COUNT - 1;
    if (part >= LIBRARY_PART_COUNT) part = LIBRARY_PART_PLANE;
  } while (part >= LIBRARY_PART_TAB_LIST && rect_empty(layout->parts[part]));
  focus_on(g, (LibraryPart)part);
}

static void escape(LibraryView* b) {
  if (b->play != PLAY_STOPPED) {
    library_view_stop(b);
  } else if (b->query.text[0] || b->query.quadrants || b->query.confidence > 0.0f) {
    b->query.quadrants = 0;
    b->query.confidence = 0.0f;
    if (b->query.text[0]) {
      library_view_set_text(b, "");
    } else {
      library_view_query_again(b);
    }
  } else if (b->query.kind != QUERY_ALL) {
    library_view_query_all(b);
  } else if (b->song != CATALOGUE_INDEX_NONE) {
    library_view_choose_song(b, CATALOGUE_INDEX_NONE);
  }
  if (b->notice[0]) library_view_notice(b, false, "%s", "");
}

static void arrow_list(LibraryView* b, InputKey key) {
  if (b->answer.n == 0) return;
  const double page = fmax(1.0, floor(b->listed) - 1.0);
  const bool none = b->row == CATALOGUE_INDEX_NONE;
  double row = none ? 0.0 : (double)b->row;
  switch (key) {
  case INPUT_UP:
    row -= 1.0;
    break;
  case INPUT_DOWN:
    row += none ? 0.0 : 1.0;
    break;
  case INPUT_PAGE_UP:
    row -= page;
    break;
  case INPUT_PAGE_DOWN:
    row += page;
    break;
  case INPUT_HOME:
    row = 0.0;
    break;
  case INPUT_END:
    row = (double)(b->answer.n - 1);
    break;
  default:
    return;
  }
  library_view_choose_row(b, (size_t)fmin(fmax(row, 0.0), (double)(b->answer.n - 1)));
}

static void arrow_plane(LibraryView* b, InputKey key, bool fine) {
  const double step = fine ? 0.2 * LIBRARY_NUDGE : LIBRARY_NUDGE;
  const double v = key == INPUT_LEFT ? -step : key == INPUT_RIGHT ? step : 0.0;
  const double a = key == INPUT_DOWN ? -step : key == INPUT_UP ? step : 0.0;
  if (v != 0.0 || a != 0.0)
    library_view_query_near(b, (double)b->valence + v, (double)b->arousal + a);
}

static void arrow_drawn(LibraryView* b, DrawnLane lane, InputKey key, bool fine) {
  const double hop = b->drawn.seconds / 40.0;
  const double step = fine ? 0.2 * LIBRARY_NUDGE : LIBRARY_NUDGE;
  const double old = b->drawn_cursor;
  b->drawn_hover = -1.0;
  if (key == INPUT_LEFT || key == INPUT_RIGHT) {
    b->drawn_cursor += (key == INPUT_RIGHT ? 1.0 : -1.0) * (fine ? 1.0 / CURVE_RATE : hop);
  } else if (key == INPUT_HOME) {
    b->drawn_cursor = 0.0;
  } else if (key == INPUT_END) {
    b->drawn_cursor = b->drawn.seconds;
  } else if (key == INPUT_UP || key == INPUT_DOWN) {
    size_t point = (size_t)(old * CURVE_RATE);
    if (point >= b->drawn.n) point = b->drawn.n - 1;
    const float value = drawn_value(&b->drawn, lane, point);
    const double from = isnan(value) ? b->lanes[lane].middle : (double)value;
    const double to = from + (key == INPUT_UP ? step : -step) * b->lanes[lane].half;
    drawn_stroke(&b->drawn, lane, old, to, old, to);
    library_view_query_drawn(b);
  }
  b->drawn_cursor = fmin(fmax(b->drawn_cursor, 0.0), b->drawn.seconds - 0.5 / CURVE_RATE);
  b->damage |= LIBRARY_DAMAGE_DRAWN;
}

static void arrow(LibraryGestures* h, InputKey key, bool shift) {
  LibraryView* b = h->view;
  const bool list_key = key == INPUT_PAGE_UP || key == INPUT_PAGE_DOWN;
  switch (b->focus) {
  case LIBRARY_PART_PLANE:
    if (list_key) break;
    b->by_keys = true;
    arrow_plane(b, key, shift);
    return;
  case LIBRARY_PART_VALENCE:
  case LIBRARY_PART_AROUSAL:
    if (list_key) break;
    b->by_keys = true;
    arrow_drawn(b, b->focus == LIBRARY_PART_AROUSAL ? DRAWN_AROUSAL : DRAWN_VALENCE, key, shift);
    return;
  case LIBRARY_PART_SONG:
    if ((key == INPUT_LEFT || key == INPUT_RIGHT) && library_view_song(b)) {
      const double from = b->play == PLAY_STOPPED ? (double)b->start : b->position;
      const double to = from + (key == INPUT_RIGHT ? 5.0 : -5.0);
      library_view_play_from(b, fmax(fmin(to, (double)library_view_song(b)->duration - 0.5), 0.0));
      return;
    }
    break;
  case LIBRARY_PART_NONE:
  case LIBRARY_PART_SEARCH:
  case LIBRARY_PART_LIST:
    break;
  default:
    if (key == INPUT_LEFT || key == INPUT_DOWN) library_view_step(b, b->focus, -1);
    if (key == INPUT_RIGHT || key == INPUT_UP) library_view_step(b, b->focus, 1);
    return;
  }
  arrow_list(b, key);
}

static void enter(LibraryGestures* h) {
  LibraryView* b = h->view;
  if (b->state == LIBRARY_ABSENT || b->state == LIBRARY_FAILED) {
    library_view_close(b, LIBRARY_LOADING, b->library);
    b->reload = true;
    return;
  }
  switch (b->focus) {
  case LIBRARY_PART_NONE:
  case LIBRARY_PART_LIST:
  case LIBRARY_PART_SONG:
    if (library_view_song(b)) library_view_play_from(b, (double)b->start);
    break;
  case LIBRARY_PART_PLANE:
    library_view_query_near(b, (double)b->valence, (double)b->arousal);
    break;
  case LIBRARY_PART_SEARCH:
    focus_on(h, LIBRARY_PART_LIST);
    if (b->row == CATALOGUE_INDEX_NONE) library_view_choose_row(b, 0);
    break;
  case LIBRARY_PART_VALENCE:
  case LIBRARY_PART_AROUSAL:
    library_view_query_drawn(b);
    break;
  case LIBRARY_PART_LENGTH:
    library_view_step(b, LIBRARY_PART_LENGTH, 1);
    break;
  default:
    library_view_press(b, b->focus);
    break;
  }
}

static void backspace(LibraryView* b, bool all) {
  const bool lane = b->focus == LIBRARY_PART_VALENCE || b->focus == LIBRARY_PART_AROUSAL;
  if (!lane || all) {
    library_view_erase(b);
    return;
  }
  const double half = b->drawn.seconds / 80.0;
  drawn_erase(&b->drawn, b->focus == LIBRARY_PART_AROUSAL ? DRAWN_AROUSAL : DRAWN_VALENCE,
              b->drawn_cursor - half, b->drawn_cursor + half);
  b->damage |= LIBRARY_DAMAGE_DRAWN;
  library_view_query_drawn(b);
}

static void menu_key(LibraryView* b, InputKey key, char ch) {
  if (key == INPUT_UP && b->menu_item > 0) --b->menu_item;
  if (key == INPUT_DOWN && b->menu_item + 1 < b->n_models) ++b->menu_item;
  b->damage |= LIBRARY_DAMAGE_NOTES;
  if (key == INPUT_ESCAPE) library_view_close_menu(b, -1);
  if (key == INPUT_ENTER || ch == ' ') library_view_close_menu(b, (int)b->menu_item);
}

static void chord(LibraryGestures* h, char ch) {
  LibraryView* b = h->view;
  switch (ch) {
  case 'f':
    focus_on(h, LIBRARY_PART_SEARCH);
    break;
  case 'a':
    library_view_press(b, LIBRARY_PART_ADD);
    break;
  case 's':
    library_view_press(b, LIBRARY_PART_SAVE);
    break;
  case 'o':
    library_view_press(b, LIBRARY_PART_SHOW);
    break;
  case 'c':
    library_view_press(b, LIBRARY_PART_COPY);
    break;
  case 'u':
    library_view_set_text(b, "");
    break;
  default:
    break;
  }
}

static void character(LibraryGestures* h, char ch) {
  LibraryView* b = h->view;
  switch (ch) {
  case ' ':
    library_view_play(b);
    break;
  case '/':
    focus_on(h, LIBRARY_PART_SEARCH);
    break;
  case '?':
    library_view_press(b, LIBRARY_PART_HELP);
    break;
  case '1':
  case '2':
  case '3':
  case '4':
    library_view_toggle_quadrant(b, ch - '0');
    break;
  case '+':
    library_view_zoom(b, 1.25, (double)b->valence, (double)b->arousal);
    break;
  case '-':
    library_view_zoom(b, 0.8, b->look_v, b->look_a);
    break;
  case '=':
    library_view_fit(b);
    break;
  case '9':
    library_view_step(b, LIBRARY_PART_VOLUME, -1);
    break;
  case '0':
    library_view_step(b, LIBRARY_PART_VOLUME, 1);
    break;
  case 'p':
    b->from_here = !b->from_here;
    b->path_v = b->valence;
    b->path_a = b->arousal;
    focus_on(h, LIBRARY_PART_PLANE);
    library_view_notice(
        b, false, "%s",
        b->from_here ? "Move the point with the arrow keys to where the path should end." : "");
    break;
  case 'w':
    library_view_press(b, LIBRARY_PART_KIND);
    break;
  case 'r':
    library_view_press(b, LIBRARY_PART_RELATIVE);
    break;
  case 'l':
    library_view_press(b, LIBRARY_PART_LIKE);
    break;
  case 'm':
    library_view_press(b, LIBRARY_PART_MODEL);
    break;
  default:
    break;
  }
}

static void prompt_key(LibraryView* b, InputKey key) {
  if (key == INPUT_ESCAPE) library_view_prompt(b, false);
  if (key == INPUT_UP) library_view_prompt_mark(b, b->folder - 1);
  if (key == INPUT_DOWN) library_view_prompt_mark(b, b->folder + 1);
  if (key == INPUT_TAB) library_view_prompt_enter(b, b->folder < 0 ? 0 : b->folder);
  if (key != INPUT_ENTER) return;
  if (b->folder >= 0) {
    library_view_prompt_enter(b, b->folder);
  } else {
    library_view_prompt_take(b);
  }
}

bool library_gestures_turn_help(LibraryGestures* h, int rows) {
  LibraryView* b = h->view;
  const LibraryHelp help = library_layout_help(library_picture_layout(h->picture));
  const int most = LIBRARY_HELP_ROWS - help.shown;
  const int row = b->help_row + rows;
  b->help_row = row < 0 ? 0 : row > most ? most : row;
  b->damage = LIBRARY_DAMAGE_ALL;
  return most > 0;
}

void library_gestures_key(LibraryGestures* h, InputKey key, char ch, bool shift, bool ctrl) {
  LibraryView* b = h->view;
  if (b->help) {
    const int rows = key == INPUT_DOWN        ? 1
                     : key == INPUT_UP        ? -1
                     : key == INPUT_PAGE_DOWN ? LIBRARY_HELP_ROWS / 2
                     : key == INPUT_PAGE_UP   ? -LIBRARY_HELP_ROWS / 2
                                              : 0;
    if (rows != 0 && library_gestures_turn_help(h, rows)) return;
    b->help = false;
    b->damage = LIBRARY_DAMAGE_ALL;
    return;
  }
  if (b->prompting) {
    prompt_key(b, key);
    if (key == INPUT_BACKSPACE) library_view_prompt_backspace(b, ctrl);
    if (key == INPUT_DELETE || (ctrl && ch == 'u')) library_view_prompt_backspace(b, true);
    return;
  }
  if (b->menu) {
    menu_key(b, key, ch);
    return;
  }
  const bool typing = b->focus == LIBRARY_PART_SEARCH;
  switch (key) {
  case INPUT_TAB:
    move_focus(h, shift ? -1 : 1);
    break;
  case INPUT_ENTER:
    enter(h);
    break;
  case INPUT_ESCAPE:
    escape(b);
    break;
  case INPUT_BACKSPACE:
    if (typing) library_view_backspace(b, ctrl);
    break;
  case INPUT_DELETE:
    if (!typing) backspace(b, shift);
    break;
  case INPUT_OTHER:
    if (ctrl) {
      chord(h, ch);
    } else if (!typing) {
      character(h, ch);
    }
    break;
  default:
    arrow(h, key, shift);
    break;
  }
}
