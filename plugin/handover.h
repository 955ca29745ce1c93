// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Gives jobs from one thread (the giver) to another (the worker), one at a time.  The giver never
/// waits, and can continue without the result.
///
/// After the giver grants a job, the worker owns the job's data until it calls
/// handover_finish().  The giver may cancel the job at any time; the worker still owns the data
/// until it finishes, even if it has not begun or is suspended.  Each counter is written by one
/// thread only, so that no atomic read-modify-write and no retry is needed.
///
/// Thread: as each function says.  Real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_HANDOVER_H
#define CIRCUMPLEX_PLUGIN_HANDOVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
  atomic_size_t granted;  ///< number of jobs granted; written by the giver
  atomic_size_t finished; ///< number of jobs finished; written by the worker
  atomic_size_t unwanted; ///< the newest job whose result is not wanted; written by the giver
} Handover;

void handover_init(Handover* h);

// The giver.

/// \return whether every granted job is finished: then the results can be read
bool handover_idle(Handover* h);
/// Grant the next job.  Call it only while idle, after the job's data has been written.
void handover_grant(Handover* h);
/// Cancel the last granted job: its result is no longer wanted.
void handover_stop_wanting(Handover* h);

// The worker.

/// \return the number of the job to do, or 0 if there is none
size_t handover_take(Handover* h);
/// \return false if the job's result is no longer wanted
bool handover_wanted(Handover* h, size_t job);
/// Finish \p job, after its results have been written.
void handover_finish(Handover* h, size_t job);

#endif
