// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library add`: its command line.  The work is in library/ingest.c.
#include "cli/library_cli.h"
#include "cli/progress.h"
#include "library/ingest.h"
#include "text/number.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Usage: circumplex library add [OPTION]... FOLDER|FILE...\n"
    "Read what is new or changed in music folders and keep it in the library.\n"
    "\n"
    "      --db=FILE      the library (default: $XDG_DATA_HOME/circumplex/library.db)\n"
    "  -m, --model=MODEL  model file (default: the installed one, or $CIRCUMPLEX_MODEL)\n"
    "      --static=MODEL whole-song readings by a static model ('tnn', or a file), beside the "
    "others\n"
    "      --list=FILE    read more paths from FILE, one a line or ended by NUL, or an M3U\n"
    "                     ('-': standard input)\n"
    "      --retry        try again what could not be read before\n"
    "      --rescan       look at every file again, also where size and time are as they were: "
    "tags\n"
    "                     that a tool edited in place\n"
    "      --exclude=PATTERN\n"
    "                     leave out files and folders of that name (with *, ?, [...]), or of that\n"
    "                     path below the folder; may be given several times; a file\n"
    "                     .circumplexignore in a folder lists more of them\n"
    "      --video        read the sound of videos in folders too\n"
    "  -j, --jobs=N       files at once (default: all processors)\n"
    "  -q, --quiet        no progress bar and no report\n"
    "  -h, --help         show this\n"
    "\n"
    "May be stopped at any time (Ctrl-C, even a power cut): each song is stored completely or\n"
    "not at all, and the same command resumes there.  A file that was renamed keeps its reading;\n"
    "copies of one sound are one song.  Songs whose files are gone stay out of searches until they "
    "are\n"
    "back, or 'library remove --missing' forgets them.\n"
    "Exit status: 0 all done, 1 some file failed, 2 wrong usage, 130 interrupted.\n";

static void put_part(size_t n, const char* one, const char* many) {
  if (n > 0) (void)printf("; %zu %s", n, n == 1 ? one : many);
}

static void report(const IngestReport* r) {
  if (r->missing > 0)
    (void)printf("%zu file%s not there any more.\n", r->missing, r->missing == 1 ? " is" : "s are");
  (void)printf("%zu song%s read", r->read, r->read == 1 ? "" : "s");
  if (r->in_part > 0) (void)printf(" (%zu in part)", r->in_part);
  put_part(r->copies, "copy", "copies");
  put_part(r->renamed, "file renamed", "files renamed");
  put_part(r->failed, "file failed", "files failed");
  put_part(r->as_before, "file as before", "files as before");
  (void)printf(".\n");
  if (r->before > 0)
    (void)printf("Of these, %zu could not be read before and were not tried again (--retry does; "
                 "'circumplex library list --failed' says why).\n",
                 r->before);
  if (r->skipped[0] != '\0') (void)printf("In folders: %s.\n", r->skipped);
}

/// Do it, and say what came of it.  \return an exit status
static int run(const IngestRequest* request, bool is_quiet) {
  char error[CLI_TEXT] = "";
  IngestReport r;
  cli_catch_signals();
  const IngestStatus status = ingest(request, cli_task(is_quiet), &r, error, sizeof error);
  progress_end();
  switch (status) {
  case INGEST_STOPPED:
  case INGEST_HANGS:
    cli_message("stopped; %zu songs were added, and the same command resumes here",
                r.read + r.copies + r.renamed);
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

int library_add(int argc, char** argv) {
  enum { DB = 256, STATIC, LIST, RETRY, RESCAN, EXCLUDE, VIDEO };
  static const struct option options[] = {{"db", required_argument, NULL, DB},
                                          {"model", required_argument, NULL, 'm'},
                                          {"static", required_argument, NULL, STATIC},
                                          {"list", required_argument, NULL, LIST},
                                          {"retry", no_argument, NULL, RETRY},
                                          {"rescan", no_argument, NULL, RESCAN},
                                          {"exclude", required_argument, NULL, EXCLUDE},
                                          {"video", no_argument, NULL, VIDEO},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
  IngestRequest request = {.gate = -60.0, .jobs = cli_processors()};
  CliPatterns patterns = {.n = 0};
  bool is_quiet = false;
  unsigned long count = 0;
  int option;
  while ((option = getopt_long(argc, argv, "m:j:qh", options, NULL)) != -1) {
    bool is_good = true;
    switch (option) {
    case DB:
      request.library = optarg;
      break;
    case 'm':
      request.model = optarg;
      break;
    case STATIC:
      request.static_model = optarg;
      break;
    case LIST:
      request.list = optarg;
      break;
    case RETRY:
      request.retry = true;
      break;
    case RESCAN:
      request.rescan = true;
      break;
    case EXCLUDE:
      is_good = cli_add_pattern(&patterns, optarg);
      break;
    case VIDEO:
      request.walk.with_video = true;
      break;
    case 'j':
      is_good = count_in(optarg, 1, 256, &count);
      request.jobs = (unsigned)count;
      break;
    case 'q':
      is_quiet = true;
      break;
    case 'h':
      (void)fputs(help, stdout);
      return CLI_OK;
    default:
      return cli_usage("library add", "that option is not known or lacks its value");
    }
    if (!is_good) return cli_usage("library add", "'%s' is not a value for this option", optarg);
  }
  if (request.model != NULL && request.static_model != NULL)
    return cli_usage("library add", "readings are by --model or by --static, not by both");
  if (optind == argc && request.list == NULL)
    return cli_usage("library add", "no folder or sound file is named");
  for (int i = optind; i < argc; ++i)
    if (strcmp(argv[i], "-") == 0)
      return cli_usage("library add", "standard input is no file to come back to");
  request.paths = (const char* const*)argv + optind;
  request.n_paths = (size_t)(argc - optind);
  request.walk.exclude = patterns.patterns;
  request.walk.n_exclude = patterns.n;
  return run(&request, is_quiet);
}
