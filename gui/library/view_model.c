// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The window's state: see browser.h.
#include "gui/library/view_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANGE_ROWS 40 // rows whose curves set the range

Browser* browser_new(const BrowserActions* actions, void* handle) {
  Browser* b = calloc(1, sizeof *b);
  if (!b) return NULL;
  b->actions = actions;
  b->handle = handle;
  b->range = 1.0f;
  b->zoom = 1.0;
  b->hovered = b->song = b->row = b->playing = SHELF_NONE;
  b->listed = 1.0;
  b->match = MATCH_PASSAGE;
  b->pad_hover = b->song_hover = -1.0;
  b->volume = 0.8;
  pad_init(&b->pad);
  b->pad_cursor = 0.5 * b->pad.seconds;
  b->damage = BROWSER_DAMAGE_ALL;
  return b;
}

void browser_free(Browser* browser) {
  if (!browser) return;
  query_result_clear(&browser->answer);
  free(browser);
}

static void ask(Browser* b) {
  ++b->asked.id;
  if (b->state != BROWSER_READY) return;
  b->asking = true;
  b->actions->ask(b->handle, &b->asked);
}

static void forget(Browser* b) {
  query_result_clear(&b->answer);
  b->song = b->row = b->hovered = b->playing = SHELF_NONE;
  b->scroll = 0.0;
  b->play = PLAY_STOPPED;
  b->asking = false;
  b->damage = BROWSER_DAMAGE_ALL;
}

void browser_open(Browser* browser, const Shelf* shelf) {
  forget(browser);
  browser->shelf = shelf;
  browser->state = BROWSER_READY;
  browser->message[0] = '\0';
  ask(browser);
}

void browser_close(Browser* browser, BrowserState state, const char* message) {
  forget(browser);
  browser->shelf = NULL;
  browser->state = state;
  snprintf(browser->message, sizeof browser->message, "%s", message);
}

void browser_notice(Browser* browser, bool bad, const char* format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(browser->notice, sizeof browser->notice, format, list);
  va_end(list);
  browser->notice_bad = bad;
  browser->damage |= BROWSER_DAMAGE_BAR;
}

const Catalogue* browser_catalogue(const Browser* browser) {
  return browser->shelf ? shelf_catalogue(browser->shelf) : NULL;
}

double browser_crowd(const Browser* browser) {
  const Catalogue* c = browser_catalogue(browser);
  const size_t songs = browser->answer.allowed ? browser->answer.n_allowed : c ? c->n : 0;
  return (double)songs / (browser->zoom * browser->zoom);
}

const Song* browser_song(const Browser* browser) {
  const Catalogue* c = browser_catalogue(browser);
  return c && browser->song < c->n ? &c->songs[browser->song] : NULL;
}

const QueryHit* browser_hit(const Browser* browser, size_t row) {
  return row < browser->answer.n ? &browser->answer.hits[row] : NULL;
}

// The least of a few round ranges that holds the listed curves and the drawing.
static float find_range(const Browser* b) {
  const Catalogue* c = browser_catalogue(b);
  int most = 0;
  for (size_t row = 0; c && row < b->answer.n && row < RANGE_ROWS; ++row) {
    const Curve* curve = &c->songs[b->answer.hits[row].song].curve;
    for (size_t i = 0; i < curve->n; ++i) {
      if (curve->valence[i] == CURVE_SILENT) continue;
      const int v = abs(curve->valence[i]);
      const int a = abs(curve->arousal[i]);
      most = v > most ? v : most;
      most = a > most ? a : most;
    }
  }
  float reach = (float)most / CURVE_FULL;
  for (int lane = 0; b->answer.kind == QUERY_MATCH && lane < PAD_LANES; ++lane) {
    for (size_t i = 0; i < b->pad.n; ++i) {
      const float value = b->pad.drawn[lane][i];
      if (!isnan(value)) reach = fmaxf(reach, fabsf(value));
    }
  }
  return reach <= 0.25f ? 0.25f : reach <= 0.5f ? 0.5f : reach <= 0.7f ? 0.7f : 1.0f;
}

static size_t find_row(const Browser* b, size_t song) {
  for (size_t row = 0; row < b->answer.n; ++row) {
    if (b->answer.hits[row].song == song) return row;
  }
  return SHELF_NONE;
}

