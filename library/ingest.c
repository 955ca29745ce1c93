// SPDX-License-Identifier: GPL-3.0-or-later
// Adds files and folders to a library.
#include "library/ingest.h"

#include "audio/cue_sheet.h"
#include "library/hash.h"
#include "library/ingest_queue.h"
#include "library/ordered_pool.h"
#include "library/scan.h"
#include "text/utf8.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 1024 };

typedef struct {
  const char* path;
  StoreFile file;
  bool is_new; ///< the path is not known yet
} PendingFile;

typedef struct {
  const IngestRequest* request;
  const Task* task;
  IngestReport* report;
  Store* store;
  Tags* tags; ///< NULL: titles only from file names
  Model* model;
  StaticModel* whole;
  StoreModel name;
  Walk walk;
  PendingFile* pending;
  size_t n;
  uint64_t size;
  SongReader* readers; ///< [threads]
  unsigned threads;
  IngestResult** results; ///< [n], until they are finished
  IngestQueue* queue;     ///< guarded by the lock
  pthread_mutex_t lock;   ///< for the library
  pthread_mutex_t tags_lock;
  bool is_broken;   ///< the library cannot be written, so the run ends; guarded by the lock
  char error[TEXT]; ///< why
} IngestRun;

/// The caller holds the lock, or is the only thread.
static void fail(IngestRun* run, const char* path, const char* text) {
  ++run->report->failed;
  task_message(run->task, path, text);
}

/// Report why the file could not be read; store this only if the reason is the file itself.
static void give_up(IngestResult* r, bool is_lasting, const char* reason) {
  r->kind = is_lasting ? RESULT_FAILED : RESULT_LATER;
  snprintf(r->failure, sizeof r->failure, "%s", reason);
}

static bool stopped(const void* context) {
  const IngestRun* run = context;
  return task_is_stopped(run->task);
}

/// Give a result to the queue, with the lock held.
static void store(IngestRun* run, IngestResult* r) {
  if (run->is_broken)
    ingest_result_free(r);
  else if (ingest_queue_put(run->queue, r, run->error, sizeof run->error) != 0)
    run->is_broken = true;
}

/// Look for a song with the same bytes under another name.  If there is one, queue the file at
/// once: later, the song's known file may have changed, so that the song no longer exists.
/// \return whether the file is finished; if it was queued, \p r is then NULL
static bool find_copy(IngestRun* run, IngestResult** r) {
  IngestResult* own = *r;
  char error[TEXT];
  if (hash_file(own->file.path, stopped, run, &own->file.content) != 0) {
    if (!task_is_stopped(run->task)) give_up(own, false, strerror(errno));
    return true;
  }
  pthread_mutex_lock(&run->lock);
  const int found = run->is_broken
                        ? 0
                        : ingest_queue_same_content(run->queue, &own->file, run->name.hash,
                                                    &own->song, error, sizeof error);
  if (found > 0) {
    own->kind = RESULT_COPY;
    store(run, own);
    *r = NULL;
  }
  pthread_mutex_unlock(&run->lock);
  if (found < 0) give_up(own, false, error);
  return found != 0;
}

/// Take a track's tags from its CUE sheet.  \return whether the path is a track
static bool read_track_tags(const char* path, TagTexts* tags) {
  const CueTrack* track = NULL;
  CueSheet* sheet = cue_sheet_of(path, &track);
  if (!sheet) return false;
  snprintf(tags->title, sizeof tags->title, "%s", track->title);
  snprintf(tags->artist, sizeof tags->artist, "%s", track->performer);
  snprintf(tags->album, sizeof tags->album, "%s", sheet->album);
  free(sheet);
  return true;
}

