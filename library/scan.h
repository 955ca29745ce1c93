// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Finds out which files need to be read, and which known files no longer exist.
///
/// It looks only at a file's size and time, not into the file.
/// Thread: that of the Store.
#ifndef CIRCUMPLEX_LIBRARY_SCAN_H
#define CIRCUMPLEX_LIBRARY_SCAN_H

#include "library/store.h"

typedef enum {
  SCAN_WORK,   ///< new, changed, or without a reading by the model
  SCAN_DONE,   ///< known and unchanged
  SCAN_BEFORE, ///< could not be read before, and unchanged
  SCAN_BAD,    ///< cannot be a sound file; this is to be stored
  SCAN_AWAY    ///< cannot be accessed now, nothing to store; or a known link is broken
} ScanState;

typedef struct {
  ScanState state;
  StoreFile file;    ///< the caller owns its path
  bool is_new;       ///< the path is not known yet
  char reason[1024]; ///< for SCAN_BEFORE, SCAN_BAD, SCAN_AWAY: an error message
} ScanItem;

typedef struct {
  const char* model_hash; ///< whose readings are wanted
  bool retry;             ///< try files again that could not be read before
  bool rescan;            ///< every file needs work
} ScanOptions;

/// Files that are missing, or no longer missing, to be stored together at the end: a disk that is
/// not mounted may have 100,000 files, and the library must not be locked while they are looked
/// for.
typedef struct {
  StoreMissing* files;
  size_t n, room;
} MissingChanges;

/// Store them.  \return 0, or -1 and an error message
int missing_changes_store(const MissingChanges* missing, Store* store, char* error,
                          size_t error_size);
void missing_changes_free(MissingChanges* missing);

/// Look at \p path (absolute).  Adds to \p missing a known file that is no longer missing, and a
/// known link that is broken.
/// \return 0, or -1 and an error message
int scan_file(Store* store, const char* path, const ScanOptions* options, MissingChanges* missing,
              ScanItem* item, char* error, size_t error_size);

/// The size and time of \p file's path now.  \return 0, or -1 (errno says why)
int scan_stat(const char* path, StoreFile* file);

/// \return whether \p path, or its target, does not exist; false if it only cannot be accessed
bool scan_is_gone(const char* path);

/// Store which known files in \p folder (or with that path) are missing, and which no longer are.
/// \return how many are newly missing, or -1
long scan_missing(Store* store, const char* folder, char* error, size_t error_size);

/// \return \p path made absolute; links in its folder are resolved, but not its last part.  NULL if
/// its folder does not exist (errno says why).  To be freed.
char* scan_absolute(const char* path);

#endif