void browser_answer(Browser* browser, QueryResult* answer) {
  if (answer->id != browser->asked.id || browser->state != BROWSER_READY) {
    query_result_clear(answer);
    return;
  }
  query_result_clear(&browser->answer);
  browser->answer = *answer;
  *answer = (QueryResult){.hits = NULL};
  browser->asking = false;
  browser->range = find_range(browser);
  browser->row = browser->song == SHELF_NONE ? SHELF_NONE : find_row(browser, browser->song);
  const QueryHit* hit = browser_hit(browser, browser->row);
  if (hit) {
    browser->start = hit->start;
    browser->end = hit->end;
  }
  browser->scroll = 0.0;
  browser->damage |= BROWSER_DAMAGE_DOTS | BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_SEARCH |
                     BROWSER_DAMAGE_LIST | BROWSER_DAMAGE_SONG | BROWSER_DAMAGE_BAR;
}

void browser_ask_all(Browser* browser) {
  browser->asked.kind = QUERY_ALL;
  browser->has_point = false;
  browser->from_here = false;
  browser->damage |= BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_LIST;
  ask(browser);
}

void browser_ask_near(Browser* browser, double valence, double arousal) {
  browser->has_point = true;
  browser->valence = (float)fmin(fmax(valence, -1.0), 1.0);
  browser->arousal = (float)fmin(fmax(arousal, -1.0), 1.0);
  if (browser->from_here) {
    browser_ask_path(browser, (double)browser->path_v, (double)browser->path_a, valence, arousal);
    return;
  }
  browser->asked.kind = QUERY_NEAR;
  browser->asked.valence = browser->valence;
  browser->asked.arousal = browser->arousal;
  browser->damage |= BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_LIST;
  ask(browser);
}

static float within(double value) {
  return (float)fmin(fmax(value, -1.0), 1.0);
}

void browser_ask_path(Browser* browser, double v1, double a1, double v2, double a2) {
  browser->has_point = true;
  browser->asked.kind = QUERY_PATH;
  browser->asked.valence = within(v1);
  browser->asked.arousal = within(a1);
  browser->asked.to_valence = browser->valence = within(v2);
  browser->asked.to_arousal = browser->arousal = within(a2);
  browser->damage |= BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_LIST;
  ask(browser);
}

void browser_ask_drawn(Browser* browser) {
  if (!pad_profile(&browser->pad, &browser->asked.profile)) {
    if (browser->asked.kind == QUERY_MATCH) browser_ask_all(browser);
    return;
  }
  browser->asked.kind = QUERY_MATCH;
  browser->asked.match = browser->match;
  browser->has_point = false;
  browser->from_here = false;
  browser->damage |= BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_LIST | BROWSER_DAMAGE_PAD;
  ask(browser);
}

void browser_ask_again(Browser* browser) {
  browser->damage |= BROWSER_DAMAGE_SEARCH | BROWSER_DAMAGE_LIST;
  ask(browser);
}

void browser_set_text(Browser* browser, const char* utf8) {
  if (strcmp(browser->asked.text, utf8) == 0) return;
  size_t length = strlen(utf8);
  if (length >= QUERY_TEXT) length = QUERY_TEXT - 1;
  while (length > 0 && ((unsigned char)utf8[length] & 0xC0) == 0x80)
    --length; // not within a character
  memcpy(browser->asked.text, utf8, length);
  browser->asked.text[length] = '\0';
  browser_ask_again(browser);
}

void browser_type(Browser* browser, const char* utf8) {
  const size_t length = strlen(browser->asked.text);
  const size_t more = strlen(utf8);
  if (more == 0 || (unsigned char)utf8[0] < 0x20 || utf8[0] == 0x7F) return;
  if (length + more >= QUERY_TEXT) return;
  memcpy(browser->asked.text + length, utf8, more + 1);
  browser_ask_again(browser);
}

void browser_rub(Browser* browser, bool word) {
  char* text = browser->asked.text;
  size_t length = strlen(text);
  if (length == 0) return;
  if (word) {
    while (length > 0 && text[length - 1] == ' ')
      --length;
    while (length > 0 && text[length - 1] != ' ')
      --length;
  } else {
    do {
      --length;
    } while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80);
  }
  text[length] = '\0';
  browser_ask_again(browser);
}

void browser_toggle_quadrant(Browser* browser, int quadrant) {
  browser->asked.quadrants ^= 1u << quadrant;
  if (browser->asked.quadrants == 30u) browser->asked.quadrants = 0; // all of them: no filter
  browser_ask_again(browser);
}

void browser_set_confidence(Browser* browser, double confidence) {
  const float next = (float)(round(fmin(fmax(confidence, 0.0), 0.95) * 20.0) / 20.0);
  if (fabsf(next - browser->asked.confidence) < 1e-4f) return;
  browser->asked.confidence = next;
  browser_ask_again(browser);
}

