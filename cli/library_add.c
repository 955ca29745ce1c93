// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/library_add.h"

#include "cli/cli.h"
#include "cli/jobs.h"
#include "cli/library_read.h"
#include "cli/progress.h"
#include "library/hash.h"
#include "library/scan.h"
#include "text/utf8.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What was found out about one file, from its work to its turn.
typedef struct {
  enum { RESULT_NONE, RESULT_COPY, RESULT_READ, RESULT_FAILED, RESULT_LATER } kind;
  StoreFile file;
  int64_t song; ///< for a copy
  LibraryRead read;
  TagTexts tags;
  char failure[CLI_TEXT]; ///< a sentence without the file's name
} Result;

typedef struct {
  char* path;
  StoreFile file;
} Todo;

typedef struct {
  const LibraryAdd* add;
  Todo* todo;
  size_t n;
  uint64_t size;
  StoreModel model;
  LibraryReader* readers; ///< [add->jobs]
  Result** results;       ///< [n], from work to finish
  pthread_mutex_t store;  ///< the library and the tags are one thread's at a time
  size_t n_read, n_copies, n_renamed, n_failed, n_before;
  bool is_broken; ///< the library cannot be written: no use going on; under the lock
} Run;

static void fail(Run* run, const char* path, const char* sentence) {
  ++run->n_failed;
  cli_message("%s: %s", path, sentence);
}

/// Note why nothing came of it; what says nothing about the file itself is not remembered.
static void give_up(Result* r, bool is_lasting, const char* reason) {
  r->kind = is_lasting ? RESULT_FAILED : RESULT_LATER;
  (void)snprintf(r->failure, sizeof r->failure, "%s", reason);
}

static int stop(void) {
  return cli_interrupted() ? 1 : 0;
}

typedef struct {
  const char* path;
  char* old;   ///< a known path that leads to the same song and is no more there: it was renamed
  bool is_own; ///< \p path leads there already: no more than its time has changed
} Names;

static int on_name(void* context, const StoreRow* row) {
  Names* names = context;
  if (strcmp(row->path, names->path) == 0)
    names->is_own = true;
  else if (names->old == NULL && scan_is_gone(row->path))
    names->old = strdup(row->path);
  return 0;
}

static int put_copy(Run* run, const Result* r, char* error, size_t error_size) {
  Store* store = run->add->store;
  Names names = {r->file.path, NULL, false};
  int status =
      store_each_file(store, ROWS_OF_SONG, r->song, NULL, on_name, &names, error, error_size);
  const char* old = names.is_own ? NULL : names.old;
  if (status == 0) status = store_put_copy(store, &r->file, r->song, old, error, error_size);
  if (status == 0 && !names.is_own) ++*(old != NULL ? &run->n_renamed : &run->n_copies);
  free(names.old);
  return status;
}

/// Is there a song of the same bytes under another name?  If so the file is put in at once: by its
/// turn, the file that the song was known by may have brought another sound, and the song be gone.
/// \return whether the file is done with
static bool find_copy(Run* run, Result* r) {
  char error[CLI_TEXT];
  if (hash_file(r->file.path, stop, &r->file.content) != 0) {
    if (!cli_interrupted()) give_up(r, false, strerror(errno));
    return true;
  }
  (void)pthread_mutex_lock(&run->store);
  const int found = run->is_broken ? 0
                                   : store_same_content(run->add->store, &r->file, run->model.hash,
                                                        &r->song, error, sizeof error);
  if (found > 0) {
    r->kind = RESULT_COPY;
    if (put_copy(run, r, error, sizeof error) != 0) {
      run->is_broken = true;
      cli_message("%s", error);
    }
  }
  (void)pthread_mutex_unlock(&run->store);
  if (found < 0) give_up(r, false, error);
  return found != 0;
}

