// SPDX-License-Identifier: GPL-3.0-or-later
// A worker thread that loads the library and runs queries, so that the window never waits.
#include "gui/library/finder.h"

#include "library/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  FinderLibrary library; ///< the first member, so that a library's address is that of its owner
  Loaded* loaded;
} Owned;

struct Finder {
  pthread_t thread;
  pthread_mutex_t lock; ///< guards the members below, up to the worker's own
  pthread_cond_t wake;
  bool quit, load, working;
  char model[96]; ///< to load; empty: any
  Query* query;   ///< the newest query; NULL: the worker has taken it
  FinderEvent news;
  FinderNews news_body; ///< of FINDER_LOADED, ABSENT and FAILED
  bool answered;
  QueryResult answer;
  atomic_uint newest; ///< id of the newest query

  char path[1024];
  Owned* owned; ///< the worker's: the library that it searches
  Owned* shown; ///< the caller's: the newest library that it polled
};

static void free_owned(Owned* owned) {
  if (!owned) return;
  catalogue_index_free(owned->library.index);
  loaded_free(owned->loaded);
  free(owned);
}

// \return the hash of a model given by hash or name; NULL: not there
static const char* find_model(const StoreModel* models, size_t n, const char* model) {
  for (size_t i = 0; i < n; ++i) {
    if (strcmp(models[i].hash, model) == 0 || strcmp(models[i].name, model) == 0) {
      return models[i].hash;
    }
  }
  return NULL;
}

static void tell_models(FinderLibrary* library, const StoreModel* models, size_t n,
                        const StoreModel* shown) {
  library->n_models = n < FINDER_MODELS ? n : FINDER_MODELS;
  for (size_t k = 0; k < library->n_models; ++k) {
    snprintf(library->models[k].name, sizeof library->models[k].name, "%s%s", models[k].name,
             models[k].is_static ? " (whole songs)" : "");
    memcpy(library->models[k].hash, models[k].hash, sizeof library->models[k].hash);
    library->models[k].songs = models[k].songs;
    if (shown && strcmp(shown->hash, models[k].hash) == 0) library->model = k;
  }
}

// Read the whole library.  \return NULL and an event
static Owned* read_library(Finder* f, const char* model, FinderEvent* event, char* error,
                           size_t error_size) {
  Store* store = NULL;
  Owned* owned = NULL;
  *event = FINDER_FAILED;
  if (access(f->path, F_OK) != 0 && errno == ENOENT) {
    *event = FINDER_ABSENT;
    return NULL;
  }
  StoreModel* models = NULL;
  store = store_open(f->path, STORE_READ, error, error_size);
  if (!store) goto fail;
  owned = calloc(1, sizeof *owned);
  if (!owned) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  const long n_models = store_models(store, &models, error, error_size);
  if (n_models < 0) goto fail;
  const char* hash = find_model(models, (size_t)n_models, model);
  if (model[0] && !hash) {
    snprintf(error, error_size, "No song in this library has been read by a model '%s'.", model);
    goto fail;
  }
  owned->loaded = store_load(store, hash, LOAD_CURVES, error, error_size);
  if (!owned->loaded) goto fail;
  if (loaded_catalogue(owned->loaded)->n == 0) {
    *event = FINDER_ABSENT;
    goto fail;
  }
  owned->library.index = catalogue_index_new(loaded_catalogue(owned->loaded));
  if (!owned->library.index) {
    snprintf(error, error_size, "Out of memory.");
    goto fail;
  }
  owned->library.words = loaded_words(owned->loaded);
  tell_models(&owned->library, models, (size_t)n_models, loaded_model(owned->loaded));
  free(models);
  store_close(store);
  *event = FINDER_LOADED;
  return owned;

fail:
  free(models);
  free_owned(owned);
  store_close(store);
  return NULL;
}

static void load(Finder* f, const char* model) {
  FinderNews news = {.library = NULL};
  FinderEvent event;
  Owned* owned = read_library(f, model, &event, news.error, sizeof news.error);
  if (owned) {
    news.library = &owned->library;
    f->owned = owned;
  }
  pthread_mutex_lock(&f->lock);
  if (owned && f->news == FINDER_LOADED) free_owned((Owned*)f->news_body.library); // never seen
  if (owned || f->news != FINDER_LOADED) {
    f->news = event;
    f->news_body = news;
  }
  pthread_mutex_unlock(&f->lock);
}

// A query, and the means to see whether it is still the newest one.
typedef struct {
  const atomic_uint* newest;
  unsigned id;
} Newest;

static bool is_stale(void* context) {
  const Newest* own = context;
  return atomic_load_explicit(own->newest, memory_order_relaxed) != own->id;
}

