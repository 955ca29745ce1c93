// SPDX-License-Identifier: GPL-3.0-or-later
// Does what must not happen on the audio thread: models, network outputs, status messages.
#include "plugin/jobs.h"

#include "dsp/pages.h"
#include "dsp/ring.h"
#include "inference/model.h"
#include "plugin/background.h"
#include "plugin/mail.h"
#include "plugin/trust.h"
#include "text/utf8.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_BYTES 16384 ///< size of the queue of requests: three of the longest paths
#define READINGS_QUEUED 16

/// A request in the queue of bytes: this header, then the text without a NUL.
typedef struct {
  uint32_t property, length;
} RequestHead;

struct Jobs {
  EngineQueue* queue;
  JobsLog log;
  void* log_context;

  // Queues from the audio thread.
  Ring* requests;
  Ring* readings;
  unsigned char audio_scratch[sizeof(RequestHead) + PROPERTY_MOST];

  Background*
      background; ///< its lock guards the members below; the audio thread never takes the lock
  Model* model;
  unsigned model_turn; ///< number of model requests: a task for an older request is out of date
  bool model_loading;
  bool model_task; ///< a task is loading a model; after an older request it loads the newest
  char model_wanted[PROPERTY_MOST + 1]; ///< path of the newest request
  void* outputs[OUTPUT_KINDS];          ///< NULL: closed
  bool failed[OUTPUT_KINDS];            ///< a failure is reported once
  unsigned output_turn[OUTPUT_KINDS];
  unsigned opening; ///< bits of outputs whose target is being looked up
  unsigned waiting; ///< bits of outputs that the user has not allowed yet
  JobsStatus status;
  bool status_dirty;

  // Also used by the audio thread.
  atomic_bool sending;
  atomic_bool wanted; ///< a request waits, a model is changing, or the mailbox was full
  Mail mail;          ///< posted with the lock held, read by the audio thread
  JobsStatus mailed;  ///< the mail's content
};

/// Copy a text.  A text that is too long is cut; the code that uses it then refuses it.
static void copy_text(char* to, size_t size, const char* text) {
  const size_t n = strnlen(text, size - 1);
  memmove(to, text, n);
  to[n] = '\0';
}

static void say(Jobs* jobs, bool error, const char* message) {
  // The message may contain text from a session or a model's file.
  utf8_clean(jobs->status.message, sizeof jobs->status.message, message);
  jobs->status_dirty = true;
  if (*message && jobs->log) jobs->log(jobs->log_context, error, message);
}

static void publish(Jobs* jobs) {
  if (!jobs->status_dirty) return;
  if (!mail_is_empty(&jobs->mail)) {
    atomic_store(&jobs->wanted, true);
    return;
  }
  jobs->mailed = jobs->status;
  jobs->status_dirty = false;
  mail_post(&jobs->mail);
}

/// Open the model at \p path ("": the default model).  Slow; the lock must not be held.
static Model* open_model(const char* path, char* error, size_t error_size) {
  char found[PROPERTY_MOST + 1];
  copy_text(found, sizeof found, path);
  if (!*path && model_default_path(found, sizeof found)) {
    copy_text(error, error_size, found);
    return NULL;
  }
  return model_open(found, error, error_size);
}

/// Use \p model, and take ownership of it; if it is NULL, report the error.  On failure the old
/// model stays in use.
static int use_model(Jobs* jobs, Model* model, char* error, size_t error_size) {
  if (!model || engine_queue_set_model(jobs->queue, model, error, error_size)) {
    model_unref(model);
    say(jobs, true, error);
    return -1;
  }
  model_unref(jobs->model);
  jobs->model = model;
  utf8_clean(jobs->status.model_name, sizeof jobs->status.model_name, model_info(model)->name);
  jobs->status_dirty = true;
  atomic_store(&jobs->wanted, true); // the old model must be freed later
  return 0;
}

typedef struct {
  BackgroundTask task;
  unsigned turn;
  char path[PROPERTY_MOST + 1];
  Model* model;
  char error[JOBS_MAX_MESSAGE];
} ModelTask;

