// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/jobs.h"

#include "dsp/ring.h"
#include "inference/model.h"
#include "plugin/mail.h"
#include "plugin/trust.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_BYTES 16384 ///< queue of requests: three of the longest paths
#define READINGS_QUEUED 16

/// A request in the queue, whose elements are bytes: this, then the text without a NUL.
typedef struct {
  uint32_t property, length;
} RequestHead;

struct Jobs {
  Analysis* analysis;
  JobsLog log;
  void* log_context;

  // Queues from the audio thread.
  Ring* requests;
  Ring* readings;
  unsigned char audio_scratch[sizeof(RequestHead) + PROPERTY_MOST];

  // Guarded by `lock`, which the audio thread never takes.
  pthread_mutex_t lock;
  Model* model;
  void* outputs[OUTPUT_KINDS]; ///< NULL: closed
  bool failed[OUTPUT_KINDS];   ///< a failure is reported once
  unsigned waiting;            ///< bits of outputs that the user has not allowed yet
  JobsStatus status;
  bool status_dirty;

  // Seen by the audio thread.
  atomic_bool sending;
  atomic_bool
      wanted; ///< a requester waits, a model is changing, or a status could not be handed over
  Mail mail;  ///< posted by the lock's owner, read by the audio thread
  JobsStatus letter; ///< in it
};

/// Copy a text; one that is too long is cut (and then refused by whoever uses it).
static void copy_text(char* to, size_t size, const char* text) {
  const size_t n = strnlen(text, size - 1);
  memmove(to, text, n);
  to[n] = '\0';
}

static void say(Jobs* jobs, bool error, const char* message) {
  copy_text(jobs->status.message, sizeof jobs->status.message, message);
  jobs->status_dirty = true;
  if (*message && jobs->log) jobs->log(jobs->log_context, error, message);
}

static void publish(Jobs* jobs) {
  if (!jobs->status_dirty) return;
  if (!mail_is_empty(&jobs->mail)) {
    atomic_store(&jobs->wanted, true);
    return;
  }
  jobs->letter = jobs->status;
  jobs->status_dirty = false;
  mail_post(&jobs->mail);
}

/// Load the model at \p path ("" is the default).  On failure the old one stays.
static int set_model(Jobs* jobs, const char* path) {
  char error[JOBS_MAX_MESSAGE] = "";
  char found[PROPERTY_MOST + 1];
  copy_text(found, sizeof found, path);
  if (!*path && model_default_path(found, sizeof found)) {
    say(jobs, true, found);
    return -1;
  }
  Model* model = model_open(found, error, sizeof error);
  if (!model || analysis_set_model(jobs->analysis, model, error, sizeof error)) {
    model_unref(model);
    say(jobs, true, error);
    return -1;
  }
  model_unref(jobs->model);
  jobs->model = model;
  copy_text(jobs->status.model_name, sizeof jobs->status.model_name, model_info(model)->name);
  jobs->status_dirty = true;
  atomic_store(&jobs->wanted, true); // the old model is to be collected
  return 0;
}

/// Close and open again the outputs that depend on a property of the mask \p changed, but for those
/// that wait.
static void set_outputs(Jobs* jobs, unsigned changed) {
  bool sending = false;
  for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
    const OutputKind* kind = output_kinds[i];
    if (kind->properties & changed) {
      char error[JOBS_MAX_MESSAGE] = "";
      kind->close(jobs->outputs[i]);
      jobs->outputs[i] = jobs->waiting & 1U << i
                             ? NULL
                             : kind->open(&jobs->status.properties, error, sizeof error);
      jobs->failed[i] = false;
      if (!jobs->outputs[i] && *error) say(jobs, true, error);
    }
    sending = sending || jobs->outputs[i];
  }
  jobs->status.waiting = jobs->waiting != 0;
  jobs->status_dirty = true;
  atomic_store(&jobs->sending, sending);
}