static void answer(Finder* f, const Query* query) {
  QueryResult made;
  if (!f->owned) return;
  Newest newest = {&f->newest, query->id};
  const int status =
      query_run(catalogue_index_query(f->owned->library.index), query, is_stale, &newest, &made);
  if (status == 1) return;
  pthread_mutex_lock(&f->lock);
  if (status == 0) {
    query_result_clear(&f->answer);
    f->answer = made;
    f->answered = true;
  } else if (f->news != FINDER_LOADED) {
    f->news = FINDER_FAILED;
    snprintf(f->news_body.error, sizeof f->news_body.error, "Out of memory.");
  }
  pthread_mutex_unlock(&f->lock);
}

static void* work(void* handle) {
  Finder* f = handle;
  pthread_mutex_lock(&f->lock);
  while (!f->quit) {
    if (!f->load && !f->query) {
      f->working = false;
      pthread_cond_wait(&f->wake, &f->lock);
      continue;
    }
    f->working = true;
    char model[sizeof f->model];
    const bool loading = f->load;
    Query* query = NULL;
    memcpy(model, f->model, sizeof model);
    f->load = false;
    if (!loading) {
      query = f->query;
      f->query = NULL;
    }
    pthread_mutex_unlock(&f->lock);
    if (loading) {
      load(f, model);
    } else {
      answer(f, query);
      free(query);
    }
    pthread_mutex_lock(&f->lock);
  }
  pthread_mutex_unlock(&f->lock);
  return NULL;
}

Finder* finder_new(const char* path, const char* model, char* error, size_t error_size) {
  Finder* f = calloc(1, sizeof *f);
  if (!f || strlen(path) >= sizeof f->path) {
    snprintf(error, error_size, f ? "The library's path is too long." : "Out of memory.");
    free(f);
    return NULL;
  }
  memcpy(f->path, path, strlen(path) + 1);
  snprintf(f->model, sizeof f->model, "%s", model ? model : "");
  f->load = true;
  f->working = true;
  pthread_mutex_init(&f->lock, NULL);
  pthread_cond_init(&f->wake, NULL);
  if (pthread_create(&f->thread, NULL, work, f) != 0) {
    snprintf(error, error_size, "No thread could be started: the system is short of resources.");
    pthread_cond_destroy(&f->wake);
    pthread_mutex_destroy(&f->lock);
    free(f);
    return NULL;
  }
  return f;
}

void finder_free(Finder* finder) {
  if (!finder) return;
  pthread_mutex_lock(&finder->lock);
  finder->quit = true;
  atomic_store(&finder->newest, 0);
  pthread_cond_signal(&finder->wake);
  pthread_mutex_unlock(&finder->lock);
  pthread_join(finder->thread, NULL);
  pthread_cond_destroy(&finder->wake);
  pthread_mutex_destroy(&finder->lock);
  query_result_clear(&finder->answer);
  free(finder->query);
  if (finder->shown != finder->owned) free_owned(finder->shown);
  free_owned(finder->owned);
  free(finder);
}

void finder_load(Finder* finder, const char* model) {
  pthread_mutex_lock(&finder->lock);
  snprintf(finder->model, sizeof finder->model, "%s", model ? model : "");
  finder->load = true;
  finder->working = true;
  pthread_cond_signal(&finder->wake);
  pthread_mutex_unlock(&finder->lock);
}

void finder_query(Finder* finder, const Query* query) {
  Query* copy = malloc(sizeof *copy);
  if (!copy) return; // the list stays as it is
  *copy = *query;
  pthread_mutex_lock(&finder->lock);
  free(finder->query);
  finder->query = copy;
  finder->working = true;
  atomic_store(&finder->newest, query->id);
  pthread_cond_signal(&finder->wake);
  pthread_mutex_unlock(&finder->lock);
}

void finder_release(Finder* finder, FinderLibrary* library) {
  (void)finder;
  free_owned((Owned*)library);
}

FinderEvent finder_poll(Finder* finder, FinderNews* news) {
  FinderEvent event = FINDER_NOTHING;
  pthread_mutex_lock(&finder->lock);
  if (finder->news != FINDER_NOTHING) {
    event = finder->news;
    *news = finder->news_body;
    if (event == FINDER_LOADED) finder->shown = (Owned*)news->library;
    finder->news = FINDER_NOTHING;
  } else if (finder->answered) {
    event = FINDER_ANSWERED;
    news->answer = finder->answer;
    finder->answer = (QueryResult){.hits = NULL};
    finder->answered = false;
  }
  pthread_mutex_unlock(&finder->lock);
  return event;
}

bool finder_busy(Finder* finder) {
  pthread_mutex_lock(&finder->lock);
  const bool busy = finder->working || finder->load || finder->query ||
                    finder->news != FINDER_NOTHING || finder->answered;
  pthread_mutex_unlock(&finder->lock);
  return busy;
}
