// SPDX-License-Identifier: GPL-3.0-or-later
// The state of the library's window.
#include "gui/library/view_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANGE_ROWS 40 // rows whose curves set the range

LibraryView* library_view_new(const LibraryActions* actions, void* handle) {
  LibraryView* b = calloc(1, sizeof *b);
  if (!b) return NULL;
  b->actions = actions;
  b->handle = handle;
  b->range = 1.0f;
  b->zoom = 1.0;
  b->hovered = b->song = b->row = b->playing = CATALOGUE_INDEX_NONE;
  b->listed = 1.0;
  b->match = MATCH_PASSAGE;
  b->drawn_hover = b->song_hover = -1.0;
  b->volume = 0.8;
  b->adding = -1.0;
  for (int lane = 0; lane < DRAWN_LANES; ++lane)
    b->lanes[lane].half = 1.0;
  drawn_init(&b->drawn);
  b->drawn_cursor = 0.5 * b->drawn.seconds;
  b->damage = LIBRARY_DAMAGE_ALL;
  return b;
}

void library_view_free(LibraryView* view) {
  if (!view) return;
  query_result_clear(&view->answer);
  free(view);
}

static void run_query(LibraryView* b) {
  ++b->query.id;
  if (b->state != LIBRARY_READY) return;
  b->searching = true;
  b->actions->query(b->handle, &b->query);
}

static void forget(LibraryView* b) {
  query_result_clear(&b->answer);
  b->song = b->row = b->hovered = b->playing = CATALOGUE_INDEX_NONE;
  b->scroll = 0.0;
  b->play = PLAY_STOPPED;
  b->searching = false;
  b->damage = LIBRARY_DAMAGE_ALL;
}

#define LANE_LEAST 0.15 // smallest range of a lane from its middle

// Set the lanes' ranges to those of the collection's curves, within the plane.
static void scale_lanes(LibraryView* b) {
  const RelativeScale* scales = catalogue_index_scales(b->index);
  for (int lane = 0; lane < DRAWN_LANES; ++lane) {
    const double reach = fmax(scales[lane].unit, LANE_LEAST);
    const double low = fmax(scales[lane].mean - reach, -1.0);
    const double high = fmin(scales[lane].mean + reach, 1.0);
    b->lanes[lane].middle = 0.5 * (low + high);
    b->lanes[lane].half = fmax(0.5 * (high - low), 0.5 * LANE_LEAST);
  }
}

static size_t find_path(const Catalogue* c, const char* path) {
  for (size_t song = 0; song < c->n; ++song)
    if (strcmp(c->songs[song].path, path) == 0) return song;
  return CATALOGUE_INDEX_NONE;
}

void library_view_open(LibraryView* view, const CatalogueIndex* index) {
  const bool first = !view->index && view->zoom <= 1.0;
  // Playback continues if the song's file still exists.
  const Catalogue* old = view->play != PLAY_STOPPED ? library_view_catalogue(view) : NULL;
  const size_t playing =
      old ? find_path(catalogue_index_songs(index), old->songs[view->playing].path)
          : CATALOGUE_INDEX_NONE;
  if (playing == CATALOGUE_INDEX_NONE) library_view_stop(view);
  const PlayState play = view->play;
  forget(view);
  view->play = play;
  view->playing = playing;
  view->index = index;
  scale_lanes(view);
  if (first) library_view_fit(view);
  view->state = LIBRARY_READY;
  view->message[0] = '\0';
  run_query(view);
}

void library_view_close(LibraryView* view, LibraryState state, const char* message) {
  library_view_stop(view);
  forget(view);
  view->index = NULL;
  view->state = state;
  view->page = LIBRARY_PAGE_LIST; // the message is there
  snprintf(view->message, sizeof view->message, "%s", message);
}

void library_view_notice(LibraryView* view, bool bad, const char* format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(view->notice, sizeof view->notice, format, list);
  va_end(list);
  view->notice_bad = bad;
  view->damage |= LIBRARY_DAMAGE_BAR;
}

