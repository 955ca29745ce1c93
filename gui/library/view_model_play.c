// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What plays, and its reading at a moment: see view_model.h.
#include "gui/library/view_model.h"

#include <math.h>

void library_view_play_from(LibraryView* view, double start) {
  const Song* song = library_view_song(view);
  if (!song) {
    library_view_notice(view, true, "Choose a song to play: in the list or by its dot.");
    return;
  }
  const bool inside = start >= (double)view->start && start < (double)view->end - 0.5;
  view->playing = view->song;
  view->play = PLAY_STARTING;
  view->position = start;
  view->notice[0] = '\0';
  view->actions->play(view->handle, view->song, start,
                      inside ? (double)view->end : (double)song->duration);
  view->damage |= LIBRARY_DAMAGE_POINT | LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_SONG |
                  LIBRARY_DAMAGE_LIST | LIBRARY_DAMAGE_BAR;
}

void library_view_stop(LibraryView* view) {
  if (view->play == PLAY_STOPPED) return;
  view->actions->stop(view->handle);
  library_view_played(view, PLAY_STOPPED, view->position);
}

bool library_view_would_stop(const LibraryView* view) {
  return view->play != PLAY_STOPPED && (view->playing == view->song || !library_view_song(view));
}

void library_view_play(LibraryView* view) {
  if (library_view_would_stop(view)) {
    library_view_stop(view);
  } else {
    library_view_play_from(view, (double)view->start);
  }
}

void library_view_played(LibraryView* view, PlayState state, double position) {
  if (state != view->play) {
    view->play = state;
    if (state == PLAY_STOPPED) view->playing = CATALOGUE_INDEX_NONE;
    view->damage |= LIBRARY_DAMAGE_POINT | LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_SONG |
                    LIBRARY_DAMAGE_LIST | LIBRARY_DAMAGE_BAR;
  }
  if (fabs(position - view->position) < 1e-6) return;
  view->position = position;
  if (state != PLAY_STOPPED) view->damage |= LIBRARY_DAMAGE_POINT | LIBRARY_DAMAGE_HEAD;
}

void library_view_set_volume(LibraryView* view, double volume) {
  volume = round(fmin(fmax(volume, 0.0), 1.0) * 20.0) / 20.0;
  if (fabs(volume - view->volume) < 1e-6) return;
  view->volume = volume;
  view->actions->volume(view->handle, volume);
  view->damage |= LIBRARY_DAMAGE_BAR;
}

bool library_view_reading(const Song* song, double time, double* valence, double* arousal) {
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
