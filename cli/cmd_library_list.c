// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// `circumplex library list` and `export`: what is in the library.
#include "cli/library_rows.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char list_help[] =
    "Usage: circumplex library list [OPTION]... [WORD]...\n"
    "List the songs in the library, or those whose title, artist, album or path has all WORDs.\n"
    "\n"
    "      --db=FILE            the library (default: $XDG_DATA_HOME/circumplex/library.db)\n"
    "  -m, --model=MODEL        readings by this model: a name, a hash or a file (default: the "
    "one\n"
    "                           with the most songs)\n"
    "      --static=MODEL       whole-song readings by this static model ('tnn')\n"
    "      --sort=KEY           artist (default), title, valence, arousal, duration or id\n"
    "  -n, --limit=N            at most N songs\n" LIBRARY_FILTERS_HELP
    "      --m3u=FILE           write them to a playlist too ('-': only that, to standard output)\n"
    "      --paths, -0, --null  paths alone, one a line or each ended by a NUL\n"
    "      --json               as JSON\n"
    "      --failed             files that could not be read, and why\n"
    "      --damaged            files that are cut or damaged and were read in part\n"
    "      --missing            files that are not there any more\n"
    "      --models             models in the library\n"
    "  -h, --help               show this\n";

static const char export_help[] =
    "Usage: circumplex library export --m3u=FILE|--csv=FILE [OPTION]... [WORD]...\n"
    "Write songs to a playlist or a table; options and WORDs choose them as in 'list'.\n"
    "\n"
    "      --m3u=FILE           a playlist ('-': standard output)\n"
    "      --csv=FILE           a table: id, path, tags, reading, model ('-': standard output);\n"
    "                           cells that a spreadsheet would take for formulas begin with an\n"
    "                           apostrophe\n"
    "      --no-guard           without those apostrophes\n"
    "      --db=FILE            the library (default: $XDG_DATA_HOME/circumplex/library.db)\n"
    "  -m, --model=MODEL        readings by this model: a name, a hash or a file\n"
    "      --static=MODEL       whole-song readings by this static model ('tnn')\n"
    "  -n, --limit=N            at most N songs\n" LIBRARY_FILTERS_HELP
    "  -h, --help               show this\n";

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
  int status = library_options(argc, argv, "list", list_help,
                               TAKES_MODEL | TAKES_FORM | TAKES_FILTER | TAKES_LIMIT | TAKES_M3U |
                                   TAKES_LIST,
                               &options, &first);
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
  int status = library_options(argc, argv, "export", export_help,
                               TAKES_MODEL | TAKES_FILTER | TAKES_LIMIT | TAKES_M3U | TAKES_CSV,
                               &options, &first);
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
