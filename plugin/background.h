// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs slow tasks of one owner (a name lookup, reading a file) one after another on a background
/// thread.  The thread starts with the first task and ends after the last.
///
/// The lock guards the owner's state.  It is not held while a task runs, so that no thread waits
/// for a slow disk or name server.  When the owner is freed, it does not wait either: a running
/// task finishes without it.
///
/// Thread: any but the audio thread.
#ifndef CIRCUMPLEX_PLUGIN_BACKGROUND_H
#define CIRCUMPLEX_PLUGIN_BACKGROUND_H

#include <stdbool.h>

typedef struct BackgroundTask BackgroundTask;

/// Base of a task: the first member of the task's own struct.  background_add() takes ownership.
struct BackgroundTask {
  void (*run)(BackgroundTask* task); ///< the slow part; on the background thread, without the lock
  /// Give the result to the owner and free the task, with the lock held.  run() may not have been
  /// called.
  /// \param owner NULL if it has been freed
  void (*finish)(BackgroundTask* task, void* owner);
  BackgroundTask* next;
};

typedef struct Background Background;

/// \return NULL if out of memory.
Background* background_new(void* owner);

/// Call it when the owner is freed.  Waiting tasks are finished with owner NULL, without being
/// run.  It does not wait for a running task; that frees the rest when it ends.  The lock must not
/// be held. NULL is allowed.
void background_free(Background* background);

void background_lock(Background* background);
void background_unlock(Background* background);
/// \return whether the lock was free; then it is held now
bool background_try_lock(Background* background);

/// Add a task; the lock must be held.
/// \return false if no thread can be started: the caller still owns the task
bool background_add(Background* background, BackgroundTask* task);

#endif