static void read_sound(Run* run, Result* r, AudioFile* audio, uint64_t size,
                       const LibraryReader* reader) {
  char error[CLI_TEXT];
  StoreFile now;
  const LibraryReadStatus status = library_read(reader, audio, size, &r->read, error, sizeof error);
  if (status != LIBRARY_READ) {
    if (!cli_interrupted()) give_up(r, status == LIBRARY_UNFIT, error);
    return;
  }
  if (scan_stat(r->file.path, &now) != 0 || now.size != r->file.size ||
      now.mtime != r->file.mtime) {
    give_up(r, false, "changed while it was read");
    return;
  }
  (void)pthread_mutex_lock(&run->store);
  tags_read(run->add->tags, r->file.path, &r->tags);
  (void)pthread_mutex_unlock(&run->store);
  r->kind = RESULT_READ;
}

static void work(void* context, size_t index, unsigned worker) {
  Run* run = context;
  const Todo* todo = &run->todo[index];
  char error[CLI_TEXT] = "";
  (void)pthread_mutex_lock(&run->store);
  const bool is_over = run->is_broken || cli_interrupted();
  (void)pthread_mutex_unlock(&run->store);
  if (is_over) return;
  Result* r = calloc(1, sizeof *r);
  run->results[index] = r;
  if (r == NULL) return;
  r->file = todo->file;
  const uint64_t size = todo->file.size > 0 ? (uint64_t)todo->file.size : 1;
  bool is_read = false;
  // The header first: a gigabyte that is no sound need not be hashed.
  AudioFile* audio = audio_open(todo->path, NULL, error, sizeof error);
  const AudioInfo* info = audio != NULL ? audio_info(audio) : NULL;
  if (audio == NULL) {
    give_up(r, true, error);
  } else if ((double)info->frames > LIBRARY_LONGEST * 3600.0 * info->rate) {
    (void)snprintf(error, sizeof error, "is %.0f hours long; up to %.0f are taken",
                   (double)info->frames / info->rate / 3600.0, LIBRARY_LONGEST);
    give_up(r, true, error);
  } else {
    is_read = !find_copy(run, r);
    if (is_read) read_sound(run, r, audio, size, &run->readers[worker]);
  }
  if (!is_read) progress_add(size); // reading counts by itself
  audio_close(audio);
}

static int put_read(Run* run, const Result* r, char* error, size_t error_size) {
  const StoreSound sound = {r->read.sound, r->read.samples, r->tags.title, r->tags.artist,
                            r->tags.album};
  if (store_put(run->add->store, &r->file, &sound, &r->read.reading, error, error_size) != 0)
    return -1;
  ++run->n_read;
  return 0;
}

/// Put what was found out into the library.  \return 0, or -1 and a sentence
static int put(Run* run, const Result* r, char* error, size_t error_size) {
  Store* store = run->add->store;
  switch (r->kind) {
  case RESULT_READ:
    return put_read(run, r, error, error_size);
  case RESULT_FAILED:
    fail(run, r->file.path, r->failure);
    return store_put_failure(store, &r->file, r->failure, error, error_size);
  case RESULT_LATER:
    fail(run, r->file.path, r->failure);
    return 0;
  case RESULT_COPY: // is in
  case RESULT_NONE: // interrupted
    break;
  }
  return 0;
}

static void finish(void* context, size_t index) {
  Run* run = context;
  char error[CLI_TEXT];
  Result* r = run->results[index];
  run->results[index] = NULL;
  (void)pthread_mutex_lock(&run->store);
  if (!run->is_broken && !(r == NULL && cli_interrupted())) {
    if (r == NULL) {
      fail(run, run->todo[index].path, "out of memory");
    } else if (put(run, r, error, sizeof error) != 0) {
      run->is_broken = true;
      cli_message("%s", error);
    }
  }
  (void)pthread_mutex_unlock(&run->store);
  if (r == NULL) return;
  library_read_free(&r->read);
  free(r);
}

