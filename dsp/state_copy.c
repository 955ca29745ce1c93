// SPDX-License-Identifier: GPL-3.0-or-later
// Copies the state of an object out of it, or into another object of the same kind.
#include "dsp/state_copy.h"

#include <string.h>

void state_field(StateCopy* copy, void* field, size_t size) {
  const size_t begin = copy->at, end = begin + size;
  copy->at = end;
  if (copy->direction == STATE_MEASURE) return;
  const size_t from = copy->from > begin ? copy->from : begin;
  const size_t to = copy->to < end ? copy->to : end;
  if (from >= to) return;
  unsigned char* own = (unsigned char*)field + (from - begin);
  if (copy->direction == STATE_SAVE)
    memcpy(copy->bytes + from, own, to - from);
  else
    memcpy(own, copy->bytes + from, to - from);
}
