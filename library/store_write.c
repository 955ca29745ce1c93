// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes to the library's file: each function is one transaction.
#include "library/store.h"

#include "inference/engine.h"
#include "library/store_internal.h"

#include <stdio.h>
#include <stdlib.h>

/// Run a statement that gives at most one number.  \return 1 and the number, 0 if there is none, -1
static int one(Store* store, sqlite3_stmt* statement, int64_t* value, char* error,
               size_t error_size) {
  if (!statement) return -1;
  const int status = sqlite3_step(statement);
  if (status == SQLITE_ROW) *value = sqlite3_column_int64(statement, 0);
  const int result = status == SQLITE_ROW    ? 1
                     : status == SQLITE_DONE ? 0
                                             : store_fail(store, error, error_size);
  sqlite3_finalize(statement);
  return result;
}

/// Remove the songs that have no file.
static int drop_orphan(Store* store, int64_t song, char* error, size_t error_size) {
  sqlite3_stmt* statement = store_prepare(
      store, "DELETE FROM songs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM files WHERE song = ?1)",
      error, error_size);
  if (statement) sqlite3_bind_int64(statement, 1, song);
  return store_finish(store, statement, error, error_size);
}

/// Store what a path belongs to: \p song, or (0) a failure.
static int put_file(Store* store, const StoreFile* file, int64_t song, const char* failure,
                    char* error, size_t error_size) {
  int64_t before = 0;
  sqlite3_stmt* old = store_prepare(
      store, "SELECT song FROM files WHERE path = ?1 AND song IS NOT NULL", error, error_size);
  if (old) store_bind_path(old, 1, file->path);
  const int there = one(store, old, &before, error, error_size);
  if (there < 0) return -1;
  sqlite3_stmt* statement = store_prepare(
      store,
      "INSERT INTO files(path, size, mtime, content, song, failure, damage, missing) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT(path) DO UPDATE SET size = ?2, "
      "mtime = ?3, content = ?4, song = ?5, failure = ?6, damage = ?7, missing = 0",
      error, error_size);
  if (!statement) return -1;
  store_bind_path(statement, 1, file->path);
  sqlite3_bind_int64(statement, 2, file->size);
  sqlite3_bind_int64(statement, 3, file->mtime);
  // Values that are not bound are NULL.
  if (file->content != 0) sqlite3_bind_int64(statement, 4, (sqlite3_int64)file->content);
  if (song != 0)
    sqlite3_bind_int64(statement, 5, song);
  else
    store_bind_text(statement, 6, failure);
  if (file->damage && file->damage[0] != '\0') store_bind_text(statement, 7, file->damage);
  if (store_finish(store, statement, error, error_size) != 0) return -1;
  return there == 1 && before != song ? drop_orphan(store, before, error, error_size) : 0;
}

/// Get the row of a model; create it if there is none.  \return its id, or -1
static int64_t put_model(Store* store, const StoreModel* model, char* error, size_t error_size) {
  int64_t id = -1;
  sqlite3_stmt* statement =
      store_prepare(store,
                    "INSERT INTO models(hash, name, static) VALUES(?1, ?2, ?3) "
                    "ON CONFLICT(hash) DO UPDATE SET name = ?2 RETURNING id",
                    error, error_size);
  if (!statement) return -1;
  store_bind_text(statement, 1, model->hash);
  store_bind_text(statement, 2, model->name);
  sqlite3_bind_int(statement, 3, model->is_static ? 1 : 0);
  return one(store, statement, &id, error, error_size) == 1 ? id : -1;
}

