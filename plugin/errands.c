// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/errands.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct Errands {
  pthread_mutex_t lock;
  void* owner; ///< NULL after errands_free()
  Errand *first, **last;
  bool running; ///< the thread exists, and will see new tasks
};

Errands* errands_new(void* owner) {
  Errands* e = calloc(1, sizeof *e);
  if (!e) return NULL;
  pthread_mutex_init(&e->lock, NULL);
  e->owner = owner;
  e->last = &e->first;
  return e;
}

void errands_lock(Errands* e) {
  pthread_mutex_lock(&e->lock);
}

void errands_unlock(Errands* e) {
  pthread_mutex_unlock(&e->lock);
}

bool errands_try_lock(Errands* e) {
  return pthread_mutex_trylock(&e->lock) == 0;
}

static Errand* take_first(Errands* e) {
  Errand* errand = e->first;
  if (!errand) return NULL;
  e->first = errand->next;
  if (!e->first) e->last = &e->first;
  return errand;
}

static void destroy(Errands* e) {
  pthread_mutex_destroy(&e->lock);
  free(e);
}

static void* work(void* errands) {
  Errands* e = errands;
  Errand* errand;
  errands_lock(e);
  while ((errand = take_first(e))) {
    errands_unlock(e);
    errand->run(errand);
    errands_lock(e);
    errand->finish(errand, e->owner);
  }
  e->running = false;
  const bool last = !e->owner;
  errands_unlock(e);
  if (last) destroy(e);
  return NULL;
}

/// Start the thread, with all signals blocked: they belong to the host.
static bool start(Errands* e) {
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

bool errands_add(Errands* e, Errand* errand) {
  if (!e->running && !start(e)) return false; // the thread waits for the lock, so it sees the task
  errand->next = NULL;
  *e->last = errand;
  e->last = &errand->next;
  return true;
}

void errands_free(Errands* e) {
  if (!e) return;
  Errand* errand;
  errands_lock(e);
  e->owner = NULL;
  while ((errand = take_first(e)))
    errand->finish(errand, NULL);
  const bool running = e->running;
  errands_unlock(e);
  if (!running) destroy(e);
}
