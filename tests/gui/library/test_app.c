// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the library window's app does with files, sound and the library.  Player, file manager and
/// ingest are replaced by versions that record their calls.
#include "audio/player.h"
#include "gui/library/app.h"
#include "gui/library/opener.h"
#include "library/ingest.h"
#include "sample_library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static SampleLibrary sample;

static void nap(void) {
  nanosleep(&(struct timespec){0, 2000000}, NULL);
}

// ---- stand-ins

Player* __wrap_player_new(void);
void __wrap_player_free(Player* p);
void __wrap_player_play(Player* p, const char* path, double start, double end);
void __wrap_player_stop(Player* p);
void __wrap_player_set_volume(Player* p, double volume);
PlayerState __wrap_player_state(Player* p, double* position, char* error, size_t error_size);
int __wrap_opener_show(const char* path, char* error, size_t error_size);
IngestStatus __wrap_ingest(const IngestRequest* request, const Task* task, IngestReport* report,
                           char* error, size_t error_size);

static struct {
  char path[256];
  double start, end, volume, position;
  unsigned stops;
  PlayerState state;
} player;

Player* __wrap_player_new(void) {
  memset(&player, 0, sizeof player);
  return (Player*)(void*)&player;
}
void __wrap_player_free(Player* p) {
  (void)p;
}
void __wrap_player_play(Player* p, const char* path, double start, double end) {
  (void)p;
  snprintf(player.path, sizeof player.path, "%s", path);
  player.start = start;
  player.end = end;
}
void __wrap_player_stop(Player* p) {
  (void)p;
  ++player.stops;
}
void __wrap_player_set_volume(Player* p, double volume) {
  (void)p;
  player.volume = volume;
}
PlayerState __wrap_player_state(Player* p, double* position, char* error, size_t error_size) {
  (void)p;
  *position = player.position;
  snprintf(error, error_size, "The sound is gone");
  return player.state;
}

static char shown[256];
static bool cannot_show;

int __wrap_opener_show(const char* path, char* error, size_t error_size) {
  snprintf(shown, sizeof shown, "%s", path);
  snprintf(error, error_size, "No file manager");
  return cannot_show ? -1 : 0;
}

/// The calls of ingest(), and what it reports.  It waits for \p go, or until it is stopped.
static struct {
  char library[256], paths[2][256];
  size_t n_paths;
  bool has_model;
  double gate;
  atomic_bool go, done_more, fails;
  IngestReport report;
} adding;

IngestStatus __wrap_ingest(const IngestRequest* request, const Task* task, IngestReport* report,
                           char* error, size_t error_size) {
  snprintf(adding.library, sizeof adding.library, "%s", request->library);
  adding.n_paths = request->n_paths;
  for (size_t i = 0; i < request->n_paths && i < 2; ++i)
    snprintf(adding.paths[i], sizeof adding.paths[i], "%s", request->paths[i]);
  adding.has_model = request->model != NULL;
  adding.gate = request->gate;
  task_begin(task, 200);
  task->progress(task->context, 60);
  task->progress(task->context, atomic_load(&adding.done_more) ? 500 : 40);
  while (!atomic_load(&adding.go) && !task_is_stopped(task))
    nap();
  if (adding.report.failed > 1) {
    task_message(task, "/m/first.flac", "no sound");
    task_message(task, "/m/second.flac", "no file");
  }
  *report = adding.report;
  snprintf(error, error_size, atomic_load(&adding.fails) ? "The library is locked" : "");
  if (atomic_load(&adding.fails)) return INGEST_FAILED;
  return task_is_stopped(task) ? INGEST_STOPPED : INGEST_DONE;
}

static char copied[256];

static void copy(void* handle, const char* text) {
  snprintf(handle, sizeof copied, "%s", text);
}

// ---- the app

static int make_sample(void** state) {
  (void)state;
  if (sample_make(&sample) != 0) return -1;
  setenv("HOME", sample.folder, 1);
  setenv("XDG_CONFIG_HOME", sample.folder, 1);
  return chdir(sample.folder);
}

static int remove_sample(void** state) {
  (void)state;
  return chdir("/") == 0 ? sample_remove(&sample) : -1;
}

// Tick until the condition is true.
#define UNTIL(app, condition)                                                                      \
  do {                                                                                             \
    for (int turn = 0; turn < 15000 && !(condition); ++turn, nap())                                \
      app_tick(app);                                                                               \
    assert_true(condition);                                                                        \
  } while (0)