/// Get the row of a sound; create it if there is none.  \return its id, or -1
static int64_t put_sound(Store* store, const StoreFile* file, const StoreSound* sound, char* error,
                         size_t error_size) {
  int64_t id = -1;
  // The song's own file replaces the tags, even by empty ones; a copy only adds missing tags.
  sqlite3_stmt* statement = store_prepare(
      store,
      "INSERT INTO songs(sound, samples, title, artist, album) VALUES(?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT(sound, samples) DO UPDATE SET "
      "title = iif(title = '' OR EXISTS (SELECT 1 FROM files WHERE path = ?6 AND song = songs.id), "
      "?3, title), "
      "artist = iif(artist = '' OR EXISTS (SELECT 1 FROM files WHERE path = ?6 AND song = "
      "songs.id), ?4, artist), "
      "album = iif(album = '' OR EXISTS (SELECT 1 FROM files WHERE path = ?6 AND song = songs.id), "
      "?5, album) RETURNING id",
      error, error_size);
  if (!statement) return -1;
  sqlite3_bind_int64(statement, 1, (sqlite3_int64)sound->sound);
  sqlite3_bind_int64(statement, 2, (sqlite3_int64)sound->samples);
  store_bind_text(statement, 3, sound->title);
  store_bind_text(statement, 4, sound->artist);
  store_bind_text(statement, 5, sound->album);
  store_bind_path(statement, 6, file->path);
  return one(store, statement, &id, error, error_size) == 1 ? id : -1;
}

/// \return the curve's id, 0 if it has no points, or -1
static int64_t put_curve(Store* store, const Curve* curve, char* error, size_t error_size) {
  if (curve->n == 0) return 0;
  unsigned char* bytes = malloc(4 * curve->n);
  if (!bytes) {
    snprintf(error, error_size, "out of memory");
    return -1;
  }
  for (size_t i = 0; i < 2 * curve->n; ++i) {
    const int16_t v = i < curve->n ? curve->valence[i] : curve->arousal[i - curve->n];
    bytes[2 * i] = (unsigned char)((uint16_t)v & 0xFF);
    bytes[2 * i + 1] = (unsigned char)((uint16_t)v >> 8);
  }
  sqlite3_stmt* statement =
      store_prepare(store, "INSERT INTO curves(points) VALUES(?1)", error, error_size);
  if (statement) sqlite3_bind_blob64(statement, 1, bytes, 4 * curve->n, SQLITE_TRANSIENT);
  free(bytes);
  if (store_finish(store, statement, error, error_size) != 0) return -1;
  return sqlite3_last_insert_rowid(store->db);
}

/// Store a reading, unless the model has one of this song by the same engine or a later one: equal
/// samples give equal readings.
static int put_reading(Store* store, int64_t song, const StoreReading* reading, char* error,
                       size_t error_size) {
  int64_t found = 0;
  const int64_t model = put_model(store, reading->model, error, error_size);
  if (model < 0) return -1;
  sqlite3_stmt* statement =
      store_prepare(store, "DELETE FROM readings WHERE model = ?1 AND song = ?2 AND revision < ?3",
                    error, error_size);
  if (!statement) return -1;
  sqlite3_bind_int64(statement, 1, model);
  sqlite3_bind_int64(statement, 2, song);
  sqlite3_bind_int(statement, 3, ENGINE_REVISION);
  if (store_finish(store, statement, error, error_size) != 0) return -1;
  statement = store_prepare(store, "SELECT 1 FROM readings WHERE model = ?1 AND song = ?2", error,
                            error_size);
  if (!statement) return -1;
  sqlite3_bind_int64(statement, 1, model);
  sqlite3_bind_int64(statement, 2, song);
  const int there = one(store, statement, &found, error, error_size);
  if (there != 0) return there < 0 ? -1 : 0;
  const int64_t curve = put_curve(store, &reading->curve, error, error_size);
  if (curve < 0) return -1;
  statement = store_prepare(store,
                            "INSERT INTO readings(model, song, numbers, curve, revision) "
                            "VALUES(?1, ?2, ?3, ?4, ?5)",
                            error, error_size);
  if (!statement) return -1;
  const float values[STORE_NUMBERS] = {reading->valence,        reading->arousal,
                                       reading->valence_spread, reading->arousal_spread,
                                       reading->confidence,     reading->duration};
  unsigned char bytes[4 * STORE_NUMBERS];
  store_pack(values, STORE_NUMBERS, bytes);
  sqlite3_bind_int64(statement, 1, model);
  sqlite3_bind_int64(statement, 2, song);
  sqlite3_bind_blob(statement, 3, bytes, (int)sizeof bytes, SQLITE_TRANSIENT);
  if (curve > 0) sqlite3_bind_int64(statement, 4, curve);
  sqlite3_bind_int(statement, 5, ENGINE_REVISION);
  return store_finish(store, statement, error, error_size);
}

