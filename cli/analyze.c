// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/analyze.h"

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/picture.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "library/ordered_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What is known of one file, from its work to its turn in the order.
typedef struct {
  FILE* spool; ///< its rows until then
  AudioInfo info;
  ReadingSummary summary;
  Estimate* estimates; ///< kept only for pictures
  size_t n, capacity;
  bool is_good;
  char failure[CLI_TEXT]; ///< a sentence without the file's name
} Result;

typedef struct {
  const Analysis* a;
  Reader** readers; ///< [a->jobs]
  Result** results; ///< [walk.n], from work to finish
  Output out;       ///< the one table, unless there is one a file
  size_t n_written; ///< files in it
  bool with_file, is_direct, has_failed;
} Run;

/// Where one file's rows go.
typedef struct {
  const Analysis* a;
  Result* result;
  FILE* stream;
  const char* file; ///< for the first column, or NULL
  double rate;
  bool has_header;
} Rows;

static void json_begin(FILE* out, const Analysis* a) {
  const ModelInfo* info = model_info(a->reading.model);
  (void)fputs("{\"version\": \"" CIRCUMPLEX_VERSION "\", \"model\": {\"name\": ", out);
  table_json_string(out, info->name);
  (void)fputs(", \"hash\": ", out);
  table_json_string(out, info->hash);
  (void)fputs("}, \"files\": [", out);
}

static void json_end(FILE* out) {
  (void)fputs("\n]}\n", out);
}

static int keep(Result* result, const Estimate* estimate) {
  if (result->n == result->capacity) {
    const size_t capacity = result->capacity == 0 ? 256 : 2 * result->capacity;
    Estimate* estimates = realloc(result->estimates, capacity * sizeof *estimates);
    if (estimates == NULL) return -1;
    result->estimates = estimates;
    result->capacity = capacity;
  }
  result->estimates[result->n++] = *estimate;
  return 0;
}

static int on_row(void* context, const Estimate* estimate) {
  Rows* rows = context;
  if (rows->a->plot != NULL || rows->a->attention != NULL) {
    if (keep(rows->result, estimate) != 0) {
      (void)snprintf(rows->result->failure, CLI_TEXT, "out of memory");
      return -1;
    }
  }
  if (rows->stream == NULL) return 0;
  if (rows->a->is_json) {
    (void)fputs(rows->result->summary.hops > 1 ? ",\n  " : "\n  ", rows->stream);
    table_json_row(rows->stream, rows->rate, estimate);
  } else {
    if (rows->has_header) table_csv_header(rows->stream, rows->file != NULL);
    rows->has_header = false;
    table_csv_row(rows->stream, rows->file, rows->rate, estimate);
  }
  if (ferror(rows->stream) != 0) {
    (void)snprintf(rows->result->failure, CLI_TEXT, "the rows cannot be written: %s",
                   strerror(errno));
    return -1;
  }
  return 0;
}

/// Read one file, its rows to \p rows->stream.  \return 0, or -1 and a sentence in the result
static int read_file(Run* run, const WalkFile* input, Reader* reader, Rows* rows) {
  Result* result = rows->result;
  char error[CLI_TEXT] = "";
  AudioFile* audio = audio_open(input->path, &run->a->raw, error, sizeof error);
  int status = -1;
  if (audio != NULL) {
    result->info = *audio_info(audio);
    rows->rate = result->info.rate;
    if (rows->stream != NULL && run->a->is_json) {
      (void)fputs("{\"file\": ", rows->stream);
      table_json_string(rows->stream, input->path);
      (void)fputs(", \"rows\": [", rows->stream);
    }
    TaskFile done = {cli_task(run->a->is_quiet), input->size, 0};
    status = reader_run(reader, audio, &done, on_row, rows, &result->summary, error, sizeof error);
    if (status == 0 && rows->stream != NULL && run->a->is_json) {
      (void)fputs("],\n ", rows->stream);
      table_json_summary(rows->stream, &result->info, &result->summary);
      (void)fputc('}', rows->stream);
    }
  }
  audio_close(audio);
  if (status == 0 && result->summary.hops == 0 && !cli_interrupted()) {
    (void)snprintf(error, sizeof error, "is shorter than one hop of 0.5 s");
    status = -1;
  }
  if (error[0] != '\0') (void)snprintf(result->failure, CLI_TEXT, "%s", error);
  return status;
}

/// One file, its rows into a table of its own.
static void work_own_table(Run* run, const WalkFile* input, Reader* reader, Result* result) {
  Output out = {NULL, NULL, NULL};
  char* path = output_path_below(run->a->output, input->stem, run->a->is_json ? "json" : "csv",
                                 result->failure, CLI_TEXT);
  if (path == NULL) return;
  if (output_open(&out, path, result->failure, CLI_TEXT) == 0) {
    Rows rows = {run->a, result, out.stream, NULL, 0.0, true};
    if (run->a->is_json) {
      json_begin(out.stream, run->a);
      (void)fputc('\n', out.stream);
    }
    const int status = read_file(run, input, reader, &rows);
    if (run->a->is_json) json_end(out.stream);
    if (status == 0 && !cli_interrupted())
      result->is_good = output_commit(&out, result->failure, CLI_TEXT) == 0;
    else
      output_abandon(&out);
  }
  free(path);
}

