// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Internals of store.h that its parts share.
#ifndef CIRCUMPLEX_LIBRARY_STORE_INTERNAL_H
#define CIRCUMPLEX_LIBRARY_STORE_INTERNAL_H

#include "library/store.h"

#include <sqlite3.h>

struct Store {
  sqlite3* db;
  char* path;
  int depth; ///< transactions begun
};

/// Make an error message for the last error; checks for a damaged file.  \return -1
int store_fail(Store* store, char* error, size_t error_size);

/// \return the statement for \p sql, or NULL and an error message
sqlite3_stmt* store_prepare(Store* store, const char* sql, char* error, size_t error_size);

/// Run a statement that gives no rows, and free it; fails if it is NULL.  \return 0, or -1 and a
/// message
int store_finish(Store* store, sqlite3_stmt* statement, char* error, size_t error_size);

/// Run \p sql, which has no parameters.  \return 0, or -1 and an error message
int store_run(Store* store, const char* sql, char* error, size_t error_size);

/// Begin a transaction that writes (a nested one is a savepoint), and end it: commit if \p status
/// is 0, otherwise roll back.  \return 0, or -1 and an error message (store_end: \p status if not
/// 0)
int store_begin(Store* store, char* error, size_t error_size);
int store_end(Store* store, int status, char* error, size_t error_size);

/// Bind a text, or a path's bytes.
void store_bind_text(sqlite3_stmt* statement, int index, const char* text);
void store_bind_path(sqlite3_stmt* statement, int index, const char* path);

/// Bind parameters 1 to 3 of "path = ?1 OR (path > ?2 AND path < ?3)": all that is in a folder.
/// \return 0, or -1 and an error message
int store_bind_below(sqlite3_stmt* statement, const char* folder, char* error, size_t error_size);

#define STORE_NUMBERS 6 ///< of a reading, see store_schema.c

/// Convert floats to and from the file's form: 32 bits, little-endian.
void store_pack(const float* values, size_t n, unsigned char* bytes);
void store_unpack(const unsigned char* bytes, size_t n, float* values);

/// Create or upgrade the tables of a file opened for writing; for reading, check that they are up
/// to date.  \return 0, or -1 and an error message
int store_migrate(Store* store, StoreAccess access, char* error, size_t error_size);

#endif