static void run_model(BackgroundTask* task) {
  ModelTask* e = (ModelTask*)task;
  e->model = open_model(e->path, e->error, sizeof e->error);
}

static void finish_model(BackgroundTask* task, void* owner) {
  ModelTask* e = (ModelTask*)task;
  Jobs* jobs = owner;
  if (jobs && jobs->model_loading && e->turn != jobs->model_turn) {
    model_unref(e->model);
    e->model = NULL;
    e->turn = jobs->model_turn;
    copy_text(e->path, sizeof e->path, jobs->model_wanted);
    if (background_add(jobs->background, task)) return;
  }
  if (jobs) jobs->model_task = false;
  if (jobs && e->turn == jobs->model_turn) {
    jobs->model_loading = false;
    if (use_model(jobs, e->model, e->error, sizeof e->error) == 0)
      property_set(&jobs->status.properties, PROP_MODEL, e->path, strlen(e->path));
    publish(jobs);
  } else {
    model_unref(e->model);
  }
  free(e);
}

/// Load the model on the background thread.
static void request_model(Jobs* jobs, const char* path) {
  ++jobs->model_turn;
  copy_text(jobs->model_wanted, sizeof jobs->model_wanted, path);
  jobs->model_loading = true;
  if (jobs->model_task) return;
  ModelTask* e = calloc(1, sizeof *e);
  if (e) {
    e->task.run = run_model, e->task.finish = finish_model;
    e->turn = jobs->model_turn;
    copy_text(e->path, sizeof e->path, path);
    jobs->model_task = background_add(jobs->background, &e->task);
    if (jobs->model_task) return;
    free(e);
  }
  jobs->model_loading = false;
  say(jobs, true, "There is not enough memory to load a model");
}

static void note_sending(Jobs* jobs) {
  bool sending = false;
  for (unsigned i = 0; i < OUTPUT_KINDS; ++i)
    sending = sending || jobs->outputs[i];
  jobs->status.waiting = jobs->waiting != 0;
  jobs->status_dirty = true;
  atomic_store(&jobs->sending, sending);
}

static void use_output(Jobs* jobs, unsigned i, void* output, const char* error) {
  jobs->outputs[i] = output;
  if (!output && *error) say(jobs, true, error);
}

typedef struct {
  BackgroundTask task;
  unsigned output, turn;
  Properties settings;
  void* opened;
  char error[JOBS_MAX_MESSAGE];
} OutputTask;

static void run_output(BackgroundTask* task) {
  OutputTask* e = (OutputTask*)task;
  e->opened = output_kinds[e->output]->open(&e->settings, e->error, sizeof e->error);
}

static void finish_output(BackgroundTask* task, void* owner) {
  OutputTask* e = (OutputTask*)task;
  Jobs* jobs = owner;
  if (jobs && e->turn == jobs->output_turn[e->output]) {
    jobs->opening &= ~(1U << e->output);
    use_output(jobs, e->output, e->opened, e->error);
    note_sending(jobs);
    publish(jobs);
  } else {
    output_kinds[e->output]->close(e->opened);
  }
  free(e);
}

/// Open an output: at once, or on the background thread if a name must be looked up.
static void open_output(Jobs* jobs, unsigned i) {
  char error[JOBS_MAX_MESSAGE] = "";
  if (!output_looks_up(output_kinds[i], &jobs->status.properties)) {
    use_output(jobs, i, output_kinds[i]->open(&jobs->status.properties, error, sizeof error),
               error);
    return;
  }
  OutputTask* e = calloc(1, sizeof *e);
  if (e) {
    e->task.run = run_output, e->task.finish = finish_output;
    e->output = i;
    e->turn = jobs->output_turn[i];
    e->settings = jobs->status.properties;
    jobs->opening |= 1U << i;
    if (background_add(jobs->background, &e->task)) return;
    jobs->opening &= ~(1U << i);
    free(e);
  }
  use_output(jobs, i, NULL, "There is not enough memory to look a target up");
}

