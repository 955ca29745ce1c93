// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Stores which songs are copies of others in another format.
#include "library/store.h"

#include "library/store_internal.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int store_curve(Store* store, const char* model_hash, int64_t song, StoreCurve* stored, char* error,
                size_t error_size) {
  memset(stored, 0, sizeof *stored);
  sqlite3_stmt* statement = store_prepare(
      store,
      "SELECT c.points, s.title FROM readings AS r JOIN curves AS c ON c.id = r.curve JOIN songs "
      "AS "
      "s ON s.id = r.song WHERE r.song = ?2 AND r.model = (SELECT id FROM models WHERE hash = ?1)",
      error, error_size);
  if (!statement) return -1;
  store_bind_text(statement, 1, model_hash);
  sqlite3_bind_int64(statement, 2, song);
  const int status = sqlite3_step(statement);
  int result = status == SQLITE_ROW || status == SQLITE_DONE ? 0 : -1;
  if (result != 0) store_fail(store, error, error_size);
  if (status == SQLITE_ROW) {
    const unsigned char* bytes = sqlite3_column_blob(statement, 0);
    const size_t n = (size_t)sqlite3_column_bytes(statement, 0) / 4;
    const char* title = (const char*)sqlite3_column_text(statement, 1);
    utf8_clean(stored->title, sizeof stored->title, title ? title : "");
    stored->points = n > 0 ? malloc(2 * n * sizeof *stored->points) : NULL;
    for (size_t i = 0; stored->points && i < 2 * n; ++i)
      stored->points[i] = (int16_t)(uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
    if (stored->points) stored->curve = (Curve){n, stored->points, stored->points + n};
  }
  sqlite3_finalize(statement);
  return result;
}

void store_curve_free(StoreCurve* stored) {
  free(stored->points);
  memset(stored, 0, sizeof *stored);
}

int store_set_copy(Store* store, int64_t song, int64_t original, char* error, size_t error_size) {
  sqlite3_stmt* statement = store_prepare(
      store, "UPDATE songs SET copy_of = ?2 WHERE id = ?1 AND ?1 <> ?2", error, error_size);
  if (statement) {
    sqlite3_bind_int64(statement, 1, song);
    sqlite3_bind_int64(statement, 2, original);
  }
  return store_finish(store, statement, error, error_size);
}

/// \return the number that \p sql gives for \p song, or \p otherwise
static int64_t number(Store* store, const char* sql, int64_t song, int64_t otherwise) {
  char error[256];
  sqlite3_stmt* statement = store_prepare(store, sql, error, sizeof error);
  if (!statement) return otherwise;
  sqlite3_bind_int64(statement, 1, song);
  const int64_t value =
      sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : otherwise;
  sqlite3_finalize(statement);
  return value;
}

int64_t store_original(Store* store, int64_t song) {
  return number(store, "SELECT coalesce(copy_of, id) FROM songs WHERE id = ?1", song, song);
}

int64_t store_last_song(Store* store) {
  return number(store, "SELECT coalesce(max(id), 0) FROM songs WHERE id >= ?1", 0, 0);
}
