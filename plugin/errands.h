// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Slow tasks of one owner (looking a name up, reading a file), done one after another by a thread of
/// their own.  The thread is started with the first task and ends after the last.
///
/// The lock here guards the owner's state.  It is not held while a task runs, so no thread waits for
/// a slow disk or name server.  Nor does the owner wait when it is freed: a task that is running then
/// finishes without it.
///
/// Thread: any but the audio thread.
#ifndef CIRCUMPLEX_PLUGIN_ERRANDS_H
#define CIRCUMPLEX_PLUGIN_ERRANDS_H

#include <stdbool.h>

typedef struct Errand Errand;

/// The first member of what an errand is about; that belongs to the errands once it is added.
struct Errand {
  void (*run)(Errand* errand); ///< may be slow; on the errands' thread, without the lock
  /// Hand the result over and free the errand; under the lock.  It may never have run.
  /// \param owner NULL if it is gone
  void (*finish)(Errand* errand, void* owner);
  Errand* next;
};

typedef struct Errands Errands;

/// \return NULL if out of memory.
Errands* errands_new(void* owner);

/// The owner goes: errands that wait are finished without it, without being run.  Does not wait for one
/// that is running; what is left of the errands is freed after it.  Not under the lock; NULL is
/// allowed.
void errands_free(Errands* errands);

void errands_lock(Errands* errands);
void errands_unlock(Errands* errands);
/// \return whether the lock was free, and is now held.
bool errands_try_lock(Errands* errands);

/// Add one; under the lock.
/// \return false if there can be no thread: the errand is still the caller's
bool errands_add(Errands* errands, Errand* errand);

#endif
