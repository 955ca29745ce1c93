// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the window's buttons and sliders do: see view_model.h.
#include "gui/library/view_model.h"

static bool has_song(LibraryView* b) {
  if (library_view_song(b)) return true;
  library_view_notice(b, true, "Choose a song first: in the list or by its dot.");
  return false;
}

static void press_model(LibraryView* b) {
  if (b->n_models == 0) return;
  b->menu = true;
  b->menu_item = b->model;
  b->damage = LIBRARY_DAMAGE_ALL;
}

void library_view_press(LibraryView* view, LibraryPart place) {
  LibraryView* b = view;
  switch (place) {
  case LIBRARY_PART_QUADRANT_1:
  case LIBRARY_PART_QUADRANT_2:
  case LIBRARY_PART_QUADRANT_3:
  case LIBRARY_PART_QUADRANT_4:
    library_view_toggle_quadrant(b, (int)(place - LIBRARY_PART_QUADRANT_1) + 1);
    break;
  case LIBRARY_PART_KIND:
    library_view_set_match(b, b->match == MATCH_PASSAGE ? MATCH_WHOLE : MATCH_PASSAGE);
    break;
  case LIBRARY_PART_LIKE:
    library_view_like(b);
    break;
  case LIBRARY_PART_ERASE:
    library_view_erase(b);
    break;
  case LIBRARY_PART_PLAY:
    library_view_play(b);
    break;
  case LIBRARY_PART_SAVE:
    if (b->answer.n > 0) {
      b->actions->save(b->handle);
    } else {
      library_view_notice(b, true, "The list is empty: there is nothing to save.");
    }
    break;
  case LIBRARY_PART_SHOW:
    if (has_song(b)) b->actions->show_file(b->handle, b->song);
    break;
  case LIBRARY_PART_COPY:
    if (has_song(b)) b->actions->copy_path(b->handle, b->song);
    break;
  case LIBRARY_PART_MODEL:
    press_model(b);
    break;
  case LIBRARY_PART_HELP:
    b->help = !b->help;
    b->damage = LIBRARY_DAMAGE_ALL;
    break;
  default:
    break;
  }
}

void library_view_step(LibraryView* view, LibraryPart place, int steps) {
  switch (place) {
  case LIBRARY_PART_CONFIDENCE:
    library_view_set_confidence(view, (double)view->asked.confidence + 0.05 * steps);
    break;
  case LIBRARY_PART_LENGTH:
    library_view_set_seconds(view, drawn_next_seconds(&view->drawn, steps));
    break;
  case LIBRARY_PART_VOLUME:
    library_view_set_volume(view, view->volume + 0.05 * steps);
    break;
  default:
    break;
  }
}

void library_view_close_menu(LibraryView* view, int model) {
  view->menu = false;
  view->damage = LIBRARY_DAMAGE_ALL;
  if (model >= 0 && (size_t)model < view->n_models && (size_t)model != view->model) {
    view->actions->pick_model(view->handle, (size_t)model);
  }
}
