// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Which of the files that are there need work, and which that are known are there no more.
///
/// Looks at a file's size and time alone; whoever does the work looks into it.
/// Thread: that of the Store.
#ifndef CIRCUMPLEX_LIBRARY_SCAN_H
#define CIRCUMPLEX_LIBRARY_SCAN_H

#include "library/store.h"

typedef enum {
  SCAN_WORK,   ///< new, changed, or without a reading by the model
  SCAN_DONE,   ///< known and as it was
  SCAN_BEFORE, ///< could not be read before, and is as it was then
  SCAN_BAD,    ///< no file that could hold sound: to be remembered
  SCAN_AWAY    ///< cannot be looked at now, nothing to remember; or a known link leads nowhere
} ScanState;

typedef struct {
  ScanState state;
  StoreFile file;    ///< path is the caller's
  bool is_new;       ///< the path led to no song before
  char reason[1024]; ///< for SCAN_BEFORE, SCAN_BAD, SCAN_AWAY: an error message
} ScanItem;

typedef struct {
  const char* model_hash; ///< whose readings are wanted
  bool retry;             ///< try again what could not be read before
  bool rescan;            ///< every file needs work
} ScanOptions;

/// What is to be noted of files that are gone, or back.  At the end, and at once: a disk that is
/// away may hold 100,000 files, and looking for them must not keep others from writing.
typedef struct {
  StoreMissing* files;
  size_t n, room;
} Presence;

/// Store what was noted.  \return 0, or -1 and an error message
int presence_store(const Presence* presence, Store* store, char* error, size_t error_size);
void presence_free(Presence* presence);

/// Look at \p path (absolute).  A known file that was missing and is back is noted as such in
/// \p presence, and a known link that leads nowhere now as missing.
/// \return 0, or -1 and an error message
int scan_file(Store* store, const char* path, const ScanOptions* options, Presence* presence,
              ScanItem* item, char* error, size_t error_size);

/// The size and time of \p file's path now.  \return 0, or -1 (errno says why)
int scan_stat(const char* path, StoreFile* file);

/// \return whether \p path, or where it leads, is certainly not there: not merely out of reach.
bool scan_is_gone(const char* path);

/// Note which known files in \p folder (or of that name) are gone, and which are back.
/// \return how many have gone since the last time, or -1
long scan_missing(Store* store, const char* folder, char* error, size_t error_size);

/// \return \p path made absolute, links in its folder (not in its last part) followed; "." and
/// folders as they are.  NULL if its folder is not there (errno says why).  To be freed.
char* scan_absolute(const char* path);

#endif
