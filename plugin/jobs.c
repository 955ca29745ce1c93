// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/jobs.h"

#include "dsp/ring.h"
#include "inference/model.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_FLOATS 4096 ///< queue of requests: three of the longest paths
#define OSC_READINGS 16
#define OSC_FLOATS (sizeof(Readings) / sizeof(float))
#define DEFAULT_OSC_NAME "1"

/// A request in the queue: the header, then the text padded to whole floats.
typedef union {
  struct {
    uint32_t what, length;
  } head;
  float floats[2];
} RequestHead;

struct Jobs {
  Analysis* analysis;
  JobsLog log;
  void* log_context;

  // Queues from the audio thread.
  Ring* requests;
  Ring* osc_readings;
  float audio_scratch[2 + JOBS_MAX_PATH / sizeof(float)];

  // Guarded by `lock`, which the audio thread never takes.
  pthread_mutex_t lock;
  Model* model;
  OscOut* osc;
  JobsStatus status;
  bool status_dirty;
  bool osc_failed; ///< a failure is reported once
  float scratch[JOBS_MAX_PATH / sizeof(float)];

  // Seen by the audio thread.
  atomic_bool osc_on;
  atomic_bool
      wanted; ///< a requester waits, a model is changing, or a status could not be handed over
  atomic_bool mail_full;
  JobsStatus mail; ///< belongs to the audio thread while mail_full, otherwise to the lock's owner
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
  if (atomic_load_explicit(&jobs->mail_full, memory_order_acquire)) {
    atomic_store(&jobs->wanted, true);
    return;
  }
  jobs->mail = jobs->status;
  jobs->status_dirty = false;
  atomic_store_explicit(&jobs->mail_full, true, memory_order_release);
}

/// Load the model at \p path ("" is the default).  On failure the old one stays.
static int set_model(Jobs* jobs, const char* path) {
  char error[JOBS_MAX_MESSAGE] = "";
  char found[JOBS_MAX_PATH];
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
  copy_text(jobs->status.model_path, sizeof jobs->status.model_path, path);
  copy_text(jobs->status.model_name, sizeof jobs->status.model_name, model_info(model)->name);
  jobs->status_dirty = true;
  atomic_store(&jobs->wanted, true); // the old model is to be collected
  return 0;
}

/// Bring OSC in line with the status' target and name.
static void set_osc(Jobs* jobs) {
  char error[JOBS_MAX_MESSAGE];
  osc_free(jobs->osc);
  jobs->osc = NULL;
  jobs->osc_failed = false;
  if (*jobs->status.osc_target) {
    jobs->osc = osc_new(jobs->status.osc_target, jobs->status.osc_name, error, sizeof error);
    if (!jobs->osc) say(jobs, true, error);
  }
  jobs->status_dirty = true;
  atomic_store(&jobs->osc_on, jobs->osc != NULL);
}

Jobs* jobs_new(Analysis* analysis, JobsLog log, void* context) {
  Jobs* jobs = calloc(1, sizeof *jobs);
  if (!jobs) return NULL;
  jobs->analysis = analysis;
  jobs->log = log;
  jobs->log_context = context;
  pthread_mutex_init(&jobs->lock, NULL);
  atomic_init(&jobs->osc_on, false);
  atomic_init(&jobs->wanted, false);
  atomic_init(&jobs->mail_full, false);
  jobs->requests = ring_new(REQUEST_FLOATS);
  jobs->osc_readings = ring_new(OSC_READINGS * OSC_FLOATS);
  if (!jobs->requests || !jobs->osc_readings) {
    jobs_free(jobs);
    return NULL;
  }
  copy_text(jobs->status.osc_name, sizeof jobs->status.osc_name, DEFAULT_OSC_NAME);
  set_model(jobs, "");
  jobs->status_dirty = true;
  publish(jobs);
  return jobs;
}

void jobs_free(Jobs* jobs) {
  if (!jobs) return;
  osc_free(jobs->osc);
  model_unref(jobs->model);
  ring_free(jobs->requests);
  ring_free(jobs->osc_readings);
  pthread_mutex_destroy(&jobs->lock);
  free(jobs);
}

bool jobs_request(Jobs* jobs, JobsText what, const char* text, size_t length) {
  if (length >= JOBS_MAX_PATH) return false;
  const RequestHead head = {.head = {(uint32_t)what, (uint32_t)length}};
  const size_t n = 2 + (length + sizeof(float) - 1) / sizeof(float);
  jobs->audio_scratch[n - 1] = 0.0f; // the padding
  memcpy(jobs->audio_scratch, head.floats, sizeof head);
  memcpy(jobs->audio_scratch + 2, text, length);
  if (ring_push(jobs->requests, jobs->audio_scratch, n) != n) return false;
  atomic_store(&jobs->wanted, true);
  return true;
}

