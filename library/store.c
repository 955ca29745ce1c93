// SPDX-License-Identifier: GPL-3.0-or-later
// The library's file: opens, checks and closes it; statements and transactions.
#include "library/store.h"

#include "library/store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  PAGE = 8192,      ///< bytes: four curves of four minutes
  CACHE = 32768,    ///< KiB: several times what a search of 100,000 songs reads
  PATIENCE = 20000, ///< ms
};

int store_default_path(char* path, size_t size) {
  const char* data = getenv("XDG_DATA_HOME");
  const char* home = getenv("HOME");
  int length;
  // The specification says that a relative path must be ignored.
  if (data && data[0] == '/')
    length = snprintf(path, size, "%s/circumplex/library.db", data);
  else if (home && home[0] == '/')
    length = snprintf(path, size, "%s/.local/share/circumplex/library.db", home);
  else {
    snprintf(path, size, "there is no home folder for the library; name its file with --db");
    return -1;
  }
  if (length > 0 && (size_t)length < size) return 0;
  snprintf(path, size, "the path of the library is too long; name a file with --db");
  return -1;
}

/// Get the fault that SQLite finds in the file, in one line; "" if there is none.
static void examine(sqlite3* db, char* finding, size_t size) {
  sqlite3_stmt* statement = NULL;
  finding[0] = '\0';
  if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    const char* text = (const char*)sqlite3_column_text(statement, 0);
    if (text && strcmp(text, "ok") != 0) {
      // The line "*** in database main ***" precedes the fault.
      const char* line = strncmp(text, "***", 3) == 0 ? strchr(text, '\n') : NULL;
      snprintf(finding, size, "%s", line ? line + 1 : text);
      char* end = strchr(finding, '\n');
      if (end) *end = '\0';
    }
  }
  sqlite3_finalize(statement);
}

int store_fail(Store* store, char* error, size_t error_size) {
  const int code = sqlite3_extended_errcode(store->db);
  const int system_errno = sqlite3_system_errno(store->db);
  const char* path = store->path;
  char finding[256];
  switch (code & 0xFF) {
  case SQLITE_NOTADB:
    snprintf(error, error_size, "%s: is not a library (not an SQLite database)", path);
    break;
  case SQLITE_CORRUPT:
    examine(store->db, finding, sizeof finding);
    snprintf(error, error_size,
             "%s: the library is damaged (%s); move it away and run 'circumplex library add' "
             "again, or put back a copy of it",
             path, finding[0] != '\0' ? finding : "an index or a page cannot be read");
    break;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    snprintf(error, error_size,
             "%s: another program has been writing to the library for %d "
             "s; try again when it is done",
             path, PATIENCE / 1000);
    break;
  case SQLITE_READONLY:
    snprintf(error, error_size,
             code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY
                 ? "%s: an interrupted run has to be undone first, but the library or its "
                   "folder may not be written"
                 : "%s: the library or its folder cannot be written",
             path);
    break;
  case SQLITE_FULL:
    snprintf(error, error_size, "%s: the disk is full", path);
    break;
  case SQLITE_IOERR:
    snprintf(error, error_size, "%s: the disk failed (%s)", path,
             system_errno != 0 ? strerror(system_errno) : sqlite3_errmsg(store->db));
    break;
  case SQLITE_CANTOPEN:
    snprintf(error, error_size, "%s: cannot be opened, or its folder cannot be written", path);
    break;
  case SQLITE_NOMEM:
    snprintf(error, error_size, "out of memory");
    break;
  default:
    snprintf(error, error_size, "%s: %s", path, sqlite3_errmsg(store->db));
  }
  return -1;
}

sqlite3_stmt* store_prepare(Store* store, const char* sql, char* error, size_t error_size) {
  sqlite3_stmt* statement = NULL;
  if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK) return statement;
  store_fail(store, error, error_size);
  return NULL;
}

int store_finish(Store* store, sqlite3_stmt* statement, char* error, size_t error_size) {
  if (!statement) return -1;
  const int status = sqlite3_step(statement);
  const int result = status == SQLITE_DONE ? 0 : store_fail(store, error, error_size);
  sqlite3_finalize(statement);
  return result;
}

int store_run(Store* store, const char* sql, char* error, size_t error_size) {
  return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
             ? 0
             : store_fail(store, error, error_size);
}

int store_begin(Store* store, char* error, size_t error_size) {
  const char* sql = store->depth == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT inner";
  if (store_run(store, sql, error, error_size) != 0) return -1;
  ++store->depth;
  return 0;
}

int store_end(Store* store, int status, char* error, size_t error_size) {
  const bool is_inner = --store->depth > 0;
  if (status == 0)
    status = store_run(store, is_inner ? "RELEASE inner" : "COMMIT", error, error_size);
  // On a full disk SQLite may have rolled back already; then this fails, which does no harm.
  if (status != 0)
    sqlite3_exec(store->db, is_inner ? "ROLLBACK TO inner; RELEASE inner" : "ROLLBACK", NULL, NULL,
                 NULL);
  return status;
}

int store_begin_batch(Store* store, char* error, size_t error_size) {
  return store_begin(store, error, error_size);
}

int store_end_batch(Store* store, int status, char* error, size_t error_size) {
  return store_end(store, status, error, error_size);
}

