// SPDX-License-Identifier: GPL-3.0-or-later
// Analyses many sound files on several threads; writes the results in the order of the files.
#include "cli/analyze.h"

#include "cli/cli.h"
#include "cli/document.h"
#include "cli/plot_file.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "dsp/array.h"
#include "library/ordered_pool.h"
#include "text/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// The result of one file, from its analysis until its turn in the order.
typedef struct {
  FILE* spool; ///< its rows, or its JSON object, until then
  AudioInfo info;
  ReadingSummary summary;
  SideReading sides[SIDE_MODELS];
  Estimate* estimates; ///< kept only for pictures and documents
  size_t n, capacity;
  bool is_good;
  char shown[4096];       ///< the file's name as a terminal may show it
  char failure[CLI_TEXT]; ///< an error message without the file's name
} Result;

typedef struct {
  Analysis* a;
  const Task* task;
  Reader** readers; ///< [a->jobs]
  Result** results; ///< [walk.n], until written
  RowTable table;   ///< the table of all files, unless each file has its own
  size_t n_before;  ///< left out, because the output has them already
  size_t n_done, n_in_part, n_failed;
  bool with_file, is_direct, has_failed;
  bool is_shown; ///< rows go to a terminal
} AnalyzeRun;

/// The target of one file's rows.
typedef struct {
  const AnalyzeRun* run;
  Result* result;
  FILE* stream;     ///< NULL: nowhere
  RowTable* direct; ///< the table to which a stream's rows go at once; else NULL
  const char* file; ///< for the first column, or NULL
  double rate;
} FileRows;

static int keep(Result* result, const Estimate* estimate) {
  if (!ARRAY_GROW(result->estimates, result->n, result->capacity)) return -1;
  result->estimates[result->n++] = *estimate;
  return 0;
}

/// \return whether all of a file's estimates are needed at its end
static bool is_kept(const Analysis* a) {
  return a->plot || a->attention || row_format_is_document(a->format);
}

static int on_row(void* context, const Estimate* estimate) {
  FileRows* rows = context;
  const Analysis* a = rows->run->a;
  const size_t row = (size_t)rows->result->summary.hops - 1;
  if (is_kept(a) && keep(rows->result, estimate) != 0) {
    snprintf(rows->result->failure, CLI_TEXT, "out of memory");
    return -1;
  }
  if (!rows->stream || row_format_is_document(a->format)) return 0;
  if (a->format == ROWS_CSV) {
    // Whether a stream is complete is known only at its last row.
    if (rows->direct && rows->result->summary.hops > 1)
      row_table_end_row(rows->direct, rows->stream, true);
    else if (rows->direct)
      row_table_begin(rows->direct);
    table_csv_row(rows->stream, rows->file, rows->rate, estimate);
    side_csv(rows->stream, &a->sides, rows->result->sides, row);
    if (!rows->direct) fputc('\n', rows->stream);
  } else {
    fputs(rows->result->summary.hops > 1 ? ",\n  " : "\n  ", rows->stream);
    table_json_row(rows->stream, rows->rate, model_words(a->reading.model), estimate);
    side_json(rows->stream, &a->sides, rows->result->sides, row);
    fputc('}', rows->stream);
  }
  if (ferror(rows->stream) == 0) return 0;
  snprintf(rows->result->failure, CLI_TEXT, "the rows cannot be written: %s", strerror(errno));
  return -1;
}

static RowTable table_of(const Analysis* a) {
  const SideModel first = {.model = a->reading.model, .whole = a->sides.models[0].whole};
  return (RowTable){
      .format = a->format,
      .model_name = a->reading.model ? model_info(a->reading.model)->name : side_name(&first),
      .model_hash = a->reading.model ? model_hash(a->reading.model) : side_hash(&first),
      .has_course = a->reading.model != NULL,
      .sides = &a->sides};
}

