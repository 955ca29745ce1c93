// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Stores and looks up what is known of files.
#include "library/store.h"

#include "inference/engine.h"
#include "library/store_internal.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Whether the song of a file has a reading by today's engine and the model that is bound.
#define IS_READ                                                                                    \
  "EXISTS (SELECT 1 FROM readings WHERE song = files.song AND revision >= ?2 AND model = "         \
  "(SELECT id FROM models WHERE hash = ?1))"

static void bind_reader(sqlite3_stmt* statement, const char* model_hash) {
  store_bind_text(statement, 1, model_hash);
  sqlite3_bind_int(statement, 2, ENGINE_REVISION);
}

int store_know(Store* store, const StoreFile* file, const char* model_hash, StoreKnown* known,
               char* error, size_t error_size) {
  memset(known, 0, sizeof *known);
  sqlite3_stmt* statement = store_prepare(
      store, "SELECT size, mtime, song, failure, missing, " IS_READ " FROM files WHERE path = ?3",
      error, error_size);
  if (!statement) return -1;
  bind_reader(statement, model_hash);
  store_bind_path(statement, 3, file->path);
  const int status = sqlite3_step(statement);
  if (status == SQLITE_ROW) {
    const char* failure = (const char*)sqlite3_column_text(statement, 3);
    known->song = sqlite3_column_int64(statement, 2);
    known->is_missing = sqlite3_column_int(statement, 4) != 0;
    if (sqlite3_column_int64(statement, 0) != file->size ||
        sqlite3_column_int64(statement, 1) != file->mtime)
      known->state = FILE_CHANGED;
    else if (failure)
      known->state = FILE_FAILED;
    else
      known->state = sqlite3_column_int(statement, 5) != 0 ? FILE_KNOWN : FILE_UNREAD;
    if (failure) utf8_clean(known->failure, sizeof known->failure, failure);
  }
  sqlite3_finalize(statement);
  return status == SQLITE_ROW || status == SQLITE_DONE ? 0 : store_fail(store, error, error_size);
}

int store_same_content(Store* store, const StoreFile* file, const char* model_hash, int64_t* song,
                       char* error, size_t error_size) {
  sqlite3_stmt* statement = store_prepare(
      store,
      "SELECT song FROM files WHERE content = ?3 AND size = ?4 AND song IS NOT NULL AND " IS_READ
      " LIMIT 1",
      error, error_size);
  if (!statement) return -1;
  bind_reader(statement, model_hash);
  sqlite3_bind_int64(statement, 3, (sqlite3_int64)file->content);
  sqlite3_bind_int64(statement, 4, file->size);
  const int status = sqlite3_step(statement);
  if (status == SQLITE_ROW) *song = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  if (status == SQLITE_ROW) return 1;
  return status == SQLITE_DONE ? 0 : store_fail(store, error, error_size);
}

#define COLUMNS "SELECT path, size, mtime, song, failure, missing, damage, "
#define ROW COLUMNS "NULL FROM files "

static const char* const selects[] = {
    [ROWS_ALL] = ROW "ORDER BY path",
    [ROWS_FAILED] = ROW "WHERE failure IS NOT NULL ORDER BY path",
    [ROWS_MISSING] = ROW "WHERE missing <> 0 ORDER BY path",
    [ROWS_DAMAGED] = ROW "WHERE damage IS NOT NULL ORDER BY path",
    [ROWS_COPIES] = COLUMNS "(SELECT path FROM files AS o WHERE o.song = s.copy_of "
                            "ORDER BY missing, path LIMIT 1) FROM files JOIN songs AS s "
                            "ON s.id = song WHERE s.copy_of IS NOT NULL ORDER BY path",
    [ROWS_OF_COPIES] = ROW "WHERE song IN (SELECT id FROM songs WHERE copy_of = ?1) "
                           "ORDER BY missing, path",
    [ROWS_OF_SONG] = ROW "WHERE song = ?1 ORDER BY missing, path",
    [ROWS_BELOW] = ROW "WHERE path = ?1 OR (path > ?2 AND path < ?3) ORDER BY path"};

/// Copy a path's bytes and add a NUL.
static char* path_of(sqlite3_stmt* statement) {
  const int size = sqlite3_column_bytes(statement, 0);
  const void* bytes = sqlite3_column_blob(statement, 0);
  char* path = malloc((size_t)size + 1);
  if (!path) return NULL;
  if (size > 0) memcpy(path, bytes, (size_t)size);
  path[size] = '\0';
  return path;
}

int store_each_file(Store* store, StoreRows which, int64_t song, const char* folder,
                    int (*row)(void* context, const StoreRow* row), void* context, char* error,
                    size_t error_size) {
  int status = SQLITE_DONE, result = 0;
  sqlite3_stmt* statement = store_prepare(store, selects[which], error, error_size);
  if (!statement) return -1;
  if (which == ROWS_OF_SONG || which == ROWS_OF_COPIES) sqlite3_bind_int64(statement, 1, song);
  if (which == ROWS_BELOW) result = store_bind_below(statement, folder, error, error_size);
  while (result == 0 && (status = sqlite3_step(statement)) == SQLITE_ROW) {
    const char* failure = (const char*)sqlite3_column_text(statement, 4);
    const char* damage = (const char*)sqlite3_column_text(statement, 6);
    const char* original = (const char*)sqlite3_column_text(statement, 7);
    char* path = path_of(statement);
    if (!path) {
      snprintf(error, error_size, "out of memory");
      result = -1;
      break;
    }
    const StoreRow entry = {.song = sqlite3_column_int64(statement, 3),
                            .path = path,
                            .size = sqlite3_column_int64(statement, 1),
                            .mtime = sqlite3_column_int64(statement, 2),
                            .is_missing = sqlite3_column_int(statement, 5) != 0,
                            .failure = failure ? failure : "",
                            .damage = damage ? damage : "",
                            .original = original ? original : ""};
    result = row(context, &entry);
    free(path);
  }
  if (result == 0 && status != SQLITE_DONE) result = store_fail(store, error, error_size);
  sqlite3_finalize(statement);
  return result;
}
