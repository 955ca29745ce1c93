// SPDX-License-Identifier: GPL-3.0-or-later
// The worker feature, in the four ways in which hosts implement it.
#include "tools/host/worker.h"

#include "dsp/ring.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RING_BYTES 4096 ///< as in jalv
#define GUI_SECONDS 0.04

struct Worker {
  HostWorker mode;
  bool free_running;
  LV2_Worker_Schedule schedule;
  LV2_Handle handle;
  const LV2_Worker_Interface* plugin;
  Ring* requests;
  Ring* responses;
  _Alignas(8) unsigned char request_scratch[RING_BYTES];
  _Alignas(8) unsigned char response_scratch[RING_BYTES];
  _Alignas(8) unsigned char work_scratch[RING_BYTES];
  double gui_seconds, since_gui;
  pthread_t thread;
  bool running;
  sem_t wake;
  atomic_bool quit;
  atomic_uint queued, done;
  void (*leave)(void*);
  void (*enter)(void*);
  void* sync_context;
};

/// Push a message: its size and its bytes together.
static LV2_Worker_Status put(Ring* ring, unsigned char* scratch, uint32_t size, const void* data) {
  const size_t n = sizeof size + size;
  if (n > RING_BYTES) return LV2_WORKER_ERR_NO_SPACE;
  memcpy(scratch, &size, sizeof size);
  if (size) memcpy(scratch + sizeof size, data, size);
  return ring_push(ring, scratch, n) == n ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_NO_SPACE;
}

static bool get(Ring* ring, unsigned char* scratch, uint32_t* size) {
  if (ring_pop(ring, size, sizeof *size) != sizeof *size) return false;
  ring_pop(ring, scratch, *size);
  return true;
}

static LV2_Worker_Status respond(LV2_Worker_Respond_Handle handle, uint32_t size,
                                 const void* data) {
  Worker* w = handle;
  if (w->mode == HOST_WORKER_SYNC)
    return w->plugin->work_response ? w->plugin->work_response(w->handle, size, data)
                                    : LV2_WORKER_SUCCESS;
  return put(w->responses, w->response_scratch, size, data);
}

static bool work_once(Worker* w) {
  uint32_t size;
  if (!get(w->requests, w->work_scratch, &size)) return false;
  w->plugin->work(w->handle, respond, w, size, w->work_scratch);
  return true;
}

static LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle handle, uint32_t size,
                                  const void* data) {
  Worker* w = handle;
  if (!w->plugin || !w->plugin->work) return LV2_WORKER_ERR_UNKNOWN;
  if (w->mode == HOST_WORKER_SYNC) {
    if (w->leave) w->leave(w->sync_context);
    const LV2_Worker_Status status = w->plugin->work(w->handle, respond, w, size, data);
    if (w->enter) w->enter(w->sync_context);
    return status;
  }
  const LV2_Worker_Status status = put(w->requests, w->request_scratch, size, data);
  if (status == LV2_WORKER_SUCCESS && w->mode == HOST_WORKER_THREAD) {
    atomic_fetch_add(&w->queued, 1);
    sem_post(&w->wake);
  }
  return status;
}

static void* thread_main(void* context) {
  Worker* w = context;
  for (;;) {
    while (sem_wait(&w->wake) != 0 && errno == EINTR) {
    }
    if (atomic_load(&w->quit)) return NULL;
    if (work_once(w)) atomic_fetch_add(&w->done, 1);
  }
}

Worker* worker_new(HostWorker mode, bool free_running, double gui_seconds) {
  Worker* w = calloc(1, sizeof *w);
  if (!w) return NULL;
  w->mode = mode;
  w->free_running = free_running;
  w->gui_seconds = gui_seconds > 0.0 ? gui_seconds : GUI_SECONDS;
  w->schedule = (LV2_Worker_Schedule){w, schedule};
  w->requests = ring_new(RING_BYTES, 1);
  w->responses = ring_new(RING_BYTES, 1);
  sem_init(&w->wake, 0, 0);
  atomic_init(&w->quit, false);
  atomic_init(&w->queued, 0);
  atomic_init(&w->done, 0);
  return w;
}

void worker_free(Worker* w) {
  if (!w) return;
  if (w->running) {
    atomic_store(&w->quit, true);
    sem_post(&w->wake);
    pthread_join(w->thread, NULL);
  }
  sem_destroy(&w->wake);
  ring_free(w->requests);
  ring_free(w->responses);
  free(w);
}

LV2_Worker_Schedule* worker_schedule(Worker* w) {
  return w->mode == HOST_WORKER_NONE ? NULL : &w->schedule;
}

void worker_attach(Worker* w, LV2_Handle handle, const LV2_Worker_Interface* plugin) {
  w->handle = handle;
  w->plugin = plugin;
  if (w->mode == HOST_WORKER_THREAD && plugin)
    w->running = pthread_create(&w->thread, NULL, thread_main, w) == 0;
}

void worker_on_sync(Worker* w, void (*leave)(void*), void (*enter)(void*), void* context) {
  w->leave = leave;
  w->enter = enter;
  w->sync_context = context;
}

void worker_deliver(Worker* w) {
  if (!w->plugin) return;
  uint32_t size;
  while (get(w->responses, w->response_scratch, &size))
    if (w->plugin->work_response) w->plugin->work_response(w->handle, size, w->response_scratch);
  if (w->plugin->end_run) w->plugin->end_run(w->handle);
}

void worker_serve(Worker* w, double block_seconds) {
  if (w->mode == HOST_WORKER_GUI && w->plugin) {
    w->since_gui += block_seconds;
    if (w->since_gui < w->gui_seconds) return;
    w->since_gui = 0.0;
    while (work_once(w)) {
    }
  } else if (w->running && !w->free_running) {
    while (atomic_load(&w->done) != atomic_load(&w->queued))
      nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
  }
}
