// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Allocates memory for the audio thread: all pages are touched at once, to avoid later page
/// faults.
#ifndef CIRCUMPLEX_DSP_PAGES_H
#define CIRCUMPLEX_DSP_PAGES_H

#include <stddef.h>
#include <stdlib.h>

#define PAGES_STEP 4096 ///< the smallest page size, bytes

/// Like calloc(), and write to every page.  \return NULL if out of memory
static inline void* pages_new(size_t n, size_t size) {
  volatile unsigned char* bytes = calloc(n, size);
  if (!bytes) return NULL;
  for (size_t i = 0; i < n * size; i += PAGES_STEP)
    bytes[i] = 0;
  if (n * size > 0) bytes[n * size - 1] = 0;
  return (void*)(size_t)bytes;
}

#endif
