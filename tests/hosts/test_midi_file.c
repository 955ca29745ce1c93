// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The test host's MIDI file, byte by byte.
#include "tools/host/midi_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void each_event_has_the_time_since_the_last(void** state) {
  (void)state;
  char path[] = "/tmp/circumplex-midi-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  MidiFile* file = midi_file_open(path);
  assert_non_null(file);
  const uint8_t message[3] = {0xB0, 20, 64};
  static const double seconds[] = {0.05, 0.1, 0.02, 0.11, 10.0}; // one comes out of order
  for (unsigned i = 0; i < sizeof seconds / sizeof *seconds; ++i)
    midi_file_event(file, seconds[i], message, i == 4 ? 2 : 3);
  assert_int_equal(midi_file_close(file), 0);
  // clang-format off
  static const uint8_t expected[] = {
      'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0, 1, 960 >> 8, 960 & 255,
      'M', 'T', 'r', 'k', 0, 0, 0, 25,
      96, 0xB0, 20, 64,
      96, 0xB0, 20, 64,
      0, 0xB0, 20, 64,
      19, 0xB0, 20, 64, // after the latest, not after the last
      0x81, 0x94, 0x2D, 0xB0, 20, // 18989 = (1 * 128 + 20) * 128 + 45
      0, 0xFF, 0x2F, 0};
  // clang-format on
  uint8_t bytes[128];
  FILE* f = fopen(path, "rb");
  assert_non_null(f);
  const size_t n = fread(bytes, 1, sizeof bytes, f);
  fclose(f);
  unlink(path);
  assert_int_equal(n, sizeof expected);
  assert_memory_equal(bytes, expected, n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_event_has_the_time_since_the_last),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
