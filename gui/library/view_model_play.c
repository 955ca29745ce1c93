// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What plays, and its reading at a moment: see browser.h.
#include "gui/library/view_model.h"

#include <math.h>

void browser_play_from(Browser* browser, double start) {
  const Song* song = browser_song(browser);
  if (!song) {
    browser_notice(browser, true, "Choose a song to play: in the list or by its dot.");
    return;
  }
  const bool inside = start >= (double)browser->start && start < (double)browser->end - 0.5;
  browser->playing = browser->song;
  browser->play = PLAY_STARTING;
  browser->position = start;
  browser->notice[0] = '\0';
  browser->actions->play(browser->handle, browser->song, start,
                         inside ? (double)browser->end : (double)song->duration);
  browser->damage |= BROWSER_DAMAGE_POINT | BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_SONG |
                     BROWSER_DAMAGE_LIST | BROWSER_DAMAGE_BAR;
}

void browser_stop(Browser* browser) {
  if (browser->play == PLAY_STOPPED) return;
  browser->actions->stop(browser->handle);
  browser_played(browser, PLAY_STOPPED, browser->position);
}

bool browser_would_stop(const Browser* browser) {
  return browser->play != PLAY_STOPPED &&
         (browser->playing == browser->song || !browser_song(browser));
}

void browser_play(Browser* browser) {
  if (browser_would_stop(browser)) {
    browser_stop(browser);
  } else {
    browser_play_from(browser, (double)browser->start);
  }
}

void browser_played(Browser* browser, PlayState state, double position) {
  if (state != browser->play) {
    browser->play = state;
    if (state == PLAY_STOPPED) browser->playing = SHELF_NONE;
    browser->damage |= BROWSER_DAMAGE_POINT | BROWSER_DAMAGE_PLANE | BROWSER_DAMAGE_SONG |
                       BROWSER_DAMAGE_LIST | BROWSER_DAMAGE_BAR;
  }
  if (fabs(position - browser->position) < 1e-6) return;
  browser->position = position;
  if (state != PLAY_STOPPED) browser->damage |= BROWSER_DAMAGE_POINT | BROWSER_DAMAGE_HEAD;
}

void browser_set_volume(Browser* browser, double volume) {
  volume = round(fmin(fmax(volume, 0.0), 1.0) * 20.0) / 20.0;
  if (fabs(volume - browser->volume) < 1e-6) return;
  browser->volume = volume;
  browser->actions->volume(browser->handle, volume);
  browser->damage |= BROWSER_DAMAGE_BAR;
}

bool browser_reading(const Song* song, double time, double* valence, double* arousal) {
  const Curve* c = &song->curve;
  if (c->n == 0) return false;
  // Point k stands for the hop that ends at (k + 1) / CURVE_RATE.
  const double at = fmin(fmax(time * CURVE_RATE - 1.0, 0.0), (double)(c->n - 1));
  size_t k = (size_t)at;
  size_t next = k + 1 < c->n ? k + 1 : k;
  const double t = at - (double)k;
  for (size_t i = k; c->valence[k] == CURVE_SILENT && i-- > 0;)
    if (c->valence[i] != CURVE_SILENT) k = i;
  for (size_t i = next; c->valence[k] == CURVE_SILENT && i < c->n; ++i)
    if (c->valence[i] != CURVE_SILENT) k = i;
  if (c->valence[k] == CURVE_SILENT) return false;
  if (c->valence[next] == CURVE_SILENT) next = k;
  const double full = (double)CURVE_FULL;
  *valence = (c->valence[k] + t * (c->valence[next] - c->valence[k])) / full;
  *arousal = (c->arousal[k] + t * (c->arousal[next] - c->arousal[k])) / full;
  return true;
}
