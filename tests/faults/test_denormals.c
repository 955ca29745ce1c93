// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Denormal numbers: run() and work() neither use any (the processor would raise SIGFPE at the
/// first) nor become slower, and they restore the host's floating-point mode.
#include "tests/dsp/harness.h"

#include "tests/faults/bare.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RATE 48000
#define BLOCK 512

#if defined(__SSE__)
#include <xmmintrin.h>

#define DENORMAL_MASK 0x0100u ///< MXCSR: a denormal operand raises no exception
#define FLAGS 0x003fu         ///< MXCSR: exceptions seen so far

static sigjmp_buf trapped;

static void on_trap(int number) {
  siglongjmp(trapped, number);
}

/// A decay from 1 to far below the smallest normal number in about a second, then numbers around
/// it.
static void decaying(Bare* bare, uint64_t at) {
  for (unsigned i = 0; i < BLOCK; ++i) {
    const double t = (double)(at + i) / RATE;
    const float x = t < 2.0 ? (float)(exp(-50.0 * t) * sin(600.0 * t)) : (i % 2 ? 1e-40f : -1e-44f);
    bare->audio[0][i] = bare->audio[1][i] = x;
  }
}

static int multiply_denormals(void) {
  volatile float tiny = 1e-40f;
  if (sigsetjmp(trapped, 1)) return 1;
  tiny = tiny * 0.5f;
  return 0;
}

/// \return 1 if the processor raised SIGFPE.
static int run_trapping(Bare* bare, unsigned mode) {
  if (sigsetjmp(trapped, 1)) return 1;
  _mm_setcsr(mode & ~(DENORMAL_MASK | FLAGS));
  bare_run(bare, BLOCK, true);
  return 0;
}

static void no_denormal_is_computed_with(void** state) {
  (void)state;
  struct sigaction action = {.sa_handler = on_trap}, old;
  sigemptyset(&action.sa_mask);
  sigaction(SIGFPE, &action, &old);
  const unsigned mode = _mm_getcsr();

  // The control: with the trap set, a denormal operand is caught.
  assert_int_equal(multiply_denormals(), 0);
  _mm_setcsr((mode & ~(DENORMAL_MASK | FLAGS)));
  const int caught = multiply_denormals();
  _mm_setcsr(mode);
  assert_int_equal(caught, 1);

  for (PluginKind kind = 0; kind < PLUGIN_COUNT; ++kind) {
    Bare* bare = bare_new(kind, RATE, kind % 2 ? BARE_ALL : BARE_PORTS);
    for (uint64_t at = 0; at < 4 * RATE; at += BLOCK) {
      decaying(bare, at);
      const int stopped = run_trapping(bare, mode);
      _mm_setcsr(mode);
      if (stopped) fail_msg("a denormal number at %g s", (double)at / RATE);
      assert_memory_equal(bare->audio[0], bare->audio[2], BLOCK * sizeof(float));
    }
    bare_free(bare);
  }
  sigaction(SIGFPE, &old, NULL);
}

static void the_hosts_mode_is_restored(void** state) {
  (void)state;
  Bare* bare = bare_new(PLUGIN_CV, RATE, BARE_ALL);
  const unsigned mode = _mm_getcsr();
  const unsigned modes[] = {mode, mode | 0x8000u, mode | 0x0040u, mode | 0x8040u, mode ^ 0x6000u};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; ++i)
    for (unsigned b = 0; b < 60; ++b) {
      _mm_setcsr(modes[i]);
      bare_run(bare, BLOCK, true);
      const unsigned after = _mm_getcsr();
      _mm_setcsr(mode);
      assert_int_equal(after & ~FLAGS, modes[i] & ~FLAGS);
    }
  bare_free(bare);
}
#else
static void no_denormal_is_computed_with(void** state) {
  (void)state;
  skip();
}
static void the_hosts_mode_is_restored(void** state) {
  (void)state;
  skip();
}
#endif

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/// CPU time of 2 s of sound, the best of five; \p scale makes it normal or not.
static double cost(float scale) {
  double best = 1e9;
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_PORTS);
  uint64_t at = 0;
  for (unsigned turn = 0; turn < 5; ++turn) {
    double sum = 0.0;
    for (unsigned b = 0; b < 2 * RATE / BLOCK; b++, at += BLOCK) {
      bare_music(bare, RATE, at, BLOCK);
      for (unsigned i = 0; i < BLOCK; ++i)
        bare->audio[0][i] *= scale, bare->audio[1][i] *= scale;
      const double start = cpu_seconds();
      bare_run(bare, BLOCK, false);
      sum += cpu_seconds() - start;
    }
    if (sum < best) best = sum;
  }
  bare_free(bare);
  return best;
}

static void denormals_take_no_longer_than_music(void** state) {
  (void)state;
  const double music = cost(1.0f), denormals = cost(1e-39f);
  print_message("2 s of music: %.2f ms; scaled into the denormals: %.2f ms\n", music * 1e3,
                denormals * 1e3);
  assert_true(denormals < 2.0 * music);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_denormal_is_computed_with),
      cmocka_unit_test(the_hosts_mode_is_restored),
      cmocka_unit_test(denormals_take_no_longer_than_music),
  };
  return cmocka_run_group_tests_name("denormals", tests, NULL, NULL);
}
