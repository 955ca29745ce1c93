// SPDX-License-Identifier: GPL-3.0-or-later
// Results that wait to be stored together, about once a second.
#include "library/ingest_queue.h"

#include "dsp/clock.h"
#include "library/copies.h"
#include "library/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROOM = 256 }; ///< results that can wait

#define INTERVAL 1.0 ///< s between two transactions, at least
#define LITTLE 0.1   ///< largest share of the time spent in transactions

struct IngestQueue {
  Store* store;
  IngestReport* report;
  const char* model_hash; ///< the caller's: copies are found by this model's readings
  Copies* copies;         ///< NULL until the first transaction
  IngestResult* results[ROOM];
  size_t n;
  double next; ///< clock, s: earliest time of the next transaction
};

IngestQueue* ingest_queue_new(Store* store, const char* model_hash, IngestReport* report,
                              char* error, size_t error_size) {
  IngestQueue* queue = calloc(1, sizeof *queue);
  if (!queue) {
    snprintf(error, error_size, "out of memory");
    return NULL;
  }
  queue->store = store;
  queue->report = report;
  queue->model_hash = model_hash;
  return queue;
}

void ingest_result_free(IngestResult* result) {
  if (!result) return;
  song_reading_free(&result->read);
  free(result);
}

static void drop(IngestQueue* queue) {
  for (size_t i = 0; i < queue->n; ++i)
    ingest_result_free(queue->results[i]);
  queue->n = 0;
}

void ingest_queue_free(IngestQueue* queue) {
  if (!queue) return;
  drop(queue);
  copies_free(queue->copies);
  free(queue);
}

typedef struct {
  const char* path;
  char* old;   ///< a known path of the same song that no longer exists: it was renamed
  bool is_own; ///< \p path already belongs to this song: only its time has changed
} Names;

static int on_name(void* context, const StoreRow* row) {
  Names* names = context;
  if (strcmp(row->path, names->path) == 0)
    names->is_own = true;
  else if (!names->old && scan_is_gone(row->path))
    names->old = strdup(row->path);
  return 0;
}

static int put_copy(IngestQueue* queue, const IngestResult* r, IngestReport* report, char* error,
                    size_t error_size) {
  Names names = {r->file.path, NULL, false};
  int status = store_each_file(queue->store, ROWS_OF_SONG, r->song, NULL, on_name, &names, error,
                               error_size);
  const char* old = names.is_own ? NULL : names.old;
  if (status == 0) status = store_put_copy(queue->store, &r->file, r->song, old, error, error_size);
  if (status == 0 && !names.is_own) ++*(old ? &report->renamed : &report->copies);
  free(names.old);
  return status;
}

static int put(IngestQueue* queue, const IngestResult* r, IngestReport* report, char* error,
               size_t error_size) {
  if (r->kind == RESULT_COPY) return put_copy(queue, r, report, error, error_size);
  if (r->kind == RESULT_FAILED)
    return store_put_failure(queue->store, &r->file, r->failure, error, error_size);
  const StoreSound sound = {r->read.sound, r->read.samples, r->tags.title, r->tags.artist,
                            r->tags.album};
  StoreFile file = r->file;
  file.damage = r->read.damage[0] != '\0' ? r->read.damage : NULL;
  if (store_put(queue->store, &file, &sound, &r->read.reading, error, error_size) != 0) return -1;
  StoreKnown known;
  if (store_know(queue->store, &file, "", &known, error, error_size) != 0) return -1;
  const int found = copies_look(queue->copies, queue->store, known.song, &r->read.reading,
                                r->tags.title, error, error_size);
  if (found < 0) return -1;
  if (found > 0) ++report->alike;
  ++report->read;
  if (file.damage) ++report->in_part;
  return 0;
}

int ingest_queue_flush(IngestQueue* queue, char* error, size_t error_size) {
  if (queue->n == 0) return 0;
  // Load the curves of all songs only if something is added, and before that.
  if (!queue->copies &&
      !(queue->copies = copies_new(queue->store, queue->model_hash, error, error_size)))
    return -1;
  const double begun = clock_seconds();
  IngestReport report = *queue->report;
  if (store_begin_batch(queue->store, error, error_size) != 0) return -1;
  int status = 0;
  for (size_t i = 0; status == 0 && i < queue->n; ++i)
    status = put(queue, queue->results[i], &report, error, error_size);
  status = store_end_batch(queue->store, status, error, error_size);
  if (status == 0) *queue->report = report; // only what was stored is counted
  drop(queue);
  const double ended = clock_seconds(), pause = (ended - begun) / LITTLE;
  queue->next = ended + (pause > INTERVAL ? pause : INTERVAL);
  return status;
}

int ingest_queue_tick(IngestQueue* queue, char* error, size_t error_size) {
  const bool is_time = queue->n == ROOM || (queue->n > 0 && clock_seconds() >= queue->next);
  return is_time ? ingest_queue_flush(queue, error, error_size) : 0;
}

int ingest_queue_put(IngestQueue* queue, IngestResult* result, char* error, size_t error_size) {
  queue->results[queue->n++] = result;
  return ingest_queue_tick(queue, error, error_size);
}

int ingest_queue_same_content(IngestQueue* queue, const StoreFile* file, const char* model_hash,
                              int64_t* song, char* error, size_t error_size) {
  bool is_safe = true, is_waiting = false;
  for (size_t i = 0; i < queue->n; ++i) {
    const IngestResult* r = queue->results[i];
    // A new path to a known song removes no song; anything else may.
    is_safe = is_safe && r->kind == RESULT_COPY && r->is_new;
    is_waiting = is_waiting || (r->kind == RESULT_READ && r->file.content == file->content);
  }
  int found =
      is_waiting ? 1 : store_same_content(queue->store, file, model_hash, song, error, error_size);
  if (found <= 0 || is_safe) return found;
  if (ingest_queue_flush(queue, error, error_size) != 0) return -1;
  return store_same_content(queue->store, file, model_hash, song, error, error_size);
}