static void work(void* context, size_t index, unsigned worker) {
  Run* run = context;
  const WalkFile* input = &run->a->walk.files[index];
  if (cli_interrupted()) return;
  Result* result = calloc(1, sizeof *result);
  run->results[index] = result;
  if (result == NULL) return;
  Reader* reader = run->readers[worker];
  if (run->a->has_rows && run->a->is_folder) {
    work_own_table(run, input, reader, result);
    return;
  }
  FILE* stream = NULL;
  if (run->a->has_rows) {
    stream = run->is_direct ? run->out.stream : (result->spool = tmpfile());
    if (stream == NULL) {
      (void)snprintf(result->failure, CLI_TEXT, "no temporary file: %s", strerror(errno));
      return;
    }
  }
  Rows rows = {run->a, result, stream, run->with_file ? input->path : NULL, 0.0, run->is_direct};
  result->is_good = read_file(run, input, reader, &rows) == 0;
}

static int copy(FILE* from, FILE* to) {
  char buffer[65536];
  size_t n;
  if (fflush(from) != 0) return -1;
  rewind(from);
  while ((n = fread(buffer, 1, sizeof buffer, from)) > 0)
    if (fwrite(buffer, 1, n, to) != n) return -1;
  return ferror(from) != 0 ? -1 : 0;
}

static void fail(Run* run, const char* name, const char* sentence) {
  run->has_failed = true;
  if (name != NULL)
    cli_message("%s: %s", name, sentence);
  else
    cli_message("%s", sentence);
}

static void draw(Run* run, const WalkFile* input, const Result* result, const char* where,
                 PictureKind kind) {
  char error[CLI_TEXT] = "", stem[4096];
  if (where == NULL) return;
  char* path = NULL;
  if (output_is_folder(where)) {
    (void)snprintf(stem, sizeof stem, "%s%s", input->stem,
                   kind == PICTURE_ATTENTION ? "-attention" : "");
    path = output_path_below(where, stem, "png", error, sizeof error);
  } else {
    path = strdup(where);
  }
  const char* slash = strrchr(input->path, '/');
  if (path == NULL || picture_write(path, kind, slash != NULL ? slash + 1 : input->path,
                                    model_info(run->a->reading.model)->name, result->info.rate,
                                    result->estimates, result->n, error, sizeof error) != 0)
    fail(run, NULL, error[0] != '\0' ? error : "out of memory");
  free(path);
}

static void put_rows(Run* run, Result* result) {
  if (result->spool == NULL) return;
  FILE* out = run->out.stream;
  if (run->a->is_json)
    (void)fputs(run->n_written > 0 ? ",\n" : "\n", out);
  else if (run->n_written == 0)
    table_csv_header(out, run->with_file);
  if (copy(result->spool, out) != 0) fail(run, "the rows cannot be written", strerror(errno));
}

static void finish(void* context, size_t index) {
  Run* run = context;
  const WalkFile* input = &run->a->walk.files[index];
  Result* result = run->results[index];
  if (result == NULL) {
    if (!cli_interrupted()) fail(run, input->path, "out of memory");
    return;
  }
  run->results[index] = NULL;
  if (cli_interrupted()) {
    // Half of a file's rows are no result.
  } else if (!result->is_good) {
    fail(run, input->path, result->failure);
  } else {
    put_rows(run, result);
    ++run->n_written;
    if (run->a->has_summary) {
      progress_pause();
      table_summary(stdout, input->path, &result->info, &result->summary);
      (void)fflush(stdout);
      progress_resume();
    }
    draw(run, input, result, run->a->plot, PICTURE_TIMECOURSE);
    draw(run, input, result, run->a->attention, PICTURE_ATTENTION);
  }
  if (result->spool != NULL) (void)fclose(result->spool);
  free(result->estimates);
  free(result);
}

/// The one table is complete: put it into its place, if there is anything in it.
static void close_table(Run* run) {
  char error[CLI_TEXT];
  if (run->out.stream == NULL) return;
  if (cli_interrupted() || run->n_written == 0) {
    output_abandon(&run->out);
    return;
  }
  if (run->a->is_json) json_end(run->out.stream);
  if (output_commit(&run->out, error, sizeof error) != 0) fail(run, NULL, error);
}

int analyze_run(const Analysis* analysis) {
  Run run;
  memset(&run, 0, sizeof run);
  run.a = analysis;
  const size_t n = analysis->walk.n;
  const unsigned threads = analysis->jobs > n && n > 0 ? (unsigned)n : analysis->jobs;
  char error[CLI_TEXT] = "out of memory";
  bool is_ready = false;
  run.with_file = !analysis->is_folder && (n > 1 || analysis->walk.has_folder);
  // A single file's rows appear as they are made, also at the end of a pipe.
  run.is_direct = n == 1 && !analysis->is_json;
  run.readers = calloc(threads, sizeof(Reader*));
  run.results = calloc(n + 1, sizeof(Result*));
  if (run.readers == NULL || run.results == NULL) goto out;
  for (unsigned i = 0; i < threads; ++i)
    if ((run.readers[i] = reader_new(&analysis->reading)) == NULL) goto out;
  if (analysis->has_rows && !analysis->is_folder) {
    if (output_open(&run.out, analysis->output, error, sizeof error) != 0) goto out;
    if (analysis->is_json) json_begin(run.out.stream, analysis);
  }
  is_ready = true;
  progress_begin(analysis->walk.size, analysis->is_quiet);
  const Pool pool = {cli_task(analysis->is_quiet), work, finish, NULL, &run};
  if (ordered_pool_run(&pool, n, threads) < 0)
    fail(&run, NULL, "no thread could be started; try --jobs=1");
  progress_end();
  close_table(&run);
out:
  if (!is_ready) fail(&run, NULL, error);
  for (unsigned i = 0; run.readers != NULL && i < threads; ++i)
    reader_free(run.readers[i]);
  free(run.readers);
  free(run.results);
  if (cli_interrupted()) return CLI_INTERRUPTED;
  return run.has_failed || analysis->walk.has_failed ? CLI_FAILED : CLI_OK;
}
