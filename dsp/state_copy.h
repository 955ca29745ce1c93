// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What an object has heard, copied out of it or into another one that was made alike.
///
/// Each stateful type has one function, `x_state(X* x, StateCopy* copy)`, which names the fields
/// that change, in a fixed order.  The same function measures, saves and loads.  A copy may be made
/// in parts: each call copies the bytes [from, to) of the whole only.
///
/// Thread: one at a time for each object.  Real-time safe; nothing allocates.
#ifndef CIRCUMPLEX_DSP_STATE_COPY_H
#define CIRCUMPLEX_DSP_STATE_COPY_H

#include <stddef.h>

typedef enum { STATE_MEASURE, STATE_SAVE, STATE_LOAD } StateDirection;

typedef struct {
  StateDirection direction;
  unsigned char* bytes; ///< the whole copy; unused while measuring
  size_t from, to;      ///< the part of it that is copied
  size_t at;            ///< bytes named so far: the size of the whole in the end
} StateCopy;

/// Name a field of \p size bytes.
void state_field(StateCopy* copy, void* field, size_t size);

#endif
