// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Many independent pieces of work on a few threads, their results taken in order.
#ifndef CIRCUMPLEX_LIBRARY_ORDERED_POOL_H
#define CIRCUMPLEX_LIBRARY_ORDERED_POOL_H

#include "library/task.h"

#include <stddef.h>

typedef struct {
  const Task* task; ///< asked whether to stop; may be NULL
  /// One piece, on one of the threads.  \param worker 0..threads-1: the thread's number, an index into
  /// what each thread has of its own
  void (*work)(void* context, size_t index, unsigned worker);
  void (*finish)(void* context, size_t index); ///< on the calling thread, in order of index
  void (*tick)(void* context); ///< on the calling thread, several times a second; may be NULL
  void* context;
} Pool;

/// Call work() for 0..n-1 on \p threads threads, and finish() as soon as a piece's turn has come.
/// No more than a few pieces a thread are worked on ahead of the next finish(), so that unfinished
/// results stay few.  Once the task is stopped, work() is still called for the rest and should
/// return at once.
/// \return 0; -1 if not even one thread could be started (then nothing was done); 1 if the task is
/// stopped but a piece hangs, in a read from a pipe say: then finish() was called for all pieces
/// that are done, threads may still run, and what they use must not be freed
int ordered_pool_run(const Pool* pool, size_t n, unsigned threads);

#endif