/// Let the outputs of the mask send to where they are set to, now and in later sessions.
static void allow(Jobs* jobs, unsigned which) {
  for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
    const char* destination = output_kinds[i]->destination(&jobs->status.properties);
    if (which & 1U << i && destination) trust_add(destination);
  }
  jobs->waiting &= ~which;
}

/// A session has set the outputs: hold back what was never allowed, and say what is sent.
static void hold_back(Jobs* jobs) {
  jobs->waiting = 0;
  for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
    const char* destination = output_kinds[i]->destination(&jobs->status.properties);
    if (destination && !trust_has(destination)) jobs->waiting |= 1U << i;
  }
}

static void tell_what_is_sent(Jobs* jobs) {
  for (unsigned i = 0; i < OUTPUT_KINDS; i++) {
    const OutputKind* kind = output_kinds[i];
    const char* to = property_get(&jobs->status.properties, kind->target);
    const bool waits = jobs->waiting & 1U << i;
    if (!waits && !jobs->outputs[i]) continue;
    char message[JOBS_MAX_MESSAGE];
    snprintf(message, sizeof message,
             waits ? "This session would send its readings by %s to %s: set that target again to "
                     "allow it"
                   : "This session sends its readings by %s to %s",
             kind->name, to);
    say(jobs, false, message);
  }
}

Jobs* jobs_new(Analysis* analysis, JobsLog log, void* context) {
  Jobs* jobs = calloc(1, sizeof *jobs);
  if (!jobs) return NULL;
  jobs->analysis = analysis;
  jobs->log = log;
  jobs->log_context = context;
  pthread_mutex_init(&jobs->lock, NULL);
  atomic_init(&jobs->sending, false);
  atomic_init(&jobs->wanted, false);
  mail_init(&jobs->mail);
  jobs->requests = ring_new(REQUEST_BYTES, 1);
  jobs->readings = ring_new(READINGS_QUEUED, sizeof(Readings));
  if (!jobs->requests || !jobs->readings) {
    jobs_free(jobs);
    return NULL;
  }
  jobs->status.properties = properties_initial();
  set_model(jobs, "");
  properties_from_environment(&jobs->status.properties);
  set_outputs(jobs, ~0U);
  publish(jobs);
  return jobs;
}

void jobs_free(Jobs* jobs) {
  if (!jobs) return;
  for (unsigned i = 0; i < OUTPUT_KINDS; i++)
    output_kinds[i]->close(jobs->outputs[i]);
  model_unref(jobs->model);
  ring_free(jobs->requests);
  ring_free(jobs->readings);
  pthread_mutex_destroy(&jobs->lock);
  free(jobs);
}

bool jobs_request(Jobs* jobs, unsigned property, const char* text, size_t length) {
  if (length > PROPERTY_MOST) return false;
  const RequestHead head = {property, (uint32_t)length};
  const size_t n = sizeof head + length;
  memcpy(jobs->audio_scratch, &head, sizeof head);
  memcpy(jobs->audio_scratch + sizeof head, text, length);
  if (ring_push(jobs->requests, jobs->audio_scratch, n) != n) return false;
  atomic_store(&jobs->wanted, true);
  return true;
}

void jobs_send(Jobs* jobs, const Readings* reading) {
  if (ring_push(jobs->readings, reading, 1)) atomic_store(&jobs->wanted, true);
}

bool jobs_sending(const Jobs* jobs) {
  return atomic_load_explicit(&jobs->sending, memory_order_relaxed);
}

bool jobs_wanted(const Jobs* jobs) {
  return atomic_load_explicit(&jobs->wanted, memory_order_relaxed);
}

bool jobs_status(Jobs* jobs, JobsStatus* status) {
  if (!mail_is_there(&jobs->mail)) return false;
  *status = jobs->letter;
  mail_clear(&jobs->mail);
  return true;
}

