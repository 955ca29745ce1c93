// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Ties the view-model to what does the work: see app.h.
#include "gui/library/app.h"

#include "audio/player.h"
#include "gui/library/finder.h"
#include "gui/library/opener.h"
#include "gui/library/playlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct App {
  Browser* browser;
  Finder* finder;
  FinderLibrary* library;
  Player* player;
  Trace trace;
  const char* save;
  void (*copy)(void* handle, const char* text);
  void* handle;
  double told; ///< s: the position last traced
};

static const char* song_path(const App* app, size_t song) {
  const Catalogue* c = browser_catalogue(app->browser);
  return c && song < c->n ? c->songs[song].path : "";
}

static void on_ask(void* handle, const Query* ask) {
  App* app = handle;
  finder_ask(app->finder, ask);
}

static void on_play(void* handle, size_t song, double start, double end) {
  App* app = handle;
  trace_line(&app->trace, "play from %.1f to %.1f %s", start, end, song_path(app, song));
  app->told = -1.0;
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

static void on_save(void* handle) {
  App* app = handle;
  char fresh[1200];
  char error[1500];
  const QueryResult* a = &app->browser->answer;
  if (!app->save) playlist_default(fresh, sizeof fresh);
  const char* path = app->save ? app->save : fresh;
  const long n =
      playlist_write(path, browser_catalogue(app->browser), a->hits, a->n, error, sizeof error);
  if (n < 0) {
    browser_notice(app->browser, true, "%.400s", error);
    trace_line(&app->trace, "failed %s", error);
    return;
  }
  const long out = (long)a->n - n;
  if (out > 0) {
    browser_notice(app->browser, true,
                   "Saved %ld songs, %ld left out (a line's end in their path): %.400s", n, out,
                   path);
  } else {
    browser_notice(app->browser, false, "Saved %ld song%s: %.400s", n, n == 1 ? "" : "s", path);
  }
  trace_line(&app->trace, "saved %ld %s", n, path);
}

static void on_show(void* handle, size_t song) {
  App* app = handle;
  char error[1500];
  if (opener_show(song_path(app, song), error, sizeof error) != 0) {
    browser_notice(app->browser, true, "%.400s", error);
    return;
  }
  browser_notice(app->browser, false, "Asked the desktop to show %.400s", song_path(app, song));
  trace_line(&app->trace, "show %s", song_path(app, song));
}

static void on_copy(void* handle, size_t song) {
  App* app = handle;
  app->copy(app->handle, song_path(app, song));
  browser_notice(app->browser, false, "Copied %.400s", song_path(app, song));
  trace_line(&app->trace, "copied %s", song_path(app, song));
}

static void on_pick_model(void* handle, size_t model) {
  App* app = handle;
  if (!app->library || model >= app->library->n_models) return;
  player_stop(app->player);
  browser_notice(app->browser, false, "Reading the library as %s hears it \u2026",
                 app->library->models[model].name);
  finder_load(app->finder, app->library->models[model].hash);
}

static const BrowserActions actions = {on_ask,  on_play, on_stop, on_volume,
                                       on_save, on_show, on_copy, on_pick_model};

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
  app->browser = browser_new(&actions, app);
  app->player = player_new();
  if (!app->browser || !app->player) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  player_set_volume(app->player, app->browser->volume);
  snprintf(app->browser->library, sizeof app->browser->library, "%s", options->library);
  snprintf(app->browser->message, sizeof app->browser->message, "%.700s", options->library);
  app->finder = finder_new(options->library, options->model, error, error_size);
  if (!app->finder) goto fail;
  return app;

fail:
  app_free(app);
  return NULL;
}

void app_free(App* app) {
  if (!app) return;
  player_free(app->player);
  browser_free(app->browser);
  finder_free(app->finder);
  free(app);
}

Browser* app_browser(App* app) {
  return app->browser;
}

const Trace* app_trace(const App* app) {
  return &app->trace;
}

static void show_library(App* app, FinderLibrary* library) {
  Browser* b = app->browser;
  FinderLibrary* old = app->library;
  app->library = library;
  b->n_models = library->n_models < BROWSER_MODELS ? library->n_models : BROWSER_MODELS;
  for (size_t i = 0; i < b->n_models; ++i)
    b->models[i] = library->models[i].name;
  b->model = library->model;
  browser_open(b, library->shelf);
  if (old) finder_release(app->finder, old);
  const Catalogue* c = browser_catalogue(b);
  trace_line(&app->trace, "loaded %zu songs model %s", c->n,
             b->n_models ? b->models[b->model] : "none");
  if (b->n_models > 1) {
    browser_notice(b, false, "Readings by %s; %zu more model%s in this library: M.",
                   b->models[b->model], b->n_models - 1, b->n_models > 2 ? "s" : "");
  } else {
    browser_notice(b, false, "%s", "");
  }
}

static void show_absence(App* app) {
  char message[768];
  snprintf(message, sizeof message,
           "Fill it with your music, in a terminal:\n\ncircumplex library add FOLDER\n\nThen press "
           "Enter here.  Looked for %.500s",
           app->browser->library);
  browser_close(app->browser, BROWSER_ABSENT, message);
  trace_line(&app->trace, "absent %s", app->browser->library);
}

static void show_failure(App* app, const char* error) {
  trace_line(&app->trace, "failed %s", error);
  if (app->browser->state == BROWSER_READY) {
    browser_notice(app->browser, true, "%.500s", error); // what is shown stays
  } else {
    browser_close(app->browser, BROWSER_FAILED, error);
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
      browser_answer(app->browser, &news.answer);
      if (app->browser->answer.id == id) trace_answer(&app->trace, app->browser);
      break;
    }
    }
  }
}

static void tick_player(App* app) {
  Browser* b = app->browser;
  if (b->play == PLAY_STOPPED) return;
  double position = b->position;
  char error[512];
  switch (player_state(app->player, &position, error, sizeof error)) {
  case PLAYER_STARTING:
    browser_played(b, PLAY_STARTING, b->position);
    break;
  case PLAYER_PLAYING:
    browser_played(b, PLAY_PLAYING, position);
    if (position >= app->told + 0.5 || position < app->told) {
      trace_line(&app->trace, "position %.2f", position);
      app->told = position;
    }
    break;
  case PLAYER_STOPPED:
    browser_played(b, PLAY_STOPPED, b->position);
    trace_line(&app->trace, "stopped");
    break;
  case PLAYER_FAILED:
    browser_played(b, PLAY_STOPPED, b->position);
    browser_notice(b, true, "%s", error);
    trace_line(&app->trace, "failed %s", error);
    break;
  }
}

void app_tick(App* app) {
  tick_finder(app);
  tick_player(app);
  Browser* b = app->browser;
  if (b->reload) {
    b->reload = false;
    finder_load(app->finder, NULL);
  }
}

double app_patience(App* app) {
  if (app->browser->play != PLAY_STOPPED) return 1.0 / 30.0;
  return finder_busy(app->finder) ? 0.01 : 1.0;
}