static void read_sound(IngestRun* run, IngestResult* r, AudioFile* audio, TaskFile* done,
                       const SongReader* reader) {
  char error[TEXT];
  StoreFile now;
  const SongReadingStatus status =
      song_reading_make(reader, audio, done, &r->read, error, sizeof error);
  if (status != SONG_READ) {
    if (!task_is_stopped(run->task)) give_up(r, status == SONG_UNFIT, error);
    return;
  }
  if (scan_stat(r->file.path, &now) != 0 || now.size != r->file.size ||
      now.mtime != r->file.mtime) {
    give_up(r, false, "changed while it was read");
    return;
  }
  if (!read_track_tags(r->file.path, &r->tags)) {
    pthread_mutex_lock(&run->tags_lock);
    tags_read(run->tags, r->file.path, &r->tags);
    pthread_mutex_unlock(&run->tags_lock);
  }
  r->kind = RESULT_READ;
}

/// \return whether \p path is a track of a CUE sheet, which shares its file's bytes with others
static bool is_track(const char* path) {
  char sheet[CUE_PATH];
  return cue_track_split(path, sheet) != 0;
}

/// Open and read one file.  \p r becomes NULL once it is queued
static void look_into(IngestRun* run, const PendingFile* pending, TaskFile* done,
                      const SongReader* reader, IngestResult** r) {
  char error[TEXT] = "";
  // Read the header first, so that a large file without sound is not hashed.
  AudioFile* audio = audio_open(pending->path, NULL, error, sizeof error);
  const AudioInfo* info = audio ? audio_info(audio) : NULL;
  if (!audio) {
    give_up(*r, true, error);
  } else if ((double)info->frames > INGEST_LONGEST * 3600.0 * info->rate) {
    snprintf(error, sizeof error, "is %.0f hours long; at most %.0f are allowed",
             (double)info->frames / info->rate / 3600.0, INGEST_LONGEST);
    give_up(*r, true, error);
  } else if (is_track(pending->path) || !find_copy(run, r)) {
    read_sound(run, *r, audio, done, reader);
  }
  audio_close(audio);
}

static void work(void* context, size_t index, unsigned worker) {
  IngestRun* run = context;
  const PendingFile* pending = &run->pending[index];
  pthread_mutex_lock(&run->lock);
  const bool is_over = run->is_broken || task_is_stopped(run->task);
  pthread_mutex_unlock(&run->lock);
  if (is_over) return;
  IngestResult* r = calloc(1, sizeof *r);
  if (!r) {
    pthread_mutex_lock(&run->lock);
    fail(run, pending->path, "out of memory");
    pthread_mutex_unlock(&run->lock);
    return;
  }
  r->file = pending->file;
  r->is_new = pending->is_new;
  TaskFile done = {run->task, pending->file.size > 0 ? (uint64_t)pending->file.size : 1, 0};
  look_into(run, pending, &done, &run->readers[worker], &r);
  task_file_done(&done, 1.0);
  run->results[index] = r;
}

static void finish(void* context, size_t index) {
  IngestRun* run = context;
  IngestResult* r = run->results[index];
  run->results[index] = NULL;
  if (!r) return;
  pthread_mutex_lock(&run->lock);
  if (r->kind == RESULT_FAILED || r->kind == RESULT_LATER) fail(run, r->file.path, r->failure);
  if (r->kind == RESULT_READ && r->read.damage[0] != '\0')
    task_message(run->task, r->file.path, r->read.damage);
  if (r->kind == RESULT_READ || r->kind == RESULT_FAILED)
    store(run, r);
  else
    ingest_result_free(r);
  pthread_mutex_unlock(&run->lock);
}

static void tick(void* context) {
  IngestRun* run = context;
  pthread_mutex_lock(&run->lock);
  if (!run->is_broken && ingest_queue_tick(run->queue, run->error, sizeof run->error) != 0)
    run->is_broken = true;
  pthread_mutex_unlock(&run->lock);
}

/// Store that a file has no sound, without opening it.
static int put_bad(IngestRun* run, const ScanItem* item) {
  IngestResult* r = calloc(1, sizeof *r);
  if (!r) return -1;
  r->file = item->file;
  give_up(r, true, item->reason);
  store(run, r);
  return run->is_broken ? -1 : 0;
}

