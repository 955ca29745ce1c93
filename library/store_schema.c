// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The tables, and the steps that upgrade older ones.  `user_version` is the number of steps that
/// a file has been through; `application_id` marks it as a library.
///
/// The numbers that a search compares are in `readings`, which is small enough to be read
/// completely at each search; the curves, forty times as large, are in another table.
#include "library/store_internal.h"

#include <stdio.h>

#define APPLICATION_ID 0x43706C78 // "Cplx"

/// Step k leads from version k to k + 1.  A step that has been released is never changed.
static const char* const steps[] = {
    "CREATE TABLE songs("
    "  id INTEGER PRIMARY KEY,"
    "  sound INTEGER NOT NULL," // hash of the samples and their rate
    "  samples INTEGER NOT NULL,"
    "  title TEXT NOT NULL DEFAULT ''," // '': no tag
    "  artist TEXT NOT NULL DEFAULT '',"
    "  album TEXT NOT NULL DEFAULT '',"
    "  UNIQUE(sound, samples)) STRICT;"

    "CREATE TABLE files("
    "  path BLOB PRIMARY KEY,"
    "  size INTEGER NOT NULL,"
    "  mtime INTEGER NOT NULL," // ns
    "  content INTEGER,"        // hash of the bytes; NULL: not known
    "  song INTEGER REFERENCES songs ON DELETE CASCADE,"
    "  failure TEXT," // why there is no song
    "  missing INTEGER NOT NULL DEFAULT 0,"
    "  CHECK((song IS NULL) <> (failure IS NULL))) STRICT, WITHOUT ROWID;"
    "CREATE INDEX files_of_song ON files(song, missing);"
    "CREATE INDEX files_by_content ON files(content) WHERE song IS NOT NULL;"
    "CREATE INDEX files_missing ON files(song) WHERE missing <> 0;"

    "CREATE TABLE models("
    "  id INTEGER PRIMARY KEY,"
    "  hash TEXT NOT NULL UNIQUE,"
    "  name TEXT NOT NULL,"
    "  static INTEGER NOT NULL) STRICT;"

    "CREATE TABLE curves("
    "  id INTEGER PRIMARY KEY,"
    // 16-bit integers, little-endian: all of valence, then all of arousal (library/song.h).
    "  points BLOB NOT NULL) STRICT;"

    "CREATE TABLE readings("
    "  model INTEGER NOT NULL REFERENCES models,"
    "  song INTEGER NOT NULL REFERENCES songs ON DELETE CASCADE,"
    // 32-bit floats, little-endian: valence, arousal, their spreads, confidence, duration in s. One
    // column, since a search reads all rows and unpacking is most of its time.
    "  numbers BLOB NOT NULL CHECK(length(numbers) = 24),"
    "  curve INTEGER REFERENCES curves,"
    "  PRIMARY KEY(model, song)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX readings_of_song ON readings(song);"
    "CREATE TRIGGER reading_gone AFTER DELETE ON readings WHEN old.curve IS NOT NULL BEGIN"
    "  DELETE FROM curves WHERE id = old.curve; END;",

    // How the file is damaged; NULL: it is complete.
    "ALTER TABLE files ADD COLUMN damage TEXT;",

    // The song of which this is a copy in another format; NULL: not a copy.
    ("ALTER TABLE songs ADD COLUMN copy_of INTEGER REFERENCES songs ON DELETE SET NULL;"
     "CREATE INDEX songs_copies ON songs(copy_of) WHERE copy_of IS NOT NULL;"),

    // ENGINE_REVISION of the program that read the song; 0: an older one.
    "ALTER TABLE readings ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;"};

enum { VERSION = sizeof steps / sizeof *steps };

static int number(Store* store, const char* sql, long* value, char* error, size_t error_size) {
  sqlite3_stmt* statement = store_prepare(store, sql, error, error_size);
  if (!statement) return -1;
  const int status = sqlite3_step(statement);
  if (status == SQLITE_ROW) *value = (long)sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return status == SQLITE_ROW ? 0 : store_fail(store, error, error_size);
}

/// \return 0 if the file is a library that this program knows, its version in \p version; -1 and a
/// message.  Call it within a transaction, so that what it reads is consistent.
static int look(Store* store, StoreAccess access, long* version, char* error, size_t error_size) {
  long id = 0, tables = 0;
  if (number(store, "PRAGMA user_version", version, error, error_size) != 0 ||
      number(store, "PRAGMA application_id", &id, error, error_size) != 0 ||
      number(store, "SELECT count(*) FROM sqlite_schema", &tables, error, error_size) != 0)
    return -1;
  if (id == 0 && *version == 0 && tables == 0) {
    if (access == STORE_CREATE) return 0;
    snprintf(error, error_size,
             "%s: there is no library in this file yet; 'circumplex library add FOLDER' "
             "makes one",
             store->path);
    return -1;
  }
  if (id != APPLICATION_ID) {
    snprintf(error, error_size, "%s: is a database, but not a library of Circumplex", store->path);
    return -1;
  }
  if (*version < 0) {
    snprintf(error, error_size, "%s: is damaged (it says that its format is %ld)", store->path,
             *version);
    return -1;
  }
  if (*version > VERSION) {
    snprintf(error, error_size,
             "%s: was written by a newer Circumplex (its format is %ld, this program knows "
             "%d); use that one, or another file with --db",
             store->path, *version, VERSION);
    return -1;
  }
  if (*version < VERSION && access == STORE_READ) {
    snprintf(error, error_size,
             "%s: was written by an older Circumplex; 'circumplex library add' brings it up "
             "to date",
             store->path);
    return -1;
  }
  return 0;
}

int store_migrate(Store* store, StoreAccess access, char* error, size_t error_size) {
  long version = 0;
  char text[96];
  if (store_run(store, "BEGIN", error, error_size) != 0) return -1;
  const int seen = look(store, access, &version, error, error_size);
  sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL); // nothing was written
  if (seen != 0) return -1;
  if (version == VERSION) return 0;
  // Another process may be upgrading too: check again, now that it cannot.
  if (store_begin(store, error, error_size) != 0) return -1;
  int status = look(store, access, &version, error, error_size);
  for (long i = version; status == 0 && i < VERSION; ++i)
    status = store_run(store, steps[i], error, error_size);
  snprintf(text, sizeof text, "PRAGMA user_version = %d; PRAGMA application_id = %d", VERSION,
           APPLICATION_ID);
  if (status == 0) status = store_run(store, text, error, error_size);
  return store_end(store, status, error, error_size);
}
