// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What must not happen on the audio thread: loading models, network outputs, texts for people.
///
/// The audio thread queues requests and readings; the host's worker handles them in jobs_run();
/// the session's state is read and written through jobs_get() and jobs_set().  Texts go back to the
/// audio thread (which alone may talk to the window) through a one-place mailbox.
#ifndef CIRCUMPLEX_PLUGIN_JOBS_H
#define CIRCUMPLEX_PLUGIN_JOBS_H

#include "plugin/analysis.h"
#include "plugin/outputs.h"
#include "plugin/properties.h"

#include <stdbool.h>
#include <stddef.h>

#define JOBS_MAX_MESSAGE 512

/// The status that the window shows.
typedef struct {
  Properties properties;
  char model_name[128];           ///< empty: no model
  bool waiting;                   ///< an output waits to be allowed
  char message[JOBS_MAX_MESSAGE]; ///< the last thing worth saying, may be empty
} JobsStatus;

typedef struct Jobs Jobs;

/// Called for each message, on the thread that found it; never the audio thread.
typedef void (*JobsLog)(void* context, bool error, const char* message);

/// Opens the default model for \p analysis.  \return NULL if out of memory.
Jobs* jobs_new(Analysis* analysis, JobsLog log, void* context);
void jobs_free(Jobs* jobs); ///< NULL is allowed

// Audio thread only, real-time safe.

/// In place of a property: allow what a session would send to other machines.
#define JOBS_CONFIRM PROP_COUNT

/// Ask for a property to be set.  \return false if too many requests wait.
bool jobs_request(Jobs* jobs, unsigned property, const char* text, size_t length);
/// Queue a reading for the network outputs; dropped if many wait.
void jobs_send(Jobs* jobs, const Readings* reading);
/// \return whether a network output is open.
bool jobs_sending(const Jobs* jobs);
/// \return whether jobs_run() has something to do besides analysis.
bool jobs_wanted(const Jobs* jobs);
/// \return whether \p status was replaced by a newer one.
bool jobs_status(Jobs* jobs, JobsStatus* status);

// Any thread but the audio thread.

/// Handle what waits.  Returns at once if another thread is at it.
/// \param may_block false when called from inside run(): no names are looked up, nothing is sent
void jobs_run(Jobs* jobs, bool may_block);

/// \return the hash of the model in use, or "".  Valid until the model changes: copy it.
void jobs_get(Jobs* jobs, JobsStatus* status, char hash[17]);

/// Take a session's properties.  What would send to another machine, and was never allowed to on this
/// one, waits: until its target is set by jobs_request(), or for JOBS_CONFIRM.
/// \param hash of the model the session was made with, or ""
void jobs_set(Jobs* jobs, const Properties* properties, const char* hash);

/// Say something: to the log and to the window.
void jobs_say(Jobs* jobs, bool error, const char* message);

#endif
