// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes a reading into a music file's tags safely: the tags are written to a copy, its sound is
/// compared with the file's sample by sample, and then the copy, synchronised to the disk,
/// replaces the file.
/// Thread: one thread; forks.
#ifndef CIRCUMPLEX_LIBRARY_TAG_WRITE_H
#define CIRCUMPLEX_LIBRARY_TAG_WRITE_H

#include "library/tag_fields.h"

#include <stddef.h>

typedef struct {
  bool is_dry;    ///< write nothing, and return what would happen
  bool keep_time; ///< keep the file's time of modification
} TagWriteOptions;

/// \return 1: written, or would be; 0: the file has these tags already; -1: not changed, and an
/// error message without the file's name
int tag_write(const char* path, const TagReading* reading, const TagWriteOptions* options,
              char* error, size_t error_size);

#endif
