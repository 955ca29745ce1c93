// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What run() outputs besides the audio: at which sample, in which order, in which field.
#include "tests/dsp/harness.h"

#include "plugin/meter.h"
#include "tests/faults/bare.h"

#include <lv2/atom/util.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 8000
#define HOP (RATE / 2)
#define SECONDS 12
#define STEP 0.01f ///< the error of values in the history is smaller

static Bare* playing(PluginKind kind, float response) {
  Bare* bare = bare_new(kind, RATE, BARE_ALL);
  assert_non_null(bare);
  bare->controls[PORT_RESPONSE] = response;
  return bare;
}

static void play(Bare* bare, uint64_t at, uint32_t n) {
  bare_music(bare, RATE, at, n);
  bare_run(bare, n, true);
}

/// Events are ordered by time, and lie within the block of \p n frames.
static void expect_order(const Bare* bare, uint32_t n) {
  int64_t last = 0;
  LV2_ATOM_SEQUENCE_FOREACH((const LV2_Atom_Sequence*)(const void*)bare->notify, event) {
    assert_true(event->time.frames >= last && event->time.frames < n);
    last = event->time.frames;
  }
}

// ---- automation

typedef struct {
  uint64_t at[2];
  unsigned n[2];
} Lanes;

/// The automation events of a block that began at \p start: one for each lane at each reading.
static void read_lanes(const Bare* bare, uint64_t start, Lanes* lanes) {
  const LV2_Atom_Sequence* out = (const void*)bare->notify;
  const Meter* meter = bare->handle;
  LV2_ATOM_SEQUENCE_FOREACH(out, event) {
    const LV2_Atom_Object* object = (const LV2_Atom_Object*)&event->body;
    const LV2_Atom *parameter = NULL, *value = NULL;
    if (object->body.otype != bare->uris.automate_event) continue;
    lv2_atom_object_get(object, bare->uris.automate_parameter, &parameter,
                        bare->uris.automate_value, &value, 0);
    assert_true(parameter && value);
    const int32_t port = ((const LV2_Atom_Int*)parameter)->body;
    const unsigned lane = port == PORT_LANE_AROUSAL;
    assert_true(lane || port == PORT_LANE_VALENCE);
    const Readings* heard = &meter->output_schedule.target;
    const float expected = lane ? heard->arousal : heard->valence;
    assert_float_equal(((const LV2_Atom_Float*)value)->body, expected, 0.0f);
    lanes->at[lane] = start + (uint64_t)event->time.frames;
    ++lanes->n[lane];
    assert_int_equal(lanes->at[lane], lanes->n[lane] * HOP + RATE / 10);
  }
}

static void lanes_are_written_at_the_readings_own_sample(void** state) {
  (void)state;
  static const uint32_t blocks[] = {300, 1999};
  for (unsigned i = 0; i < 2; ++i) {
    Bare* bare = playing(PLUGIN_STEREO, 0.5f);
    Meter* meter = bare->handle;
    Lanes lanes = {{0}, {0}};
    bare->controls[PORT_WRITE_LANES] = 1.0f;
    bare->controls[PORT_VALENCE_TRIM] = 0.1f; // the lanes have the values of the outputs
    bare->controls[PORT_AROUSAL_RANGE] = 2.0f;
    notify_open(&meter->notify, meter->history);
    for (uint64_t at = 0; at < SECONDS * RATE; at += blocks[i]) {
      play(bare, at, blocks[i]);
      expect_order(bare, blocks[i]);
      read_lanes(bare, at, &lanes);
    }
    assert_in_range(lanes.n[0], 2 * SECONDS - 1, 2 * SECONDS);
    assert_int_equal(lanes.n[1], lanes.n[0]);
    const OutputSchedule* schedule = &meter->output_schedule;
    assert_true(schedule->target.valence != schedule->target.arousal);
    assert_true(schedule->target.valence != schedule->reading.valence);
    bare_free(bare);
  }
}

// ---- outputs

