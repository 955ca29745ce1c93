// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs many independent tasks on several threads, and handles their results in order.
#ifndef CIRCUMPLEX_LIBRARY_ORDERED_POOL_H
#define CIRCUMPLEX_LIBRARY_ORDERED_POOL_H

#include "library/task.h"

#include <stddef.h>

typedef struct {
  const Task* task; ///< says whether to stop; may be NULL
  /// Do one piece of work, on one of the threads.
  /// \param worker 0..threads-1: the thread's number
  void (*work)(void* context, size_t index, unsigned worker);
  void (*finish)(void* context, size_t index); ///< on the calling thread, in order of index
  void (*tick)(void* context); ///< on the calling thread, several times a second; may be NULL
  void* context;
} Pool;

/// Call work() for 0..n-1 on \p threads threads, and finish() for each in order, as soon as
/// possible. work() is at most a few pieces per thread ahead of finish(), so that few results
/// wait.  When the task is stopped, work() is still called for the rest and should return at once.
/// \return 0; -1 if no thread could be started (then nothing was done); 1 if the task is stopped
/// but a piece hangs, for example while reading a pipe: then finish() was called for all pieces
/// that are done, threads may still run, and their data must not be freed
int ordered_pool_run(const Pool* pool, size_t n, unsigned threads);

#endif
