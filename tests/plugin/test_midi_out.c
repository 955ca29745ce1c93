// SPDX-License-Identifier: GPL-3.0-or-later
// Controllers have hysteresis and a rate limit; 14-bit pairs; notes and programs follow quadrants.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/midi_out.h"

#include <math.h>
#include <string.h>

typedef struct {
  uint8_t bytes[4096][3];
  uint32_t sizes[4096];
  unsigned n;
  bool full;
} Log;

static bool record(void* context, const uint8_t* message, uint32_t size) {
  Log* log = context;
  if (log->full) return false;
  assert_true(log->n < 4096 && size <= 3);
  memcpy(log->bytes[log->n], message, size);
  log->sizes[log->n++] = size;
  return true;
}

static const MidiSettings plain = {
    .channel = 2, .controller = {20, 21, 22}, .interval = 480, .first = 60};

static void tick(MidiOut* m, Log* log, float valence, int quadrant, uint64_t now) {
  midi_tick(m, (float[3]){valence, 0.0f, 0.5f}, quadrant, now, record, log);
}

/// The number of messages of controller 20.
static unsigned count(const Log* log, uint8_t controller) {
  unsigned n = 0;
  for (unsigned i = 0; i < log->n; ++i)
    n += (log->bytes[i][0] & 0xF0) == 0xB0 && log->bytes[i][1] == controller;
  return n;
}

static void the_scale_runs_from_0_over_64_to_127(void** state) {
  (void)state;
  static const struct {
    float valence;
    uint8_t value;
  } points[] = {{-1, 0}, {0, 64}, {1, 127}, {-2, 0}, {2, 127}};
  for (unsigned i = 0; i < 5; ++i) {
    MidiOut m;
    Log log = {.n = 0};
    midi_init(&m);
    midi_set(&m, &plain, record, &log);
    tick(&m, &log, points[i].valence, 0, 0);
    assert_int_equal(log.n, 3);
    assert_int_equal(log.bytes[0][0], 0xB2);
    assert_int_equal(log.bytes[0][1], 20);
    assert_int_equal(log.bytes[0][2], points[i].value);
    assert_int_equal(log.bytes[1][1], 21);
    assert_int_equal(log.bytes[2][2], 64); // confidence 0.5
  }
}

static void a_value_on_the_edge_between_two_steps_does_not_chatter(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  midi_init(&m);
  midi_set(&m, &plain, record, &log);
  const float edge = 2.0f * 70.5f / 127.0f - 1.0f, step = 2.0f / 127.0f;
  for (unsigned i = 0; i < 1000; ++i)
    tick(&m, &log, edge + (i % 2 ? 0.2f : -0.2f) * step, 0, i * 480);
  assert_int_equal(count(&log, 20), 1);
  // A larger change is sent, rounded to the nearest step.
  tick(&m, &log, edge + 1.0f * step, 0, 480000);
  assert_int_equal(count(&log, 20), 2);
  assert_int_equal(log.bytes[log.n - 1][2], 72);
}

static void a_moving_value_is_sent_no_faster_than_the_interval(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  MidiSettings s = plain;
  s.interval = 1920;
  midi_init(&m);
  midi_set(&m, &s, record, &log);
  for (unsigned i = 0; i <= 400; ++i)
    tick(&m, &log, sinf((float)i * 0.05f), 0, i * 480);
  assert_in_range(count(&log, 20), 60, 101);
  log.n = 0;
  for (unsigned i = 1; i <= 40; ++i) // now its value is another one at each tick
    tick(&m, &log, (float)(i % 3) - 1.0f, 0, (500 + i) * 480);
  assert_int_equal(count(&log, 20), 10);
}

static void a_pair_carries_fourteen_bits(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  MidiSettings s = plain;
  s.fine = true;
  s.controller[1] = 32; // has no controller for the low bits: stays at 7 bits
  midi_init(&m);
  midi_set(&m, &s, record, &log);
  tick(&m, &log, 0.3f, 0, 0);
  assert_int_equal(log.n, 5);
  assert_int_equal(log.bytes[0][1], 20);
  assert_int_equal(log.bytes[1][1], 52);
  const int value = log.bytes[0][2] * 128 + log.bytes[1][2];
  assert_int_equal(value, (int)(1.3 / 2 * 16383 + 0.5));
  assert_int_equal(log.bytes[2][1], 32);
  assert_int_equal(log.bytes[2][2], 64);
}

static void new_numbers_are_announced_at_once(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  midi_init(&m);
  midi_set(&m, &plain, record, &log);
  tick(&m, &log, 0.0f, 0, 0);
  MidiSettings s = plain;
  s.controller[0] = 74;
  midi_set(&m, &s, record, &log);
  tick(&m, &log, 0.0f, 0, 480);
  assert_int_equal(count(&log, 74), 1);
  assert_int_equal(count(&log, 21), 1);
  s.fine = true;
  midi_set(&m, &s, record, &log);
  tick(&m, &log, 0.0f, 0, 500); // before the interval has passed
  assert_int_equal(count(&log, 74), 2);
  assert_int_equal(count(&log, 21), 2);
  assert_int_equal(count(&log, 53), 1);
}