/// Find what needs work.  \return 0, or -1 and the run's error message
static int scan(IngestRun* run) {
  const ScanOptions options = {run->name.hash, run->request->retry, run->request->rescan};
  MissingChanges missing = {.n = 0};
  ScanItem item;
  int status = 0;
  run->pending = calloc(run->walk.n + 1, sizeof *run->pending);
  if (!run->pending) status = -1;
  for (size_t i = 0; status == 0 && i < run->walk.n && !task_is_stopped(run->task); ++i) {
    const char* path = run->walk.files[i].path;
    status = scan_file(run->store, path, &options, &missing, &item, run->error, sizeof run->error);
    if (status != 0) break;
    switch (item.state) {
    case SCAN_WORK:
      run->pending[run->n++] = (PendingFile){path, item.file, item.is_new};
      run->size += item.file.size > 0 ? (uint64_t)item.file.size : 1;
      break;
    case SCAN_DONE:
      break;
    case SCAN_BEFORE:
      ++run->report->before;
      break;
    case SCAN_BAD:
      fail(run, path, item.reason);
      status = put_bad(run, &item);
      break;
    case SCAN_AWAY:
      fail(run, path, item.reason);
      break;
    }
  }
  if (status == 0)
    status = missing_changes_store(&missing, run->store, run->error, sizeof run->error);
  missing_changes_free(&missing);
  return status;
}

/// Make the paths absolute; report and drop those whose folder does not exist.  \return 0, or -1
static int make_absolute(IngestRun* run) {
  Walk* walk = &run->walk;
  size_t kept = 0;
  for (size_t i = 0; i < walk->n; ++i) {
    WalkFile* file = &walk->files[i];
    char* path = scan_absolute(file->path);
    if (!path && errno == ENOMEM) return -1;
    if (!path) {
      fail(run, file->path, strerror(errno));
      free(file->path);
      free(file->stem);
      continue;
    }
    free(file->path);
    file->path = path;
    walk->files[kept++] = *file;
  }
  walk->n = kept;
  return 0;
}

/// Mark the known files that no longer exist among the given folders and files.  \return 0, or -1
static int note_missing(IngestRun* run) {
  for (size_t i = 0; i < run->request->n_paths; ++i) {
    char* path = scan_absolute(run->request->paths[i]);
    const long gone = path ? scan_missing(run->store, path, run->error, sizeof run->error) : 0;
    free(path);
    if (gone < 0) return -1;
    run->report->missing += (size_t)gone;
  }
  return 0;
}

static void name_model(IngestRun* run) {
  const char* hash = run->whole ? static_info(run->whole)->hash : model_hash(run->model);
  const char* name = run->whole ? static_info(run->whole)->name : model_info(run->model)->name;
  run->name.is_static = run->whole != NULL;
  snprintf(run->name.hash, sizeof run->name.hash, "%s", hash);
  utf8_clean(run->name.name, sizeof run->name.name, name);
}

/// Find the files, open the model and the library.  \return 0, or -1 and the run's error message
static int prepare(IngestRun* run) {
  const IngestRequest* q = run->request;
  char path[4096];
  // This forks, so do it before there are threads and before the library is open.
  run->tags = tags_open();
  if (!run->tags)
    task_message(run->task, NULL, "tags cannot be read: titles are taken from file names");
  for (size_t i = 0; i < q->n_paths; ++i)
    if (walk_add(&run->walk, q->paths[i]) != 0) return -1;
  if (q->list && walk_add_list(&run->walk, q->list, run->error, sizeof run->error) != 0) return -1;
  if (make_absolute(run) != 0) return -1;
  if (q->static_model)
    run->whole = static_file_model(q->static_model, run->error, sizeof run->error);
  else
    run->model = reading_model(q->model, run->error, sizeof run->error);
  if (!run->whole && !run->model) return -1;
  name_model(run);
  if (!q->library && store_default_path(path, sizeof path) != 0) {
    snprintf(run->error, sizeof run->error, "%.1000s", path);
    return -1;
  }
  run->store =
      store_open(q->library ? q->library : path, STORE_CREATE, run->error, sizeof run->error);
  if (!run->store) return -1;
  run->queue =
      ingest_queue_new(run->store, run->name.hash, run->report, run->error, sizeof run->error);
  return run->queue ? note_missing(run) : -1;
}