static void both_axes_glide_and_show_the_blocks_last_sample(void** state) {
  (void)state;
  Bare* large = playing(PLUGIN_STEREO, 2.0f);
  Bare* small = playing(PLUGIN_STEREO, 2.0f);
  const OutputSchedule* schedule = &((const Meter*)large->handle)->output_schedule;
  unsigned still[2] = {0, 0}, blocks = 0;
  float last[2] = {0.0f, 0.0f};
  large->controls[PORT_VALENCE_TRIM] = small->controls[PORT_VALENCE_TRIM] = 0.9f;
  for (uint64_t at = 0; at < SECONDS * RATE; at += 400) {
    play(large, at, 400);
    const GlidePoint point = glide_at(&schedule->glide, at + 399);
    assert_float_equal(bare_get(large, PORT_VALENCE), point.valence, 0.0f);
    assert_float_equal(bare_get(large, PORT_AROUSAL), point.arousal, 0.0f);
    assert_float_equal(bare_get(large, PORT_QUADRANT), (float)schedule->quadrant, 0.0f);
    for (unsigned part = 0; part < 4; ++part)
      play(small, at + 100 * part, 100);
    assert_memory_equal(&large->controls[PORT_FIRST_READING], &small->controls[PORT_FIRST_READING],
                        READING_COUNT * sizeof(float));
    const float now[2] = {bare_get(large, PORT_VALENCE), bare_get(large, PORT_AROUSAL)};
    for (unsigned axis = 0; axis < 2 && at > 6 * RATE; ++axis)
      still[axis] += now[axis] == last[axis];
    memcpy(last, now, sizeof last);
    blocks += at > 6 * RATE;
  }
  for (unsigned axis = 0; axis < 2; ++axis)
    assert_true(still[axis] < blocks / 2);
  bare_free(large);
  bare_free(small);
}

static void cv_glides_with_the_response_to_what_is_shown(void** state) {
  (void)state;
  Bare* fast = playing(PLUGIN_CV, 0.0f);
  Bare* slow = playing(PLUGIN_CV, 10.0f);
  fast->controls[PORT_VALENCE_TRIM] = slow->controls[PORT_VALENCE_TRIM] = 1.0f;
  for (uint64_t at = 0; at < RATE; at += 400) {
    play(fast, at, 400);
    play(slow, at, 400);
  }
  assert_float_equal(fast->cv[0][399], bare_get(fast, PORT_VALENCE), 1e-3f);
  assert_true(fast->cv[0][399] > 0.5f);
  assert_true(slow->cv[0][399] > 0.0f && slow->cv[0][399] < 0.2f);
  bare_free(fast);
  bare_free(slow);
}

/// The hop and the worker's time end in the same block, so only run() can have computed it.
static void a_reading_that_is_due_in_its_own_block_is_there(void** state) {
  (void)state;
  enum { LONG = 3000, SHORT = 100 };
  Bare* large = playing(PLUGIN_STEREO, 0.3f);
  Bare* small = playing(PLUGIN_STEREO, 0.3f);
  for (uint64_t at = 0; at < SECONDS * RATE; at += LONG) {
    play(large, at, LONG);
    for (unsigned part = 0; part < LONG / SHORT; ++part)
      play(small, at + SHORT * part, SHORT);
    assert_memory_equal(&large->controls[PORT_FIRST_READING], &small->controls[PORT_FIRST_READING],
                        READING_COUNT * sizeof(float));
  }
  assert_float_equal(bare_get(large, PORT_LATE), 0.0f, 0.0f);
  assert_float_equal(bare_get(large, PORT_STATE), 2.0f, 0.0f);
  bare_free(large);
  bare_free(small);
}

static void every_reading_that_came_too_late_is_shown(void** state) {
  (void)state;
  Bare* bare = playing(PLUGIN_STEREO, 0.5f);
  Meter* meter = bare->handle;
  play(bare, 0, 400);
  assert_float_equal(bare_get(bare, PORT_LATE), 0.0f, 0.0f);
  meter->output_schedule.late = 3;
  play(bare, 400, 400);
  assert_float_equal(bare_get(bare, PORT_LATE), 3.0f, 0.0f);
  bare_free(bare);
}

// ---- the window's records