/// Write the start of the object around a file's rows.
static void json_before(const Analysis* a, FILE* out, const char* path) {
  fputs("{\"file\": ", out);
  table_json_string(out, path);
  fputs(", ", out);
  const RowTable table = table_of(a);
  if (a->format == ROWS_JSONL) row_table_models(&table, out);
  fputs("\"rows\": [", out);
}

/// \param is_whole all models are static
static void json_after(FILE* out, const Result* r, bool is_whole) {
  fputs("],\n ", out);
  if (is_whole)
    fprintf(out, "\"rate\": %.9g, \"channels\": %u, \"duration_s\": %.9g, \"static\": true",
            r->info.rate, r->info.channels, (double)r->summary.samples / r->info.rate);
  else
    table_json_summary(out, &r->info, &r->summary);
  fprintf(out, ", \"complete\": %s", r->summary.damage[0] == '\0' ? "true" : "false");
  if (r->summary.damage[0] != '\0') {
    fputs(", \"damage\": ", out);
    table_json_string(out, r->summary.damage);
  }
  fputc('}', out);
}

static void put_document(const AnalyzeRun* run, const WalkFile* file, const FileRows* rows) {
  const Result* r = rows->result;
  Model* model = run->a->reading.model;
  const Document document = {.path = file->path,
                             .info = &r->info,
                             .summary = &r->summary,
                             .model_name = model_info(model)->name,
                             .model_hash = model_hash(model),
                             .estimates = r->estimates,
                             .n = r->n};
  if (run->a->format == ROWS_JAMS)
    document_jams(rows->stream, &document);
  else
    document_svl(rows->stream, &document);
}

/// Read a file with the models other than the first one.  \return 0, or -1 and an error message
static int read_sides(const AnalyzeRun* run, const WalkFile* file, Result* result, char* error,
                      size_t error_size) {
  const Analysis* a = run->a;
  for (size_t i = 0; i < a->sides.n; ++i)
    if (side_read(&a->sides.models[i], file->path, &a->raw, &a->reading, run->task,
                  &result->sides[i], error, error_size) != 0)
      return -1;
  return 0;
}

/// Write a file's only row, if all models are static: at the end of the sound.
static void put_whole(const Analysis* a, FileRows* rows) {
  Result* result = rows->result;
  const SideReading* first = &result->sides[0];
  ReadingSummary* s = &result->summary;
  result->info = first->info;
  s->samples = first->samples;
  s->hops = first->n;
  memcpy(s->damage, first->damage, sizeof s->damage);
  if (!rows->stream || first->n == 0) return;
  const double end = a->reading.from + (double)s->samples / first->info.rate;
  if (a->format == ROWS_CSV) {
    if (rows->file) table_csv_text(rows->stream, rows->file);
    fprintf(rows->stream, "%s%.9g", rows->file ? "," : "", end);
    side_csv(rows->stream, &a->sides, result->sides, 0);
    fputc('\n', rows->stream);
  } else {
    fprintf(rows->stream, "\n  {\"time_s\": %.9g", end);
    side_json(rows->stream, &a->sides, result->sides, 0);
    fputc('}', rows->stream);
  }
}

