// SPDX-License-Identifier: GPL-3.0-or-later
// Connects the view-model to the finder, the player and files.
#include "gui/library/app.h"

#include "audio/player.h"
#include "gui/library/adder.h"
#include "gui/library/errands.h"
#include "gui/library/finder.h"
#include "gui/library/opener.h"
#include "gui/library/playlist.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct App {
  LibraryView* view;
  Finder* finder;
  FinderLibrary* library;
  Player* player;
  Adder* adder;
  Errands* errands;
  int lookers;     ///< errands that list folders
  int savers;      ///< errands that save a list
  bool look_again; ///< when one of these ends
  Trace trace;
  const char* save;
  void (*copy)(void* handle, const char* text);
  void* handle;
  double traced; ///< s: the position last traced
  bool added;    ///< the library is being read again after something was added
};

static const char* song_path(const App* app, size_t song) {
  const Catalogue* c = library_view_catalogue(app->view);
  return c && song < c->n ? c->songs[song].path : "";
}

static void on_query(void* handle, const Query* query) {
  App* app = handle;
  finder_query(app->finder, query);
}

static void on_play(void* handle, size_t song, double start, double end) {
  App* app = handle;
  trace_line(&app->trace, "play from %.1f to %.1f %s", start, end, song_path(app, song));
  app->traced = -1.0;
  player_play(app->player, song_path(app, song), start, end);
}

static void on_stop(void* handle) {
  App* app = handle;
  trace_line(&app->trace, "stop");
  player_stop(app->player);
}

static void on_volume(void* handle, double volume) {
  App* app = handle;
  player_set_volume(app->player, volume);
}

#define SAVE_LOOKS 500 // 10 ms apart, before closing gives up a save

// A list to be saved.
typedef struct {
  bool fresh; ///< under a new name
  char path[4096], error[5000];
  char* text;
  long songs, out; ///< songs in the text, and songs left out
  int status;
} SaveJob;

static void save_work(void* job) {
  SaveJob* j = job;
  if (j->fresh) playlist_default(j->path, sizeof j->path);
  j->status = playlist_write(j->path, j->text, j->error, sizeof j->error);
}

static void save_done(void* job, void* handle) {
  const SaveJob* j = job;
  App* app = handle;
  --app->savers;
  if (j->status != 0) {
    library_view_notice(app->view, true, "%.400s", j->error);
    trace_line(&app->trace, "failed %s", j->error);
    return;
  }
  if (j->out > 0) {
    library_view_notice(app->view, true,
                        "Saved %ld songs, %ld left out (a line's end in their path): %.400s",
                        j->songs, j->out, j->path);
  } else {
    library_view_notice(app->view, false, "Saved %ld song%s: %.400s", j->songs,
                        j->songs == 1 ? "" : "s", j->path);
  }
  trace_line(&app->trace, "saved %ld %s", j->songs, j->path);
}

static void save_drop(void* job) {
  free(((SaveJob*)job)->text);
  free(job);
}

static void on_save(void* handle) {
  static const Errand errand = {save_work, save_done, save_drop};
  App* app = handle;
  const QueryResult* a = &app->view->answer;
  SaveJob* job = calloc(1, sizeof *job);
  if (job) {
    job->fresh = !app->save;
    if (app->save) snprintf(job->path, sizeof job->path, "%s", app->save);
    job->text = playlist_text(library_view_catalogue(app->view), a->hits, a->n, &job->songs);
    job->out = (long)a->n - job->songs;
  }
  if (job && !job->text) {
    free(job);
    job = NULL;
  }
  if (job && errands_start(app->errands, &errand, job)) {
    ++app->savers;
    library_view_notice(app->view, false, "Saving the list \u2026");
  } else {
    library_view_notice(app->view, true, "The list cannot be saved: the system is busy.");
  }
}

// A file to be shown in the file manager.
typedef struct {
  char path[4096], error[5000];
  int status;
} ShowJob;

static void show_work(void* job) {
  ShowJob* j = job;
  j->status = opener_show(j->path, j->error, sizeof j->error);
}

static void show_done(void* job, void* handle) {
  const ShowJob* j = job;
  App* app = handle;
  if (j->status != 0) {
    library_view_notice(app->view, true, "%.400s", j->error);
  } else {
    trace_line(&app->trace, "show %s", j->path);
  }
}

static void on_show(void* handle, size_t song) {
  static const Errand errand = {show_work, show_done, free};
  App* app = handle;
  const char* path = song_path(app, song);
  ShowJob* job = calloc(1, sizeof *job);
  const bool fits = job && strlen(path) < sizeof job->path;
  if (fits) strcpy(job->path, path);
  if (!fits) free(job);
  if (fits && errands_start(app->errands, &errand, job)) {
    library_view_notice(app->view, false, "Asked the desktop to show %.400s", path);
  } else {
    library_view_notice(app->view, true, "%.400s cannot be shown: the system is busy.", path);
  }
}

