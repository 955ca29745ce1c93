// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Arrays that grow: the capacity doubles when it is used up.  Not for the audio thread.
#ifndef CIRCUMPLEX_DSP_ARRAY_H
#define CIRCUMPLEX_DSP_ARRAY_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_FIRST 16 ///< capacity of an array that was empty

/// Make room for element \p n of the array that the pointer \p array (of any object type) holds.
/// \return false if out of memory; then nothing has changed
#define ARRAY_GROW(array, n, capacity) array_grow(&(array), n, &(capacity), sizeof *(array))

static inline bool array_grow(void* array, size_t n, size_t* capacity, size_t size) {
  if (n < *capacity) return true;
  const size_t larger = *capacity == 0 ? ARRAY_FIRST : 2 * *capacity;
  void* elements;
  memcpy(&elements, array, sizeof elements);
  elements = realloc(elements, larger * size);
  if (!elements) return false;
  memcpy(array, &elements, sizeof elements);
  *capacity = larger;
  return true;
}

#endif
