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
  char reason[1024]; ///< for SCAN_BEFORE, SCAN_BAD, SCAN_AWAY: a sentence
} ScanItem;

/// Look at \p path (absolute).  A known file that was missing and is back is noted as such,
/// and a known link that leads nowhere now as missing.
/// \param retry whether what could not be read before is to be tried again
/// \return 0, or -1 and a sentence
int scan_file(Store* store, const char* path, const char* model_hash, bool retry, ScanItem* item,
              char* error, size_t error_size);

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
