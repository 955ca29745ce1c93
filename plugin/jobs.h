// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Does what must not happen on the audio thread: loading models, network outputs, status messages.
///
/// The audio thread queues requests and readings; the host's worker handles them in jobs_run().
/// jobs_get() and jobs_set() read and write the session's state.  The status goes back to the audio
/// thread, because only that thread can send to the window; a mailbox (mail.h) carries it.
#ifndef CIRCUMPLEX_PLUGIN_JOBS_H
#define CIRCUMPLEX_PLUGIN_JOBS_H

#include "plugin/engine_queue.h"
#include "plugin/outputs.h"
#include "plugin/properties.h"

#include <stdbool.h>
#include <stddef.h>

#define JOBS_MAX_MESSAGE 512

/// The status that the window shows.
typedef struct {
  Properties properties;
  char model_name[128];           ///< empty: no model
  bool waiting;                   ///< an output waits until the user allows it
  char message[JOBS_MAX_MESSAGE]; ///< the last message; may be empty
} JobsStatus;

typedef struct Jobs Jobs;

/// Called for each message, on the thread where it arose; never on the audio thread.
typedef void (*JobsLog)(void* context, bool error, const char* message);

/// Opens the default model for \p analysis.  \return NULL if out of memory.
Jobs* jobs_new(EngineQueue* queue, JobsLog log, void* context);
void jobs_free(Jobs* jobs); ///< NULL is allowed

// Audio thread only, real-time safe.

/// Used instead of a property: allow the outputs of a session that wait to be allowed.
#define JOBS_CONFIRM PROP_COUNT

/// Request that a property is set.  \return false if too many requests wait
bool jobs_request(Jobs* jobs, unsigned property, const char* text, size_t length);
/// Queue a reading for the network outputs; it is dropped if the queue is full.
void jobs_send(Jobs* jobs, const Readings* reading);
/// \return whether a network output is open.
bool jobs_sending(const Jobs* jobs);
/// \return whether jobs_run() has work to do, apart from analysis
bool jobs_wanted(const Jobs* jobs);
/// \return whether there is a newer status; then \p status is overwritten
bool jobs_status(Jobs* jobs, JobsStatus* status);

// Any thread but the audio thread.

/// Handle the queued requests and readings.  Returns at once if another thread is doing it.
/// \param may_block false if called inside run(): then no names are looked up and nothing is sent
void jobs_run(Jobs* jobs, bool may_block);

/// \return the hash of the model in use, or "".  Valid until the model changes: copy it.
void jobs_get(Jobs* jobs, JobsStatus* status, char hash[17]);

/// Apply a session's properties.  An output that would send to another machine, and was never
/// allowed on this machine, waits until its target is set by jobs_request(), or until JOBS_CONFIRM.
/// \param hash hash of the model that the session was saved with, or ""
void jobs_set(Jobs* jobs, const Properties* properties, const char* hash);

/// Send a message to the log and to the window.
void jobs_say(Jobs* jobs, bool error, const char* message);

#endif
