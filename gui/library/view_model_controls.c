// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the window's buttons and sliders do: see view_model.h.
#include "gui/library/view_model.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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

void library_view_show_page(LibraryView* view, LibraryPage page) {
  if (page == view->page) return;
  view->page = page;
  view->damage = LIBRARY_DAMAGE_ALL;
}

void library_view_press(LibraryView* view, LibraryPart part) {
  LibraryView* b = view;
  switch (part) {
  case LIBRARY_PART_QUADRANT_1:
  case LIBRARY_PART_QUADRANT_2:
  case LIBRARY_PART_QUADRANT_3:
  case LIBRARY_PART_QUADRANT_4:
    library_view_toggle_quadrant(b, (int)(part - LIBRARY_PART_QUADRANT_1) + 1);
    break;
  case LIBRARY_PART_KIND:
    library_view_set_match(b, b->match == MATCH_PASSAGE ? MATCH_WHOLE : MATCH_PASSAGE);
    break;
  case LIBRARY_PART_RELATIVE:
    library_view_set_relative(b, !b->relative);
    break;
  case LIBRARY_PART_LIKE:
    library_view_match_song(b);
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
  case LIBRARY_PART_ADD:
    if (b->adding >= 0.0) {
      b->actions->stop_adding(b->handle);
    } else {
      library_view_prompt(b, true);
    }
    break;
  case LIBRARY_PART_TAB_LIST:
  case LIBRARY_PART_TAB_PLANE:
  case LIBRARY_PART_TAB_DRAW:
  case LIBRARY_PART_TAB_SONG:
    library_view_show_page(b, (LibraryPage)(part - LIBRARY_PART_TAB_LIST));
    break;
  case LIBRARY_PART_MODEL:
    press_model(b);
    break;
  case LIBRARY_PART_HELP:
    b->help = !b->help;
    b->help_row = 0;
    b->damage = LIBRARY_DAMAGE_ALL;
    break;
  default:
    break;
  }
}

void library_view_step(LibraryView* view, LibraryPart part, int steps) {
  switch (part) {
  case LIBRARY_PART_CONFIDENCE:
    library_view_set_confidence(view, (double)view->query.confidence + 0.05 * steps);
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

static void list_folders(LibraryView* view) {
  view->folder = view->folder_hot = -1;
  view->looking = view->prompting;
  view->damage = LIBRARY_DAMAGE_ALL;
  if (view->prompting) view->actions->folders(view->handle, view->prompt);
}

void library_view_listed(LibraryView* view, const char* typed, const FolderList* list) {
  if (!view->looking || strcmp(typed, view->prompt) != 0) return;
  view->folders = *list;
  view->looking = false;
  view->damage = LIBRARY_DAMAGE_ALL;
}

static bool is_offered(const LibraryView* view, int folder) {
  return folder >= 0 && folder < (int)view->folders.n && !view->looking;
}

void library_view_prompt(LibraryView* view, bool on) {
  view->prompting = on;
  if (on && !view->prompt[0]) {
    const char* music = g_get_user_special_dir(G_USER_DIRECTORY_MUSIC);
    snprintf(view->prompt, sizeof view->prompt, "%s", music ? music : g_get_home_dir());
  }
  list_folders(view);
}

void library_view_prompt_type(LibraryView* view, const char* utf8) {
  const size_t length = strlen(view->prompt);
  if ((unsigned char)utf8[0] < 0x20 || length + strlen(utf8) >= sizeof view->prompt) return;
  strcpy(view->prompt + length, utf8);
  list_folders(view);
}

void library_view_prompt_backspace(LibraryView* view, bool all) {
  size_t length = all ? 0 : strlen(view->prompt);
  while (length > 0 && ((unsigned char)view->prompt[length - 1] & 0xC0) == 0x80)
    --length; // whole characters
  view->prompt[length > 0 ? length - 1 : 0] = '\0';
  list_folders(view);
}

void library_view_prompt_mark(LibraryView* view, int folder) {
  if (folder != -1 && !is_offered(view, folder)) return;
  view->folder = folder;
  view->damage = LIBRARY_DAMAGE_ALL;
}

void library_view_prompt_hover(LibraryView* view, int folder) {
  if (folder == view->folder_hot) return;
  view->folder_hot = folder;
  view->damage = LIBRARY_DAMAGE_ALL;
}

void library_view_prompt_enter(LibraryView* view, int folder) {
  if (!is_offered(view, folder)) return;
  if (folders_enter(view->prompt, sizeof view->prompt, &view->folders, (size_t)folder))
    list_folders(view);
}

void library_view_prompt_take(LibraryView* view) {
  library_view_prompt(view, false);
  if (view->prompt[0]) view->actions->add(view->handle, view->prompt);
}

void library_view_added(LibraryView* view, double share) {
  if (fabs(share - view->adding) < 0.005) return;
  view->adding = share;
  view->damage |= LIBRARY_DAMAGE_BAR;
}