// Tick until no task is running.
static void let_end(App* app) {
  UNTIL(app, app_timeout(app) > 0.5);
}

static App* open_app(AppOptions options) {
  char error[512];
  if (!options.library) options.library = sample.path;
  App* app = app_new(&options, copy, copied, error, sizeof error);
  assert_non_null(app);
  const LibraryView* view = app_view(app);
  UNTIL(app, view->state != LIBRARY_LOADING && !view->searching);
  return app;
}

static size_t songs_of(const LibraryView* view) {
  const Catalogue* c = library_view_catalogue(view);
  return c ? c->n : 0;
}

static const char* path_of(const LibraryView* view) {
  return library_view_song(view)->path;
}

static void a_passage_is_played_at_the_volume_that_is_set(void** state) {
  (void)state;
  App* app = open_app((AppOptions){0});
  LibraryView* view = app_view(app);
  assert_true(player.volume == view->volume);
  library_view_set_volume(view, 0.3);
  assert_true(player.volume == view->volume && player.volume < 0.4);
  library_view_choose_row(view, 7);
  view->start = 20.0f, view->end = 50.0f;
  library_view_play(view);
  assert_string_equal(player.path, path_of(view));
  assert_true(player.start == 20.0 && player.end == 50.0);
  player.state = PLAYER_STARTING;
  app_tick(app);
  assert_int_equal(view->play, PLAY_STARTING);
  player.state = PLAYER_PLAYING;
  player.position = 21.5;
  app_tick(app);
  assert_int_equal(view->play, PLAY_PLAYING);
  assert_true(view->position == 21.5);
  assert_true(app_timeout(app) < 0.05); // the position moves
  library_view_stop(view);
  assert_int_equal(player.stops, 1);
  library_view_play_from(view, 100.0);
  assert_true(player.start == 100.0 && player.end == SAMPLE_POINTS / 2);
  player.state = PLAYER_STOPPED; // at its end
  app_tick(app);
  assert_int_equal(view->play, PLAY_STOPPED);
  assert_false(view->notice_bad);
  app_free(app);
}

static void a_sound_that_fails_is_reported_once(void** state) {
  (void)state;
  App* app = open_app((AppOptions){0});
  LibraryView* view = app_view(app);
  library_view_choose_row(view, 0);
  library_view_play(view);
  player.state = PLAYER_FAILED;
  app_tick(app);
  assert_int_equal(view->play, PLAY_STOPPED);
  assert_true(view->notice_bad);
  assert_string_equal(view->notice, "The sound is gone");
  library_view_notice(view, false, "another");
  app_tick(app);
  assert_string_equal(view->notice, "another");
  app_free(app);
}

static void the_list_is_saved_and_omissions_are_reported(void** state) {
  (void)state;
  char error[512];
  SampleLibrary other;
  assert_int_equal(sample_make(&other), 0);
  App* app = open_app((AppOptions){.library = other.path, .save = "list.m3u8"});
  LibraryView* view = app_view(app);
  library_view_press(view, LIBRARY_PART_SAVE);
  let_end(app);
  assert_string_equal(view->notice, "Saved 40 songs: list.m3u8");
  assert_false(view->notice_bad);
  library_view_set_text(view, "Song 39");
  UNTIL(app, !view->searching);
  library_view_press(view, LIBRARY_PART_SAVE);
  let_end(app);
  assert_string_equal(view->notice, "Saved 1 song: list.m3u8");
  app_free(app);
  assert_int_equal(unlink("list.m3u8"), 0);
  // One more song, whose path cannot be in a playlist; and a file name made by the program.
  Store* store = store_open(other.path, STORE_CREATE, error, sizeof error);
  assert_non_null(store);
  assert_int_equal(sample_put(store, "/m/odd\nname.flac", SAMPLE_SONGS), 0);
  store_close(store);
  app = open_app((AppOptions){.library = other.path});
  view = app_view(app);
  library_view_press(view, LIBRARY_PART_SAVE);
  let_end(app);
  assert_true(view->notice_bad);
  assert_non_null(strstr(view->notice, "Saved 40 songs, 1 left out"));
  assert_int_equal(unlink("circumplex.m3u8"), 0);
  app_free(app);
  assert_int_equal(sample_remove(&other), 0);
  app = open_app((AppOptions){.save = "/nonexistent/list.m3u8"});
  view = app_view(app);
  library_view_press(view, LIBRARY_PART_SAVE);
  let_end(app);
  assert_true(view->notice_bad);
  assert_non_null(strstr(view->notice, "/nonexistent/list.m3u8"));
  app_free(app);
}

