// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Copies the state of an object out of it, or into another object that was created the same way.
///
/// Each type with state has one function, `x_state(X* x, StateCopy* copy)`, which passes the fields
/// that change to state_field(), in a fixed order.  The same function measures, saves and loads.  A
/// copy may be made in parts: each call copies only the bytes [from, to) of the whole.
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
  size_t at;            ///< bytes passed so far; at the end, the size of the whole
} StateCopy;

/// Measure, save or load a field of \p size bytes.
void state_field(StateCopy* copy, void* field, size_t size);

#endif
