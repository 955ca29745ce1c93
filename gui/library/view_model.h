// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The window's state: what is asked, what was answered, what is chosen, played and drawn.  Knows
/// no window system, no file and no thread; what it wants done it asks of its owner.
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_LIBRARY_VIEW_MODEL_H
#define CIRCUMPLEX_GUI_LIBRARY_VIEW_MODEL_H

#include "library/query.h"
#include "gui/library/layout.h"
#include "gui/library/pad.h"
#include "gui/library/shelf.h"

#define BROWSER_MODELS 16
#define BROWSER_ZOOM_MAX 8.0

typedef enum {
  BROWSER_LOADING, ///< the library is being read
  BROWSER_ABSENT,  ///< there is none
  BROWSER_FAILED,  ///< it cannot be read
  BROWSER_READY
} BrowserState;

typedef enum { PLAY_STOPPED, PLAY_STARTING, PLAY_PLAYING } PlayState;

/// What changed since the picture was last brought up to date.
enum {
  BROWSER_DAMAGE_DOTS = 1,   ///< which dots are there, or where
  BROWSER_DAMAGE_PLANE = 2,  ///< chosen song, hits, point
  BROWSER_DAMAGE_POINT = 4,  ///< the live point
  BROWSER_DAMAGE_SEARCH = 8, ///< text and filters
  BROWSER_DAMAGE_LIST = 16,
  BROWSER_DAMAGE_PAD = 32,
  BROWSER_DAMAGE_SONG = 64,
  BROWSER_DAMAGE_HEAD = 128,   ///< the playhead alone
  BROWSER_DAMAGE_BAR = 256,    ///< buttons and status line
  BROWSER_DAMAGE_HOVER = 512,  ///< the dot under the pointer
  BROWSER_DAMAGE_NOTES = 1024, ///< what is under the pointer or has the focus
  BROWSER_DAMAGE_ALL = 2047
};

/// What the view-model asks of its owner.  Every member must be set.
typedef struct {
  void (*ask)(void* handle, const Query* ask);
  void (*play)(void* handle, size_t song, double start, double end);
  void (*stop)(void* handle);
  void (*volume)(void* handle, double volume); ///< 0..1
  void (*save)(void* handle);                  ///< the list, as an M3U
  void (*show_file)(void* handle, size_t song);
  void (*copy_path)(void* handle, size_t song);
  void (*pick_model)(void* handle, size_t model);
} BrowserActions;

typedef struct {
  const BrowserActions* actions;
  void* handle;
  BrowserState state;
  char message[768]; ///< why there is nothing to show
  char notice[512];  ///< the last thing that happened
  bool notice_bad;
  char library[1024]; ///< path of the library's file, for messages
  const Shelf* shelf; ///< NULL unless ready
  const char* models[BROWSER_MODELS];
  size_t n_models, model;

  Query asked;     ///< the newest question
  bool asking;   ///< its answer has not come
  QueryResult answer; ///< the newest answer
  float range;   ///< half the height of the list's small curves: 0.25, 0.5, 0.7 or 1

  bool from_here; ///< moving the point asks for a path from path_v, path_a
  float path_v, path_a;
  bool has_point;         ///< a point of the plane was asked about
  float valence, arousal; ///< that point; where the keyboard's point is
  double zoom;            ///< of the plane, 1..BROWSER_ZOOM_MAX
  double look_v, look_a;  ///< the value in its middle
  size_t hovered;         ///< song under the pointer, or SHELF_NONE
  size_t crowd;           ///< how many songs are under the pointer

  size_t song;      ///< the chosen song, or SHELF_NONE
  float start, end; ///< s: the passage of it that counts
  size_t row;       ///< the chosen row of the list, or SHELF_NONE
  double scroll;    ///< rows above the list's first one
  double listed;    ///< rows that fit

  Pad pad;
  MatchKind match;
  double pad_cursor; ///< s: where keys draw
  double pad_hover;  ///< s under the pointer, negative: none
  double song_hover; ///< s under the pointer over the chosen song, negative: none

  PlayState play;
  size_t playing;  ///< song, or SHELF_NONE
  double position; ///< s in it
  double volume;   ///< 0..1

  Place hot, focus;
  bool by_keys;    ///< the focus was last moved by keys: show it
  bool help, menu; ///< over the picture
  bool reload;     ///< the user asks to look for the library again
  size_t menu_item;
  unsigned damage;
} Browser;

