// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the window's buttons and sliders do: see browser.h.
#include "gui/library/view_model.h"

static bool has_song(Browser* b) {
  if (browser_song(b)) return true;
  browser_notice(b, true, "Choose a song first: in the list or by its dot.");
  return false;
}

static void press_model(Browser* b) {
  if (b->n_models == 0) return;
  b->menu = true;
  b->menu_item = b->model;
  b->damage = BROWSER_DAMAGE_ALL;
}

void browser_press(Browser* browser, Place place) {
  Browser* b = browser;
  switch (place) {
  case PLACE_QUADRANT_1:
  case PLACE_QUADRANT_2:
  case PLACE_QUADRANT_3:
  case PLACE_QUADRANT_4:
    browser_toggle_quadrant(b, (int)(place - PLACE_QUADRANT_1) + 1);
    break;
  case PLACE_KIND:
    browser_set_match(b, b->match == MATCH_PASSAGE ? MATCH_WHOLE : MATCH_PASSAGE);
    break;
  case PLACE_LIKE:
    browser_like(b);
    break;
  case PLACE_ERASE:
    browser_erase(b);
    break;
  case PLACE_PLAY:
    browser_play(b);
    break;
  case PLACE_SAVE:
    if (b->answer.n > 0) {
      b->actions->save(b->handle);
    } else {
      browser_notice(b, true, "The list is empty: there is nothing to save.");
    }
    break;
  case PLACE_SHOW:
    if (has_song(b)) b->actions->show_file(b->handle, b->song);
    break;
  case PLACE_COPY:
    if (has_song(b)) b->actions->copy_path(b->handle, b->song);
    break;
  case PLACE_MODEL:
    press_model(b);
    break;
  case PLACE_HELP:
    b->help = !b->help;
    b->damage = BROWSER_DAMAGE_ALL;
    break;
  default:
    break;
  }
}

void browser_step(Browser* browser, Place place, int steps) {
  switch (place) {
  case PLACE_CONFIDENCE:
    browser_set_confidence(browser, (double)browser->asked.confidence + 0.05 * steps);
    break;
  case PLACE_LENGTH:
    browser_set_seconds(browser, pad_next_seconds(&browser->pad, steps));
    break;
  case PLACE_VOLUME:
    browser_set_volume(browser, browser->volume + 0.05 * steps);
    break;
  default:
    break;
  }
}

void browser_close_menu(Browser* browser, int model) {
  browser->menu = false;
  browser->damage = BROWSER_DAMAGE_ALL;
  if (model >= 0 && (size_t)model < browser->n_models && (size_t)model != browser->model) {
    browser->actions->pick_model(browser->handle, (size_t)model);
  }
}