const Catalogue* library_view_catalogue(const LibraryView* view) {
  return view->index ? catalogue_index_songs(view->index) : NULL;
}

double library_view_songs_in_sight(const LibraryView* view) {
  const Catalogue* c = library_view_catalogue(view);
  const size_t songs = view->answer.allowed ? view->answer.n_allowed : c ? c->n : 0;
  return (double)songs / (view->zoom * view->zoom);
}

const Song* library_view_song(const LibraryView* view) {
  const Catalogue* c = library_view_catalogue(view);
  return c && view->song < c->n ? &c->songs[view->song] : NULL;
}

const QueryHit* library_view_hit(const LibraryView* view, size_t row) {
  return row < view->answer.n ? &view->answer.hits[row] : NULL;
}

// The smallest of a few round ranges that contains the listed curves and the drawing.
static float find_range(const LibraryView* b) {
  const Catalogue* c = library_view_catalogue(b);
  double reach = b->answer.kind == QUERY_MATCH ? drawn_reach(&b->drawn) : 0.0;
  for (size_t row = 0; c && row < b->answer.n && row < RANGE_ROWS; ++row)
    reach = fmax(reach, drawn_reach_of_curve(&c->songs[b->answer.hits[row].song].curve));
  return reach <= 0.25 ? 0.25f : reach <= 0.5 ? 0.5f : reach <= 0.7 ? 0.7f : 1.0f;
}

static size_t find_row(const LibraryView* b, size_t song) {
  for (size_t row = 0; row < b->answer.n; ++row) {
    if (b->answer.hits[row].song == song) return row;
  }
  return CATALOGUE_INDEX_NONE;
}

void library_view_answer(LibraryView* view, QueryResult* answer) {
  if (answer->id != view->query.id || view->state != LIBRARY_READY) {
    query_result_clear(answer);
    return;
  }
  query_result_clear(&view->answer);
  view->answer = *answer;
  *answer = (QueryResult){.hits = NULL};
  view->searching = false;
  view->range = find_range(view);
  view->row =
      view->song == CATALOGUE_INDEX_NONE ? CATALOGUE_INDEX_NONE : find_row(view, view->song);
  const QueryHit* hit = library_view_hit(view, view->row);
  if (hit) {
    view->start = hit->start;
    view->end = hit->end;
  }
  view->scroll = 0.0;
  view->damage |= LIBRARY_DAMAGE_DOTS | LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_SEARCH |
                  LIBRARY_DAMAGE_LIST | LIBRARY_DAMAGE_SONG | LIBRARY_DAMAGE_BAR;
}

void library_view_query_all(LibraryView* view) {
  view->query.kind = QUERY_ALL;
  view->has_point = false;
  view->from_here = false;
  view->damage |= LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_LIST;
  run_query(view);
}

void library_view_query_near(LibraryView* view, double valence, double arousal) {
  view->has_point = true;
  view->valence = (float)fmin(fmax(valence, -1.0), 1.0);
  view->arousal = (float)fmin(fmax(arousal, -1.0), 1.0);
  if (view->from_here) {
    library_view_query_path(view, (double)view->path_v, (double)view->path_a, valence, arousal);
    return;
  }
  view->query.kind = QUERY_NEAR;
  view->query.valence = view->valence;
  view->query.arousal = view->arousal;
  view->damage |= LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_LIST;
  run_query(view);
}

static float within(double value) {
  return (float)fmin(fmax(value, -1.0), 1.0);
}

void library_view_query_path(LibraryView* view, double v1, double a1, double v2, double a2) {
  view->has_point = true;
  view->query.kind = QUERY_PATH;
  view->query.valence = within(v1);
  view->query.arousal = within(a1);
  view->query.to_valence = view->valence = within(v2);
  view->query.to_arousal = view->arousal = within(a2);
  view->damage |= LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_LIST;
  run_query(view);
}

