// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/jobs.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { AHEAD = 8 }; ///< pieces a thread that may wait for their turn to be finished

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t n, next, finished, ahead;
  bool* is_done; ///< [ahead], by index modulo ahead
  JobWork work;
  void* context;
} Jobs;

typedef struct {
  Jobs* jobs;
  unsigned worker;
  pthread_t thread;
} Worker;

static void* run_worker(void* argument) {
  const Worker* self = argument;
  Jobs* jobs = self->jobs;
  (void)pthread_mutex_lock(&jobs->lock);
  while (jobs->next < jobs->n) {
    if (jobs->next >= jobs->finished + jobs->ahead) {
      (void)pthread_cond_wait(&jobs->changed, &jobs->lock);
      continue;
    }
    const size_t index = jobs->next++;
    (void)pthread_mutex_unlock(&jobs->lock);
    jobs->work(jobs->context, index, self->worker);
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->is_done[index % jobs->ahead] = true;
    (void)pthread_cond_broadcast(&jobs->changed);
  }
  (void)pthread_mutex_unlock(&jobs->lock);
  return NULL;
}

int jobs_run(size_t n, unsigned threads, JobWork work, JobFinish finish, void* context) {
  if (threads <= 1 || n <= 1) {
    for (size_t i = 0; i < n; ++i) {
      work(context, i, 0);
      finish(context, i);
    }
    return 0;
  }
  Jobs jobs = {.n = n, .ahead = (size_t)AHEAD * threads, .work = work, .context = context};
  unsigned started = 0;
  jobs.is_done = calloc(jobs.ahead, sizeof *jobs.is_done);
  Worker* workers = calloc(threads, sizeof *workers);
  if (jobs.is_done == NULL || workers == NULL) goto out;
  (void)pthread_mutex_init(&jobs.lock, NULL);
  (void)pthread_cond_init(&jobs.changed, NULL);
  for (; started < threads; ++started) {
    workers[started].jobs = &jobs;
    workers[started].worker = started;
    if (pthread_create(&workers[started].thread, NULL, run_worker, &workers[started]) != 0) break;
  }
  for (size_t i = 0; started > 0 && i < n; ++i) {
    (void)pthread_mutex_lock(&jobs.lock);
    while (!jobs.is_done[i % jobs.ahead])
      (void)pthread_cond_wait(&jobs.changed, &jobs.lock);
    (void)pthread_mutex_unlock(&jobs.lock);
    finish(context, i);
    (void)pthread_mutex_lock(&jobs.lock);
    jobs.is_done[i % jobs.ahead] = false;
    jobs.finished = i + 1;
    (void)pthread_cond_broadcast(&jobs.changed);
    (void)pthread_mutex_unlock(&jobs.lock);
  }
  for (unsigned i = 0; i < started; ++i)
    (void)pthread_join(workers[i].thread, NULL);
  (void)pthread_cond_destroy(&jobs.changed);
  (void)pthread_mutex_destroy(&jobs.lock);
out:
  free(workers);
  free(jobs.is_done);
  return started > 0 ? 0 : -1;
}