void jobs_send(Jobs* jobs, const Readings* reading) {
  float floats[OSC_FLOATS];
  memcpy(floats, reading, sizeof floats);
  if (ring_push(jobs->osc_readings, floats, OSC_FLOATS)) atomic_store(&jobs->wanted, true);
}

bool jobs_osc_on(const Jobs* jobs) {
  return atomic_load_explicit(&jobs->osc_on, memory_order_relaxed);
}

bool jobs_wanted(const Jobs* jobs) {
  return atomic_load_explicit(&jobs->wanted, memory_order_relaxed);
}

bool jobs_status(Jobs* jobs, JobsStatus* status) {
  if (!atomic_load_explicit(&jobs->mail_full, memory_order_acquire)) return false;
  *status = jobs->mail;
  atomic_store_explicit(&jobs->mail_full, false, memory_order_release);
  return true;
}

static void handle_request(Jobs* jobs, JobsText what, const char* text) {
  say(jobs, false, ""); // an older message is out of date
  switch (what) {
  case JOBS_MODEL:
    set_model(jobs, text);
    break;
  case JOBS_OSC_TARGET:
    if (strlen(text) > OSC_MAX_TARGET) text = "?";
    copy_text(jobs->status.osc_target, sizeof jobs->status.osc_target, text);
    set_osc(jobs);
    break;
  case JOBS_OSC_NAME:
    if (strlen(text) > OSC_MAX_NAME) text = "?";
    copy_text(jobs->status.osc_name, sizeof jobs->status.osc_name, text);
    set_osc(jobs);
    break;
  case JOBS_TEXTS:
  default:
    break;
  }
}

static void handle_requests(Jobs* jobs) {
  RequestHead head;
  char text[JOBS_MAX_PATH];
  while (ring_pop(jobs->requests, head.floats, 2) == 2) {
    const size_t n = (head.head.length + sizeof(float) - 1) / sizeof(float);
    ring_pop(jobs->requests, jobs->scratch, n); // head and text are pushed as one
    memcpy(text, jobs->scratch, head.head.length);
    text[head.head.length] = '\0';
    handle_request(jobs, (JobsText)head.head.what, text);
  }
}

static void send_osc(Jobs* jobs, bool may_block) {
  float floats[OSC_FLOATS];
  char error[JOBS_MAX_MESSAGE];
  while (ring_pop(jobs->osc_readings, floats, OSC_FLOATS) == OSC_FLOATS) {
    Readings reading;
    memcpy(&reading, floats, sizeof reading);
    if (!jobs->osc || !may_block) continue;
    const bool failed = osc_send(jobs->osc, &reading, error, sizeof error) != 0;
    if (failed && !jobs->osc_failed) say(jobs, true, error);
    jobs->osc_failed = failed;
  }
}

void jobs_run(Jobs* jobs, bool may_block) {
  if (!jobs_wanted(jobs) || pthread_mutex_trylock(&jobs->lock) != 0) return;
  atomic_store(&jobs->wanted, false);
  handle_requests(jobs);
  send_osc(jobs, may_block);
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

void jobs_set(Jobs* jobs, const char* model_path, const char* osc_target, const char* osc_name,
              const char* hash) {
  pthread_mutex_lock(&jobs->lock);
  JobsStatus* s = &jobs->status;
  const char* path = model_path ? model_path : "";
  say(jobs, false, "");
  int failed = 0;
  if (!jobs->model || strcmp(path, s->model_path) != 0) failed = set_model(jobs, path);
  copy_text(s->osc_target, sizeof s->osc_target, osc_target ? osc_target : "");
  copy_text(s->osc_name, sizeof s->osc_name, osc_name ? osc_name : DEFAULT_OSC_NAME);
  set_osc(jobs);
  if (jobs->osc) { // sessions may come from strangers: what leaves this machine is said
    char sentence[JOBS_MAX_MESSAGE];
    snprintf(sentence, sizeof sentence, "This session sends its readings by OSC to %s",
             s->osc_target);
    say(jobs, false, sentence);
  }
  if (!failed && hash && *hash && jobs->model && strcmp(hash, model_info(jobs->model)->hash) != 0)
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

size_t jobs_size(const Jobs* jobs) {
  return sizeof *jobs +
         sizeof(float) * (ring_capacity(jobs->requests) + ring_capacity(jobs->osc_readings));
}
