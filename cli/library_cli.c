// SPDX-License-Identifier: GPL-3.0-or-later
// What the subcommands of `circumplex library` share: opening the library, finding songs.
#include "cli/library_cli.h"

#include "inference/static.h"
#include "library/reading.h"
#include "library/scan.h"
#include "text/number.h"
#include "text/search_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CANDIDATES = 10 };

Store* library_open(const char* path, StoreAccess access) {
  char standard[4096], error[CLI_TEXT];
  if (!path) {
    if (store_default_path(standard, sizeof standard) != 0) {
      cli_message("%s", standard);
      return NULL;
    }
    path = standard;
  }
  Store* store = store_open(path, access, error, sizeof error);
  if (!store) cli_message("%s", error);
  return store;
}

/// \return whether \p text names this model: by the start of its hash, or by its name
static bool is_model(const StoreModel* model, const char* text, bool is_static) {
  const size_t length = strlen(text);
  char full[80];
  if (model->is_static != is_static) return false;
  snprintf(full, sizeof full, "static-%s", text);
  return strcmp(model->name, text) == 0 || (is_static && strcmp(model->name, full) == 0) ||
         (length >= 4 && strncasecmp(model->hash, text, length) == 0);
}

/// Get the hash of a model file; \p hash does not change if \p path is not one.
static void file_hash(const char* path, bool is_static, char hash[17]) {
  char error[CLI_TEXT];
  if (access(path, R_OK) != 0) return;
  StaticModel* whole = is_static ? static_open(path, error, sizeof error) : NULL;
  Model* model = is_static ? NULL : model_open(path, error, sizeof error);
  if (whole) snprintf(hash, 17, "%s", static_info(whole)->hash);
  if (model) snprintf(hash, 17, "%s", model_hash(model));
  static_close(whole);
  model_unref(model);
}

/// Report that the library has no such model, and what to do.
static void say_none(const char* text, bool is_static) {
  char path[4096], error[CLI_TEXT];
  if (reading_model_path(text, path, sizeof path, error, sizeof error) != 0 ||
      access(path, R_OK) != 0)
    cli_message("no song in the library has a reading by '%s'; 'circumplex library list --models' "
                "shows whose readings there are",
                text);
  else if (!is_static && static_is(path))
    cli_message("%s is a static model: name it by --static", text);
  else
    cli_message("no song in the library has a reading by %s%s; 'circumplex library add --%s=%s' "
                "makes them",
                is_static ? "the static model " : "", text, is_static ? "static" : "model", text);
}

/// Find the model that the options name.
/// \param[out] hash 16 digits and NUL; "": the default  \return whether the library has it
static bool find_model(Store* store, const LibraryOptions* options, char hash[17]) {
  const bool is_static = options->static_model != NULL;
  const char* text = is_static ? options->static_model : options->model;
  char error[CLI_TEXT], of_file[17] = "";
  StoreModel* models = NULL;
  hash[0] = '\0';
  const long n = store_models(store, &models, error, sizeof error);
  if (n < 0) {
    cli_message("%s", error);
    return false;
  }
  if (!text) {
    // The store uses the first of these.
    if (n > 1 && models[0].songs == models[1].songs && !models[1].is_static)
      cli_message("%s and %s have read equally many songs: taking %s, the later one; --model takes "
                  "the other",
                  models[1].name, models[0].name, models[0].name);
    free(models);
    return true;
  }
  file_hash(text, is_static, of_file);
  long found = 0;
  for (long i = 0; i < n; ++i) {
    const bool is_it =
        is_model(&models[i], text, is_static) || strcmp(models[i].hash, of_file) == 0;
    // Two versions of a model may have one name; the first is the one with more songs.
    if (is_it && ++found == 1) snprintf(hash, 17, "%s", models[i].hash);
  }
  free(models);
  if (found == 0) say_none(text, is_static);
  if (found > 1)
    cli_message("%ld models in the library are called %s: taking %s; 'circumplex library list "
                "--models' shows them",
                found, text, hash);
  return found > 0;
}

Loaded* library_load(const LibraryOptions* options, StoreLoad what, Store** store) {
  char hash[17], error[CLI_TEXT];
  *store = library_open(options->db, STORE_READ);
  if (!*store || !find_model(*store, options, hash)) return NULL;
  Loaded* loaded = store_load(*store, hash[0] != '\0' ? hash : NULL, what, error, sizeof error);
  if (!loaded) cli_message("%s", error);
  return loaded;
}

QueryIndex* library_index_of(const Loaded* loaded) {
  QueryIndex* index = query_index_new(loaded_catalogue(loaded));
  if (!index) cli_message("out of memory");
  return index;
}

bool library_add_words(Query* query, int n, char** words) {
  size_t at = strlen(query->text);
  for (int i = 0; i < n; ++i) {
    const int length =
        snprintf(query->text + at, sizeof query->text - at, "%s%s", at > 0 ? " " : "", words[i]);
    if (length < 0 || (size_t)length >= sizeof query->text - at) return false;
    at += (size_t)length;
  }
  return true;
}