static int make_readers(IngestRun* run) {
  const ReadingOptions options = {.model = run->model, .gate = run->request->gate, .block = 4096};
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  run->threads = run->request->jobs > 0 ? run->request->jobs
                 : processors > 1       ? (unsigned)processors
                                        : 1;
  if (run->threads > run->n) run->threads = run->n > 0 ? (unsigned)run->n : 1;
  run->readers = calloc(run->threads, sizeof *run->readers);
  run->results = calloc(run->n + 1, sizeof(IngestResult*));
  if (!run->readers || !run->results) return -1;
  for (unsigned i = 0; i < run->threads; ++i) {
    run->readers[i] = (SongReader){run->name, run->whole, NULL, options.gate};
    if (!run->whole && !(run->readers[i].reader = reader_new(&options))) return -1;
  }
  return 0;
}

static void release(IngestRun* run) {
  for (unsigned i = 0; run->readers && i < run->threads; ++i)
    reader_free(run->readers[i].reader);
  ingest_queue_free(run->queue);
  free(run->readers);
  free(run->results);
  free(run->pending);
  store_close(run->store);
  static_close(run->whole);
  model_unref(run->model);
  walk_free(&run->walk);
  tags_close(run->tags);
  pthread_mutex_destroy(&run->tags_lock);
  pthread_mutex_destroy(&run->lock);
  free(run);
}

/// \return 0; 1: a thread hangs; -1 and the run's error message
static int read_all(IngestRun* run) {
  const Pool pool = {run->task, work, finish, tick, run};
  if (make_readers(run) != 0) return -1;
  task_begin(run->task, run->size);
  const int status = ordered_pool_run(&pool, run->n, run->threads);
  if (status < 0)
    snprintf(run->error, sizeof run->error, "no thread could be started; try fewer jobs");
  pthread_mutex_lock(&run->lock);
  if (!run->is_broken && ingest_queue_flush(run->queue, run->error, sizeof run->error) != 0)
    run->is_broken = true;
  const bool is_broken = run->is_broken;
  pthread_mutex_unlock(&run->lock);
  return is_broken ? -1 : status;
}

IngestStatus ingest(const IngestRequest* request, const Task* task, IngestReport* report,
                    char* error, size_t error_size) {
  memset(report, 0, sizeof *report);
  // Not on the stack: a hanging thread outlives this call.
  IngestRun* run = calloc(1, sizeof *run);
  if (!run) {
    snprintf(error, error_size, "out of memory");
    return INGEST_FAILED;
  }
  *run = (IngestRun){.request = request, .task = task, .report = report, .error = "out of memory"};
  run->walk.options = request->walk;
  run->walk.task = task;
  pthread_mutex_init(&run->lock, NULL);
  pthread_mutex_init(&run->tags_lock, NULL);
  int status = prepare(run);
  if (status == 0) status = scan(run);
  if (status == 0) status = read_all(run);
  report->files = run->walk.n;
  report->has_skipped = run->walk.has_failed;
  walk_report(&run->walk, report->skipped, sizeof report->skipped);
  const size_t done = report->read + report->copies + report->renamed + report->failed;
  report->as_before = report->files > done ? report->files - done : 0;
  if (status < 0) snprintf(error, error_size, "%s", run->error);
  if (status != 1) release(run);
  if (status < 0) return INGEST_FAILED;
  if (status == 1) return INGEST_HANGS;
  return task_is_stopped(task) ? INGEST_STOPPED : INGEST_DONE;
}
