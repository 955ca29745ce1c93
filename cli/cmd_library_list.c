// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library list` and `export`: lists the songs of the library.
#include "cli/library_rows.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const OptionGroup list_groups[] = {
    {library_list_options, 0},  {library_limit_options, 0}, {library_filter_options, 0},
    {library_model_options, 0}, {library_m3u_options, 0},   {library_path_options, 0},
    {library_json_options, 0},  {library_db_options, 0},    {NULL, 0}};

static const OptionCommand list_command = {
    "circumplex library list",
    "[OPTION]... [WORD]...",
    "List the songs in the library, or those whose title, artist, album or path has all WORDs.",
    list_groups,
    NULL,
    0};

static const OptionGroup export_groups[] = {{library_m3u_options, 0},    {library_csv_options, 0},
                                            {library_export_options, 0}, {library_limit_options, 0},
                                            {library_filter_options, 0}, {library_model_options, 0},
                                            {library_db_options, 0},     {NULL, 0}};

static const OptionCommand export_command = {
    "circumplex library export",
    "--m3u=FILE|--csv=FILE|--json=FILE [OPTION]... [WORD]...",
    "Write songs to a playlist or a table; options and WORDs choose them as in 'list'.",
    export_groups,
    NULL,
    0};

static int put_file(void* context, const StoreRow* row) {
  const LibraryOptions* options = context;
  char text[4096], failure[CLI_TEXT];
  if (options->form == FORM_PATHS || options->form == FORM_PATHS0) {
    library_rows_path(row->path, options->form);
    return 0;
  }
  utf8_clean(text, sizeof text, row->path);
  utf8_clean(failure, sizeof failure,
             options->copies    ? row->original
             : options->damaged ? row->damage
                                : row->failure);
  printf("%s%s%s\n", text,
         failure[0] == '\0' ? ""
         : options->copies  ? ": copy of "
                            : ": ",
         failure);
  return 0;
}

static int list_files(const LibraryOptions* options) {
  char error[CLI_TEXT];
  LibraryOptions copy = *options;
  Store* store = library_open(options->db, STORE_READ);
  if (!store) return CLI_FAILED;
  const StoreRows which = options->failed    ? ROWS_FAILED
                          : options->copies  ? ROWS_COPIES
                          : options->damaged ? ROWS_DAMAGED
                                             : ROWS_MISSING;
  const int status = store_each_file(store, which, 0, NULL, put_file, &copy, error, sizeof error);
  if (status != 0) cli_message("%s", error);
  store_close(store);
  return status == 0 ? CLI_OK : CLI_FAILED;
}

static int list_models(const LibraryOptions* options) {
  char error[CLI_TEXT];
  StoreModel* models = NULL;
  Store* store = library_open(options->db, STORE_READ);
  if (!store) return CLI_FAILED;
  const long n = store_models(store, &models, error, sizeof error);
  if (n < 0) cli_message("%s", error);
  for (long i = 0; i < n; ++i) {
    const StoreModel* m = &models[i];
    printf("%s  %-20s %7zu song%s%s", m->hash, m->name, m->songs, m->songs == 1 ? "" : "s",
           m->is_static ? "  (static)" : "");
    if (m->outdated > 0) printf("  (%zu by an earlier version)", m->outdated);
    putchar('\n');
  }
  free(models);
  store_close(store);
  return n >= 0 ? CLI_OK : CLI_FAILED;
}

int library_list(int argc, char** argv) {
  LibraryOptions options;
  Store* store = NULL;
  size_t n = 0;
  int first = 0;
  int status = library_options(&list_command, argc, argv, &options, &first);
  if (status >= 0) return status;
  if (options.failed + options.missing + options.damaged + options.copies + options.models > 1)
    return cli_usage("library list",
                     "give only one of --failed, --damaged, --missing, --copies and --models");
  if ((options.failed || options.missing || options.damaged || options.copies || options.models) &&
      (first < argc || options.form == FORM_JSON || options.m3u ||
       (options.models && options.form != FORM_TABLE)))
    return cli_usage("library list",
                     "--failed, --damaged, --missing, --copies and --models list no "
                     "songs: only --paths can be combined with the first four");
  if (options.failed || options.missing || options.damaged || options.copies)
    return list_files(&options);
  if (options.models) return list_models(&options);
  status = CLI_FAILED;
  Loaded* loaded = library_load(&options, LOAD_FACTS, &store);
  LibraryRow* rows = NULL;
  if (loaded)
    status =
        library_choose(&options, "library list", loaded, argc - first, argv + first, &rows, &n);
  if (rows) status = library_rows_write(&options, loaded, rows, n);
  free(rows);
  loaded_free(loaded);
  store_close(store);
  return status;
}

static int is_stdout(const char* path) {
  return path && strcmp(path, "-") == 0;
}

int library_export(int argc, char** argv) {
  LibraryOptions options;
  Store* store = NULL;
  size_t n = 0;
  int first = 0;
  int status = library_options(&export_command, argc, argv, &options, &first);
  if (status >= 0) return status;
  if (!options.m3u && !options.csv && !options.json)
    return cli_usage("library export", "--m3u=FILE, --csv=FILE or --json=FILE is needed");
  if (is_stdout(options.m3u) + is_stdout(options.csv) + is_stdout(options.json) > 1)
    return cli_usage("library export", "standard output takes one of them, not several");
  status = CLI_FAILED;
  Loaded* loaded = library_load(&options, LOAD_FACTS, &store);
  LibraryRow* rows = NULL;
  if (loaded)
    status =
        library_choose(&options, "library export", loaded, argc - first, argv + first, &rows, &n);
  if (rows) {
    status = CLI_OK;
    if (options.m3u) status = library_rows_m3u(options.m3u, loaded, rows, n);
    if (options.csv && library_rows_csv(options.csv, !options.no_guard, loaded, rows, n) != CLI_OK)
      status = CLI_FAILED;
    if (options.json && library_rows_json_file(options.json, loaded, rows, n) != CLI_OK)
      status = CLI_FAILED;
  }
  free(rows);
  loaded_free(loaded);
  store_close(store);
  return status;
}