int library_run_query(QueryIndex* index, const Query* query, QueryResult* result) {
  *result = (QueryResult){.hits = NULL};
  if (index && query_run(index, query, NULL, NULL, result) == 0) return 0;
  cli_message("out of memory");
  return -1;
}

/// \return the index of the song \p id in the catalogue, or -1.
static long index_of(const Catalogue* catalogue, int64_t id) {
  size_t low = 0, high = catalogue->n;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (catalogue->songs[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < catalogue->n && catalogue->songs[low].id == id ? (long)low : -1;
}

char* library_absolute(const char* path) {
  char here[4096];
  char* whole = scan_absolute(path);
  if (whole || errno == ENOMEM || path[0] == '\0') return whole;
  if (path[0] == '/') return strdup(path);
  if (!getcwd(here, sizeof here)) return NULL;
  const size_t size = strlen(here) + strlen(path) + 2;
  whole = malloc(size);
  if (whole) snprintf(whole, size, "%s/%s", here, path);
  return whole;
}

/// \return the song that a path leads to, 0 if none does, -1 if it is known to have failed
/// (reported)
static int64_t find_path(Store* store, const char* text) {
  char error[CLI_TEXT];
  StoreKnown known = {.song = 0};
  char* path = library_absolute(text);
  if (!path) return 0;
  const StoreFile file = {path, 0, 0, 0, NULL};
  if (store_know(store, &file, "", &known, error, sizeof error) != 0) {
    cli_message("%s", error);
    known.song = -1;
  } else if (known.failure[0] != '\0') {
    cli_message("%s: could not be read: %s", text, known.failure);
    known.song = -1;
  }
  free(path);
  return known.song;
}

static void list_candidates(const Catalogue* catalogue, const QueryResult* result,
                            const char* text) {
  cli_message("'%s' fits several songs:", text);
  for (size_t i = 0; i < result->n && i < CANDIDATES; ++i) {
    const Song* song = &catalogue->songs[result->hits[i].song];
    fprintf(stderr, "  %6lld  %s%s%s\n", (long long)song->id, song->title,
            song->artist[0] != '\0' ? " - " : "", song->artist);
  }
  if (result->n > CANDIDATES) fprintf(stderr, "  and %zu more\n", result->n - CANDIDATES);
  fprintf(stderr, "Add a word, or give the id.\n");
}

/// \return the only song among the hits whose title is \p text, or 0
static int64_t same_title(const Catalogue* catalogue, const QueryResult* result, const char* text) {
  int64_t found = 0;
  size_t n = 0;
  char* key = search_key(text);
  for (size_t i = 0; key && i < result->n; ++i) {
    const Song* song = &catalogue->songs[result->hits[i].song];
    char* title = search_key(song->title);
    if (title && strcmp(title, key) == 0) {
      ++n;
      found = song->id;
    }
    free(title);
  }
  free(key);
  return n == 1 ? found : 0;
}

/// \return the id of the song whose title, artist, album and path have these words, or 0 (reported)
static int64_t find_words(QueryIndex* index, const char* text) {
  const Catalogue* catalogue = query_index_catalogue(index);
  Query query = {.sort = QUERY_BY_ID};
  QueryResult result = {.n = 0};
  char* words[] = {strdup(text)};
  int64_t found = 0;
  const bool has_words = text[strspn(text, " \t")] != '\0';
  if (words[0] && has_words && library_add_words(&query, 1, words) &&
      library_run_query(index, &query, &result) != 0)
    goto out;
  if (result.n == 1)
    found = catalogue->songs[result.hits[0].song].id;
  else if (result.n > 1)
    found = same_title(catalogue, &result, text);
  if (found != 0) goto out;
  if (result.n > 1)
    list_candidates(catalogue, &result, text);
  else if (access(text, F_OK) == 0)
    cli_message("%s: is not in the library; 'circumplex library add' puts it there", text);
  else
    cli_message("no song in the library is called '%s'", text);
out:
  free(words[0]);
  query_result_clear(&result);
  return found;
}

static int stop_at_first(void* context, const StoreRow* row) {
  (void)context;
  (void)row;
  return 1;
}

/// \return whether the library has this song; every song has a file
static bool is_song(Store* store, int64_t id) {
  char error[CLI_TEXT];
  return store_each_file(store, ROWS_OF_SONG, id, NULL, stop_at_first, NULL, error, sizeof error) ==
         1;
}

int64_t library_find(Store* store, QueryIndex* index, const char* text) {
  unsigned long id = 0;
  if (count_in(text, 1, INT64_MAX, &id) && is_song(store, (int64_t)id)) return (int64_t)id;
  const int64_t by_path = find_path(store, text);
  if (by_path != 0) return by_path > 0 ? by_path : 0;
  return find_words(index, text);
}

long library_find_read(Store* store, QueryIndex* index, const char* text) {
  const int64_t id = library_find(store, index, text);
  if (id == 0) return -1;
  const Catalogue* catalogue = query_index_catalogue(index);
  long found = index_of(catalogue, id);
  if (found < 0) found = index_of(catalogue, store_original(store, id));
  if (found < 0)
    cli_message("%s: has no reading by this model, or its files are not there any more", text);
  return found;
}
