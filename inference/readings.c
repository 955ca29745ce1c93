// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The list of readings.h as a table.
#include "inference/readings.h"

#include <stddef.h>

enum { KEPT, SENT };

static const ReadingInfo table[READING_COUNT] = {
#define X(id, field, owner, symbol, name, type, low, high, rest, unit, column, number, osc,        \
          points, comment)                                                                         \
  [READING_##id] = {symbol, name,   READING_##type, low, high,   rest,                             \
                    unit,   column, number,         osc, points, comment},
    READINGS_LIST(X)
#undef X
};

const ReadingInfo* reading_info(unsigned id) {
  return id < READING_COUNT ? &table[id] : NULL;
}

unsigned reading_at_column(unsigned number) {
  unsigned id = 0;
  while (id < READING_COUNT && table[id].column_number != number)
    ++id;
  return number == 0 ? READING_COUNT : id;
}

Readings readings_at_rest(void) {
  Readings r;
  for (unsigned i = 0; i < READING_COUNT; ++i)
    r.value[i] = table[i].rest;
  return r;
}
