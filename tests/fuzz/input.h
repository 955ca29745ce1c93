// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A fuzzer's bytes, taken one after another.
#ifndef CIRCUMPLEX_TESTS_FUZZ_INPUT_H
#define CIRCUMPLEX_TESTS_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t* at;
  size_t left;
} Input;

/// \return the next byte, 0 when there are no more
static inline uint8_t byte(Input* in) {
  if (!in->left) return 0;
  --in->left;
  return *in->at++;
}

#endif
