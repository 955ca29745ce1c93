// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Copies the whole state of an object into another one, as dsp/state_copy.h does it.
#ifndef CIRCUMPLEX_TESTS_DSP_COPIES_H
#define CIRCUMPLEX_TESTS_DSP_COPIES_H

#include "dsp/state_copy.h"

#include <stdlib.h>

/// \param state the type's function, as in dsp/state_copy.h
#define copy_whole(state, to, from)                                                                \
  do {                                                                                             \
    StateCopy whole = {.direction = STATE_MEASURE};                                                \
    state((from), &whole);                                                                         \
    StateCopy save = {STATE_SAVE, calloc(1, whole.at), 0, whole.at, 0}, load = save;               \
    assert_non_null(save.bytes);                                                                   \
    load.direction = STATE_LOAD;                                                                   \
    state((from), &save);                                                                          \
    state((to), &load);                                                                            \
    free(save.bytes);                                                                              \
  } while (0)

#endif
