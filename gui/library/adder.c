// SPDX-License-Identifier: GPL-3.0-or-later
// Adds folders and files to the library in a thread.
#include "gui/library/adder.h"

#include "library/ingest.h"
#include "text/utf8.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Adder {
  char* library;
  char* model;
  char** paths;
  size_t n_paths;
  pthread_t thread;
  bool running; ///< the thread must be joined
  atomic_bool stop, ended;
  _Atomic uint64_t total, done;
  char line[512]; ///< the thread's until `ended`
  bool bad;
  pthread_mutex_t lock;
  char failure[256]; ///< guarded by the lock: the first file that could not be read, and why
};

Adder* adder_new(const char* library, const char* model) {
  Adder* a = calloc(1, sizeof *a);
  if (!a) return NULL;
  pthread_mutex_init(&a->lock, NULL);
  a->library = strdup(library);
  a->model = model ? strdup(model) : NULL;
  if (a->library && (a->model || !model)) return a;
  adder_free(a);
  return NULL;
}

static void free_paths(Adder* a) {
  for (size_t i = 0; i < a->n_paths; ++i)
    free(a->paths[i]);
  free(a->paths);
  a->paths = NULL;
  a->n_paths = 0;
}

static void join(Adder* a) {
  if (!a->running) return;
  pthread_join(a->thread, NULL);
  a->running = false;
  free_paths(a);
}

void adder_free(Adder* adder) {
  if (!adder) return;
  adder_stop(adder);
  join(adder);
  pthread_mutex_destroy(&adder->lock);
  free(adder->library);
  free(adder->model);
  free(adder);
}

static bool is_stopped(void* context) {
  return atomic_load_explicit(&((Adder*)context)->stop, memory_order_relaxed);
}

static void begin(void* context, uint64_t total) {
  atomic_store(&((Adder*)context)->total, total);
}

static void progress(void* context, uint64_t amount) {
  atomic_fetch_add(&((Adder*)context)->done, amount);
}

static void message(void* context, const char* path, const char* text) {
  Adder* a = context;
  char where[152], why[92];
  utf8_clean(where, sizeof where, path ? path : "");
  utf8_clean(why, sizeof why, text);
  pthread_mutex_lock(&a->lock);
  if (!a->failure[0])
    snprintf(a->failure, sizeof a->failure, "%s%s%s", where, path ? ": " : "", why);
  pthread_mutex_unlock(&a->lock);
}

static void* work(void* handle) {
  Adder* a = handle;
  const Task task = {.context = a,
                     .is_stopped = is_stopped,
                     .begin = begin,
                     .progress = progress,
                     .message = message};
  const IngestRequest request = {.library = a->library,
                                 .model = a->model,
                                 .paths = (const char* const*)a->paths,
                                 .n_paths = a->n_paths,
                                 .gate = -60.0};
  IngestReport r = {0};
  char error[400] = "";
  const IngestStatus status = ingest(&request, &task, &r, error, sizeof error);
  a->bad = status == INGEST_FAILED || status == INGEST_HANGS;
  if (a->bad && error[0]) {
    snprintf(a->line, sizeof a->line, "%s", error);
  } else {
    pthread_mutex_lock(&a->lock);
    snprintf(a->line, sizeof a->line, "%s%zu read, %zu as before, %zu failed%s%s.",
             status == INGEST_DONE ? "Added: " : "Stopped: ", r.read, r.as_before + r.renamed,
             r.failed, r.failed > 0 && a->failure[0] ? ": " : "", r.failed > 0 ? a->failure : "");
    pthread_mutex_unlock(&a->lock);
  }
  atomic_store(&a->ended, true);
  return NULL;
}

bool adder_start(Adder* adder, const char* const* paths, size_t n, char* error, size_t error_size) {
  Adder* a = adder;
  if (a->running) {
    snprintf(error, error_size, "Music is being added already: wait, or stop that first.");
    return false;
  }
  a->paths = calloc(n + 1, sizeof *a->paths);
  for (size_t i = 0; a->paths && i < n; ++i) {
    a->paths[i] = strdup(paths[i]);
    if (!a->paths[i]) break;
    ++a->n_paths;
  }
  a->failure[0] = '\0';
  atomic_store(&a->stop, false);
  atomic_store(&a->ended, false);
  atomic_store(&a->total, 0);
  atomic_store(&a->done, 0);
  if (a->paths && a->n_paths == n && pthread_create(&a->thread, NULL, work, a) == 0) {
    a->running = true;
    return true;
  }
  free_paths(a);
  snprintf(error, error_size, "Nothing can be added: the system is short of resources.");
  return false;
}

void adder_stop(Adder* adder) {
  atomic_store(&adder->stop, true);
}

AdderState adder_poll(Adder* adder, double* share, char* line, size_t line_size, bool* bad) {
  Adder* a = adder;
  if (!a->running) return ADDER_IDLE;
  const uint64_t total = atomic_load(&a->total);
  const uint64_t done = atomic_load(&a->done);
  *share = total == 0 ? 0.0 : done >= total ? 1.0 : (double)done / (double)total;
  if (!atomic_load(&a->ended)) return ADDER_WORKING;
  join(a);
  *bad = a->bad;
  snprintf(line, line_size, "%s", a->line);
  return ADDER_ENDED;
}