static void on_copy(void* handle, size_t song) {
  App* app = handle;
  app->copy(app->handle, song_path(app, song));
  library_view_notice(app->view, false, "Copied %.400s", song_path(app, song));
  trace_line(&app->trace, "copied %s", song_path(app, song));
}

static void on_pick_model(void* handle, size_t model) {
  App* app = handle;
  if (!app->library || model >= app->library->n_models) return;
  player_stop(app->player);
  library_view_notice(app->view, false, "Loading the readings by %s \u2026",
                      app->library->models[model].name);
  finder_load(app->finder, app->library->models[model].hash);
}

static void add_paths(App* app, const char* const* paths, size_t n) {
  char error[512];
  if (n == 0) return;
  if (!adder_start(app->adder, paths, n, error, sizeof error)) {
    library_view_notice(app->view, true, "%s", error);
    return;
  }
  library_view_added(app->view, 0.0);
  library_view_notice(app->view, false, "Adding %.300s \u2026", paths[0]);
  trace_line(&app->trace, "adding %s", paths[0]);
}

static void on_add(void* handle, const char* path) {
  App* app = handle;
  // As in a shell, ~ is the home folder.
  char* whole = path[0] == '~' && (path[1] == '/' || !path[1])
                    ? g_strconcat(g_get_home_dir(), path + 1, NULL)
                    : g_strdup(path);
  const char* const paths[1] = {whole};
  add_paths(app, paths, 1);
  g_free(whole);
}

static void on_stop_adding(void* handle) {
  adder_stop(((App*)handle)->adder);
}

// Folders to be listed.
typedef struct {
  char typed[1024];
  FolderList list;
} LookJob;

#define LOOKERS_MAX 4 // at the same time: a disk that hangs does not use up all errands

static void look_work(void* job) {
  LookJob* j = job;
  folders_list(j->typed, &j->list);
}

static void on_folders(void* handle, const char* typed);

static void look_done(void* job, void* handle) {
  const LookJob* j = job;
  App* app = handle;
  --app->lookers;
  library_view_listed(app->view, j->typed, &j->list);
  if (app->look_again && app->view->looking) on_folders(app, app->view->prompt);
}

static void on_folders(void* handle, const char* typed) {
  static const Errand errand = {look_work, look_done, free};
  App* app = handle;
  app->look_again = app->lookers == LOOKERS_MAX;
  LookJob* job = app->look_again ? NULL : calloc(1, sizeof *job);
  if (!job) return;
  snprintf(job->typed, sizeof job->typed, "%s", typed);
  if (errands_start(app->errands, &errand, job)) ++app->lookers;
}

void app_add_uris(App* app, const char* uris) {
  char** lines = g_uri_list_extract_uris(uris);
  GPtrArray* paths = g_ptr_array_new_with_free_func(g_free);
  for (size_t i = 0; lines[i]; ++i) {
    char* path = g_filename_from_uri(lines[i], NULL, NULL);
    if (path) g_ptr_array_add(paths, path);
  }
  if (paths->len > 0)
    add_paths(app, (const char* const*)paths->pdata, paths->len);
  else
    library_view_notice(app->view, true, "This is not a file on this computer.");
  g_ptr_array_free(paths, TRUE);
  g_strfreev(lines);
}

static const LibraryActions actions = {on_query, on_play,        on_stop,   on_volume,
                                       on_save,  on_show,        on_copy,   on_pick_model,
                                       on_add,   on_stop_adding, on_folders};

App* app_new(const AppOptions* options, void (*copy)(void* handle, const char* text), void* handle,
             char* error, size_t error_size) {
  App* app = calloc(1, sizeof *app);
  if (!app) {
    snprintf(error, error_size, "Out of memory.");
    return NULL;
  }
  app->trace.on = options->trace;
  app->save = options->save;
  app->copy = copy;
  app->handle = handle;
  app->view = library_view_new(&actions, app);
  app->player = player_new();
  app->adder = adder_new(options->library, NULL);
  app->errands = errands_new();
  if (!app->view || !app->player || !app->adder || !app->errands) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  player_set_volume(app->player, app->view->volume);
  snprintf(app->view->library, sizeof app->view->library, "%s", options->library);
  snprintf(app->view->message, sizeof app->view->message, "%.700s", options->library);
  app->finder = finder_new(options->library, options->model, error, error_size);
  if (!app->finder) goto fail;
  return app;

fail:
  app_free(app);
  return NULL;
}

void app_free(App* app) {
  if (!app) return;
  for (int i = 0; app->savers > 0 && i < SAVE_LOOKS; ++i) {
    errands_poll(app->errands, app);
    g_usleep(10000);
  }
  errands_free(app->errands);
  adder_free(app->adder);
  player_free(app->player);
  library_view_free(app->view);
  finder_free(app->finder);
  free(app);
}