/// Close and reopen the outputs that depend on a property in the mask \p changed, except those that
/// wait to be allowed.
static void set_outputs(Jobs* jobs, unsigned changed) {
  for (unsigned i = 0; i < OUTPUT_KINDS; ++i) {
    const OutputKind* kind = output_kinds[i];
    if (!(kind->properties & changed)) continue;
    kind->close(jobs->outputs[i]);
    jobs->outputs[i] = NULL;
    ++jobs->output_turn[i];
    jobs->opening &= ~(1U << i);
    jobs->failed[i] = false;
    if (!(jobs->waiting & 1U << i)) open_output(jobs, i);
  }
  note_sending(jobs);
}

/// Allow the outputs in the mask to send to their targets, now and in later sessions.
static void allow(Jobs* jobs, unsigned which) {
  for (unsigned i = 0; i < OUTPUT_KINDS; ++i) {
    const char* destination = output_destination(output_kinds[i], &jobs->status.properties);
    if (which & 1U << i && destination) trust_add(destination);
  }
  jobs->waiting &= ~which;
}

/// After a session has set the outputs: hold back those that neither the user nor the user's
/// environment has allowed.
static void hold_back(Jobs* jobs) {
  const Properties* p = &jobs->status.properties;
  jobs->waiting = 0;
  for (unsigned i = 0; i < OUTPUT_KINDS; ++i) {
    const OutputKind* kind = output_kinds[i];
    const char* destination = output_destination(kind, p);
    if (destination && !property_is_from_environment(p, kind->target) && !trust_has(destination))
      jobs->waiting |= 1U << i;
  }
}

static void tell_what_is_sent(Jobs* jobs) {
  for (unsigned i = 0; i < OUTPUT_KINDS; ++i) {
    const OutputKind* kind = output_kinds[i];
    const char* to = property_get(&jobs->status.properties, kind->target);
    const bool waits = jobs->waiting & 1U << i;
    if (property_is_from_environment(&jobs->status.properties, kind->target)) continue;
    if (!waits && !jobs->outputs[i] && !(jobs->opening & 1U << i)) continue;
    char message[JOBS_MAX_MESSAGE];
    snprintf(message, sizeof message,
             waits ? "This session would send its readings by %s to %s: set that target again to "
                     "allow it"
                   : "This session sends its readings by %s to %s",
             kind->name, to);
    say(jobs, false, message);
  }
}

Jobs* jobs_new(EngineQueue* queue, JobsLog log, void* context) {
  Jobs* jobs = pages_new(1, sizeof *jobs);
  if (!jobs) return NULL;
  jobs->queue = queue;
  jobs->log = log;
  jobs->log_context = context;
  atomic_init(&jobs->sending, false);
  atomic_init(&jobs->wanted, false);
  mail_init(&jobs->mail);
  jobs->background = background_new(jobs);
  jobs->requests = ring_new(REQUEST_BYTES, 1);
  jobs->readings = ring_new(READINGS_QUEUED, sizeof(Readings));
  if (!jobs->background || !jobs->requests || !jobs->readings) {
    jobs_free(jobs);
    return NULL;
  }
  jobs->status.properties = properties_initial();
  char error[JOBS_MAX_MESSAGE] = "";
  Model* model = open_model("", error, sizeof error);
  background_lock(jobs->background);
  use_model(jobs, model, error, sizeof error);
  properties_from_environment(&jobs->status.properties);
  set_outputs(jobs, ~0U);
  publish(jobs);
  background_unlock(jobs->background);
  return jobs;
}

void jobs_free(Jobs* jobs) {
  if (!jobs) return;
  background_free(jobs->background);
  for (unsigned i = 0; i < OUTPUT_KINDS; ++i)
    output_kinds[i]->close(jobs->outputs[i]);
  model_unref(jobs->model);
  ring_free(jobs->requests);
  ring_free(jobs->readings);
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
  *status = jobs->mailed;
  mail_clear(&jobs->mail);
  return true;
}

