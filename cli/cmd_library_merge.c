// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library merge`: copies songs and readings from another library.
#include "cli/library_cli.h"
#include "library/copies.h"

#include <stdio.h>
#include <stdlib.h>

static const OptionGroup groups[] = {{library_db_options, 0}, {NULL, 0}};

static const OptionCommand command = {
    "circumplex library merge",
    "[OPTION]... OTHER.db...",
    "Copy songs, files and readings from other libraries, which are not changed. Entries that this "
    "library already has are not changed either, except readings by an earlier version.",
    groups,
    NULL,
    0};

/// Mark songs of the other library that this one has in another format.  \return how many, or -1
static long find_copies(Store* store, int64_t after, char* error, size_t error_size) {
  StoreModel* models = NULL;
  long n = 0;
  const long n_models = store_models(store, &models, error, error_size);
  for (long i = 0; n >= 0 && i < n_models; ++i) {
    const long found = models[i].is_static
                           ? 0
                           : copies_look_behind(store, models[i].hash, after, error, error_size);
    n = found < 0 ? -1 : n + found;
  }
  free(models);
  return n_models < 0 ? -1 : n;
}

/// Merge one library into this one.  \return false on failure (reported)
static bool merge(Store* store, const char* path) {
  char error[CLI_TEXT];
  const int64_t before = store_last_song(store);
  const long songs = store_merge(store, path, error, sizeof error);
  const long copies = songs > 0 ? find_copies(store, before, error, sizeof error) : 0;
  if (songs < 0 || copies < 0) {
    cli_message("%s", error);
    return false;
  }
  printf("%ld song%s taken over", songs, songs == 1 ? "" : "s");
  if (copies > 0) printf("; %ld known in another format", copies);
  printf(".\n");
  return true;
}

/// \return whether all others are libraries (reported if not)
static bool are_libraries(int n, char** paths) {
  char error[CLI_TEXT];
  bool are_good = true;
  for (int i = 0; i < n; ++i) {
    Store* other = store_open(paths[i], STORE_READ, error, sizeof error);
    if (!other) cli_message("%s", error);
    are_good = are_good && other;
    store_close(other);
  }
  return are_good;
}

int library_merge(int argc, char** argv) {
  LibraryOptions options;
  int first = 0;
  int status = library_options(&command, argc, argv, &options, &first);
  if (status >= 0) return status;
  if (first == argc) return cli_usage("library merge", "no other library is named");
  // Check first, so that no new library is created in vain.
  if (!are_libraries(argc - first, argv + first)) return CLI_FAILED;
  Store* store = library_open(options.db, STORE_CREATE);
  if (!store) return CLI_FAILED;
  status = CLI_OK;
  for (int i = first; i < argc; ++i)
    if (!merge(store, argv[i])) status = CLI_FAILED;
  store_close(store);
  return status;
}
