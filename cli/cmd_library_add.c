// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library add`: its command line.  The work is in library_add.c.
#include "cli/library_add.h"
#include "cli/library_cli.h"
#include "library/scan.h"
#include "text/number.h"

#include <errno.h>
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
    "      --list=FILE    read more paths from FILE, one a line ('-': standard input)\n"
    "      --retry        try again what could not be read before\n"
    "  -j, --jobs=N       files at once (default: all processors)\n"
    "  -q, --quiet        no progress bar and no report\n"
    "  -h, --help         show this\n"
    "\n"
    "May be stopped at any time (Ctrl-C, even a power cut): each song is in whole or not at all,\n"
    "and the same command goes on from there.  A file that was renamed keeps its reading; copies\n"
    "of one sound are one song.  Songs whose files are gone stay out of searches until they are\n"
    "back, or 'library remove --missing' forgets them.\n"
    "Exit status: 0 all done, 1 some file failed, 2 wrong usage, 130 interrupted.\n";

/// Make the paths absolute; those without a folder are reported and dropped.
static int make_absolute(Inputs* inputs) {
  size_t kept = 0;
  for (size_t i = 0; i < inputs->n; ++i) {
    Input* input = &inputs->items[i];
    char* path = scan_absolute(input->path);
    if (path == NULL) {
      if (errno == ENOMEM) return -1;
      cli_message("%s: %s", input->path, strerror(errno));
      inputs->has_failed = true;
      free(input->path);
      free(input->stem);
      continue;
    }
    free(input->path);
    input->path = path;
    inputs->items[kept++] = *input;
  }
  inputs->n = kept;
  return 0;
}

/// Note what is gone from the folders and files that were named.  \return 0, or -1 (reported)
static int note_missing(Store* store, int n, char** named, bool is_quiet) {
  char error[CLI_TEXT];
  long missing = 0;
  for (int i = 0; i < n; ++i) {
    char* path = scan_absolute(named[i]);
    const long more = path != NULL ? scan_missing(store, path, error, sizeof error) : 0;
    free(path);
    if (more < 0) {
      cli_message("%s", error);
      return -1;
    }
    missing += more;
  }
  if (missing > 0 && !is_quiet)
    (void)printf("%ld file%s not there any more.\n", missing, missing == 1 ? " is" : "s are");
  return 0;
}

int library_add(int argc, char** argv) {
  enum { DB = 256, STATIC, LIST, RETRY };
  static const struct option options[] = {{"db", required_argument, NULL, DB},
                                          {"model", required_argument, NULL, 'm'},
                                          {"static", required_argument, NULL, STATIC},
                                          {"list", required_argument, NULL, LIST},
                                          {"retry", no_argument, NULL, RETRY},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
  LibraryAdd add;
  memset(&add, 0, sizeof add);
  add.reading.gate = -60.0;
  add.reading.block = 4096;
  add.jobs = cli_processors();
  const char *db = NULL, *model = NULL, *whole = NULL, *list = NULL;
  char error[CLI_TEXT];
  unsigned long count = 0;
  int status = CLI_FAILED, option;
  while ((option = getopt_long(argc, argv, "m:j:qh", options, NULL)) != -1) {
    switch (option) {
    case DB:
      db = optarg;
      break;
    case 'm':
      model = optarg;
      break;
    case STATIC:
      whole = optarg;
      break;
    case LIST:
      list = optarg;
      break;
    case RETRY:
      add.retry = true;
      break;
    case 'j':
      if (!count_in(optarg, 1, 256, &count))
        return cli_usage("library add", "'%s' is not a value for this option", optarg);
      add.jobs = (unsigned)count;
      break;
    case 'q':
      add.is_quiet = true;
      break;
    case 'h':
      (void)fputs(help, stdout);
      return CLI_OK;
    default:
      return cli_usage("library add", "that option is not known or lacks its value");
    }
  }
  if (model != NULL && whole != NULL)
    return cli_usage("library add", "readings are by --model or by --static, not by both");
  if (optind == argc && list == NULL)
    return cli_usage("library add", "no folder or sound file is named");
  for (int i = optind; i < argc; ++i)
    if (strcmp(argv[i], "-") == 0)
      return cli_usage("library add", "standard input is no file to come back to");
  // Before any thread and before the library is open: it forks.
  add.tags = tags_open();
  if (add.tags == NULL)
    cli_message("tags cannot be read (%s): titles are taken from file names", strerror(errno));
  for (int i = optind; i < argc; ++i)
    if (inputs_add(&add.inputs, argv[i]) != 0) {
      cli_message("out of memory");
      goto out;
    }
  if (list != NULL && inputs_add_list(&add.inputs, list, error, sizeof error) != 0) {
    cli_message("%s", error);
    goto out;
  }
  if (make_absolute(&add.inputs) != 0) {
    cli_message("out of memory");
    goto out;
  }
  if (whole != NULL)
    add.whole = static_reading_model(whole, error, sizeof error);
  else
    add.reading.model = reading_model(model, error, sizeof error);
  if (add.whole == NULL && add.reading.model == NULL) {
    cli_message("%s", error);
    goto out;
  }
  add.store = library_open(db, STORE_CREATE);
  if (add.store == NULL) goto out;
  cli_catch_signals();
  if (note_missing(add.store, argc - optind, argv + optind, add.is_quiet) != 0) goto out;
  status = library_add_run(&add);
  if (status == CLI_OK && add.inputs.has_failed) status = CLI_FAILED;
out:
  store_close(add.store);
  static_close(add.whole);
  model_unref(add.reading.model);
  inputs_free(&add.inputs);
  tags_close(add.tags);
  return status;
}
