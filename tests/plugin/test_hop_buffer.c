// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The buffer for the sound of a hop.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/hop_buffer.h"

#include <stdbool.h>
#include <string.h>

enum { CAPACITY = 500, MOST = 80 };

/// Append blocks of \p n samples from \p offset of an array; NaN with payloads, so that all bits count.
static void fill(size_t n, size_t offset, bool shared) {
  uint32_t bits[2][CAPACITY + 2 * MOST];
  float sound[2][CAPACITY + 2 * MOST];
  for (uint32_t i = 0; i < CAPACITY + 2 * MOST; ++i)
    for (uint32_t c = 0; c < 2; ++c)
      bits[c][i] = (c == 0 ? 0x7FC00000U : 0x80000000U) + 3 * i;
  memcpy(sound, bits, sizeof sound);
  HopBuffer buffer;
  assert_true(hop_buffer_new(&buffer, CAPACITY));
  hop_buffer_begin(&buffer, 0, (HopSettings){-60.0f, false});
  size_t taken = 0, got;
  do {
    got =
        hop_buffer_append(&buffer, sound[0] + offset + taken, sound[1] + offset + taken, n, shared);
    taken += got;
  } while (got == n);
  hop_buffer_complete();
  assert_int_equal(taken, CAPACITY);
  assert_int_equal(buffer.count, CAPACITY);
  for (size_t c = 0; c < 2; ++c)
    assert_memory_equal(buffer.samples[c], bits[c] + offset, CAPACITY * sizeof(float));
  hop_buffer_free(&buffer);
}

static void it_holds_what_was_appended_in_blocks_of_any_length(void** state) {
  (void)state;
  for (size_t n = 1; n <= MOST; ++n)
    for (size_t offset = 0; offset < 9; ++offset)
      for (int shared = 0; shared < 2; ++shared)
        fill(n, offset, shared == 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_holds_what_was_appended_in_blocks_of_any_length)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
