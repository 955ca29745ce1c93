// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The state of the library's window: the query and its answer, and what is chosen, played and
/// drawn.  It uses no window system, file or thread; its owner does what it requests
/// (LibraryActions).
///
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_GUI_LIBRARY_VIEW_MODEL_H
#define CIRCUMPLEX_GUI_LIBRARY_VIEW_MODEL_H

#include "affect/words.h"
#include "gui/library/catalogue_index.h"
#include "gui/library/drawn.h"
#include "gui/library/folders.h"
#include "gui/library/layout.h"
#include "library/query.h"

#define LIBRARY_MODELS 16
#define LIBRARY_ZOOM_MAX 8.0

typedef enum {
  LIBRARY_LOADING, ///< the library is being read
  LIBRARY_ABSENT,  ///< there is no library
  LIBRARY_FAILED,  ///< it cannot be read
  LIBRARY_READY
} LibraryState;

typedef enum { PLAY_STOPPED, PLAY_STARTING, PLAY_PLAYING } PlayState;

/// What changed since the picture was last brought up to date.
enum {
  LIBRARY_DAMAGE_DOTS = 1,   ///< which dots are there, or where
  LIBRARY_DAMAGE_PLANE = 2,  ///< chosen song, hits, point
  LIBRARY_DAMAGE_POINT = 4,  ///< the live point
  LIBRARY_DAMAGE_SEARCH = 8, ///< text and filters
  LIBRARY_DAMAGE_LIST = 16,
  LIBRARY_DAMAGE_DRAWN = 32,
  LIBRARY_DAMAGE_SONG = 64,
  LIBRARY_DAMAGE_HEAD = 128,   ///< the playhead alone
  LIBRARY_DAMAGE_BAR = 256,    ///< buttons and status line
  LIBRARY_DAMAGE_HOVER = 512,  ///< the dot under the pointer
  LIBRARY_DAMAGE_NOTES = 1024, ///< what is under the pointer or has the focus
  LIBRARY_DAMAGE_ALL = 2047
};

/// What the view-model requests of its owner.  Every member must be set.
typedef struct {
  void (*query)(void* handle, const Query* query);
  void (*play)(void* handle, size_t song, double start, double end);
  void (*stop)(void* handle);
  void (*volume)(void* handle, double volume); ///< 0..1
  void (*save)(void* handle);                  ///< the list, as an M3U
  void (*show_file)(void* handle, size_t song);
  void (*copy_path)(void* handle, size_t song);
  void (*pick_model)(void* handle, size_t model);
  void (*add)(void* handle, const char* path); ///< a folder or file
  void (*stop_adding)(void* handle);
  void (*folders)(void* handle, const char* typed); ///< answered by library_view_listed()
} LibraryActions;

typedef struct {
  const LibraryActions* actions;
  void* handle;
  LibraryState state;
  char message[768]; ///< why there is nothing to show
  char notice[512];  ///< the last thing that happened
  bool notice_bad;
  char library[1024];          ///< path of the library's file, for messages
  const CatalogueIndex* index; ///< NULL unless ready
  const WordTable* words;      ///< the model's; NULL: the built-in ones
  const char* models[LIBRARY_MODELS];
  size_t n_models, model;

  Query query;        ///< the newest one
  bool searching;     ///< its answer is still missing
  QueryResult answer; ///< the newest answer
  float range;        ///< half the height of the list's small curves: 0.25, 0.5, 0.7 or 1

  bool from_here; ///< moving the point searches for a path from path_v, path_a
  float path_v, path_a;
  bool has_point;         ///< a point of the plane was chosen
  float valence, arousal; ///< that point; where the keyboard's point is
  double zoom;            ///< of the plane, 1..LIBRARY_ZOOM_MAX
  double look_v, look_a;  ///< the value in its middle
  size_t hovered;         ///< song under the pointer, or CATALOGUE_INDEX_NONE
  size_t crowd;           ///< number of songs under the pointer

  size_t song;      ///< the chosen song, or CATALOGUE_INDEX_NONE
  float start, end; ///< s: its selected passage
  size_t row;       ///< the chosen row of the list, or CATALOGUE_INDEX_NONE
  double scroll;    ///< rows above the list's first one
  double listed;    ///< rows that fit

  DrawnProfile drawn;
  MatchKind match;
  bool relative; ///< the drawing is compared on the collection's own scale
  /// The value at a lane's middle, and the range from there to its end; both follow the collection.
  struct {
    double middle, half;
  } lanes[DRAWN_LANES];
  double drawn_cursor; ///< s: where keys draw
  double drawn_hover;  ///< s under the pointer, negative: none
  double song_hover;   ///< s under the pointer over the chosen song, negative: none

  PlayState play;
  size_t playing;  ///< song, or CATALOGUE_INDEX_NONE
  double position; ///< s in it
  double volume;   ///< 0..1

  LibraryPart hot, focus;
  bool by_keys;     ///< the focus was last moved by keys: show it
  bool help, menu;  ///< over the picture
  int help_row;     ///< the first in sight
  LibraryPage page; ///< the page that a compact window shows
  bool reload;      ///< the user wants the library to be read again
  size_t menu_item;
  double adding;      ///< share of the music being added that is done; negative: none is
  bool prompting;     ///< for a folder to add
  char prompt[1024];  ///< as typed so far
  FolderList folders; ///< folders that can complete it
  bool looking;       ///< waiting for new ones: the list belongs to the text before
  int folder;         ///< the one marked by keys, -1: none
  int folder_hot;     ///< the one under the pointer, -1: none
  unsigned damage;
} LibraryView;

