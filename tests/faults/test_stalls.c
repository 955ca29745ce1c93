// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A worker that is suspended anywhere in its work, as a thread of low priority can be: run()
/// continues, no reading is late, and all readings are those of an undisturbed run.
#include "tests/dsp/harness.h"

#include "tests/faults/bare.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RATE 16000
#define BLOCK 160
#define SECONDS 40
#define BLOCKS (SECONDS * RATE / BLOCK)

typedef struct {
  float controls[BLOCKS][PORT_COUNT];
} Outputs;

static Outputs expected, got;

// The worker's thread, which a signal stops between any two instructions.
static atomic_bool quit, stopped, go_on;
static atomic_uint tokens, done;

static void stop_here(int signal_number) {
  (void)signal_number;
  atomic_store(&stopped, true);
  while (!atomic_load(&go_on))
    nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
  atomic_store(&stopped, false);
}

static void* be_the_worker(void* argument) {
  Bare* bare = argument;
  const uint32_t token = 0;
  while (!atomic_load(&quit)) {
    if (atomic_load(&tokens) == atomic_load(&done)) continue; // a busy loop reacts quickly
    bare->worker->work(bare->handle, NULL, NULL, sizeof token, &token);
    atomic_fetch_add(&done, 1);
  }
  return NULL;
}

static void play(Bare* bare, unsigned block, Outputs* out) {
  bare_music(bare, RATE, (uint64_t)block * BLOCK, BLOCK);
  bare_run(bare, BLOCK, false);
  memcpy(out->controls[block], bare->controls, sizeof out->controls[block]);
}

static void wait_for_worker(void) {
  while (atomic_load(&tokens) != atomic_load(&done))
    nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
}

/// Pass the plugin's work to the worker's thread.
static void wake_worker(Bare* bare) {
  if (bare->tokens == 0) return;
  bare->tokens = 0;
  atomic_fetch_add(&tokens, 1);
}

/// Stop the worker some instructions after it was woken, for \p seconds of sound.
static void stall(Bare* bare, pthread_t worker, unsigned* block, unsigned seconds, unsigned delay) {
  const unsigned woken = atomic_load(&tokens);
  while (*block < BLOCKS && atomic_load(&tokens) == woken) {
    play(bare, (*block)++, &got);
    wake_worker(bare);
  }
  for (volatile unsigned i = 0; i < delay; ++i) {
  }
  atomic_store(&go_on, false);
  pthread_kill(worker, SIGUSR1);
  while (!atomic_load(&stopped)) {
  }
  for (unsigned n = seconds * RATE / BLOCK; n > 0 && *block < BLOCKS; --n) {
    play(bare, (*block)++, &got);
    wake_worker(bare);
  }
  atomic_store(&go_on, true);
  wait_for_worker();
}

static unsigned stalled_play(unsigned seconds, unsigned delay) {
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  pthread_t worker;
  assert_non_null(bare);
  atomic_store(&quit, false);
  atomic_store(&tokens, 0);
  atomic_store(&done, 0);
  assert_int_equal(pthread_create(&worker, NULL, be_the_worker, bare), 0);
  unsigned block = 0, in_work = 0;
  while (block < BLOCKS) {
    for (unsigned n = 3 * RATE / BLOCK; n > 0 && block < BLOCKS; --n) { // undisturbed
      play(bare, block++, &got);
      wake_worker(bare);
      wait_for_worker();
    }
    if (block < BLOCKS) {
      stall(bare, worker, &block, seconds, delay);
      ++in_work;
    }
  }
  atomic_store(&quit, true);
  pthread_join(worker, NULL);
  bare_free(bare);
  return in_work;
}

static void a_stopped_worker_changes_no_reading(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL & ~BARE_WORKER);
  assert_non_null(bare);
  for (unsigned block = 0; block < BLOCKS; ++block)
    play(bare, block, &expected);
  bare_free(bare);
  assert_true(expected.controls[BLOCKS - 1][PORT_VALENCE] != 0.0f);
  assert_true(expected.controls[BLOCKS - 1][PORT_LATE] == 0.0f);
  static const unsigned lengths[] = {1, 5, 20};
  for (unsigned i = 0; i < 3; ++i)
    // A hop takes some 200 us; the range begins before the worker starts and ends after it has
    // finished.
    for (unsigned delay = 0; delay<400000; delay += lengths[i]> 1 ? 210000 : 70000) {
      assert_true(stalled_play(lengths[i], delay) > 0);
      for (unsigned block = 0; block < BLOCKS; ++block)
        assert_memory_equal(expected.controls[block], got.controls[block],
                            sizeof expected.controls[block]);
    }
}

int main(void) {
  struct sigaction action = {.sa_handler = stop_here, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_stopped_worker_changes_no_reading)};
  return cmocka_run_group_tests_name("stalls", tests, NULL, NULL);
}
