// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writing a reading into a music file's tags without ever leaving half a file: a copy beside it
/// gets the tags, its sound is compared with the file's, sample by sample, and only then, written
/// through to the disk, it takes the file's place.
/// Thread: one thread; forks.
#ifndef CIRCUMPLEX_LIBRARY_TAG_WRITE_H
#define CIRCUMPLEX_LIBRARY_TAG_WRITE_H

#include "library/tag_fields.h"

#include <stddef.h>

typedef struct {
  bool is_dry;    ///< write nothing, and say what would come of it
  bool keep_time; ///< of last change
} TagWriteOptions;

/// \return 1: written, or would be; 0: the file has these tags already; -1 and an error message
/// without the file's name: it is as it was
int tag_write(const char* path, const TagReading* reading, const TagWriteOptions* options,
              char* error, size_t error_size);

#endif