/// Read one file, its rows to \p rows->stream.  \return 0, or -1 and a message in the result
static int read_file(const AnalyzeRun* run, const WalkFile* file, Reader* reader, FileRows* rows) {
  Result* result = rows->result;
  const bool is_document = rows->stream && row_format_is_document(run->a->format);
  const bool is_json = rows->stream && !is_document && run->a->format != ROWS_CSV;
  char error[CLI_TEXT] = "";
  TaskFile done = {run->task, file->size, 0};
  int status = read_sides(run, file, result, error, sizeof error);
  if (status == 0 && is_json) json_before(run->a, rows->stream, file->path);
  if (status == 0 && !run->a->reading.model) {
    put_whole(run->a, rows);
    task_file_done(&done, 1.0);
  } else if (status == 0) {
    AudioFile* audio = audio_open(file->path, &run->a->raw, error, sizeof error);
    status = -1;
    if (audio) {
      result->info = *audio_info(audio);
      rows->rate = result->info.rate;
      status =
          reader_run(reader, audio, &done, on_row, rows, &result->summary, error, sizeof error);
    }
    audio_close(audio);
  }
  if (status == 0 && result->summary.hops == 0 && !cli_interrupted()) {
    snprintf(error, sizeof error, "%s one hop of 0.5 s%s%s",
             run->a->reading.model ? "is shorter than" : "is silent, or shorter than",
             result->summary.damage[0] != '\0' ? ": it " : "", result->summary.damage);
    status = -1;
  }
  if (status == 0 && is_json) json_after(rows->stream, result, !run->a->reading.model);
  if (status == 0 && is_document) put_document(run, file, rows);
  if (error[0] != '\0') snprintf(result->failure, CLI_TEXT, "%s", error);
  return cli_interrupted() ? -1 : status;
}

/// Read one file into a table of its own.
static void put_own_table(const AnalyzeRun* run, const WalkFile* file, Result* result) {
  const Analysis* a = run->a;
  RowTable table = table_of(a);
  const bool is_complete = result->summary.damage[0] == '\0';
  char* path = output_path_below(a->output, file->stem, row_table_extension(a->format),
                                 result->failure, CLI_TEXT);
  result->is_good = false;
  if (path && row_table_open(&table, path, a->force, result->failure, CLI_TEXT) == 0) {
    if (row_table_put(&table, result->spool, is_complete, result->failure, CLI_TEXT) == 0)
      result->is_good = row_table_close(&table, result->failure, CLI_TEXT) == 0;
    else
      output_abandon(&table.out);
  }
  free(path);
}

static void work(void* context, size_t index, unsigned worker) {
  AnalyzeRun* run = context;
  const WalkFile* file = &run->a->walk.files[index];
  if (cli_interrupted()) return;
  Result* result = calloc(1, sizeof *result);
  run->results[index] = result;
  if (!result) return;
  if (run->is_shown) utf8_clean(result->shown, sizeof result->shown, file->path);
  const char* name = run->is_shown ? result->shown : file->path;
  FileRows rows = {
      run, result, NULL, run->is_direct ? &run->table : NULL, run->with_file ? name : NULL, 0.0};
  if (run->a->has_rows) {
    rows.stream = run->is_direct ? run->table.out.stream : (result->spool = tmpfile());
    if (!rows.stream) {
      snprintf(result->failure, CLI_TEXT, "no temporary file: %s", strerror(errno));
      return;
    }
  }
  result->is_good = read_file(run, file, run->readers[worker], &rows) == 0;
  if (run->is_direct && result->summary.hops > 0)
    row_table_end_row(&run->table, rows.stream, result->summary.damage[0] == '\0');
  if (result->is_good && run->a->has_rows && run->a->is_folder) put_own_table(run, file, result);
}

static void fail(AnalyzeRun* run, const char* name, const char* text) {
  run->has_failed = true;
  if (cli_output_closed()) {
    cli_stop(); // the output is closed: end without a message
  } else if (name) {
    cli_message("%s: %s", name, text);
  } else {
    cli_message("%s", text);
  }
}

static void draw(AnalyzeRun* run, const WalkFile* file, const Result* result, const char* where,
                 PlotKind kind) {
  char error[CLI_TEXT] = "", stem[4096];
  if (!where) return;
  char* path = NULL;
  if (output_is_folder(where)) {
    snprintf(stem, sizeof stem, "%s%s", file->stem, kind == PLOT_ATTENTION ? "-attention" : "");
    path = output_path_below(where, stem, "png", error, sizeof error);
  } else {
    path = strdup(where);
  }
  const char* slash = strrchr(file->path, '/');
  if (!path ||
      plot_file_write(path, kind, slash ? slash + 1 : file->path,
                      model_info(run->a->reading.model)->name, model_words(run->a->reading.model),
                      result->info.rate, result->estimates, result->n, run->a->force, error,
                      sizeof error) != 0)
    fail(run, NULL, error[0] != '\0' ? error : "out of memory");
  free(path);
}

