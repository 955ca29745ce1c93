// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Many independent pieces of work on a few threads, their results taken in order.
#ifndef CIRCUMPLEX_CLI_JOBS_H
#define CIRCUMPLEX_CLI_JOBS_H

#include <stddef.h>

/// \param worker 0..threads-1: which thread's belongings may be used
typedef void (*JobWork)(void* context, size_t index, unsigned worker);
typedef void (*JobFinish)(void* context, size_t index);

/// Call work() for 0..n-1, on \p threads threads at once (on the calling one if 1), and finish() on
/// the calling thread in order of index, as soon as its turn has come.  No more than a few pieces
/// a thread are worked on ahead of the next finish(), so that unfinished results stay few.
/// \return 0, or -1 if not even one thread could be started (then nothing was done)
int jobs_run(size_t n, unsigned threads, JobWork work, JobFinish finish, void* context);

#endif