void browser_set_match(Browser* browser, MatchKind match) {
  browser->match = match;
  browser->damage |= BROWSER_DAMAGE_PAD;
  browser_ask_drawn(browser);
}

void browser_set_seconds(Browser* browser, double seconds) {
  if (fabs(seconds - browser->pad.seconds) < 1e-6) return;
  browser->pad_cursor *= seconds / browser->pad.seconds;
  pad_set_seconds(&browser->pad, seconds);
  browser->damage |= BROWSER_DAMAGE_PAD;
  browser_ask_drawn(browser);
}

void browser_erase(Browser* browser) {
  pad_clear(&browser->pad);
  browser->damage |= BROWSER_DAMAGE_PAD;
  browser_ask_drawn(browser);
}

void browser_like(Browser* browser) {
  const Song* song = browser_song(browser);
  if (!song) {
    browser_notice(browser, true, "Choose a song first: then songs that move like it are found.");
    return;
  }
  if (!pad_take(&browser->pad, &song->curve, (double)browser->start, (double)browser->end)) {
    browser_notice(browser, true,
                   "This song's course is too short to search with (15 s at least).");
    return;
  }
  browser->pad_cursor = fmin(browser->pad_cursor, browser->pad.seconds);
  browser->damage |= BROWSER_DAMAGE_PAD;
  browser_ask_drawn(browser);
}

static void show_row(Browser* b, size_t row) {
  const double rows = fmax(1.0, floor(b->listed));
  if ((double)row < b->scroll) b->scroll = (double)row;
  if ((double)row >= b->scroll + rows) b->scroll = (double)row - rows + 1.0;
}

static void choose(Browser* b, size_t song, size_t row) {
  const Catalogue* c = browser_catalogue(b);
  const QueryHit* hit = browser_hit(b, row);
  b->song = song;
  b->row = row;
  b->song_hover = -1.0;
  b->start = hit ? hit->start : 0.0f;
  b->end = hit ? hit->end : c && song < c->n ? c->songs[song].duration : 0.0f;
  if (hit) show_row(b, row);
  b->damage |=
      BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_LIST | BROWSER_DAMAGE_SONG | BROWSER_DAMAGE_BAR;
}

void browser_choose_song(Browser* browser, size_t song) {
  choose(browser, song, song == SHELF_NONE ? SHELF_NONE : find_row(browser, song));
}

void browser_choose_row(Browser* browser, size_t row) {
  const QueryHit* hit = browser_hit(browser, row);
  if (hit) choose(browser, hit->song, row);
}

void browser_scroll(Browser* browser, double rows) {
  const double most = fmax(0.0, (double)browser->answer.n - floor(browser->listed));
  const double next = fmin(fmax(browser->scroll + rows, 0.0), most);
  if (fabs(next - browser->scroll) < 1e-9) return;
  browser->scroll = next;
  browser->damage |= BROWSER_DAMAGE_LIST;
}

void browser_list_rows(Browser* browser, double rows) {
  browser->listed = rows;
  browser_scroll(browser, 0.0);
}

void browser_look(Browser* browser, double valence, double arousal) {
  const double most = (1.0 - 1.0 / browser->zoom) / 0.91; // the frame stays filled
  browser->look_v = fmin(fmax(valence, -most), most);
  browser->look_a = fmin(fmax(arousal, -most), most);
  browser->damage |= BROWSER_DAMAGE_DOTS | BROWSER_DAMAGE_PLANE;
}

void browser_zoom(Browser* browser, double factor, double valence, double arousal) {
  const double old = browser->zoom;
  browser->zoom = fmin(fmax(old * factor, 1.0), BROWSER_ZOOM_MAX);
  if (browser->zoom < 1.001) browser->zoom = 1.0;
  if (fabs(browser->zoom - old) < 1e-9) return;
  // What is under the pointer stays there.
  const double share = old / browser->zoom;
  browser_look(browser, valence + (browser->look_v - valence) * share,
               arousal + (browser->look_a - arousal) * share);
}

void browser_hover(Browser* browser, size_t song, size_t crowd) {
  if (song == browser->hovered && crowd == browser->crowd) return;
  browser->hovered = song;
  browser->crowd = crowd;
  browser->damage |= BROWSER_DAMAGE_HOVER;
}

unsigned browser_damage(Browser* browser) {
  const unsigned damage = browser->damage;
  browser->damage = 0;
  return damage;
}
