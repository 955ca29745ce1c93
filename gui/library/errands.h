// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs what may take long, such as calls of the file system (a network disk may not answer at
/// all), in threads that the window does not wait for.
/// Thread: all functions belong to the window's thread.
#ifndef CIRCUMPLEX_GUI_LIBRARY_ERRANDS_H
#define CIRCUMPLEX_GUI_LIBRARY_ERRANDS_H

#include <stdbool.h>

typedef struct Errands Errands;

#define ERRANDS_MAX 16 ///< most tasks that may run at the same time

/// How to do an errand; the rest is in the \p job that it is started with.
typedef struct {
  void (*work)(void* job);               ///< in a thread of its own
  void (*done)(void* job, void* handle); ///< later, in the window's thread, by errands_poll()
  void (*drop)(void* job);               ///< free the job; in either thread
} Errand;

Errands* errands_new(void); ///< \return NULL if out of memory

/// Free at once; NULL is allowed.  An errand that still runs drops its job when it ends.
void errands_free(Errands* errands);

/// Start an errand.
/// \return false if ERRANDS_MAX run, or the system is short of resources: the job was dropped
bool errands_start(Errands* errands, const Errand* errand, void* job);

/// Call done() of all that ended, then drop their jobs.
void errands_poll(Errands* errands, void* handle);

bool errands_busy(Errands* errands); ///< \return whether any task is not finished

#endif
