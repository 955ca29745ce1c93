// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Every allocation fails once, in everything that allocates: the call returns an error message or
/// works without, leaks nothing, and the next call succeeds.
#include "tests/dsp/harness.h"

#include "inference/engine.h"
#include "plugin/jobs.h"
#include "plugin/osc_out.h"
#include "tests/faults/allocations.h"
#include "tests/faults/bare.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define LIMIT 20000 ///< a bound: no call makes this many allocations

static void report(const char* what, long failures, long refused) {
  print_message("%s: %ld allocations failed once each, %ld refused\n", what, failures, refused);
  assert_in_range(failures, 1, LIMIT - 1);
  assert_true(refused > 0); // at least one failure must be seen, otherwise the test does nothing
}

static size_t heap_in_use(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// \return size of the process's memory, pages
static long pages_in_use(void) {
  long pages = 0;
  FILE* file = fopen("/proc/self/statm", "r");
  if (!file) return 0;
  if (fscanf(file, "%ld", &pages) != 1) pages = 0;
  fclose(file);
  return pages;
}

/// Run a test three times: after the first time, libraries have what they keep.  (The environment
/// turns off the C library's caches of freed blocks, which would count as used.)
static void leaks_nothing(void (*all)(void)) {
  size_t used[3];
  long pages[3];
  for (int i = 0; i < 3; ++i) {
    all();
    used[i] = heap_in_use();
    pages[i] = pages_in_use();
  }
  print_message("heap: %zu, %zu, %zu bytes\n", used[0], used[1], used[2]);
  print_message("memory: %ld, %ld, %ld pages\n", pages[0], pages[1], pages[2]);
#ifndef CIRCUMPLEX_SANITIZED // they replace malloc(), and find leaks themselves
  assert_true(used[2] <= used[1]);
  assert_true(pages[2] <= pages[1]); // model files are mapped
#endif
}

static void opening_a_model(void) {
  static const char* const names[] = {"none-lstm", "vae-attentive", "ae-transformer", "cnn-rnn"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    char path[512];
    snprintf(path, sizeof path, GOLDEN "%s.safetensors", names[i]);
    long n = 1, refused = 0;
    for (; n < LIMIT; ++n) {
      char error[300] = "";
      allocations_fail(n);
      Model* model = model_open(path, error, sizeof error);
      allocations_end();
      const bool failed = allocations_failed();
      if (model) assert_int_equal(strlen(model_hash(model)), 16);
      if (!model) assert_true(failed && error[0]);
      refused += !model;
      model_unref(model);
      if (!failed) break;
    }
    report(names[i], n - 1, refused);
  }
}

static void making_an_engine(void) {
  char error[300] = "";
  Model* model = model_open(GOLDEN "vae-attentive.safetensors", error, sizeof error);
  assert_non_null(model);
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    *error = 0;
    allocations_fail(n);
    Engine* engine = engine_new(model, 48000.0, error, sizeof error);
    allocations_end();
    if (!engine) assert_true(allocations_failed() && error[0]);
    refused += !engine;
    engine_free(engine);
    if (!allocations_failed()) break;
  }
  report("engine_new", n - 1, refused);

  Engine* engine = engine_new(model, 48000.0, error, sizeof error);
  for (n = 1, refused = 0; n < LIMIT; ++n) {
    *error = 0;
    allocations_fail(n);
    ModelRunner* runner = model_runner_new(engine, model, error, sizeof error);
    allocations_end();
    if (!runner) assert_true(allocations_failed() && error[0]);
    refused += !runner;
    model_runner_free(runner);
    if (!allocations_failed()) break;
  }
  report("model_runner_new", n - 1, refused);
  for (int i = 0; i < 2; ++i)
    engine_change_model(engine, model_runner_new(engine, model, error, sizeof error));
  engine_reset(engine); // now two are retired
  engine_free(engine);
  model_unref(model);
}

static void run_a_second(Bare* bare) {
  for (unsigned i = 0; i < 48; ++i) {
    bare_music(bare, 48000.0, i * 1000, 1000);
    bare_run(bare, 1000, true);
    assert_memory_equal(bare->audio[0], bare->audio[2], 1000 * sizeof(float));
  }
}

static void making_an_instance(void) {
  char error[300] = "";
  Model* kept = model_open(getenv("CIRCUMPLEX_MODEL"), error, sizeof error); // it is in the cache
  assert_non_null(kept);
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    allocations_fail(n);
    Bare* bare = bare_new((PluginKind)(n % PLUGIN_COUNT), 48000.0, BARE_ALL);
    allocations_end();
    refused += !bare;
    // An instance that could not load its model or its inline display still passes the audio.
    if (bare) run_a_second(bare);
    bare_free(bare);
    if (!allocations_failed()) break;
  }
  report("instantiate", n - 1, refused);
  model_unref(kept);
}

