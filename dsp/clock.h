// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The time that has passed, for waiting and for progress.  Any thread.
#ifndef CIRCUMPLEX_DSP_CLOCK_H
#define CIRCUMPLEX_DSP_CLOCK_H

#include <time.h>

/// \return seconds since an arbitrary moment; never jumps (CLOCK_MONOTONIC)
static inline double clock_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
