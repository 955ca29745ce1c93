// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Counting allocations, for the bench alone.  Thread: the calling thread's allocations count.
#ifndef CIRCUMPLEX_CLI_BENCH_ALLOC_H
#define CIRCUMPLEX_CLI_BENCH_ALLOC_H

#include <stdbool.h>

/// \return whether this build can count (glibc, no sanitizer).
bool bench_alloc_available(void);

/// Count from 0 from now on.
void bench_alloc_begin(void);

/// Stop.  \return calls of malloc and its kin since bench_alloc_begin()
unsigned long bench_alloc_end(void);

#endif
