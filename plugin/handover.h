// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Jobs from one thread to another, one at a time, such that the giver never waits and may go on
/// without the result.
///
/// The giver grants a job; what belongs to the job is then the worker's, until the worker finishes
/// it.  The giver may stop wanting the result at any time; the job is the worker's all the same,
/// whether it has begun, is stopped in the middle of it or never comes, until it says that it has
/// finished.  Each counter is written by one thread only, so that there is no read-modify-write and
/// nothing to retry.
///
/// Thread: as each function says.  Real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_HANDOVER_H
#define CIRCUMPLEX_PLUGIN_HANDOVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
  atomic_size_t granted;  ///< jobs granted; written by the giver
  atomic_size_t finished; ///< jobs finished; written by the worker
  atomic_size_t unwanted; ///< the newest job whose result is not wanted; written by the giver
} Handover;

void handover_init(Handover* h);

// The giver.

/// \return whether every job granted is finished: then their results are there to be read.
bool handover_idle(Handover* h);
/// Grant the next job.  Only while idle; what the job is must have been written before.
void handover_grant(Handover* h);
/// Tell the worker that it need not go on with the job granted last.
void handover_stop_wanting(Handover* h);

// The worker.

/// \return the number of the job to be done, or 0 if there is none.
size_t handover_take(Handover* h);
/// \return false once the job's result is not wanted.
bool handover_wanted(Handover* h, size_t job);
/// The results of \p job are written.
void handover_finish(Handover* h, size_t job);

#endif