static void put_summary(const Analysis* a, const WalkFile* file, const Result* result) {
  char name[4096];
  utf8_clean(name, sizeof name, file->path);
  progress_pause();
  if (a->reading.model)
    table_summary(stdout, name, &result->info, &result->summary);
  else
    printf("%s:", name);
  side_summary(stdout, &a->sides, result->sides);
  fflush(stdout);
  progress_resume();
}

/// Write the file whose turn it is into the table, the summary and the pictures.
static void put_result(AnalyzeRun* run, const WalkFile* file, Result* result) {
  const bool is_complete = result->summary.damage[0] == '\0';
  char error[CLI_TEXT];
  ++run->n_done;
  if (!is_complete) {
    ++run->n_in_part;
    fail(run, file->path, result->summary.damage);
  }
  if (run->a->has_rows && !run->a->is_folder && !run->is_direct && !run->table.is_full &&
      row_table_put(&run->table, result->spool, is_complete, error, sizeof error) != 0)
    fail(run, NULL, error);
  if (run->a->has_summary) put_summary(run->a, file, result);
  draw(run, file, result, run->a->plot, PLOT_TIMECOURSE);
  draw(run, file, result, run->a->attention, PLOT_ATTENTION);
  if (run->a->has_summary && cli_output_closed()) cli_stop();
}

static void finish(void* context, size_t index) {
  AnalyzeRun* run = context;
  const WalkFile* file = &run->a->walk.files[index];
  Result* result = run->results[index];
  run->results[index] = NULL;
  if (!result) {
    if (!cli_interrupted()) fail(run, file->path, "out of memory");
    return;
  }
  if (result->is_good) {
    put_result(run, file, result);
  } else if (!cli_interrupted()) { // else the file was not read completely
    ++run->n_failed;
    fail(run, file->path, result->failure);
  }
  if (result->spool) fclose(result->spool);
  for (size_t i = 0; i < run->a->sides.n; ++i)
    side_reading_free(&result->sides[i]);
  free(result->estimates);
  free(result);
}

/// Which files of a folder still need a table.
typedef struct {
  const Analysis* a;
  RowTable table;
  char* other; ///< one with other columns or models, if there is one
} FolderFilter;

/// \return whether the output folder holds no table of the file
static bool has_no_table(void* context, const WalkFile* file) {
  FolderFilter* f = context;
  char error[CLI_TEXT];
  char* path = output_path_below(f->a->output, file->stem, row_table_extension(f->a->format), error,
                                 CLI_TEXT);
  const bool is_there = path && access(path, F_OK) == 0;
  if (is_there && !f->other && !row_table_is_alike(&f->table, path))
    f->other = path;
  else
    free(path);
  return !is_there;
}

/// Open the table, or continue an earlier one.  \return 0, or -1 and an error message
static int open_table(AnalyzeRun* run, char* error, size_t error_size) {
  Analysis* a = run->a;
  if (!a->has_rows) return 0;
  if (a->is_folder) {
    FolderFilter filter = {.a = a, .table = table_of(a)};
    if (a->is_resumed) walk_filter(&a->walk, has_no_table, &filter);
    if (filter.other)
      snprintf(error, error_size, "%s: has other columns or models; name another output",
               filter.other);
    const int status = filter.other ? -1 : 0;
    free(filter.other);
    return status;
  }
  const bool is_file = a->output && strcmp(a->output, "-") != 0;
  RowTable* t = &run->table;
  *t = table_of(a);
  t->with_file = run->with_file;
  if (a->is_resumed && is_file)
    return row_table_resume(t, a->output, &a->walk, a->force, error, error_size);
  return row_table_open(t, a->output, a->force, error, error_size);
}