void library_view_query_drawn(LibraryView* view) {
  if (!drawn_profile(&view->drawn, &view->query.profile)) {
    if (view->query.kind == QUERY_MATCH) library_view_query_all(view);
    return;
  }
  view->query.kind = QUERY_MATCH;
  view->query.match = view->match;
  view->query.relative = view->relative;
  view->has_point = false;
  view->from_here = false;
  view->damage |= LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_LIST | LIBRARY_DAMAGE_DRAWN;
  run_query(view);
}

void library_view_query_again(LibraryView* view) {
  view->damage |= LIBRARY_DAMAGE_SEARCH | LIBRARY_DAMAGE_LIST;
  run_query(view);
}

void library_view_set_text(LibraryView* view, const char* utf8) {
  if (strcmp(view->query.text, utf8) == 0) return;
  size_t length = strlen(utf8);
  if (length >= QUERY_TEXT) length = QUERY_TEXT - 1;
  while (length > 0 && ((unsigned char)utf8[length] & 0xC0) == 0x80)
    --length; // not within a character
  memcpy(view->query.text, utf8, length);
  view->query.text[length] = '\0';
  library_view_query_again(view);
}

void library_view_type(LibraryView* view, const char* utf8) {
  const size_t length = strlen(view->query.text);
  const size_t more = strlen(utf8);
  if (more == 0 || (unsigned char)utf8[0] < 0x20 || utf8[0] == 0x7F) return;
  if (length + more >= QUERY_TEXT) return;
  memcpy(view->query.text + length, utf8, more + 1);
  library_view_query_again(view);
}

void library_view_backspace(LibraryView* view, bool word) {
  char* text = view->query.text;
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
  library_view_query_again(view);
}

void library_view_toggle_quadrant(LibraryView* view, int quadrant) {
  view->query.quadrants ^= 1u << quadrant;
  if (view->query.quadrants == 30u) view->query.quadrants = 0; // all four: no filter
  library_view_query_again(view);
}

void library_view_set_confidence(LibraryView* view, double confidence) {
  const float next = (float)(round(fmin(fmax(confidence, 0.0), 0.95) * 20.0) / 20.0);
  if (fabsf(next - view->query.confidence) < 1e-4f) return;
  view->query.confidence = next;
  library_view_query_again(view);
}

void library_view_set_match(LibraryView* view, MatchKind match) {
  view->match = match;
  view->damage |= LIBRARY_DAMAGE_DRAWN;
  library_view_query_drawn(view);
}

void library_view_set_relative(LibraryView* view, bool relative) {
  view->relative = relative;
  view->damage |= LIBRARY_DAMAGE_DRAWN;
  library_view_query_drawn(view);
}

void library_view_set_seconds(LibraryView* view, double seconds) {
  if (fabs(seconds - view->drawn.seconds) < 1e-6) return;
  view->drawn_cursor *= seconds / view->drawn.seconds;
  drawn_set_seconds(&view->drawn, seconds);
  view->damage |= LIBRARY_DAMAGE_DRAWN;
  library_view_query_drawn(view);
}

void library_view_erase(LibraryView* view) {
  drawn_clear(&view->drawn);
  view->damage |= LIBRARY_DAMAGE_DRAWN;
  library_view_query_drawn(view);
}

void library_view_match_song(LibraryView* view) {
  const Song* song = library_view_song(view);
  if (!song) {
    library_view_notice(view, true, "Choose a song first: then songs that move like it are found.");
    return;
  }
  if (!drawn_take(&view->drawn, &song->curve, (double)view->start, (double)view->end)) {
    library_view_notice(view, true,
                        "This song's curve is too short to search with (15 s at least).");
    return;
  }
  view->drawn_cursor = fmin(view->drawn_cursor, view->drawn.seconds);
  view->damage |= LIBRARY_DAMAGE_DRAWN;
  library_view_query_drawn(view);
}

