// SPDX-License-Identifier: GPL-3.0-or-later
// Runs slow tasks of one owner one after another on a background thread.
#include "plugin/background.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct Background {
  pthread_mutex_t lock;
  void* owner; ///< NULL after background_free()
  BackgroundTask *first, **last;
  bool running; ///< the thread exists, and will see new tasks
};

Background* background_new(void* owner) {
  Background* e = calloc(1, sizeof *e);
  if (!e) return NULL;
  pthread_mutex_init(&e->lock, NULL);
  e->owner = owner;
  e->last = &e->first;
  return e;
}

void background_lock(Background* e) {
  pthread_mutex_lock(&e->lock);
}

void background_unlock(Background* e) {
  pthread_mutex_unlock(&e->lock);
}

bool background_try_lock(Background* e) {
  return pthread_mutex_trylock(&e->lock) == 0;
}

static BackgroundTask* take_first(Background* e) {
  BackgroundTask* task = e->first;
  if (!task) return NULL;
  e->first = task->next;
  if (!e->first) e->last = &e->first;
  return task;
}

static void destroy(Background* e) {
  pthread_mutex_destroy(&e->lock);
  free(e);
}

static void* work(void* tasks) {
  Background* e = tasks;
  BackgroundTask* task;
  background_lock(e);
  while ((task = take_first(e))) {
    background_unlock(e);
    task->run(task);
    background_lock(e);
    task->finish(task, e->owner);
  }
  e->running = false;
  const bool last = !e->owner;
  background_unlock(e);
  if (last) destroy(e);
  return NULL;
}

/// Start the thread, with all signals blocked: they belong to the host.
static bool start(Background* e) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  e->running = pthread_create(&thread, &attributes, work, e) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return e->running;
}

bool background_add(Background* e, BackgroundTask* task) {
  if (!e->running && !start(e)) return false; // the thread waits for the lock, so it sees the task
  task->next = NULL;
  *e->last = task;
  e->last = &task->next;
  return true;
}

void background_free(Background* e) {
  if (!e) return;
  BackgroundTask* task;
  background_lock(e);
  e->owner = NULL;
  while ((task = take_first(e)))
    task->finish(task, NULL);
  const bool running = e->running;
  background_unlock(e);
  if (!running) destroy(e);
}
