// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Nothing is allocated or freed after engine_new(). Every allocation of this program, also in
/// OpenBLAS, is counted (the linker's --wrap). The control: the allocations of engine_new() are
/// counted.
#include "engine_rig.h"
#include "inference/static.h"

#include <stdlib.h>

static unsigned allocations;

void* __real_malloc(size_t size);
void* __real_calloc(size_t n, size_t size);
void* __real_realloc(void* old, size_t size);
void* __real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void** out, size_t alignment, size_t size);
void __real_free(void* memory);
void* __wrap_malloc(size_t size);
void* __wrap_calloc(size_t n, size_t size);
void* __wrap_realloc(void* old, size_t size);
void* __wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void** out, size_t alignment, size_t size);
void __wrap_free(void* memory);

void* __wrap_malloc(size_t size) {
  ++allocations;
  return __real_malloc(size);
}
void* __wrap_calloc(size_t n, size_t size) {
  ++allocations;
  return __real_calloc(n, size);
}
void* __wrap_realloc(void* old, size_t size) {
  ++allocations;
  return __real_realloc(old, size);
}
void* __wrap_aligned_alloc(size_t alignment, size_t size) {
  ++allocations;
  return __real_aligned_alloc(alignment, size);
}
int __wrap_posix_memalign(void** out, size_t alignment, size_t size) {
  ++allocations;
  return __real_posix_memalign(out, alignment, size);
}
void __wrap_free(void* memory) {
  ++allocations;
  __real_free(memory);
}

static void check(const char* name, double rate) {
  Model* model = rig_model(name);
  Model* other = rig_model_9k("vae-lstm");
  size_t n;
  float* x = rig_music(rate, 5.0, &n);
  float* nothing = signal_new((size_t)(3.0 * rate));
  unsigned before = allocations;
  Engine* engine = rig_engine(model, rate);
  assert_true(allocations > before + 10); // the control: engine_new() is counted
  ModelRunner* runner = model_runner_new(engine, other, NULL, 0);
  assert_non_null(runner);

  before = allocations;
  Estimate e[64];
  size_t held = rig_push(engine, x, n, 777, e, 0, 64);
  engine_explain(engine, true);
  held = rig_push(engine, x, n, 0, e, held, 64);
  engine_explain(engine, false);
  engine_change_model(engine, runner);
  held = rig_push(engine, x, n, 0, e, held, 64);
  engine_set_gate(engine, -50.0f);
  held = rig_push(engine, nothing, (size_t)(3.0 * rate), 0, e, held, 64);
  ModelRunner* old = engine_collect_runner(engine);
  engine_reset(engine);
  held = rig_push(engine, x, n, 0, e, held, 64);
  const unsigned after = allocations;
  assert_int_equal(after, before);

  assert_non_null(old);
  assert_int_equal(held, 46);
  before = allocations;
  model_runner_free(old);
  engine_free(engine);
  assert_true(allocations > before + 10); // and so is free()
  free(nothing);
  free(x);
  model_unref(other);
  model_unref(model);
}

static void streaming_allocates_nothing_whatever_the_model(void** state) {
  (void)state;
  static const char* const names[] = {"linear",    "cnn-none-all",      "cnn-rnn",
                                      "vae-lstm",  "vae-attentive",     "ae-transformer",
                                      "none-lstm", "none-attentive-dot"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
    check(names[i], 44100.0);
}

static void streaming_allocates_nothing_whatever_the_rate(void** state) {
  (void)state;
  static const double rates[] = {8000.0, 11025.0, 192000.0};
  for (size_t i = 0; i < 3; ++i)
    check("vae-attentive", rates[i]);
}

static void a_static_reading_allocates_nothing(void** state) {
  (void)state;
  char error[300] = "";
  StaticModel* model =
      static_open(CIRCUMPLEX_SOURCE_DIR "/models/static-tnn.safetensors", error, sizeof error);
  if (!model) fail_msg("%s", error);
  size_t n;
  float* x = rig_music(44100.0, 12.0, &n);
  unsigned before = allocations;
  StaticReading* reading = static_reading_new(model, 44100.0, error, sizeof error);
  assert_non_null(reading);
  assert_true(allocations > before + 5);

  before = allocations;
  StaticResult result;
  static_reading_push(reading, x, NULL, n);
  const bool read = static_reading_result(reading, &result);
  static_reading_reset(reading);
  static_reading_push(reading, x, NULL, n);
  assert_int_equal(allocations, before);

  assert_true(read && result.windows == 1 && result.hops == 24);
  static_reading_free(reading);
  static_close(model);
  free(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(streaming_allocates_nothing_whatever_the_model),
      cmocka_unit_test(streaming_allocates_nothing_whatever_the_rate),
      cmocka_unit_test(a_static_reading_allocates_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
