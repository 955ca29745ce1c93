// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Counting allocations of the calling thread.
#ifndef CIRCUMPLEX_BENCH_ALLOCATIONS_H
#define CIRCUMPLEX_BENCH_ALLOCATIONS_H

#include <stdbool.h>

/// \return whether this build can count (glibc, no sanitizer).
bool allocations_available(void);

/// Count from 0 from now on.
void allocations_begin(void);

/// Stop.  \return calls of malloc and its kin since allocations_begin()
unsigned long allocations_end(void);

#endif