void store_bind_text(sqlite3_stmt* statement, int index, const char* text) {
  sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

void store_bind_path(sqlite3_stmt* statement, int index, const char* path) {
  sqlite3_bind_blob64(statement, index, path, strlen(path), SQLITE_TRANSIENT);
}

int store_bind_below(sqlite3_stmt* statement, const char* folder, char* error, size_t error_size) {
  size_t length = strlen(folder);
  while (length > 0 && folder[length - 1] == '/')
    --length;
  char* edge = malloc(length + 1);
  if (!edge) {
    snprintf(error, error_size, "out of memory");
    return -1;
  }
  store_bind_path(statement, 1, folder);
  // '0' is the byte after '/'.
  memcpy(edge, folder, length);
  edge[length] = '/';
  sqlite3_bind_blob64(statement, 2, edge, length + 1, SQLITE_TRANSIENT);
  edge[length] = '0';
  sqlite3_bind_blob64(statement, 3, edge, length + 1, SQLITE_TRANSIENT);
  free(edge);
  return 0;
}

void store_pack(const float* values, size_t n, unsigned char* bytes) {
  for (size_t i = 0; i < n; ++i) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof bits);
    for (unsigned k = 0; k < 4; ++k)
      bytes[4 * i + k] = (unsigned char)(bits >> (8 * k));
  }
}

void store_unpack(const unsigned char* bytes, size_t n, float* values) {
  for (size_t i = 0; i < n; ++i) {
    uint32_t bits = 0;
    for (unsigned k = 0; k < 4; ++k)
      bits |= (uint32_t)bytes[4 * i + k] << (8 * k);
    memcpy(&values[i], &bits, sizeof bits);
  }
}

/// Make the folders above \p path, only for their owner, as the XDG specification requires.
static int make_folders(const char* path, char* error, size_t error_size) {
  char* copy = strdup(path);
  int status = copy ? 0 : -1;
  if (status != 0) snprintf(error, error_size, "out of memory");
  for (char* p = copy; status == 0 && (p = strchr(p + 1, '/'));) {
    *p = '\0';
    struct stat there;
    if (mkdir(copy, 0700) != 0 && errno != EEXIST && stat(copy, &there) != 0) {
      snprintf(error, error_size, "%s: %s", copy, strerror(errno));
      status = -1;
    }
    *p = '/';
  }
  free(copy);
  return status;
}

/// Check that the file can be opened, for a better message than SQLite's "unable to open".
static int check_path(const char* path, StoreAccess access, char* error, size_t error_size) {
  struct stat status;
  if (path[0] == '\0') {
    snprintf(error, error_size, "the library's file has no name");
    return -1;
  }
  if (stat(path, &status) != 0) {
    if (errno == ENOENT && access == STORE_CREATE) return make_folders(path, error, error_size);
    snprintf(error, error_size, "%s: %s", path,
             errno == ENOENT ? "there is no library yet; 'circumplex library add FOLDER' makes one"
                             : strerror(errno));
    return -1;
  }
  if (S_ISREG(status.st_mode)) return 0;
  snprintf(error, error_size, "%s: is not a regular file", path);
  return -1;
}

/// SQLite treats ":memory:" and "file:..." specially, but not if a folder is put before them.
static int open_file(Store* store, int flags, char* error, size_t error_size) {
  const size_t size = strlen(store->path) + sizeof "./";
  char* path = malloc(size);
  int status = SQLITE_NOMEM;
  if (path) {
    snprintf(path, size, "%s%s", store->path[0] == '/' ? "" : "./", store->path);
    status = sqlite3_open_v2(path, &store->db, flags, NULL);
  }
  free(path);
  if (status == SQLITE_OK) return 0;
  if (store->db) return store_fail(store, error, error_size);
  snprintf(error, error_size, "out of memory");
  return -1;
}

Store* store_open(const char* path, StoreAccess access, char* error, size_t error_size) {
  if (check_path(path, access, error, error_size) != 0) return NULL;
  Store* store = calloc(1, sizeof *store);
  if (store) store->path = strdup(path);
  if (!store || !store->path) {
    snprintf(error, error_size, "out of memory");
    goto fail;
  }
  // Always open for writing, so that an interrupted transaction can be rolled back.  SQLite opens
  // for reading if the file is not writable.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (access == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
  if (open_file(store, flags, error, error_size) != 0) goto fail;
  sqlite3_busy_timeout(store->db, PATIENCE);
  // The file is not trusted: its schema must not run functions or virtual tables.
  sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  char setup[160];
  snprintf(setup, sizeof setup,
           "PRAGMA page_size = %d; PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON;"
           "PRAGMA cell_size_check = ON; PRAGMA cache_size = -%d",
           PAGE, CACHE);
  if (store_run(store, setup, error, error_size) != 0 ||
      store_migrate(store, access, error, error_size) != 0)
    goto fail;
  if (access != STORE_READ && sqlite3_db_readonly(store->db, "main") == 1) {
    snprintf(error, error_size, "%s: the library cannot be written: no permission", path);
    goto fail;
  }
  if (access == STORE_READ && store_run(store, "PRAGMA query_only = ON", error, error_size) != 0)
    goto fail;
  return store;
fail:
  store_close(store);
  return NULL;
}

void store_close(Store* store) {
  if (!store) return;
  sqlite3_close(store->db);
  free(store->path);
  free(store);
}