static void report(const AnalyzeRun* run) {
  char skipped[512];
  const Analysis* a = run->a;
  if (a->is_quiet || !a->walk.has_folder || cli_interrupted()) return;
  walk_report(&a->walk, skipped, sizeof skipped);
  char part[32] = "", before[48] = "", failed[32] = "";
  if (run->n_before > 0)
    snprintf(before, sizeof before, ", %zu in the output already", run->n_before);
  if (run->n_in_part > 0) snprintf(part, sizeof part, " (%zu in part)", run->n_in_part);
  if (run->n_failed > 0) snprintf(failed, sizeof failed, ", %zu failed", run->n_failed);
  cli_message("%zu file%s read%s%s%s%s%s", run->n_done, run->n_done == 1 ? "" : "s", part, before,
              failed, skipped[0] != '\0' ? "; " : "", skipped);
}

/// \return 0, or -1 and an error message; 1: a file hangs
static int read_all(AnalyzeRun* run, unsigned threads, char* error, size_t error_size) {
  const size_t n = run->a->walk.n;
  const Pool pool = {run->task, work, finish, NULL, run};
  snprintf(error, error_size, "out of memory");
  run->readers = calloc(threads, sizeof(Reader*));
  run->results = calloc(n + 1, sizeof(Result*));
  if (!run->readers || !run->results) return -1;
  for (unsigned i = 0; i < threads; ++i)
    if (!(run->readers[i] = reader_new(&run->a->reading))) return -1;
  progress_begin(run->a->walk.size, run->a->is_quiet);
  const int status = ordered_pool_run(&pool, n, threads);
  progress_end();
  if (status < 0) snprintf(error, error_size, "no thread could be started; try --jobs=1");
  return status;
}

int analyze_run(Analysis* analysis) {
  // Not on the stack: a thread that hangs outlives this call.
  static AnalyzeRun run;
  char error[CLI_TEXT];
  const Walk* walk = &analysis->walk;
  run = (AnalyzeRun){.a = analysis, .task = cli_task(analysis->is_quiet)};
  run.with_file = !analysis->is_folder && (walk->n > 1 || walk->has_folder);
  run.is_shown = !analysis->output && isatty(STDOUT_FILENO) == 1;
  // A stream's rows are written at once, also into a pipe.
  run.is_direct = analysis->reading.model && walk->n == 1 &&
                  strcmp(walk->files[0].path, "-") == 0 && analysis->format == ROWS_CSV &&
                  analysis->has_rows && !analysis->is_folder && !analysis->output;
  const size_t n_given = walk->n;
  int status = open_table(&run, error, sizeof error);
  if (status == 0) run.n_before = n_given - walk->n;
  const unsigned threads =
      analysis->jobs > walk->n && walk->n > 0 ? (unsigned)walk->n : analysis->jobs;
  if (status == 0) status = read_all(&run, threads, error, sizeof error);
  if (status < 0) fail(&run, NULL, error);
  const size_t n_kept = run.table.n;
  if (row_table_close(&run.table, error, sizeof error) != 0) fail(&run, NULL, error);
  if (status == 1) cli_leave(CLI_INTERRUPTED);
  report(&run);
  if (cli_interrupted() && !cli_output_closed() && n_kept > 0 && analysis->output)
    cli_message("stopped; the rows of %zu file%s are in %s, and --resume continues", n_kept,
                n_kept == 1 ? "" : "s", analysis->output);
  for (unsigned i = 0; run.readers && i < threads; ++i)
    reader_free(run.readers[i]);
  free(run.readers);
  free(run.results);
  if (cli_interrupted()) return CLI_INTERRUPTED;
  return run.has_failed || walk->has_failed ? CLI_FAILED : CLI_OK;
}