static void show_row(LibraryView* b, size_t row) {
  const double rows = fmax(1.0, floor(b->listed));
  if ((double)row < b->scroll) b->scroll = (double)row;
  if ((double)row >= b->scroll + rows) b->scroll = (double)row - rows + 1.0;
}

static void choose(LibraryView* b, size_t song, size_t row) {
  const Catalogue* c = library_view_catalogue(b);
  const QueryHit* hit = library_view_hit(b, row);
  b->song = song;
  b->row = row;
  b->song_hover = -1.0;
  b->start = hit ? hit->start : 0.0f;
  b->end = hit ? hit->end : c && song < c->n ? c->songs[song].duration : 0.0f;
  if (hit) show_row(b, row);
  b->damage |=
      LIBRARY_DAMAGE_PLANE | LIBRARY_DAMAGE_LIST | LIBRARY_DAMAGE_SONG | LIBRARY_DAMAGE_BAR;
}

void library_view_choose_song(LibraryView* view, size_t song) {
  choose(view, song, song == CATALOGUE_INDEX_NONE ? CATALOGUE_INDEX_NONE : find_row(view, song));
}

void library_view_choose_row(LibraryView* view, size_t row) {
  const QueryHit* hit = library_view_hit(view, row);
  if (hit) choose(view, hit->song, row);
}

void library_view_scroll(LibraryView* view, double rows) {
  const double most = fmax(0.0, (double)view->answer.n - floor(view->listed));
  const double next = fmin(fmax(view->scroll + rows, 0.0), most);
  if (fabs(next - view->scroll) < 1e-9) return;
  view->scroll = next;
  view->damage |= LIBRARY_DAMAGE_LIST;
}

void library_view_list_rows(LibraryView* view, double rows) {
  view->listed = rows;
  library_view_scroll(view, 0.0);
}

void library_view_look_at(LibraryView* view, double valence, double arousal) {
  const double most = (1.0 - 1.0 / view->zoom) / 0.91; // keep the frame filled
  view->look_v = fmin(fmax(valence, -most), most);
  view->look_a = fmin(fmax(arousal, -most), most);
  view->damage |= LIBRARY_DAMAGE_DOTS | LIBRARY_DAMAGE_PLANE;
}

void library_view_zoom(LibraryView* view, double factor, double valence, double arousal) {
  const double old = view->zoom;
  view->zoom = fmin(fmax(old * factor, 1.0), LIBRARY_ZOOM_MAX);
  if (view->zoom < 1.001) view->zoom = 1.0;
  if (fabs(view->zoom - old) < 1e-9) return;
  // Keep the same value under the pointer.
  const double share = old / view->zoom;
  library_view_look_at(view, valence + (view->look_v - valence) * share,
                       arousal + (view->look_a - arousal) * share);
}

#define FIT_LEAST 1.2 // a smaller zoom is not worth it

void library_view_fit(LibraryView* view) {
  double low[2];
  double high[2];
  const bool is_close = view->zoom > 1.0;
  view->zoom = 1.0;
  if (view->index && !is_close) {
    catalogue_index_extent(view->index, low, high);
    const double extent = fmax(fmax(high[0] - low[0], high[1] - low[1]), 0.2);
    const double zoom = fmin(2.0 / extent, 0.5 * LIBRARY_ZOOM_MAX);
    view->zoom = zoom >= FIT_LEAST ? zoom : 1.0;
    library_view_look_at(view, 0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]));
    return;
  }
  library_view_look_at(view, 0.0, 0.0);
}

void library_view_hover(LibraryView* view, size_t song, size_t crowd) {
  if (song == view->hovered && crowd == view->crowd) return;
  view->hovered = song;
  view->crowd = crowd;
  view->damage |= LIBRARY_DAMAGE_HOVER;
}

unsigned library_view_damage(LibraryView* view) {
  const unsigned damage = view->damage;
  view->damage = 0;
  return damage;
}
