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
#ifndef CIRCUMPLEX_PLUGIN_ERRANDS_H
#define CIRCUMPLEX_PLUGIN_ERRANDS_H

#include <stdbool.h>

typedef struct Errand Errand;

/// Base of a task: the first member of the task's own struct.  errands_add() takes ownership.
struct Errand {
  void (*run)(Errand* errand); ///< the slow part; on the background thread, without the lock
  /// Give the result to the owner and free the task, with the lock held.  run() may not have been
  /// called.
  /// \param owner NULL if it has been freed
  void (*finish)(Errand* errand, void* owner);
  Errand* next;
};

typedef struct Errands Errands;

/// \return NULL if out of memory.
Errands* errands_new(void* owner);

/// Call it when the owner is freed.  Waiting tasks are finished with owner NULL, without being
/// run.  It does not wait for a running task; that frees the rest when it ends.  The lock must not
/// be held. NULL is allowed.
void errands_free(Errands* errands);

void errands_lock(Errands* errands);
void errands_unlock(Errands* errands);
/// \return whether the lock was free; then it is held now
bool errands_try_lock(Errands* errands);

/// Add a task; the lock must be held.
/// \return false if no thread can be started: the caller still owns the task
bool errands_add(Errands* errands, Errand* errand);

#endif