static void set_property(Jobs* jobs, unsigned id, const char* text) {
  Properties* p = &jobs->status.properties;
  if (id == PROP_MODEL) {
    if (set_model(jobs, text) == 0) property_set(p, id, text, strlen(text));
    return;
  }
  if (!property_set(p, id, text, strlen(text))) {
    char message[JOBS_MAX_MESSAGE];
    snprintf(message, sizeof message, "%s: more than %zu bytes", property_info(id)->label,
             property_info(id)->most);
    say(jobs, true, message);
    return;
  }
  for (unsigned i = 0; i < OUTPUT_KINDS; i++)
    if (output_kinds[i]->target == id) allow(jobs, 1U << i); // the user has said so
  set_outputs(jobs, 1U << id);
}

static void handle_request(Jobs* jobs, unsigned property, const char* text) {
  say(jobs, false, ""); // an older message is out of date
  jobs->status_dirty = true;
  if (property == JOBS_CONFIRM) {
    allow(jobs, ~0U);
    set_outputs(jobs, ~0U);
  } else {
    set_property(jobs, property, text);
  }
}

static void handle_requests(Jobs* jobs) {
  RequestHead head;
  char text[PROPERTY_MOST + 1];
  while (ring_pop(jobs->requests, &head, sizeof head) == sizeof head) {
    ring_pop(jobs->requests, text, head.length); // head and text are pushed as one
    text[head.length] = '\0';
    handle_request(jobs, head.property, text);
  }
}

static void send_readings(Jobs* jobs, bool may_block) {
  Readings reading;
  char error[JOBS_MAX_MESSAGE];
  while (ring_pop(jobs->readings, &reading, 1) == 1) {
    for (unsigned i = 0; i < OUTPUT_KINDS && may_block; i++) {
      if (!jobs->outputs[i]) continue;
      const int status = output_kinds[i]->send(jobs->outputs[i], &reading, error, sizeof error);
      if (status != 0 && !jobs->failed[i]) say(jobs, true, error);
      jobs->failed[i] = status != 0;
    }
  }
}

void jobs_run(Jobs* jobs, bool may_block) {
  if (!jobs_wanted(jobs) || pthread_mutex_trylock(&jobs->lock) != 0) return;
  atomic_store(&jobs->wanted, false);
  handle_requests(jobs);
  send_readings(jobs, may_block);
  if (analysis_collect(jobs->analysis)) atomic_store(&jobs->wanted, true);
  publish(jobs);
  pthread_mutex_unlock(&jobs->lock);
}

void jobs_get(Jobs* jobs, JobsStatus* status, char hash[17]) {
  pthread_mutex_lock(&jobs->lock);
  *status = jobs->status;
  snprintf(hash, 17, "%s", jobs->model ? model_info(jobs->model)->hash : "");
  pthread_mutex_unlock(&jobs->lock);
}

void jobs_set(Jobs* jobs, const Properties* properties, const char* hash) {
  pthread_mutex_lock(&jobs->lock);
  Properties* p = &jobs->status.properties;
  say(jobs, false, "");
  int failed = 0;
  if (!jobs->model || strcmp(properties->model, p->model) != 0)
    failed = set_model(jobs, properties->model);
  const Properties old = *p;
  *p = *properties;
  if (failed) memcpy(p->model, old.model, sizeof p->model);
  hold_back(jobs);
  set_outputs(jobs, ~0U);
  tell_what_is_sent(jobs);
  if (!failed && *hash && jobs->model && strcmp(hash, model_info(jobs->model)->hash) != 0)
    say(jobs, false, "The session was made with another version of the model: readings may differ");
  jobs->status_dirty = true;
  publish(jobs);
  pthread_mutex_unlock(&jobs->lock);
}

void jobs_say(Jobs* jobs, bool error, const char* message) {
  pthread_mutex_lock(&jobs->lock);
  say(jobs, error, message);
  publish(jobs);
  pthread_mutex_unlock(&jobs->lock);
}
