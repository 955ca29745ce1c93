// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Many instances: created and freed repeatedly (CIRCUMPLEX_CYCLES times, 1000 by default), and at
/// the same time with different models.
#include "tests/dsp/harness.h"

#include "tests/faults/bare.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN CIRCUMPLEX_SOURCE_DIR "/tests/inference/golden/"
#define RATE 48000
#define BLOCK 1000

static size_t heap_in_use(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

static void freed_instances_leave_no_memory(void** state) {
  (void)state;
  const char* wanted = getenv("CIRCUMPLEX_CYCLES");
  const long cycles = wanted ? strtol(wanted, NULL, 10) : 1000;
  size_t before = 0;
  for (long i = 0; i < cycles; ++i) {
    Bare* bare = bare_new((PluginKind)(i % PLUGIN_COUNT), i % 3 ? 48000.0 : 44100.0, BARE_ALL);
    assert_non_null(bare);
    bare_run(bare, BLOCK, i % 2);
    bare_free(bare);
    if (i == 50) before = heap_in_use(); // by now libraries have allocated what they keep
  }
  const size_t after = heap_in_use();
  print_message("%ld cycles: heap %zu -> %zu bytes\n", cycles, before, after);
#ifndef CIRCUMPLEX_SANITIZED
  // A leak would be at least 32 bytes each time (malloc()'s smallest block); malloc()'s caches grow
  // for a while.
  assert_true(after < before + 24 * (size_t)cycles);
#endif
}

static const void* retrieve(LV2_State_Handle handle, uint32_t key, size_t* size, uint32_t* type,
                            uint32_t* flags) {
  const char* path = handle;
  if (key != bare_map(NULL, PROPERTY_NS "model")) return NULL;
  *size = strlen(path) + 1;
  *type = bare_map(NULL, LV2_ATOM__Path);
  *flags = LV2_STATE_IS_POD;
  return path;
}

static Bare* instance_with(const char* model) {
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  char* path = strdup(model);
  assert_int_equal(bare->state->restore(bare->handle, retrieve, path, 0, NULL), LV2_STATE_SUCCESS);
  free(path);
  return bare;
}

static void instances_with_different_models_are_independent(void** state) {
  (void)state;
  enum { N = 3, BLOCKS = 12 * RATE / BLOCK };
  static const char* const models[N] = {GOLDEN "vae-attentive.safetensors",
                                        GOLDEN "none-lstm.safetensors",
                                        GOLDEN "ae-transformer.safetensors"};
  static float alone[N][BLOCKS];
  for (unsigned i = 0; i < N; ++i) {
    Bare* bare = instance_with(models[i]);
    for (unsigned b = 0; b < BLOCKS; ++b) {
      bare_music(bare, RATE, (uint64_t)b * BLOCK, BLOCK);
      bare_run(bare, BLOCK, true);
      alone[i][b] = bare_get(bare, PORT_VALENCE);
    }
    bare_free(bare);
  }
  assert_true(memcmp(alone[0], alone[1], sizeof alone[0]) &&
              memcmp(alone[1], alone[2], sizeof alone[1]));
  Bare* together[N];
  for (unsigned i = 0; i < N; ++i)
    together[i] = instance_with(models[i]);
  for (unsigned b = 0; b < BLOCKS; ++b)
    for (unsigned i = 0; i < N; ++i) {
      bare_music(together[i], RATE, (uint64_t)b * BLOCK, BLOCK);
      bare_run(together[i], BLOCK, true);
      assert_memory_equal(&alone[i][b], &together[i]->controls[PORT_VALENCE], sizeof(float));
    }
  for (unsigned i = 0; i < N; ++i)
    bare_free(together[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(freed_instances_leave_no_memory),
      cmocka_unit_test(instances_with_different_models_are_independent),
  };
  return cmocka_run_group_tests_name("instances", tests, NULL, NULL);
}
