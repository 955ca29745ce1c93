// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The work that run() does itself is spread over the available time, and does not fall into the
/// same block in all instances. The slices are counted, not timed.
#include "tests/dsp/harness.h"

#include "inference/engine.h"
#include "tests/faults/bare.h"

#include <stdlib.h>
#include <string.h>

#define RATE 8000
#define BLOCK 40  // 5 ms: a hundred a hop
#define A_HOP 100 ///< blocks
#define SLICES 47 ///< of a hop, roughly
#define SECONDS 8
#define BLOCKS (SECONDS * 2 * A_HOP)

static unsigned slices;

size_t __real_engine_advance(Engine* engine, const float* left, const float* right, size_t n);
size_t __wrap_engine_advance(Engine* engine, const float* left, const float* right, size_t n);

/// Counts the slices on the test's thread, which is the thread of run().
size_t __wrap_engine_advance(Engine* engine, const float* left, const float* right, size_t n) {
  ++slices;
  return __real_engine_advance(engine, left, right, n);
}

/// When the worker works: never; for every other hop.
enum { NEVER, SOMETIMES, WAYS };

static void play(unsigned way, unsigned counts[BLOCKS]) {
  Bare* bare = bare_new(PLUGIN_STEREO, RATE, BARE_ALL);
  assert_non_null(bare);
  for (unsigned b = 0; b < BLOCKS; ++b) {
    bare_music(bare, RATE, (uint64_t)b * BLOCK, BLOCK);
    slices = 0;
    bare_run(bare, BLOCK, false);
    counts[b] = slices;
    if (way == SOMETIMES && (b + A_HOP / 2) / A_HOP % 2) bare_serve(bare);
    assert_float_equal(bare_get(bare, PORT_LATE), 0.0f, 0.0f);
  }
  bare_free(bare);
}

static void no_block_does_a_large_part_of_a_hop(void** state) {
  (void)state;
  for (unsigned way = 0; way < WAYS; ++way) {
    unsigned counts[BLOCKS], most = 0, all = 0;
    play(way, counts);
    for (unsigned b = 0; b < BLOCKS; ++b) {
      all += counts[b];
      if (counts[b] > most) most = counts[b];
    }
    print_message("%u slices, at most %u in a block\n", all, most);
    assert_true(all > 5 * SLICES); // run() must have done some
    assert_in_range(most, 1, SLICES / 3);
  }
}

static void instances_do_not_work_in_the_same_blocks(void** state) {
  (void)state;
  enum { INSTANCES = 8 };
  unsigned sums[BLOCKS] = {0}, counts[BLOCKS], peaks = 0, together = 0;
  for (unsigned i = 0; i < INSTANCES; ++i) {
    unsigned most = 0;
    play(NEVER, counts);
    for (unsigned b = BLOCKS / 2; b < BLOCKS; ++b) {
      sums[b] += counts[b];
      if (counts[b] > most) most = counts[b];
    }
    peaks += most;
  }
  for (unsigned b = BLOCKS / 2; b < BLOCKS; ++b)
    if (sums[b] > together) together = sums[b];
  print_message("%u slices at most in a block of all, %u if all had theirs at once\n", together,
                peaks);
  assert_true(4 * together < 3 * peaks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_block_does_a_large_part_of_a_hop),
      cmocka_unit_test(instances_do_not_work_in_the_same_blocks),
  };
  return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