static void expect_record(const Meter* meter, const Bare* bare, uint64_t index) {
  const Estimate* e = &meter->output_schedule.reading;
  float v[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  history_read(meter->history, index, v, attention);
  for (unsigned i = 0; i < READING_COUNT; ++i)
    if (PORT_FIRST_READING + i != PORT_QUADRANT) // it is updated at the next tick
      assert_float_equal(v[i], bare_get(bare, (Port)(PORT_FIRST_READING + i)), 0.0f);
  assert_float_equal(v[PROTOCOL_TIME], 0.5f * (float)(index + 1), 1e-6f);
  assert_float_equal(v[PROTOCOL_SETTLED], e->settled, 0.0f);
  assert_float_equal(v[PROTOCOL_LOUDNESS], e->loudness, 0.0f);
  assert_float_equal(v[PROTOCOL_HAS_CONTRIBUTIONS], e->has_contributions, 0.0f);
  for (unsigned i = 0; i < PROTOCOL_ENVELOPE; ++i)
    assert_float_equal(v[PROTOCOL_ENVELOPE_FIRST + i], e->envelope[i], STEP);
  for (unsigned i = 0; i < CUE_COUNT; ++i)
    assert_float_equal(v[PROTOCOL_CUES_FIRST + i], e->cues[i], STEP);
  for (unsigned i = 0; i < CUE_GROUP_COUNT && e->has_contributions; ++i) {
    assert_float_equal(v[PROTOCOL_TO_VALENCE_FIRST + i], e->contributions.valence[i], STEP);
    assert_float_equal(v[PROTOCOL_TO_AROUSAL_FIRST + i], e->contributions.arousal[i], STEP);
  }
}

static void a_record_holds_each_part_of_its_reading(void** state) {
  (void)state;
  Bare* bare = playing(PLUGIN_STEREO, 0.0f);
  Meter* meter = bare->handle;
  unsigned explained = 0;
  for (uint64_t at = 0; at < SECONDS * RATE; at += HOP / 4) {
    if (at == 6 * RATE) meter->explain_due = meter->explain = true;
    const uint64_t before = history_end(meter->history);
    play(bare, at, HOP / 4);
    if (history_end(meter->history) == before) continue;
    assert_int_equal(history_end(meter->history), before + 1);
    expect_record(meter, bare, before);
    explained += meter->output_schedule.reading.has_contributions;
  }
  assert_in_range(explained, SECONDS - 2, SECONDS + 1);
  bare_free(bare);
}

/// The analysis and the window's curves continue.
static void the_record_of_a_held_reading_has_the_analysis_values(void** state) {
  (void)state;
  Bare* bare = playing(PLUGIN_STEREO, 0.0f);
  const Meter* meter = bare->handle;
  float v[PROTOCOL_FLOATS];
  uint8_t attention[PROTOCOL_ATTENTION];
  for (uint64_t at = 0; at < SECONDS * RATE; at += HOP) {
    if (at == 6 * RATE) bare->controls[PORT_HOLD] = 1.0f;
    play(bare, at, HOP);
  }
  history_read(meter->history, history_end(meter->history) - 1, v, attention);
  assert_float_equal(v[PROTOCOL_VALENCE], meter->output_schedule.reading.valence, 0.0f);
  assert_true(v[PROTOCOL_VALENCE] != bare_get(bare, PORT_VALENCE));
  bare_free(bare);
}

// ---- the worker

static unsigned calls;

/// A host without threads: its worker is called inside run().
static LV2_Worker_Status work_at_once(LV2_Worker_Schedule_Handle handle, uint32_t size,
                                      const void* data) {
  Bare* bare = handle;
  ++calls;
  return bare->worker->work(bare->handle, NULL, NULL, size, data);
}

// ---- MIDI

typedef struct {
  unsigned n[128];
  uint64_t at[128]; ///< time of the last message of each controller
  int value[128];
  int note;     ///< that sounds
  bool within;  ///< some were not at a block's start
  double least; ///< samples between two messages of a controller
} Heard;

/// \p channel of the messages, from 0.
static void read_midi(const Bare* bare, uint64_t start, unsigned channel, Heard* heard) {
  const LV2_Atom_Sequence* out = (const void*)bare->notify;
  LV2_ATOM_SEQUENCE_FOREACH(out, event) {
    const uint8_t* bytes = (const uint8_t*)(event + 1);
    if (event->body.type != bare->uris.midi_event) continue;
    assert_int_equal(bytes[0] & 15, channel);
    heard->within = heard->within || event->time.frames > 0;
    if (bytes[0] >> 4 == 9) heard->note = bytes[1];
    if (bytes[0] >> 4 == 8) heard->note = -1;
    if (bytes[0] >> 4 != 11) continue;
    const uint64_t at = start + (uint64_t)event->time.frames;
    if (heard->n[bytes[1]]++) heard->least = fmin(heard->least, (double)(at - heard->at[bytes[1]]));
    heard->at[bytes[1]] = at;
    heard->value[bytes[1]] = bytes[2];
  }
}

static void every_midi_setting_reaches_its_messages(void** state) {
  (void)state;
  enum { VALENCE = 20, AROUSAL = 25, CONFIDENCE = 30, FINE = 32 };
  Heard heard = {.note = -1, .least = 1e9};
  Bare* bare = playing(PLUGIN_MIDI, 2.0f);
  const Port ports[] = {PORT_MIDI_CHANNEL,    PORT_CC_VALENCE,     PORT_CC_AROUSAL,
                        PORT_CC_CONFIDENCE,   PORT_CC_14BIT,       PORT_MIDI_INTERVAL,
                        PORT_QUADRANT_EVENTS, PORT_QUADRANT_FIRST, PORT_VALENCE_TRIM,
                        PORT_AROUSAL_TRIM};
  const float values[] = {3, VALENCE, AROUSAL, CONFIDENCE, 1, 250, 1, 40, 0.9f, -0.2f};
  for (unsigned i = 0; i < sizeof values / sizeof *values; ++i)
    bare->controls[ports[i]] = values[i];
  for (uint64_t at = 0; at < SECONDS * RATE; at += 600) {
    play(bare, at, 600);
    expect_order(bare, 600);
    read_midi(bare, at, 2, &heard);
  }
  assert_true(heard.within);
  // The interval, or up to one tick of 10 ms more.
  assert_true(heard.least >= 0.25 * RATE && heard.least < 0.27 * RATE);
  const int numbers[] = {VALENCE, AROUSAL, CONFIDENCE};
  const float expected[] = {0.5f + 0.5f * bare_get(bare, PORT_VALENCE),
                            0.5f + 0.5f * bare_get(bare, PORT_AROUSAL),
                            bare_get(bare, PORT_CONFIDENCE)};
  for (unsigned i = 0; i < 3; ++i) {
    assert_true(heard.n[numbers[i]] > 1 && heard.n[numbers[i] + FINE] > 1);
    const int value = 128 * heard.value[numbers[i]] + heard.value[numbers[i] + FINE];
    assert_float_equal((float)value / 16383.0f, expected[i], 0.05f);
    for (unsigned k = 0; k < i; ++k) // otherwise it could be another message
      assert_true(fabsf(expected[i] - expected[k]) > 0.1f);
  }
  assert_float_equal(bare_get(bare, PORT_QUADRANT), 4.0f, 0.0f);
  assert_int_equal(heard.note, 43);
  bare_free(bare);
}

static void a_jump_is_sent_at_the_readings_own_sample(void** state) {
  (void)state;
  enum { VALENCE = 20 };
  Heard heard = {.note = -1, .least = 1e9};
  Bare* bare = playing(PLUGIN_MIDI, 0.0f);
  bare->controls[PORT_VALENCE_RANGE] = 4.0f; // each reading has another number
  bare->controls[PORT_MIDI_INTERVAL] = 10.0f;
  for (uint64_t at = 0; at < SECONDS * RATE; at += 400) {
    play(bare, at, 400);
    expect_order(bare, 400);
    read_midi(bare, at, 0, &heard);
    if (heard.at[VALENCE] > 0) assert_int_equal(heard.at[VALENCE] % HOP, RATE / 10);
  }
  assert_true(heard.n[VALENCE] > 3);
  bare_free(bare);
}

static void a_worker_that_is_called_inside_run_is_not_asked_again(void** state) {
  (void)state;
  Bare* bare = playing(PLUGIN_STEREO, 0.5f);
  Bare* usual = playing(PLUGIN_STEREO, 0.5f);
  bare->schedule.schedule_work = work_at_once;
  calls = 0;
  for (uint64_t at = 0; at < SECONDS * RATE; at += 400) {
    play(bare, at, 400);
    play(usual, at, 400);
    assert_memory_equal(&bare->controls[PORT_FIRST_READING], &usual->controls[PORT_FIRST_READING],
                        READING_COUNT * sizeof(float));
  }
  assert_in_range(calls, 1, 3); // fewer than one for each of 24 hops
  bare_free(bare);
  bare_free(usual);
}

static void a_worker_whose_queue_was_full_is_woken_at_the_next_block(void** state) {
  (void)state;
  Bare* bare = playing(PLUGIN_STEREO, 0.5f);
  uint64_t at = 0;
  for (; at < 5 * HOP; at += 400)
    play(bare, at, 400);
  assert_int_equal(bare->tokens, 0);
  bare->worker_is_full = true;
  while (!((const Meter*)bare->handle)->wake_due) {
    play(bare, at, 400);
    at += 400;
    assert_true(at < 8 * HOP);
  }
  bare->worker_is_full = false;
  bare_music(bare, RATE, at, 100);
  bare_run(bare, 100, false);
  assert_int_equal(bare->tokens, 1);
  bare_run(bare, 100, false);
  assert_int_equal(bare->tokens, 1); // one is enough
  bare_free(bare);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lanes_are_written_at_the_readings_own_sample),
      cmocka_unit_test(both_axes_glide_and_show_the_blocks_last_sample),
      cmocka_unit_test(cv_glides_with_the_response_to_what_is_shown),
      cmocka_unit_test(a_reading_that_is_due_in_its_own_block_is_there),
      cmocka_unit_test(every_reading_that_came_too_late_is_shown),
      cmocka_unit_test(a_record_holds_each_part_of_its_reading),
      cmocka_unit_test(the_record_of_a_held_reading_has_the_analysis_values),
      cmocka_unit_test(a_jump_is_sent_at_the_readings_own_sample),
      cmocka_unit_test(every_midi_setting_reaches_its_messages),
      cmocka_unit_test(a_worker_that_is_called_inside_run_is_not_asked_again),
      cmocka_unit_test(a_worker_whose_queue_was_full_is_woken_at_the_next_block),
  };
  return cmocka_run_group_tests_name("outputs", tests, NULL, NULL);
}
