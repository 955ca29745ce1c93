// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library merge`: take over what another library holds.
#include "cli/library_cli.h"

#include <stdio.h>

static const OptionGroup groups[] = {{library_db_options, 0}, {NULL, 0}};

static const OptionCommand command = {
    "circumplex library merge",
    "[OPTION]... OTHER.db...",
    "Take over songs, files and readings from other libraries, which are only read. What this one "
    "has already stays as it is.",
    groups,
    NULL,
    false};

int library_merge(int argc, char** argv) {
  LibraryOptions options;
  char error[CLI_TEXT];
  int first = 0;
  int status = library_options(&command, argc, argv, &options, &first);
  if (status >= 0) return status;
  if (first == argc) return cli_usage("library merge", "no other library is named");
  Store* store = library_open(options.db, STORE_CREATE);
  if (store == NULL) return CLI_FAILED;
  status = CLI_OK;
  for (int i = first; i < argc; ++i) {
    const long songs = store_merge(store, argv[i], error, sizeof error);
    if (songs < 0) {
      cli_message("%s", error);
      status = CLI_FAILED;
    } else {
      (void)printf("%ld song%s taken over.\n", songs, songs == 1 ? "" : "s");
    }
  }
  store_close(store);
  return status;
}