static void set_property(Jobs* jobs, unsigned id, const char* text) {
  Properties* p = &jobs->status.properties;
  if (id == PROP_MODEL) {
    request_model(jobs, text);
    return;
  }
  if (!property_set(p, id, text, strlen(text))) {
    char message[JOBS_MAX_MESSAGE];
    snprintf(message, sizeof message, "%s: more than %zu bytes", property_info(id)->label,
             property_info(id)->most);
    say(jobs, true, message);
    return;
  }
  for (unsigned i = 0; i < OUTPUT_KINDS; ++i)
    if (output_kinds[i]->target == id) allow(jobs, 1U << i); // the user chose this target
  set_outputs(jobs, 1U << id);
}

static void handle_request(Jobs* jobs, unsigned property, const char* text) {
  say(jobs, false, ""); // clear an older message
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
    ring_pop(jobs->requests, text, head.length); // head and text were pushed together
    text[head.length] = '\0';
    handle_request(jobs, head.property, text);
  }
}

static void send_readings(Jobs* jobs, bool may_block) {
  Readings reading;
  char error[JOBS_MAX_MESSAGE];
  while (ring_pop(jobs->readings, &reading, 1) == 1) {
    for (unsigned i = 0; i < OUTPUT_KINDS && may_block; ++i) {
      if (!jobs->outputs[i]) continue;
      const int status = output_kinds[i]->send(jobs->outputs[i], &reading, error, sizeof error);
      if (status != 0 && !jobs->failed[i]) say(jobs, true, error);
      jobs->failed[i] = status != 0;
    }
  }
}

void jobs_run(Jobs* jobs, bool may_block) {
  if (!jobs_wanted(jobs) || !background_try_lock(jobs->background)) return;
  atomic_store(&jobs->wanted, false);
  handle_requests(jobs);
  send_readings(jobs, may_block);
  if (engine_queue_collect(jobs->queue)) atomic_store(&jobs->wanted, true);
  publish(jobs);
  Model* model = may_block && jobs->model ? model_ref(jobs->model) : NULL;
  background_unlock(jobs->background);
  if (model) model_hash(model); // save() need not wait for it, and the file's bytes can go
  model_unref(model);
}

void jobs_get(Jobs* jobs, JobsStatus* status, char hash[17]) {
  background_lock(jobs->background);
  *status = jobs->status;
  if (jobs->model_loading) // its hash is not known yet
    copy_text(status->properties.model, sizeof status->properties.model, jobs->model_wanted);
  const bool known = jobs->model && !jobs->model_loading;
  snprintf(hash, 17, "%s", known ? model_hash(jobs->model) : "");
  background_unlock(jobs->background);
}

void jobs_set(Jobs* jobs, const Properties* properties, const char* hash) {
  Properties* p = &jobs->status.properties;
  background_lock(jobs->background);
  const unsigned turn = ++jobs->model_turn; // a model that is being loaded is out of date
  jobs->model_loading = false;
  const bool change = !jobs->model || strcmp(properties->model, p->model) != 0;
  background_unlock(jobs->background);
  char error[JOBS_MAX_MESSAGE] = "";
  Model* model = change ? open_model(properties->model, error, sizeof error) : NULL;
  background_lock(jobs->background);
  say(jobs, false, "");
  const bool kept = turn != jobs->model_turn; // another model was chosen in the meantime
  int failed = 0;
  if (change && !kept)
    failed = use_model(jobs, model, error, sizeof error);
  else
    model_unref(model);
  const Properties old = *p;
  *p = *properties;
  if (failed || kept) memcpy(p->model, old.model, sizeof p->model);
  hold_back(jobs);
  set_outputs(jobs, ~0U);
  tell_what_is_sent(jobs);
  if (!failed && !kept && *hash && jobs->model && strcmp(hash, model_hash(jobs->model)) != 0)
    say(jobs, false, "The session was made with another version of the model: readings may differ");
  jobs->status_dirty = true;
  publish(jobs);
  background_unlock(jobs->background);
}

void jobs_say(Jobs* jobs, bool error, const char* message) {
  background_lock(jobs->background);
  say(jobs, error, message);
  publish(jobs);
  background_unlock(jobs->background);
}
