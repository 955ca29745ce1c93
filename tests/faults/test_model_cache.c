// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Threads open, share, use and release the same model files at once: there is one Model per file
/// while anyone uses it. With ThreadSanitizer (preset tsan) every unguarded access is a failure.
#include "tests/dsp/harness.h"

#include "inference/net.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define THREADS 4
#define ROUNDS 60

static const char* const files[] = {GOLDEN "none-lstm.safetensors", GOLDEN "vae-lstm.safetensors"};
static atomic_int wrong;

static void* open_and_use(void* argument) {
  unsigned seed = (unsigned)(uintptr_t)argument;
  HopFeatures hop = {.loudness = -20.0f};
  NetOutput out;
  for (unsigned i = 0; i < ROUNDS; ++i) {
    char error[200];
    seed = seed * 1103515245u + 12345u;
    Model* a = model_open(files[seed >> 16 & 1], error, sizeof error);
    Model* b = model_open(files[seed >> 16 & 1], error, sizeof error);
    if (!a || a != b) wrong++;
    Model* c = model_ref(a);
    model_unref(b);
    Net* net = net_new(a);
    if (!net) {
      ++wrong;
    } else {
      net_step(net, &hop, &out, NULL);
      net_free(net);
    }
    model_unref(a);
    if (strlen(model_hash(c)) != 16) wrong++;
    model_unref(c); // often the last user
  }
  return NULL;
}

static void threads_share_one_model_a_file(void** state) {
  (void)state;
  pthread_t threads[THREADS];
  for (uintptr_t i = 0; i < THREADS; ++i)
    assert_int_equal(pthread_create(&threads[i], NULL, open_and_use, (void*)(i + 1)), 0);
  for (unsigned i = 0; i < THREADS; ++i)
    pthread_join(threads[i], NULL);
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(threads_share_one_model_a_file)};
  return cmocka_run_group_tests_name("model cache", tests, NULL, NULL);
}