static struct {
  const char* model;
  const char* osc;
} session;

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const Bare* bare = handle;
  const char* text = key == bare->uris.property[PROP_MODEL] ? session.model
                     : key == bare->uris.property[PROP_OSC] ? session.osc
                                                            : NULL;
  *flags = LV2_STATE_IS_POD;
  *type = key == bare->uris.property[PROP_MODEL] ? bare->uris.atom_path : bare->uris.atom_string;
  *size = text ? strlen(text) + 1 : 0;
  return text;
}

static LV2_State_Status store(LV2_State_Handle handle, uint32_t key, const void* value, size_t size,
                              uint32_t type, uint32_t flags) {
  (void)key, (void)value, (void)size, (void)type, (void)flags;
  ++*(unsigned*)handle;
  return LV2_STATE_SUCCESS;
}

static void restoring_a_session(void) {
  session.osc = "osc.udp://127.0.0.1:9";
  Bare* bare = bare_new(PLUGIN_STEREO, 48000.0, BARE_ALL);
  assert_non_null(bare);
  run_a_second(bare);
  long n = 1, complained = 0;
  for (; n < LIMIT; ++n) {
    session.model = n % 2 ? GOLDEN "none-lstm.safetensors" : GOLDEN "vae-lstm.safetensors";
    const unsigned logged = bare->logged;
    allocations_fail(n);
    const LV2_State_Status status = bare->state->restore(bare->handle, retrieve, bare, 0, NULL);
    allocations_end();
    assert_int_equal(status, LV2_STATE_SUCCESS);
    complained += bare->logged > logged;
    bare_music(bare, 48000.0, 0, 256);
    bare_run(bare, 256, true);
    if (!allocations_failed()) break;
  }
  report("restore", n - 1, complained);
  run_a_second(bare);

  unsigned stored = 0;
  allocations_fail(1);
  const LV2_State_Status status = bare->state->save(bare->handle, store, &stored, 0, NULL);
  allocations_end();
  assert_true(status != LV2_STATE_SUCCESS && stored == 0);
  assert_int_equal(bare->state->save(bare->handle, store, &stored, 0, NULL), LV2_STATE_SUCCESS);
  assert_int_equal(stored, PROP_COUNT + 1);
  bare_free(bare);
}

static void sending_osc(void) {
  char error[JOBS_MAX_MESSAGE];
  const Readings reading = {.valence = 0.5f};
  long n = 1, refused = 0;
  for (; n < LIMIT; ++n) {
    allocations_fail(n);
    OscOut* osc = osc_new("osc.udp://127.0.0.1:9", "1", false, error, sizeof error);
    const int status = osc ? osc_send(osc, &reading, error, sizeof error) : -1;
    allocations_end();
    refused += status != 0;
    osc_free(osc);
    if (!allocations_failed()) break;
  }
  report("OSC", n - 1, refused);
}

/// No allocation fails: to another model and back, with a second change before the first is done.
static void changing_the_model(void) {
  session.osc = NULL;
  Bare* bare = bare_new(PLUGIN_STEREO, 8000.0, BARE_ALL);
  assert_non_null(bare);
  for (unsigned i = 0; i < 3; ++i) {
    session.model = i % 2 ? GOLDEN "vae-lstm.safetensors" : GOLDEN "none-lstm.safetensors";
    assert_int_equal(bare->state->restore(bare->handle, retrieve, bare, 0, NULL), 0);
    for (uint64_t at = 0; at < (i == 0 ? 20000 : 112000); at += 400) {
      bare_music(bare, 8000.0, at, 400);
      bare_run(bare, 400, true);
    }
  }
  bare_free(bare);
}

#define TEST(name)                                                                                 \
  static void test_##name(void** state) {                                                          \
    (void)state;                                                                                   \
    leaks_nothing(name);                                                                           \
  }
TEST(opening_a_model)
TEST(making_an_engine)
TEST(making_an_instance)
TEST(restoring_a_session)
TEST(sending_osc)
TEST(changing_the_model)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_opening_a_model),    cmocka_unit_test(test_making_an_engine),
      cmocka_unit_test(test_making_an_instance), cmocka_unit_test(test_restoring_a_session),
      cmocka_unit_test(test_sending_osc),        cmocka_unit_test(test_changing_the_model),
  };
  return cmocka_run_group_tests_name("every allocation fails once", tests, NULL, NULL);
}