LibraryView* library_view_new(const LibraryActions* actions,
                              void* handle); ///< \return NULL if out of memory
void library_view_free(LibraryView* view);   ///< NULL is allowed

/// Show a library; the index must outlive the next call.  Clears the selection, keeps the query
/// and what plays.
void library_view_open(LibraryView* view, const CatalogueIndex* index);

/// Show why there is no library.
void library_view_close(LibraryView* view, LibraryState state, const char* message);

/// Take an answer; the view clears it.  Answers to older queries are dropped.
void library_view_answer(LibraryView* view, QueryResult* answer);

/// Write into the status line.
void library_view_notice(LibraryView* view, bool bad, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

const Catalogue* library_view_catalogue(const LibraryView* view); ///< \return NULL unless ready
double library_view_songs_in_sight(
    const LibraryView* view); ///< \return about how many songs are visible: sets the size of dots
const Song* library_view_song(const LibraryView* view); ///< \return the chosen one, or NULL
const QueryHit* library_view_hit(const LibraryView* view,
                                 size_t row); ///< \return NULL outside the list

// Queries.
void library_view_query_all(LibraryView* view);
void library_view_query_near(LibraryView* view, double valence, double arousal);
/// Songs that lead from one point to another; the second is the plane's point from now on.
void library_view_query_path(LibraryView* view, double v1, double a1, double v2, double a2);
void library_view_query_drawn(
    LibraryView* view); ///< search for the drawing; all songs if it is empty
void library_view_type(LibraryView* view, const char* utf8);
void library_view_backspace(LibraryView* view, bool word); ///< delete a character or a word
void library_view_set_text(LibraryView* view, const char* utf8);
void library_view_toggle_quadrant(LibraryView* view, int quadrant);
void library_view_set_confidence(LibraryView* view, double confidence);
void library_view_set_match(LibraryView* view, MatchKind match);
void library_view_set_relative(LibraryView* view, bool relative);
void library_view_set_seconds(LibraryView* view, double seconds);
void library_view_erase(LibraryView* view);
/// Copy the chosen song's passage into the drawing, and search for passages like it.
void library_view_match_song(LibraryView* view);

void library_view_query_again(LibraryView* view); ///< the filters have changed

// Selection.
void library_view_choose_song(LibraryView* view,
                              size_t song);                  ///< its row, too, if it is in the list
void library_view_choose_row(LibraryView* view, size_t row); ///< and scroll there
void library_view_scroll(LibraryView* view, double rows);
void library_view_list_rows(LibraryView* view, double rows); ///< set how many rows fit

// The visible part of the plane.
void library_view_zoom(LibraryView* view, double factor, double valence, double arousal);
void library_view_look_at(LibraryView* view, double valence,
                          double arousal); ///< at the plane's middle
/// Show the region with the songs, or the whole plane if that region is large or already shown.
void library_view_fit(LibraryView* view);
void library_view_hover(LibraryView* view, size_t song, size_t crowd);

// Playback.
void library_view_play(LibraryView* view); ///< the chosen song's passage, or stop
void library_view_play_from(LibraryView* view, double start);
void library_view_stop(LibraryView* view);
bool library_view_would_stop(
    const LibraryView* view); ///< \return what library_view_play() would do
void library_view_played(LibraryView* view, PlayState state, double position);
void library_view_set_volume(LibraryView* view, double volume);

// Adding music.
void library_view_prompt(LibraryView* view, bool on);
void library_view_prompt_type(LibraryView* view, const char* utf8);
void library_view_prompt_backspace(LibraryView* view, bool all);
void library_view_prompt_take(LibraryView* view);              ///< add what was typed
void library_view_prompt_mark(LibraryView* view, int folder);  ///< for Enter; -1: none
void library_view_prompt_hover(LibraryView* view, int folder); ///< -1: none
void library_view_prompt_enter(LibraryView* view, int folder); ///< go into it

/// Take the folders that complete \p typed; ignored if that is no longer what is typed.
void library_view_listed(LibraryView* view, const char* typed, const FolderList* list);
void library_view_added(LibraryView* view, double share); ///< negative: it has ended

// What the controls do.
void library_view_show_page(LibraryView* view, LibraryPage page); ///< to a page of a compact window
void library_view_press(LibraryView* view, LibraryPart part);     ///< a button
void library_view_step(LibraryView* view, LibraryPart part, int steps); ///< a value, up or down
/// \param model to be shown from now on, or negative: the same
void library_view_close_menu(LibraryView* view, int model);

/// A song's curve at a moment, between two points; its nearest reading where it is silent.
/// \return false if it has none
bool library_view_reading(const Song* song, double time, double* valence, double* arousal);

/// \return what changed since the last call, a set of LIBRARY_DAMAGE_*.
unsigned library_view_damage(LibraryView* view);

/// A drawn value's place in its lane (-1 bottom, 1 top), and back; the value is within +-1.
static inline double library_view_lane_place(const LibraryView* view, DrawnLane lane,
                                             double value) {
  return (value - view->lanes[lane].middle) / view->lanes[lane].half;
}
static inline double library_view_lane_value(const LibraryView* view, DrawnLane lane,
                                             double height) {
  const double value = view->lanes[lane].middle + view->lanes[lane].half * height;
  return value < -1.0 ? -1.0 : value > 1.0 ? 1.0 : value;
}

#endif
