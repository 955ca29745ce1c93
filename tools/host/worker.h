// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The worker feature, in the four ways in which hosts implement it.
#ifndef CIRCUMPLEX_TOOLS_HOST_WORKER_H
#define CIRCUMPLEX_TOOLS_HOST_WORKER_H

#include "tools/host/host.h"

#include <lv2/worker/worker.h>

typedef struct Worker Worker;

Worker* worker_new(HostWorker mode, bool free_running, double gui_seconds);
void worker_free(Worker* w); ///< joins the thread; NULL is allowed
/// \return the feature's data; NULL without a worker.
LV2_Worker_Schedule* worker_schedule(Worker* w);
/// Set the instance's worker interface, after instantiation.
void worker_attach(Worker* w, LV2_Handle handle, const LV2_Worker_Interface* plugin);
/// After run(), on the audio thread: deliver responses.
void worker_deliver(Worker* w);
/// After run(), outside it: do or wait for the work of other threads.
void worker_serve(Worker* w, double block_seconds);
/// Set functions to be called around a synchronous work(), to leave the real-time sanitizer's
/// region.
void worker_on_sync(Worker* w, void (*leave)(void* context), void (*enter)(void* context),
                    void* context);

#endif
