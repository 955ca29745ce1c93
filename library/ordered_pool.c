// SPDX-License-Identifier: GPL-3.0-or-later
// Runs many independent tasks on several threads, and handles their results in order.
#include "library/ordered_pool.h"

#include "dsp/clock.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

enum {
  AHEAD = 8, ///< pieces per thread that may wait for their turn
  TICK = 100 ///< ms between two checks of the task
};

#define PATIENCE 1.5 ///< s that a piece may still take after the task is stopped

typedef struct {
  const Pool* pool;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t n, next, finished, ahead;
  bool* is_done; ///< [ahead], by index modulo ahead
} PoolWork;

typedef struct {
  PoolWork* work;
  unsigned worker;
  pthread_t thread;
} PoolWorker;

static void* run_worker(void* argument) {
  const PoolWorker* self = argument;
  PoolWork* work = self->work;
  pthread_mutex_lock(&work->lock);
  while (work->next < work->n) {
    if (work->next >= work->finished + work->ahead) {
      pthread_cond_wait(&work->changed, &work->lock);
      continue;
    }
    const size_t index = work->next++;
    pthread_mutex_unlock(&work->lock);
    work->pool->work(work->pool->context, index, self->worker);
    pthread_mutex_lock(&work->lock);
    work->is_done[index % work->ahead] = true;
    pthread_cond_broadcast(&work->changed);
  }
  pthread_mutex_unlock(&work->lock);
  return NULL;
}

/// Wait for a change, with the lock held, for at most a tick.
static void wait_a_tick(PoolWork* work) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  t.tv_nsec += TICK * 1000000L;
  if (t.tv_nsec >= 1000000000L) {
    t.tv_nsec -= 1000000000L;
    ++t.tv_sec;
  }
  pthread_cond_timedwait(&work->changed, &work->lock, &t);
}

/// Wait until piece \p i is done.  \return false if the task is stopped and it hangs
static bool wait_for(PoolWork* work, size_t i) {
  double end = INFINITY; // clock, s
  pthread_mutex_lock(&work->lock);
  while (!work->is_done[i % work->ahead] && clock_seconds() < end) {
    wait_a_tick(work);
    pthread_mutex_unlock(&work->lock);
    if (work->pool->tick) work->pool->tick(work->pool->context);
    if (isinf(end) && task_is_stopped(work->pool->task)) end = clock_seconds() + PATIENCE;
    pthread_mutex_lock(&work->lock);
  }
  const bool is_done = work->is_done[i % work->ahead];
  pthread_mutex_unlock(&work->lock);
  return is_done;
}

/// Finish the pieces that are done, although earlier ones hang.
static void finish_the_rest(PoolWork* work, size_t from) {
  pthread_mutex_lock(&work->lock);
  const size_t end = work->next;
  work->next = work->n; // start no more
  for (size_t i = from; i < end; ++i)
    if (work->is_done[i % work->ahead]) work->pool->finish(work->pool->context, i);
  pthread_mutex_unlock(&work->lock);
}

static bool finish_all(PoolWork* work) {
  for (size_t i = 0; i < work->n; ++i) {
    if (!wait_for(work, i)) {
      finish_the_rest(work, i);
      return false;
    }
    work->pool->finish(work->pool->context, i);
    pthread_mutex_lock(&work->lock);
    work->is_done[i % work->ahead] = false;
    work->finished = i + 1;
    pthread_cond_broadcast(&work->changed);
    pthread_mutex_unlock(&work->lock);
  }
  return true;
}

int ordered_pool_run(const Pool* pool, size_t n, unsigned threads) {
  unsigned started = 0;
  int status = -1;
  if (n == 0) return 0;
  if (threads < 1) threads = 1;
  // Not on the stack: hanging threads outlive this call.
  PoolWork* work = calloc(1, sizeof *work);
  PoolWorker* workers = calloc(threads, sizeof *workers);
  bool* is_done = calloc((size_t)AHEAD * threads, sizeof *is_done);
  if (!work || !workers || !is_done) goto out;
  *work = (PoolWork){.pool = pool, .n = n, .ahead = (size_t)AHEAD * threads, .is_done = is_done};
  pthread_mutex_init(&work->lock, NULL);
  pthread_cond_init(&work->changed, NULL);
  for (; started < threads; ++started) {
    workers[started].work = work;
    workers[started].worker = started;
    if (pthread_create(&workers[started].thread, NULL, run_worker, &workers[started]) != 0) break;
  }
  if (started > 0 && !finish_all(work)) {
    for (unsigned i = 0; i < started; ++i)
      pthread_detach(workers[i].thread);
    return 1;
  }
  for (unsigned i = 0; i < started; ++i)
    pthread_join(workers[i].thread, NULL);
  pthread_cond_destroy(&work->changed);
  pthread_mutex_destroy(&work->lock);
  status = started > 0 ? 0 : -1;
out:
  free(is_done);
  free(workers);
  free(work);
  return status;
}