static void a_note_sounds_while_in_its_quadrant(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  MidiSettings s = plain;
  s.events = MIDI_EVENTS_NOTES;
  midi_init(&m);
  midi_set(&m, &s, record, &log);
  static const int quadrants[] = {0, 1, 1, 3, 0};
  for (unsigned i = 0; i < 5; ++i)
    tick(&m, &log, 0.0f, quadrants[i], i * 480);
  uint8_t notes[8][3];
  unsigned n = 0;
  for (unsigned i = 0; i < log.n; ++i)
    if (log.bytes[i][0] < 0xA0) memcpy(notes[n++], log.bytes[i], 3);
  static const uint8_t expected[4][3] = {
      {0x92, 60, 100}, {0x82, 60, 0}, {0x92, 62, 100}, {0x82, 62, 0}};
  assert_int_equal(n, 4);
  assert_memory_equal(notes, expected, sizeof expected);
}

static void a_note_ends_on_the_channel_it_began(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  MidiSettings s = plain;
  s.events = MIDI_EVENTS_NOTES;
  midi_init(&m);
  midi_set(&m, &s, record, &log);
  tick(&m, &log, 0.0f, 2, 0);
  s.channel = 9;
  midi_set(&m, &s, record, &log);
  assert_int_equal(log.bytes[log.n - 1][0], 0x82);
  assert_int_equal(log.bytes[log.n - 1][1], 61);
  tick(&m, &log, 0.0f, 2, 480);
  s.first = 30; // nor does it sound on when the notes move
  midi_set(&m, &s, record, &log);
  assert_memory_equal(log.bytes[log.n - 1], ((uint8_t[]){0x89, 61}), 2);
  tick(&m, &log, 0.0f, 2, 480);
  assert_int_equal(log.bytes[log.n - 1][0], 0x99);
}

static void a_note_that_could_not_be_ended_is_ended_later(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  MidiSettings s = plain;
  s.events = MIDI_EVENTS_NOTES;
  midi_init(&m);
  midi_set(&m, &s, record, &log);
  tick(&m, &log, 0.0f, 1, 0);
  unsigned before = log.n;
  log.full = true;
  tick(&m, &log, 0.0f, 3, 480); // no room at a change of the quadrant
  log.full = false;
  tick(&m, &log, 0.0f, 3, 960);
  assert_int_equal(log.n, before + 2);
  assert_memory_equal(log.bytes[before], ((uint8_t[]){0x82, 60}), 2);
  assert_memory_equal(log.bytes[before + 1], ((uint8_t[]){0x92, 62}), 2);
  before = log.n;
  log.full = true;
  s.events = MIDI_EVENTS_OFF;
  midi_set(&m, &s, record, &log); // nor when the events are turned off
  log.full = false;
  midi_set(&m, &s, record, &log);
  assert_int_equal(log.n, before + 1);
  assert_memory_equal(log.bytes[before], ((uint8_t[]){0x82, 62}), 2);
}

static void programs_follow_quadrants(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.n = 0};
  MidiSettings s = plain;
  s.events = MIDI_EVENTS_PROGRAMS;
  s.first = 10;
  midi_init(&m);
  midi_set(&m, &s, record, &log);
  tick(&m, &log, 0.0f, 0, 0);
  tick(&m, &log, 0.0f, 4, 480);
  assert_int_equal(log.sizes[3], 2);
  assert_int_equal(log.bytes[3][0], 0xC2);
  assert_int_equal(log.bytes[3][1], 10);
  assert_int_equal(log.bytes[4][1], 14);
}

static void messages_that_did_not_fit_are_sent_later(void** state) {
  (void)state;
  MidiOut m;
  Log log = {.full = true};
  MidiSettings s = plain;
  s.events = MIDI_EVENTS_NOTES;
  midi_init(&m);
  midi_set(&m, &s, record, &log);
  tick(&m, &log, 0.5f, 1, 0);
  assert_int_equal(log.n, 0);
  log.full = false;
  tick(&m, &log, 0.5f, 1, 480);
  assert_int_equal(log.n, 4);
  s.events = MIDI_EVENTS_PROGRAMS;
  midi_set(&m, &s, record, &log); // ends the note
  log.full = true;
  tick(&m, &log, 0.5f, 1, 960);
  assert_int_equal(log.n, 5);
  log.full = false;
  tick(&m, &log, 0.5f, 1, 1440);
  assert_int_equal(log.n, 6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_scale_runs_from_0_over_64_to_127),
      cmocka_unit_test(a_value_on_the_edge_between_two_steps_does_not_chatter),
      cmocka_unit_test(a_moving_value_is_sent_no_faster_than_the_interval),
      cmocka_unit_test(a_pair_carries_fourteen_bits),
      cmocka_unit_test(new_numbers_are_announced_at_once),
      cmocka_unit_test(a_note_sounds_while_in_its_quadrant),
      cmocka_unit_test(a_note_ends_on_the_channel_it_began),
      cmocka_unit_test(a_note_that_could_not_be_ended_is_ended_later),
      cmocka_unit_test(programs_follow_quadrants),
      cmocka_unit_test(messages_that_did_not_fit_are_sent_later),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