static void a_songs_file_is_shown_and_its_path_copied(void** state) {
  (void)state;
  char expected[300];
  App* app = open_app((AppOptions){0});
  LibraryView* view = app_view(app);
  library_view_choose_row(view, 3);
  library_view_press(view, LIBRARY_PART_SHOW);
  let_end(app);
  assert_string_equal(shown, path_of(view));
  snprintf(expected, sizeof expected, "Asked the desktop to show %s", shown);
  assert_string_equal(view->notice, expected);
  cannot_show = true;
  library_view_press(view, LIBRARY_PART_SHOW);
  let_end(app);
  cannot_show = false;
  assert_string_equal(view->notice, "No file manager");
  assert_true(view->notice_bad);
  library_view_press(view, LIBRARY_PART_COPY);
  assert_string_equal(copied, path_of(view));
  snprintf(expected, sizeof expected, "Copied %s", copied);
  assert_string_equal(view->notice, expected);
  assert_false(view->notice_bad);
  app_free(app);
}

static void another_model_is_picked_and_named(void** state) {
  (void)state;
  App* app = open_app((AppOptions){0});
  LibraryView* view = app_view(app);
  assert_int_equal(songs_of(view), SAMPLE_SONGS);
  assert_string_equal(view->notice, "Readings by first; 1 more model in this library: M.");
  assert_int_equal(view->n_models, 2);
  library_view_choose_row(view, 0);
  library_view_play(view);
  const size_t other = 1 - view->model;
  assert_string_equal(view->models[other], "second");
  library_view_close_menu(view, (int)other);
  assert_int_equal(player.stops, 1);
  assert_string_equal(view->notice, "Loading the readings by second \u2026");
  UNTIL(app, songs_of(view) == SAMPLE_SECOND);
  assert_int_equal(view->model, other);
  assert_string_equal(view->notice, "Readings by second; 1 more model in this library: M.");
  app_free(app);
  app = open_app((AppOptions){.model = "second"});
  assert_int_equal(songs_of(app_view(app)), SAMPLE_SECOND);
  UNTIL(app, app_timeout(app) == 1.0); // no task is running
  app_free(app);
}

static void adding_music_is_reported_and_can_be_stopped(void** state) {
  (void)state;
  App* app = open_app((AppOptions){.model = "first"});
  LibraryView* view = app_view(app);
  const Catalogue* before = library_view_catalogue(view);
  atomic_store(&adding.go, false);
  adding.report = (IngestReport){.read = 3, .as_before = 4, .renamed = 5, .failed = 2};
  library_view_prompt_backspace(view, true);
  library_view_prompt_type(view, "~");
  library_view_prompt_take(view);
  assert_true(view->adding == 0.0);
  assert_true(app_timeout(app) == 0.25);
  assert_non_null(strstr(view->notice, "Adding "));
  UNTIL(app, view->adding == 0.5);
  assert_string_equal(adding.library, sample.path);
  assert_string_equal(adding.paths[0], sample.folder); // here the home folder
  assert_int_equal(adding.n_paths, 1);
  assert_false(adding.has_model);
  assert_true(adding.gate == -60.0);
  view->actions->add(view->handle, "/another");
  assert_true(view->notice_bad);
  assert_non_null(strstr(view->notice, "already"));
  atomic_store(&adding.go, true);
  UNTIL(app, view->adding < 0.0);
  assert_string_equal(view->notice,
                      "Added: 3 read, 9 as before, 2 failed: /m/first.flac: no sound.");
  assert_false(view->notice_bad);
  UNTIL(app, library_view_catalogue(view) != before);
  assert_non_null(strstr(view->notice, "Added: ")); // still
  // Again, and stopped; earlier messages are not repeated.
  atomic_store(&adding.go, false);
  atomic_store(&adding.done_more, true);
  adding.report = (IngestReport){.read = 1, .failed = 1};
  view->actions->add(view->handle, "~music");
  UNTIL(app, view->adding == 1.0);
  assert_string_equal(adding.paths[0], "~music");
  library_view_press(view, LIBRARY_PART_ADD);
  UNTIL(app, view->adding < 0.0);
  assert_string_equal(view->notice, "Stopped: 1 read, 0 as before, 1 failed.");
  // A third time it starts again; the window may close meanwhile.
  atomic_store(&adding.done_more, false);
  view->actions->add(view->handle, "~/deep");
  UNTIL(app, view->adding == 0.5);
  assert_non_null(strstr(adding.paths[0], "/deep"));
  assert_int_equal(adding.paths[0][0], '/');
  for (int i = 0; i < 20; ++i, nap())
    app_tick(app);
  assert_true(view->adding == 0.5);
  app_free(app);
}