Browser* browser_new(const BrowserActions* actions, void* handle); ///< \return NULL without memory
void browser_free(Browser* browser);                               ///< NULL is allowed

/// Show a library; the shelf must outlive the next call.  Forgets what was chosen, keeps what is
/// asked.
void browser_open(Browser* browser, const Shelf* shelf);

/// Say why there is none.
void browser_close(Browser* browser, BrowserState state, const char* message);

/// Take an answer; the browser clears it.  Older ones than the newest question are dropped.
void browser_answer(Browser* browser, QueryResult* answer);

/// Write into the status line.
void browser_notice(Browser* browser, bool bad, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

const Catalogue* browser_catalogue(const Browser* browser); ///< \return NULL unless ready
double browser_crowd(const Browser* browser); ///< \return songs in sight, about: how large dots are
const Song* browser_song(const Browser* browser);           ///< \return the chosen one, or NULL
const QueryHit* browser_hit(const Browser* browser, size_t row); ///< \return NULL outside the list

// Asking.
void browser_ask_all(Browser* browser);
void browser_ask_near(Browser* browser, double valence, double arousal);
/// Songs that lead from one point to another; the second is the plane's point from now on.
void browser_ask_path(Browser* browser, double v1, double a1, double v2, double a2);
void browser_ask_drawn(Browser* browser); ///< what is on the pad; all songs if nothing is
void browser_type(Browser* browser, const char* utf8);
void browser_rub(Browser* browser, bool word); ///< take back a character or a word
void browser_set_text(Browser* browser, const char* utf8);
void browser_toggle_quadrant(Browser* browser, int quadrant);
void browser_set_confidence(Browser* browser, double confidence);
void browser_set_match(Browser* browser, MatchKind match);
void browser_set_seconds(Browser* browser, double seconds);
void browser_erase(Browser* browser);
/// Put the chosen song's passage on the pad and ask for what moves like it.
void browser_like(Browser* browser);

void browser_ask_again(Browser* browser); ///< the filters have changed

// Choosing.
void browser_choose_song(Browser* browser, size_t song); ///< its row, too, if it is in the list
void browser_choose_row(Browser* browser, size_t row);   ///< and scroll there
void browser_scroll(Browser* browser, double rows);
void browser_list_rows(Browser* browser, double rows); ///< say how many fit

// Looking.
void browser_zoom(Browser* browser, double factor, double valence, double arousal);
void browser_look(Browser* browser, double valence, double arousal); ///< at the plane's middle
void browser_hover(Browser* browser, size_t song, size_t crowd);

// Playing.
void browser_play(Browser* browser); ///< the chosen song's passage, or stop
void browser_play_from(Browser* browser, double start);
void browser_stop(Browser* browser);
bool browser_would_stop(const Browser* browser); ///< \return what browser_play() would do
void browser_played(Browser* browser, PlayState state, double position);
void browser_set_volume(Browser* browser, double volume);

// What the controls do.
void browser_press(Browser* browser, Place place);           ///< a button
void browser_step(Browser* browser, Place place, int steps); ///< a value, up or down
/// \param model to be shown from now on, or negative: the same
void browser_close_menu(Browser* browser, int model);

/// A song's course at a moment, between two points; its nearest reading where it is silent.
/// \return false if it has none
bool browser_reading(const Song* song, double time, double* valence, double* arousal);

/// \return what changed since the last call, a set of BROWSER_DAMAGE_*.
unsigned browser_damage(Browser* browser);

#endif
