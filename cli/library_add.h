// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Bringing a library up to date with files: what is new or changed is read, several at a time, and
/// put in one by one, so that it may be stopped at any moment and gone on with later.
#ifndef CIRCUMPLEX_CLI_LIBRARY_ADD_H
#define CIRCUMPLEX_CLI_LIBRARY_ADD_H

#include "cli/inputs.h"
#include "cli/reading.h"
#include "cli/static_reading.h"
#include "library/store.h"
#include "library/tags.h"

#include <stdbool.h>

#define LIBRARY_LONGEST 12.0 ///< h: what claims to be longer is no piece of music

typedef struct {
  Store* store;
  Tags* tags; ///< NULL: titles from names alone
  ReadingOptions reading;
  StaticModel* whole; ///< a static model that reads in place of reading.model, or NULL
  Inputs inputs;      ///< absolute paths
  unsigned jobs;
  bool retry, is_quiet;
} LibraryAdd;

/// Do it.  What fails is reported and the rest goes on, unless it is the library itself.
/// \return CLI_OK, CLI_FAILED or CLI_INTERRUPTED
int library_add_run(const LibraryAdd* add);

#endif