LibraryView* app_view(App* app) {
  return app->view;
}

const Trace* app_trace(const App* app) {
  return &app->trace;
}

static void show_library(App* app, FinderLibrary* library) {
  LibraryView* b = app->view;
  FinderLibrary* old = app->library;
  app->library = library;
  b->n_models = library->n_models < LIBRARY_MODELS ? library->n_models : LIBRARY_MODELS;
  for (size_t i = 0; i < b->n_models; ++i)
    b->models[i] = library->models[i].name;
  b->model = library->model;
  b->words = library->words;
  library_view_open(b, library->index);
  if (old) finder_release(app->finder, old);
  const Catalogue* c = library_view_catalogue(b);
  trace_line(&app->trace, "loaded %zu songs model %s", c->n,
             b->n_models ? b->models[b->model] : "none");
  if (app->added) {
    app->added = false; // the notice says what was added
  } else if (b->n_models > 1) {
    library_view_notice(b, false, "Readings by %s; %zu more model%s in this library: M.",
                        b->models[b->model], b->n_models - 1, b->n_models > 2 ? "s" : "");
  } else {
    library_view_notice(b, false, "%s", "");
  }
}

static void show_absence(App* app) {
  char message[768];
  snprintf(message, sizeof message,
           "Drop a folder of music on this window, or press Add music (Ctrl-A).  In a terminal:\n\n"
           "circumplex library add FOLDER\n\nLooked for %.500s",
           app->view->library);
  library_view_close(app->view, LIBRARY_ABSENT, message);
  trace_line(&app->trace, "absent %s", app->view->library);
}

static void show_failure(App* app, const char* error) {
  trace_line(&app->trace, "failed %s", error);
  if (app->view->state == LIBRARY_READY) {
    library_view_notice(app->view, true, "%.500s", error); // keep what is shown
  } else {
    library_view_close(app->view, LIBRARY_FAILED, error);
  }
}

static void tick_finder(App* app) {
  FinderNews news;
  for (;;) {
    switch (finder_poll(app->finder, &news)) {
    case FINDER_NOTHING:
      return;
    case FINDER_LOADED:
      show_library(app, news.library);
      break;
    case FINDER_ABSENT:
      show_absence(app);
      break;
    case FINDER_FAILED:
      show_failure(app, news.error);
      break;
    case FINDER_ANSWERED: {
      const unsigned id = news.answer.id;
      library_view_answer(app->view, &news.answer);
      if (app->view->answer.id == id) trace_answer(&app->trace, app->view);
      break;
    }
    }
  }
}

static void tick_player(App* app) {
  LibraryView* b = app->view;
  if (b->play == PLAY_STOPPED) return;
  double position = b->position;
  char error[512];
  switch (player_state(app->player, &position, error, sizeof error)) {
  case PLAYER_STARTING:
    library_view_played(b, PLAY_STARTING, b->position);
    break;
  case PLAYER_PLAYING:
    library_view_played(b, PLAY_PLAYING, position);
    if (position >= app->traced + 0.5 || position < app->traced) {
      trace_line(&app->trace, "position %.2f", position);
      app->traced = position;
    }
    break;
  case PLAYER_STOPPED:
    library_view_played(b, PLAY_STOPPED, b->position);
    trace_line(&app->trace, "stopped");
    break;
  case PLAYER_FAILED:
    library_view_played(b, PLAY_STOPPED, b->position);
    library_view_notice(b, true, "%s", error);
    trace_line(&app->trace, "failed %s", error);
    break;
  }
}

static void tick_adder(App* app) {
  double share = 0.0;
  char line[512];
  bool bad = false;
  switch (adder_poll(app->adder, &share, line, sizeof line, &bad)) {
  case ADDER_IDLE:
    break;
  case ADDER_WORKING:
    library_view_added(app->view, share);
    break;
  case ADDER_ENDED:
    library_view_added(app->view, -1.0);
    library_view_notice(app->view, bad, "%s", line);
    trace_line(&app->trace, "added %s", line);
    app->added = true;
    finder_load(app->finder, NULL);
    break;
  }
}

void app_tick(App* app) {
  tick_finder(app);
  tick_player(app);
  tick_adder(app);
  errands_poll(app->errands, app);
  LibraryView* b = app->view;
  if (b->reload) {
    b->reload = false;
    finder_load(app->finder, NULL);
  }
}

double app_timeout(App* app) {
  if (app->view->play != PLAY_STOPPED) return 1.0 / 30.0;
  if (app->view->adding >= 0.0) return 0.25;
  if (finder_busy(app->finder)) return 0.01;
  return errands_busy(app->errands) ? 0.03 : 1.0;
}
