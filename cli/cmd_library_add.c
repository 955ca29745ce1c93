// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library add`: its command line.  The work is in library/ingest.c.
#include "cli/file_options.h"
#include "cli/library_cli.h"
#include "cli/progress.h"
#include "library/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_part(size_t n, const char* one, const char* many) {
  if (n > 0) printf("; %zu %s", n, n == 1 ? one : many);
}

static void report(const IngestReport* r) {
  if (r->missing > 0)
    printf("%zu file%s not there any more.\n", r->missing, r->missing == 1 ? " is" : "s are");
  printf("%zu song%s read", r->read, r->read == 1 ? "" : "s");
  if (r->in_part > 0) printf(" (%zu in part)", r->in_part);
  put_part(r->alike, "of them is known in another format", "of them are known in other formats");
  put_part(r->copies, "copy", "copies");
  put_part(r->renamed, "file renamed", "files renamed");
  put_part(r->failed, "file failed", "files failed");
  put_part(r->as_before, "file as before", "files as before");
  printf(".\n");
  if (r->before > 0)
    printf("Of these, %zu could not be read before and were not tried again (--retry does; "
           "'circumplex library list --failed' says why).\n",
           r->before);
  if (r->skipped[0] != '\0') printf("In folders: %s.\n", r->skipped);
}

/// Add, and print a summary.  \return an exit status
static int run(const IngestRequest* request, bool is_quiet) {
  char error[CLI_TEXT] = "";
  IngestReport r;
  cli_catch_signals();
  const IngestStatus status = ingest(request, cli_task(is_quiet), &r, error, sizeof error);
  progress_end();
  const size_t added = r.read + r.copies + r.renamed;
  switch (status) {
  case INGEST_STOPPED:
  case INGEST_HANGS:
    cli_message("stopped; %zu %s added, and the same command resumes here", added,
                added == 1 ? "song was" : "songs were");
    if (status == INGEST_HANGS) cli_leave(CLI_INTERRUPTED);
    return CLI_INTERRUPTED;
  case INGEST_FAILED:
    cli_message("%s", error);
    return CLI_FAILED;
  case INGEST_DONE:
    break;
  }
  if (!is_quiet) report(&r);
  return r.failed > 0 || r.in_part > 0 || r.has_skipped ? CLI_FAILED : CLI_OK;
}

typedef struct {
  IngestRequest request;
  FileOptions files;
} AddCommand;

static const Option add_options[] = {
    LIBRARY_DB_OPTION(AddCommand, request.library),
    {"model", 'm', "MODEL",
     "a model's name or file (default: $CIRCUMPLEX_MODEL, else the installed one)", option_text,
     offsetof(AddCommand, request.model), 0.0, 0.0},
    {"static", 0, "MODEL", "whole-song readings by a static model ('tnn', or a file) instead",
     option_text, offsetof(AddCommand, request.static_model), 0.0, 0.0},
    {"retry", 0, NULL, "try files again that could not be read before", option_flag,
     offsetof(AddCommand, request.retry), 0.0, 0.0},
    {"rescan", 0, NULL,
     "read every file again, even if its size and time have not changed, for example after a "
     "program edited tags in place",
     option_flag, offsetof(AddCommand, request.rescan), 0.0, 0.0},
    {.name = NULL}};

static const OptionGroup groups[] = {
    {add_options, 0}, {file_options, offsetof(AddCommand, files)}, {NULL, 0}};

static const OptionCommand command = {
    "circumplex library add",
    "[OPTION]... FOLDER|FILE...",
    "Read new and changed files in music folders, and store their readings in the library.",
    groups,
    "It can be stopped at any time (Ctrl-C, even a power cut): each song is stored completely or "
    "not at all, and the same command continues. A renamed file keeps its reading; copies of a "
    "sound are one song. What an earlier version read is read anew if it would be read otherwise "
    "today ('library list --models' counts it). Songs whose files are missing are left out of "
    "searches until the files are back; 'library remove --missing' removes them.\n"
    "Exit status: 0 all done, 1 some file failed, 2 wrong usage, 130 interrupted.",
    0};

int library_add(int argc, char** argv) {
  AddCommand c = {.request.gate = FILE_OPTIONS_GATE};
  IngestRequest* request = &c.request;
  int first = 0;
  const int status = options_read(&command, argc, argv, &c, &first);
  if (status >= 0) return status;
  if (request->model && request->static_model)
    return cli_usage("library add", "--model and --static cannot be combined");
  if (first == argc && !c.files.list)
    return cli_usage("library add", "no folder or sound file is named");
  for (int i = first; i < argc; ++i)
    if (strcmp(argv[i], "-") == 0)
      return cli_usage("library add", "standard input cannot be read again later; name a file");
  request->paths = (const char* const*)argv + first;
  request->n_paths = (size_t)(argc - first);
  request->list = c.files.list;
  request->walk = file_options_walk(&c.files);
  request->jobs = file_options_jobs(&c.files);
  return run(request, c.files.is_quiet);
}
