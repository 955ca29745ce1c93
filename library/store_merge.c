// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Merges another library into this one.
#include "library/store.h"

#include "library/store_internal.h"

#include <stdio.h>
#include <string.h>

/// Readings of the other library, with the ids of song and model here.
#define OTHERS                                                                                     \
  " FROM other.readings AS r JOIN other.songs AS s ON s.id = r.song"                               \
  " JOIN other.models AS m ON m.id = r.model"                                                      \
  " JOIN main.songs AS own ON own.sound = s.sound AND own.samples = s.samples"                     \
  " JOIN main.models AS model ON model.hash = m.hash"

/// Those that are missing here.
#define NEW_READINGS                                                                               \
  OTHERS                                                                                           \
  " LEFT JOIN other.curves AS c ON c.id = r.curve WHERE NOT EXISTS"                                \
  " (SELECT 1 FROM main.readings AS x WHERE x.model = model.id AND x.song = own.id)"

/// Run in this order; ?1 is added to the other library's ids of curves.
static const char* const steps[] = {
    "INSERT INTO main.songs(sound, samples, title, artist, album)"
    " SELECT sound, samples, title, artist, album FROM other.songs WHERE true"
    " ON CONFLICT(sound, samples) DO UPDATE SET"
    " title = iif(title = '', excluded.title, title),"
    " artist = iif(artist = '', excluded.artist, artist),"
    " album = iif(album = '', excluded.album, album)",
    "INSERT OR IGNORE INTO main.models(hash, name, static)"
    " SELECT hash, name, static FROM other.models",
    // Readings of an earlier engine give way.
    "DELETE FROM main.readings WHERE revision < (SELECT r.revision" OTHERS
    " WHERE own.id = readings.song AND model.id = readings.model)",
    "INSERT INTO main.curves(id, points) SELECT c.id + ?1, c.points" NEW_READINGS
    " AND c.id IS NOT NULL",
    "INSERT INTO main.readings(model, song, numbers, curve, revision)"
    " SELECT model.id, own.id, r.numbers, c.id + ?1, r.revision" NEW_READINGS,
    "INSERT INTO main.files(path, size, mtime, content, song, failure, missing, damage)"
    " SELECT f.path, f.size, f.mtime, f.content, own.id, f.failure, f.missing, f.damage"
    " FROM other.files AS f LEFT JOIN other.songs AS s ON s.id = f.song"
    " LEFT JOIN main.songs AS own ON own.sound = s.sound AND own.samples = s.samples"
    " WHERE true ON CONFLICT(path) DO NOTHING",
    // Songs without a file are removed.
    "DELETE FROM main.songs WHERE NOT EXISTS (SELECT 1 FROM files WHERE song = songs.id)"};

static int number(Store* store, const char* sql, int64_t* value, char* error, size_t error_size) {
  sqlite3_stmt* statement = store_prepare(store, sql, error, error_size);
  if (!statement) return -1;
  const int status = sqlite3_step(statement);
  if (status == SQLITE_ROW) *value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return status == SQLITE_ROW ? 0 : store_fail(store, error, error_size);
}

/// \return 0, or -1 and an error message
static int take_over(Store* store, char* error, size_t error_size) {
  int64_t offset = 0;
  int status =
      number(store, "SELECT coalesce(max(id), 0) FROM main.curves", &offset, error, error_size);
  for (size_t i = 0; status == 0 && i < sizeof steps / sizeof *steps; ++i) {
    sqlite3_stmt* statement = store_prepare(store, steps[i], error, error_size);
    if (statement && sqlite3_bind_parameter_count(statement) > 0)
      sqlite3_bind_int64(statement, 1, offset);
    status = store_finish(store, statement, error, error_size);
  }
  return status;
}

long store_merge(Store* store, const char* path, char* error, size_t error_size) {
  static const char songs[] = "SELECT count(*) FROM main.songs";
  int64_t before = 0, after = 0;
  // Open it as a library first, for an error message if it is not one.
  Store* other = store_open(path, STORE_READ, error, error_size);
  if (!other) return -1;
  char* full = sqlite3_mprintf("%s", sqlite3_db_filename(other->db, "main"));
  store_close(other);
  const char* own = sqlite3_db_filename(store->db, "main");
  if (full && own && strcmp(full, own) == 0) { // both are absolute, links resolved
    sqlite3_free(full);
    snprintf(error, error_size, "%s: is the library itself", path);
    return -1;
  }
  sqlite3_stmt* attach =
      full ? store_prepare(store, "ATTACH DATABASE ?1 AS other", error, error_size) : NULL;
  if (attach) store_bind_text(attach, 1, full);
  sqlite3_free(full);
  if (store_finish(store, attach, error, error_size) != 0) return -1;
  int status = store_begin(store, error, error_size);
  if (status == 0) {
    status = number(store, songs, &before, error, error_size);
    if (status == 0) status = take_over(store, error, error_size);
    if (status == 0) status = number(store, songs, &after, error, error_size);
    status = store_end(store, status, error, error_size);
  }
  sqlite3_exec(store->db, "DETACH DATABASE other", NULL, NULL, NULL);
  return status == 0 ? (long)(after - before) : -1;
}
