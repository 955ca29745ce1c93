// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What the subcommands of `circumplex library` share: their options, opening the library,
/// finding the songs that a command line names.  Errors are reported on stderr.
#ifndef CIRCUMPLEX_CLI_LIBRARY_CLI_H
#define CIRCUMPLEX_CLI_LIBRARY_CLI_H

#include "cli/cli.h"
#include "cli/file_options.h"
#include "library/query.h"
#include "library/store.h"
#include "text/options.h"

#include <stdbool.h>
#include <stddef.h>

int library_add(int argc, char** argv);
int library_list(int argc, char** argv);
int library_show(int argc, char** argv);
int library_remove(int argc, char** argv);
int library_export(int argc, char** argv);
int library_merge(int argc, char** argv);
int library_tag(int argc, char** argv);
int library_near(int argc, char** argv);
int library_match(int argc, char** argv);
int library_path(int argc, char** argv);

typedef enum { FORM_TABLE, FORM_JSON, FORM_PATHS, FORM_PATHS0 } LibraryForm;

/// The options of all subcommands.
typedef struct {
  const char *db, *model, *static_model; ///< NULL: the default
  LibraryForm form;
  const char *m3u, *csv, *json; ///< files, or NULL
  unsigned limit;               ///< 0: not given
  Query query;      ///< filters, order, radius and match from the options; the rest is 0
  const char* song; ///< --like, --song
  PartOptions part; ///< of that song
  bool valence_only, arousal_only;
  bool no_guard;
  bool dry_run, keep_time;                       ///< of tag
  bool failed, missing, damaged, copies, models; ///< which files to list or remove
} LibraryOptions;

/// The option --db, which fills \p member of the command's struct \p Type.
#define LIBRARY_DB_OPTION(Type, member)                                                            \
  {                                                                                                \
    "db", 0, "FILE", "the library (default: $XDG_DATA_HOME/circumplex/library.db)", option_text,   \
        offsetof(Type, member), 0.0, 0.0                                                           \
  }

/// Groups of options that a subcommand may take; they fill a LibraryOptions.
extern const Option library_db_options[], library_model_options[], library_json_options[],
    library_path_options[], library_limit_options[], library_m3u_options[], library_csv_options[],
    library_filter_options[], library_near_options[], library_match_options[],
    library_list_options[], library_remove_options[], library_export_options[],
    library_tag_options[];

/// Read the command line of a subcommand.  \param[out] first index of the first argument
/// \return -1 to continue, else the exit status
int library_options(const OptionCommand* command, int argc, char** argv, LibraryOptions* options,
                    int* first);

/// Open the library at \p path, or the default one if NULL.
Store* library_open(const char* path, StoreAccess access);

/// Open the library and load it.  \return NULL (reported)
Loaded* library_load(const LibraryOptions* options, StoreLoad what, Store** store);

/// Make the index of a loaded library.  \return NULL if out of memory (reported)
QueryIndex* library_index_of(const Loaded* loaded);

/// Add the words of \p n arguments to a query's text.  \return whether they fit
bool library_add_words(Query* query, int n, char** words);

/// Run a query.  \return 0, or -1 (reported); clear \p result with query_result_clear()
int library_run_query(QueryIndex* index, const Query* query, QueryResult* result);

/// Find the one song that \p text names: an id, a path, or words of its title, artist, album and
/// file name.  \param index of a catalogue with strings
/// \return its id, or 0 (reported, with the candidates if there are several)
int64_t library_find(Store* store, QueryIndex* index, const char* text);

/// The same as an index into the catalogue; it is an error if the song has no reading there.
/// \return -1 if there is none
long library_find_read(Store* store, QueryIndex* index, const char* text);

/// \return \p path made absolute, also if it no longer exists; NULL if out of memory or empty.  To
/// be freed.
char* library_absolute(const char* path);

#endif
