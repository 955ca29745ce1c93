// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The estimate timeline under every schedule: after each block the worker runs or does not, in all
/// 2^N ways; the outputs are always the same, bit for bit, and none is late.
#include "tests/dsp/harness.h"

#include "tests/faults/bare.h"

#include <string.h>

#define RATE 8000 // the cheapest
#define BLOCK 700 // below D, and no divisor of a hop
#define DECISIONS 9
#define BLOCKS (3 * DECISIONS) ///< each decision is for the same place in all three parts
#define RESET_AT 19            ///< block in which the plugin is told to forget, after three hops

typedef struct {
  float controls[BLOCKS][PORT_COUNT];
} Outputs;

static void play(unsigned schedule, Outputs* out) {
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  for (unsigned b = 0; b < BLOCKS; ++b) {
    bare_music(bare, RATE, b * BLOCK, BLOCK);
    bare->controls[PORT_RESET] = b == RESET_AT ? 1.0f : 0.0f;
    bare_run(bare, BLOCK, schedule >> b % DECISIONS & 1);
    memcpy(out->controls[b], bare->controls, sizeof out->controls[b]);
  }
  bare_free(bare);
}

static void the_time_of_the_worker_changes_no_output(void** state) {
  (void)state;
  static Outputs expected, got;
  play((1u << DECISIONS) - 1, &expected);
  assert_true(expected.controls[BLOCKS - 1][PORT_VALENCE] != 0.0f);
  for (unsigned schedule = 0; schedule < 1u << DECISIONS; ++schedule) {
    play(schedule, &got);
    assert_memory_equal(&expected, &got, sizeof got);
    assert_true(got.controls[BLOCKS - 1][PORT_LATE] == 0.0f);
  }
  print_message("%u schedules\n", 1u << DECISIONS);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_time_of_the_worker_changes_no_output)};
  return cmocka_run_group_tests_name("schedules", tests, NULL, NULL);
}