int store_put(Store* store, const StoreFile* file, const StoreSound* sound,
              const StoreReading* reading, char* error, size_t error_size) {
  if (store_begin(store, error, error_size) != 0) return -1;
  const int64_t song = put_sound(store, file, sound, error, error_size);
  int status = song < 0 ? -1 : put_reading(store, song, reading, error, error_size);
  if (status == 0) status = put_file(store, file, song, NULL, error, error_size);
  return store_end(store, status, error, error_size);
}

static int forget_path(Store* store, const char* path, char* error, size_t error_size) {
  sqlite3_stmt* statement =
      store_prepare(store, "DELETE FROM files WHERE path = ?1", error, error_size);
  if (statement) store_bind_path(statement, 1, path);
  return store_finish(store, statement, error, error_size);
}

int store_put_copy(Store* store, const StoreFile* file, int64_t song, const char* renamed_from,
                   char* error, size_t error_size) {
  if (store_begin(store, error, error_size) != 0) return -1;
  int status = put_file(store, file, song, NULL, error, error_size);
  if (status == 0 && renamed_from) status = forget_path(store, renamed_from, error, error_size);
  return store_end(store, status, error, error_size);
}

int store_put_failure(Store* store, const StoreFile* file, const char* reason, char* error,
                      size_t error_size) {
  if (store_begin(store, error, error_size) != 0) return -1;
  return store_end(store, put_file(store, file, 0, reason, error, error_size), error, error_size);
}

int store_set_missing(Store* store, const char* path, bool is_missing, char* error,
                      size_t error_size) {
  sqlite3_stmt* statement =
      store_prepare(store, "UPDATE files SET missing = ?2 WHERE path = ?1", error, error_size);
  if (statement) {
    store_bind_path(statement, 1, path);
    sqlite3_bind_int(statement, 2, is_missing ? 1 : 0);
  }
  return store_finish(store, statement, error, error_size);
}

int store_set_all_missing(Store* store, const StoreMissing* files, size_t n, char* error,
                          size_t error_size) {
  int status = 0;
  if (n == 0) return 0;
  if (store_begin(store, error, error_size) != 0) return -1;
  for (size_t i = 0; status == 0 && i < n; ++i)
    status = store_set_missing(store, files[i].path, files[i].is_missing, error, error_size);
  return store_end(store, status, error, error_size);
}

/// Run \p statement, which removes files, then remove the songs that have no file any more.
/// \return how many songs were removed, or -1
static long remove_files(Store* store, sqlite3_stmt* statement, char* error, size_t error_size) {
  int status = store_finish(store, statement, error, error_size);
  if (status == 0)
    status = store_run(store,
                       "DELETE FROM songs WHERE NOT EXISTS "
                       "(SELECT 1 FROM files WHERE song = songs.id)",
                       error, error_size);
  const long n = sqlite3_changes(store->db);
  return store_end(store, status, error, error_size) == 0 ? n : -1;
}

long store_remove_song(Store* store, int64_t song, char* error, size_t error_size) {
  if (store_begin(store, error, error_size) != 0) return -1;
  sqlite3_stmt* statement =
      store_prepare(store, "DELETE FROM files WHERE song = ?1", error, error_size);
  if (statement) sqlite3_bind_int64(statement, 1, song);
  return remove_files(store, statement, error, error_size);
}

long store_remove_below(Store* store, const char* folder, char* error, size_t error_size) {
  if (store_begin(store, error, error_size) != 0) return -1;
  sqlite3_stmt* statement = store_prepare(
      store, "DELETE FROM files WHERE path = ?1 OR (path > ?2 AND path < ?3)", error, error_size);
  if (statement && store_bind_below(statement, folder, error, error_size) != 0) {
    sqlite3_finalize(statement);
    statement = NULL;
  }
  return remove_files(store, statement, error, error_size);
}

long store_remove_missing(Store* store, char* error, size_t error_size) {
  if (store_begin(store, error, error_size) != 0) return -1;
  return remove_files(
      store, store_prepare(store, "DELETE FROM files WHERE missing <> 0", error, error_size), error,
      error_size);
}
