// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Waits for the threads of a test: nothing that they still do disturbs the next one.
#ifndef CIRCUMPLEX_TESTS_THREADS_H
#define CIRCUMPLEX_TESTS_THREADS_H

#include "tests/dsp/harness.h"

#include <dirent.h>
#include <pthread.h>
#include <time.h>

static unsigned threads_at_rest; ///< a sanitizer may have its own thread

/// \return the number of entries of a folder, except hidden ones
static inline unsigned count_entries(const char* folder) {
  unsigned n = 0;
  DIR* entries = opendir(folder);
  if (!entries) return 0;
  for (const struct dirent* e; (e = readdir(entries));)
    n += e->d_name[0] != '.';
  closedir(entries);
  return n;
}

static inline unsigned count_threads(void) {
  return count_entries("/proc/self/task");
}

static inline void* nothing(void* argument) {
  return argument;
}

/// Count the threads after a first one has come and gone.  To be called first in main().
static inline void count_at_rest(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, nothing, NULL) == 0) pthread_join(thread, NULL);
  threads_at_rest = count_threads();
}

/// Wait until no other thread is left, at most some 90 s.
static inline void wait_for_threads(void) {
  for (unsigned i = 0; i < 90000 && count_threads() > threads_at_rest; ++i)
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  assert_true(count_threads() <= threads_at_rest);
}

#endif