static void a_library_that_cannot_be_written_is_reported(void** state) {
  (void)state;
  App* app = open_app((AppOptions){0});
  LibraryView* view = app_view(app);
  atomic_store(&adding.go, true);
  atomic_store(&adding.fails, true);
  view->actions->add(view->handle, "/m");
  UNTIL(app, view->adding < 0.0);
  atomic_store(&adding.fails, false);
  assert_string_equal(view->notice, "The library is locked");
  assert_true(view->notice_bad);
  // After that, a change of the model is reported as usual.
  UNTIL(app, app_timeout(app) == 1.0);
  library_view_close_menu(view, (int)(1 - view->model));
  UNTIL(app, strstr(view->notice, "Readings by second"));
  app_free(app);
}

static void files_that_are_dropped_are_added(void** state) {
  (void)state;
  App* app = open_app((AppOptions){0});
  LibraryView* view = app_view(app);
  atomic_store(&adding.go, true);
  app_add_uris(app, "https://example.org/a.flac\r\n");
  assert_true(view->notice_bad);
  assert_true(view->adding < 0.0);
  app_add_uris(app, "file:///m/a%20b.flac\r\n");
  UNTIL(app, view->adding < 0.0);
  assert_int_equal(adding.n_paths, 1);
  app_add_uris(app, "file:///m/a%20b.flac\r\nfile:///m/c\r\n");
  UNTIL(app, view->adding < 0.0);
  assert_int_equal(adding.n_paths, 2);
  assert_string_equal(adding.paths[0], "/m/a b.flac");
  assert_string_equal(adding.paths[1], "/m/c");
  library_view_prompt(view, true);
  library_view_prompt_backspace(view, true);
  library_view_prompt_type(view, sample.folder);
  UNTIL(app, !view->looking);
  assert_int_equal(view->folders.n, 0);
  library_view_prompt_backspace(view, true);
  library_view_prompt_type(view, "/");
  UNTIL(app, !view->looking);
  assert_true(view->folders.n > 0);
  app_free(app);
}

static void a_library_is_read_when_asked_and_stays_if_that_fails(void** state) {
  (void)state;
  SampleLibrary other;
  assert_int_equal(sample_make(&other), 0);
  assert_int_equal(rename(other.path, "away.db"), 0);
  App* app = open_app((AppOptions){.library = other.path});
  LibraryView* view = app_view(app);
  assert_int_equal(view->state, LIBRARY_ABSENT);
  assert_non_null(strstr(view->message, "circumplex library add"));
  assert_non_null(strstr(view->message, other.path));
  assert_int_equal(rename("away.db", other.path), 0);
  view->reload = true;
  UNTIL(app, view->state == LIBRARY_READY);
  assert_false(view->reload);
  assert_int_equal(unlink(other.path), 0);
  FILE* file = fopen(other.path, "w");
  assert_non_null(file);
  for (int i = 0; i < 500; ++i)
    fputs("no library at all. ", file);
  assert_int_equal(fclose(file), 0);
  view->reload = true;
  UNTIL(app, view->notice_bad);
  assert_int_equal(view->state, LIBRARY_READY);
  app_free(app);
  app = open_app((AppOptions){.library = other.path});
  assert_int_equal(app_view(app)->state, LIBRARY_FAILED);
  app_free(app);
  assert_int_equal(sample_remove(&other), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_passage_is_played_at_the_volume_that_is_set),
      cmocka_unit_test(a_sound_that_fails_is_reported_once),
      cmocka_unit_test(the_list_is_saved_and_omissions_are_reported),
      cmocka_unit_test(a_songs_file_is_shown_and_its_path_copied),
      cmocka_unit_test(another_model_is_picked_and_named),
      cmocka_unit_test(adding_music_is_reported_and_can_be_stopped),
      cmocka_unit_test(a_library_that_cannot_be_written_is_reported),
      cmocka_unit_test(files_that_are_dropped_are_added),
      cmocka_unit_test(a_library_is_read_when_asked_and_stays_if_that_fails),
  };
  return cmocka_run_group_tests(tests, make_sample, remove_sample);
}