/// Find what needs work.  \return 0, or -1 and a sentence
static int scan(Run* run, char* error, size_t error_size) {
  const LibraryAdd* add = run->add;
  ScanItem item;
  run->todo = calloc(add->inputs.n + 1, sizeof *run->todo);
  if (run->todo == NULL) {
    (void)snprintf(error, error_size, "out of memory");
    return -1;
  }
  for (size_t i = 0; i < add->inputs.n && !cli_interrupted(); ++i) {
    char* path = add->inputs.items[i].path;
    if (scan_file(add->store, path, run->model.hash, add->retry, &item, error, error_size) != 0)
      return -1;
    switch (item.state) {
    case SCAN_WORK:
      run->todo[run->n++] = (Todo){path, item.file};
      run->size += item.file.size > 0 ? (uint64_t)item.file.size : 1;
      break;
    case SCAN_DONE:
      break;
    case SCAN_BEFORE:
      ++run->n_before;
      break;
    case SCAN_BAD:
      fail(run, path, item.reason);
      if (store_put_failure(add->store, &item.file, item.reason, error, error_size) != 0) return -1;
      break;
    case SCAN_AWAY:
      fail(run, path, item.reason);
      break;
    }
  }
  return 0;
}

static void report(const Run* run) {
  const size_t n = run->add->inputs.n, done = run->n_read + run->n_copies + run->n_renamed;
  const struct {
    size_t n;
    const char *one, *many;
  } parts[] = {{run->n_copies, "copy", "copies"},
               {run->n_renamed, "file renamed", "files renamed"},
               {run->n_failed, "file failed", "files failed"},
               {n - done - run->n_failed, "file as before", "files as before"}};
  if (run->add->is_quiet) return;
  (void)printf("%zu song%s read", run->n_read, run->n_read == 1 ? "" : "s");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i)
    if (parts[i].n > 0)
      (void)printf("; %zu %s", parts[i].n, parts[i].n == 1 ? parts[i].one : parts[i].many);
  (void)printf(".\n");
  if (run->n_before > 0)
    (void)printf("Of these, %zu could not be read before and were not tried again (--retry does; "
                 "'circumplex library list --failed' says why).\n",
                 run->n_before);
}

static void name_model(const LibraryAdd* add, StoreModel* model) {
  const char *hash, *name;
  model->is_static = add->whole != NULL;
  if (model->is_static) {
    hash = static_info(add->whole)->hash;
    name = static_info(add->whole)->name;
  } else {
    hash = model_info(add->reading.model)->hash;
    name = model_info(add->reading.model)->name;
  }
  (void)snprintf(model->hash, sizeof model->hash, "%s", hash);
  utf8_clean(model->name, sizeof model->name, name);
}

int library_add_run(const LibraryAdd* add) {
  Run run;
  memset(&run, 0, sizeof run);
  run.add = add;
  (void)pthread_mutex_init(&run.store, NULL);
  name_model(add, &run.model);
  char error[CLI_TEXT] = "out of memory";
  bool is_ready = false;
  unsigned threads = add->jobs;
  if (scan(&run, error, sizeof error) != 0) goto out;
  if (threads > run.n) threads = run.n > 0 ? (unsigned)run.n : 1;
  run.readers = calloc(threads, sizeof *run.readers);
  run.results = calloc(run.n + 1, sizeof(Result*));
  if (run.readers == NULL || run.results == NULL) goto out;
  for (unsigned i = 0; i < threads; ++i) {
    run.readers[i] = (LibraryReader){run.model, add->whole, NULL, add->reading.gate};
    if (add->whole == NULL && (run.readers[i].reader = reader_new(&add->reading)) == NULL) goto out;
  }
  is_ready = true;
  progress_begin(run.size, add->is_quiet);
  if (jobs_run(run.n, threads, work, finish, &run) != 0) {
    ++run.n_failed;
    cli_message("no thread could be started; try --jobs=1");
  }
  progress_end();
  if (!run.is_broken && !cli_interrupted()) report(&run);
out:
  if (!is_ready) cli_message("%s", error);
  for (unsigned i = 0; run.readers != NULL && i < threads; ++i)
    reader_free(run.readers[i].reader);
  free(run.readers);
  free(run.results);
  free(run.todo);
  (void)pthread_mutex_destroy(&run.store);
  if (cli_interrupted()) {
    cli_message("stopped; %zu songs were added, and the same command goes on from here",
                run.n_read + run.n_copies + run.n_renamed);
    return CLI_INTERRUPTED;
  }
  return !is_ready || run.is_broken || run.n_failed > 0 ? CLI_FAILED : CLI_OK;
}
