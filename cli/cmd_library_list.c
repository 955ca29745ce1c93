// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library list` and `export`: what is in the library.
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
    false};

static const OptionGroup export_groups[] = {{library_m3u_options, 0},
                                            {library_csv_options, 0},
                                            {library_limit_options, 0},
                                            {library_filter_options, 0},
                                            {library_model_options, 0},
                                            {library_db_options, 0},
                                            {NULL, 0}};

static const OptionCommand export_command = {
    "circumplex library export",
    "--m3u=FILE|--csv=FILE [OPTION]... [WORD]...",
    "Write songs to a playlist or a table; options and WORDs choose them as in 'list'.",
    export_groups,
    NULL,
    false};

/// Ask for what the options and words choose.  \return CLI_OK, CLI_FAILED or CLI_USAGE (reported)
static int choose(LibraryOptions* options, const char* command, const Loaded* loaded, int words,
                  char** word, LibraryRow** rows, size_t* n) {
  QueryResult result = {.n = 0};
  if (!library_add_words(&options->query, words, word))
    return cli_usage(command, "these are too many words");
  options->query.limit = options->limit;
  QueryIndex* index = library_index_of(loaded);
  int status = CLI_FAILED;
  if (index != NULL && library_ask(index, &options->query, &result) == 0) status = CLI_OK;
  if (status == CLI_OK) {
    *rows = library_rows_of(&result, false, false);
    *n = result.n;
    status = *rows != NULL ? CLI_OK : CLI_FAILED;
  }
  query_result_clear(&result);
  query_index_free(index);
  return status;
}

static int put_file(void* context, const StoreRow* row) {
  const LibraryOptions* options = context;
  char text[4096], failure[CLI_TEXT];
  if (options->form == FORM_PATHS || options->form == FORM_PATHS0) {
    library_rows_path(row->path, options->form);
    return 0;
  }
  utf8_clean(text, sizeof text, row->path);
  utf8_clean(failure, sizeof failure, options->damaged ? row->damage : row->failure);
  (void)printf("%s%s%s\n", text, failure[0] != '\0' ? ": " : "", failure);
  return 0;
}

static int list_files(const LibraryOptions* options) {
  char error[CLI_TEXT];
  LibraryOptions copy = *options;
  Store* store = library_open(options->db, STORE_READ);
  if (store == NULL) return CLI_FAILED;
  const StoreRows which = options->failed    ? ROWS_FAILED
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
  if (store == NULL) return CLI_FAILED;
  const long n = store_models(store, &models, error, sizeof error);
  if (n < 0) cli_message("%s", error);
  for (long i = 0; i < n; ++i)
    (void)printf("%s  %-20s %7zu songs%s\n", models[i].hash, models[i].name, models[i].songs,
                 models[i].is_static ? "  (static)" : "");
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
  if (options.failed + options.missing + options.damaged + options.models > 1)
    return cli_usage("library list", "--failed, --damaged, --missing and --models are four lists");
  if ((options.failed || options.missing || options.damaged || options.models) &&
      (first < argc || options.form == FORM_JSON || options.m3u != NULL ||
       (options.models && options.form != FORM_TABLE)))
    return cli_usage("library list", "--failed, --damaged, --missing and --models list no songs: "
                                     "only --paths goes with the first three");
  if (options.failed || options.missing || options.damaged) return list_files(&options);
  if (options.models) return list_models(&options);
  status = CLI_FAILED;
  Loaded* loaded = library_load(&options, LOAD_FACTS, &store);
  LibraryRow* rows = NULL;
  if (loaded != NULL)
    status = choose(&options, "library list", loaded, argc - first, argv + first, &rows, &n);
  if (rows != NULL) status = library_rows_write(&options, loaded, rows, n);
  free(rows);
  loaded_free(loaded);
  store_close(store);
  return status;
}

int library_export(int argc, char** argv) {
  LibraryOptions options;
  Store* store = NULL;
  size_t n = 0;
  int first = 0;
  int status = library_options(&export_command, argc, argv, &options, &first);
  if (status >= 0) return status;
  if (options.m3u == NULL && options.csv == NULL)
    return cli_usage("library export", "say --m3u=FILE or --csv=FILE");
  if (options.m3u != NULL && options.csv != NULL && strcmp(options.m3u, "-") == 0 &&
      strcmp(options.csv, "-") == 0)
    return cli_usage("library export", "standard output takes a playlist or a table, not both");
  status = CLI_FAILED;
  Loaded* loaded = library_load(&options, LOAD_FACTS, &store);
  LibraryRow* rows = NULL;
  if (loaded != NULL)
    status = choose(&options, "library export", loaded, argc - first, argv + first, &rows, &n);
  if (rows != NULL) {
    status = CLI_OK;
    if (options.m3u != NULL) status = library_rows_m3u(options.m3u, loaded, rows, n);
    if (options.csv != NULL &&
        library_rows_csv(options.csv, !options.no_guard, loaded, rows, n) != CLI_OK)
      status = CLI_FAILED;
  }
  free(rows);
  loaded_free(loaded);
  store_close(store);
  return status;
}
