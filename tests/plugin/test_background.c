// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Background tasks: they run one after another, in order, without the lock; tasks that wait when
/// the owner is freed are finished without being run.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/background.h"
#include "tests/plugin/threads.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#define MOST 16

typedef struct {
  BackgroundTask base; // must be first
  int number;
} Task;

static int owner;
static Background* background;
static Task tasks[MOST];
static atomic_int running, ran, finished;
static atomic_bool go_on;   ///< task 0 waits for it
static int order[MOST + 1]; ///< in the order of the runs; one runs twice
static atomic_bool was_locked, signals_come, not_alone;
static void* handed[MOST]; ///< the owner when each task was finished, by number

static void nap(void) {
  nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void wait_for(atomic_int* count, int wanted) {
  for (int i = 0; i < 90000 && atomic_load(count) < wanted; ++i)
    nap();
  assert_int_equal(atomic_load(count), wanted);
}

static void run(BackgroundTask* base) {
  const Task* task = (const Task*)base;
  sigset_t blocked;
  if (atomic_fetch_add(&running, 1) > 0) atomic_store(&not_alone, true);
  pthread_sigmask(SIG_SETMASK, NULL, &blocked);
  if (!sigismember(&blocked, SIGTERM)) atomic_store(&signals_come, true);
  if (background_try_lock(background))
    background_unlock(background);
  else
    atomic_store(&was_locked, true);
  order[atomic_load(&ran)] = task->number;
  atomic_fetch_add(&ran, 1);
  while (task->number == 0 && !atomic_load(&go_on))
    nap();
  atomic_fetch_sub(&running, 1);
}

static void finish(BackgroundTask* base, void* its_owner) {
  handed[((Task*)base)->number] = its_owner;
  atomic_fetch_add(&finished, 1);
}

/// Add tasks; all others wait for the first.
static void begin(int n) {
  atomic_store(&ran, 0);
  atomic_store(&finished, 0);
  atomic_store(&go_on, false);
  background = background_new(&owner);
  assert_non_null(background);
  for (int i = 0; i < n; ++i) {
    tasks[i] = (Task){{run, finish, NULL}, i};
    handed[i] = &tasks;
    background_lock(background);
    assert_true(background_add(background, &tasks[i].base));
    background_unlock(background);
    if (i == 0) wait_for(&ran, 1);
  }
}

static void tasks_are_done_in_turn_without_the_lock(void** state) {
  (void)state;
  begin(MOST);
  assert_int_equal(atomic_load(&ran), 1);
  atomic_store(&go_on, true);
  wait_for(&finished, MOST);
  for (int i = 0; i < MOST; ++i) {
    assert_int_equal(order[i], i);
    assert_ptr_equal(handed[i], &owner);
  }
  background_lock(background); // and again, when the thread has ended or is about to
  tasks[1].number = 1;
  assert_true(background_add(background, &tasks[1].base));
  background_unlock(background);
  wait_for(&finished, MOST + 1);
  assert_false(atomic_load(&was_locked));
  assert_false(atomic_load(&not_alone));
  assert_false(atomic_load(&signals_come));
  sigset_t blocked; // in the caller's thread, which is the host's, they still come
  pthread_sigmask(SIG_SETMASK, NULL, &blocked);
  assert_false(sigismember(&blocked, SIGTERM));
  background_free(background);
}

static void waiting_tasks_are_finished_without_their_owner(void** state) {
  (void)state;
  begin(5);
  background_free(background); // returns although the first still runs
  assert_int_equal(atomic_load(&finished), 4);
  for (int i = 1; i < 5; ++i)
    assert_null(handed[i]);
  assert_int_equal(atomic_load(&ran), 1);
  atomic_store(&go_on, true);
  wait_for(&finished, 5);
  assert_null(handed[0]);
  assert_int_equal(atomic_load(&ran), 1);
  background_free(NULL);
}

/// Make and free some, with a task each or without one.  \return bytes on the heap after it
static size_t make_some(bool with_task) {
  for (int i = 0; i < 100; ++i) {
    begin(with_task ? 1 : 0);
    atomic_store(&go_on, i % 2 == 0); // else it is freed before its thread ends
    if (i % 2 == 0 && with_task) wait_for(&finished, 1);
    background_free(background);
    atomic_store(&go_on, true);
    if (with_task) wait_for(&finished, 1);
  }
  wait_for_threads(); // they still free what is left
  return mallinfo2().uordblks;
}

static void nothing_is_left_on_the_heap(void** state) {
  (void)state;
  for (int with_task = 0; with_task < 2; ++with_task) {
    const size_t before = make_some(with_task);
    assert_in_range(make_some(with_task), 0, before + 2048);
  }
}

int main(void) {
  count_at_rest();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tasks_are_done_in_turn_without_the_lock),
      cmocka_unit_test(waiting_tasks_are_finished_without_their_owner),
      cmocka_unit_test(nothing_is_left_on_the_heap),
  };
  return cmocka_run_group_tests_name("background", tests, NULL, NULL);
}
