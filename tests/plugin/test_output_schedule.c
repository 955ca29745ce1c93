// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The output schedule alone, with a simulated engine queue: when a reading takes effect, when it
/// is late, and the effect of each setting.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "affect/quadrant.h"
#include "plugin/output_schedule.h"

#include <math.h>
#include <string.h>

#define RATE 48000.0
#define HOP 24000u
#define DELAY 4800u

/// The readings that the simulated analysis has ready.
static TimedEstimate ready[8];
static unsigned n_ready, at_ready;

bool engine_queue_pop(EngineQueue* a, TimedEstimate* out) {
  (void)a;
  if (at_ready == n_ready) return false;
  *out = ready[at_ready++];
  return true;
}

static void give(uint64_t position, float valence, float arousal) {
  if (at_ready == n_ready) n_ready = at_ready = 0;
  TimedEstimate* r = &ready[n_ready++];
  *r = (TimedEstimate){.position = position};
  r->estimate = (Estimate){.state = ENGINE_LIVE,
                           .valence = valence,
                           .arousal = arousal,
                           .valence_spread = 0.25f,
                           .arousal_spread = 0.125f,
                           .confidence = 0.75f,
                           .song_valence = 0.5f,
                           .song_arousal = -0.25f,
                           .loudness_short = -20.0f};
}

static OutputSchedule fresh(void) {
  OutputSchedule t;
  n_ready = at_ready = 0;
  output_schedule_init(&t, RATE);
  OutputScheduleSettings s = t.settings;
  s.response = 0.0f;
  output_schedule_set(&t, &s, 0);
  return t;
}

static void take(OutputSchedule* t, float valence, float arousal) {
  uint64_t due = 0;
  give(HOP, valence, arousal);
  assert_true(output_schedule_next(t, NULL, HOP, &due));
  output_schedule_take(t, due);
}

static OutputScheduleSettings settings_of(const OutputSchedule* t) {
  return t->settings;
}

static void a_reading_takes_effect_a_tenth_of_a_second_after_its_hop(void** state) {
  (void)state;
  static const double rates[] = {8000.0, 44100.0, 48000.0, 96000.0, 192000.0};
  for (unsigned i = 0; i < 5; ++i) {
    OutputSchedule t;
    uint64_t due = 0;
    n_ready = at_ready = 0;
    output_schedule_init(&t, rates[i]);
    give(1000, 0.5f, 0.5f);
    assert_true(output_schedule_next(&t, NULL, 900, &due));
    assert_int_equal(due, 1000 + (uint64_t)ceil(0.1 * rates[i]));
    assert_true(output_schedule_shown(&t).latency ==
                (float)(1000.0 * ceil(0.1 * rates[i]) / rates[i]));
  }
}

static void a_reading_that_comes_too_late_is_counted_and_takes_effect_at_once(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  uint64_t due = 0;
  // The last moment at which it is in time.
  give(HOP, 0.5f, 0.5f);
  assert_true(output_schedule_next(&t, NULL, HOP + DELAY, &due));
  assert_int_equal(due, HOP + DELAY);
  assert_int_equal(t.late, 0);
  output_schedule_take(&t, due);
  assert_true(output_schedule_shown(&t).late == 0.0f);
  // A sample later it is late; a second look does not count it twice.
  give(2 * HOP, -0.5f, 0.5f);
  for (unsigned i = 0; i < 3; ++i) {
    assert_true(output_schedule_next(&t, NULL, 2 * HOP + DELAY + 1, &due));
    assert_int_equal(due, 2 * HOP + DELAY + 1);
    assert_int_equal(t.late, 1);
  }
  output_schedule_take(&t, due);
  assert_true(output_schedule_shown(&t).valence == -0.5f);
  assert_true(output_schedule_shown(&t).late == 1.0f);
  give(3 * HOP, -0.5f, 0.5f);
  assert_true(output_schedule_next(&t, NULL, 9 * HOP, &due));
  assert_int_equal(t.late, 2);
}

static void readings_from_before_a_reset_are_dropped(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  uint64_t due = 0;
  give(HOP, 0.5f, 0.5f);
  assert_true(output_schedule_next(&t, NULL, HOP, &due));
  output_schedule_reset(&t, HOP + 10);
  assert_false(output_schedule_next(&t, NULL, HOP + 10, &due));
  give(2 * HOP, -0.5f, -0.5f);
  assert_true(output_schedule_next(&t, NULL, 2 * HOP, &due));
  output_schedule_take(&t, due);
  assert_true(output_schedule_shown(&t).valence == -0.5f);
}

static void the_delay_is_never_less_than_a_tenth_of_a_second(void** state) {
  (void)state;
  OutputSchedule t;
  output_schedule_init(&t, 11025.0);
  assert_int_equal(t.delay, 1103);
}

static void a_reset_leaves_the_quadrant(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  take(&t, -0.5f, 0.5f);
  output_schedule_tick(&t, 2 * HOP);
  assert_int_equal(t.quadrant, 2);
  output_schedule_reset(&t, 2 * HOP);
  assert_int_equal(t.quadrant, 0); // before the first tick
}

static void each_setting_changes_its_output(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  take(&t, 0.5f, -0.25f);
  OutputScheduleSettings s = settings_of(&t);
  s.valence_range = 0.5f, s.valence_trim = 0.125f, s.arousal_range = 3.0f,
  s.arousal_trim = -0.0625f;
  output_schedule_set(&t, &s, HOP);
  const Readings r = output_schedule_shown(&t);
  assert_true(r.valence == 0.375f);
  assert_true(r.arousal == -0.8125f);
  assert_true(r.valence_spread == 0.125f);
  assert_true(r.arousal_spread == 0.375f);
  assert_true(r.song_valence == 0.375f);
  assert_true(r.song_arousal == -0.8125f);
  assert_true(r.confidence == 0.75f);
  assert_memory_equal(&t.target.valence, &r.valence, sizeof r.valence);
  assert_true(t.glide.to.arousal == r.arousal);
}

static void readings_stay_within_their_range(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  take(&t, 0.5f, -0.5f);
  OutputScheduleSettings s = settings_of(&t);
  s.valence_range = s.arousal_range = 4.0f;
  s.valence_trim = 1.0f, s.arousal_trim = -1.0f;
  output_schedule_set(&t, &s, HOP);
  t.reading.valence_spread = t.reading.arousal_spread = 0.9f;
  t.reading.loudness_short = 57.0f; // of samples beyond full scale
  const Readings r = output_schedule_shown(&t);
  for (unsigned i = 0; i < READING_COUNT; ++i)
    assert_true(r.value[i] >= reading_info(i)->low && r.value[i] <= reading_info(i)->high);
  assert_true(r.valence == 1.0f && r.arousal == -1.0f && r.song_valence == 1.0f);
  assert_true(r.valence_spread == 1.0f && r.arousal_spread == 1.0f);
}

/// Each changed setting takes effect: the next target is that of a schedule that always had it.
static void a_change_of_a_single_setting_takes_effect(void** state) {
  (void)state;
  for (unsigned i = 0; i < 10; ++i) {
    OutputSchedule t = fresh(), other = fresh();
    OutputScheduleSettings s = settings_of(&t);
    if (i >= 8) s.lanes = true;
    output_schedule_set(&t, &s, 0);
    take(&t, 0.5f, -0.5f);
    switch (i) {
    case 0:
      s.enabled = false;
      break;
    case 1:
      s.lanes = true;
      break;
    case 2:
      s.response = 2.0f;
      break;
    case 3:
      s.valence_trim = 0.25f;
      break;
    case 4:
      s.valence_range = 0.25f;
      break;
    case 5:
      s.arousal_trim = 0.25f;
      break;
    case 6:
      s.arousal_range = 0.25f;
      break;
    case 7:
      s.valence_range = 2.0f;
      break;
    case 8:
      s.lane_valence = 0.75f;
      break;
    default:
      s.lane_arousal = 0.75f;
      break;
    }
    output_schedule_set(&t, &s, 2 * HOP);
    other.settings = s;
    take(&other, 0.5f, -0.5f);
    if (i == 2) {
      assert_true(t.glide.tau == 2.0f * (float)RATE);
      continue;
    }
    assert_memory_equal(&t.glide.to, &other.glide.to, sizeof t.glide.to);
    assert_true(t.target.confidence == other.target.confidence);
  }
}

static void hold_stops_both_where_they_are(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  OutputScheduleSettings s = settings_of(&t);
  s.response = 1.0f;
  output_schedule_set(&t, &s, 0);
  take(&t, 0.8f, -0.8f); // at HOP + DELAY
  const uint64_t half = HOP + DELAY + (uint64_t)RATE / 2;
  const float v = glide_at(&t.glide, half).valence, a = glide_at(&t.glide, half).arousal;
  assert_true(v > 0.1f && v < 0.7f && a < -0.1f && a > -0.7f);
  s.hold = true;
  output_schedule_set(&t, &s, half);
  for (unsigned later = 0; later < 4; ++later) {
    assert_true(glide_at(&t.glide, half + later * 100000).valence == v);
    assert_true(glide_at(&t.glide, half + later * 100000).arousal == a);
  }
  assert_true(t.target.valence == v && t.target.arousal == a);
  take(&t, -0.5f, 0.5f); // is computed, and shown when hold is off
  assert_true(t.target.valence == v);
  s.enabled = false; // bypass counts more than hold
  output_schedule_set(&t, &s, 8 * HOP);
  assert_true(t.target.valence == 0.0f && t.target.arousal == 0.0f);
  s.enabled = true;
  s.hold = false;
  s.response = 0.0f;
  output_schedule_set(&t, &s, 9 * HOP);
  assert_true(glide_at(&t.glide, 9 * HOP).valence == -0.5f);
}

static void response_is_a_time_constant(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  OutputScheduleSettings s = settings_of(&t);
  s.response = 0.7f;
  output_schedule_set(&t, &s, 0);
  take(&t, 1.0f, -1.0f);
  const uint64_t begun = HOP + DELAY;
  for (unsigned i = 0; i <= 20; ++i) {
    const double seconds = 0.1 * i;
    const uint64_t now = begun + (uint64_t)(seconds * RATE);
    assert_true(fabs((double)glide_at(&t.glide, now).valence - (1.0 - exp(-seconds / 0.7))) < 1e-5);
    assert_true(fabs((double)glide_at(&t.glide, now).arousal + (1.0 - exp(-seconds / 0.7))) < 1e-5);
  }
}

static void silence_and_bypass_ignore_the_trim(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  OutputScheduleSettings s = settings_of(&t);
  s.valence_trim = s.arousal_trim = 0.5f;
  output_schedule_set(&t, &s, 0);
  take(&t, 0.0f, 0.0f);
  t.reading.state = ENGINE_SILENT;
  assert_true(output_schedule_shown(&t).valence == 0.0f &&
              output_schedule_shown(&t).arousal == 0.0f);
  t.reading.state = ENGINE_LIVE;
  assert_true(output_schedule_shown(&t).valence == 0.5f &&
              output_schedule_shown(&t).arousal == 0.5f);
  s.enabled = false;
  output_schedule_set(&t, &s, HOP);
  assert_true(t.target.valence == 0.0f && t.target.confidence == 0.0f && t.target.state == 0.0f);
}

static void lanes_drive_both_axes(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  take(&t, 0.5f, 0.5f);
  OutputScheduleSettings s = settings_of(&t);
  s.lanes = true, s.lane_valence = -0.4f, s.lane_arousal = -0.6f;
  output_schedule_set(&t, &s, HOP);
  assert_true(t.target.valence == -0.4f && t.target.arousal == -0.6f);
  assert_true(t.glide.to.valence == -0.4f && t.glide.to.arousal == -0.6f);
  assert_true(t.target.confidence == 0.75f); // is still the analysis' own
  assert_true(t.target.quadrant == 3.0f);
}

static void quadrants_have_hysteresis(void** state) {
  (void)state;
  // A point leaves the neutral zone 0.02 outside of its edge and comes back 0.02 inside.
  const float edge = QUADRANT_NEUTRAL_RADIUS;
  assert_int_equal(quadrant_next(0, 0.0f, edge + 0.015f), 0);
  assert_int_equal(quadrant_next(0, 0.0f, edge + 0.025f), 1);
  assert_int_equal(quadrant_next(1, 0.0f, edge - 0.015f), 1);
  assert_int_equal(quadrant_next(1, 0.0f, edge - 0.025f), 0);
  assert_int_equal(quadrant_next(0, 0.8f * edge, 0.9f * edge), 1); // on both axes
  // An axis is crossed by 0.03 before the quadrant changes.
  static const struct {
    int from, to;
    float valence, arousal;
  } steps[] = {{1, 1, -0.02f, 0.5f},  {1, 2, -0.04f, 0.5f},  {2, 2, 0.02f, 0.5f},
               {2, 1, 0.04f, 0.5f},   {1, 1, 0.5f, -0.02f},  {1, 4, 0.5f, -0.04f},
               {4, 4, 0.5f, 0.02f},   {4, 1, 0.5f, 0.04f},   {3, 3, 0.02f, -0.5f},
               {3, 4, 0.04f, -0.5f},  {3, 3, -0.5f, 0.02f},  {3, 2, -0.5f, 0.04f},
               {4, 4, -0.02f, -0.5f}, {4, 3, -0.04f, -0.5f}, {2, 2, -0.5f, -0.02f},
               {2, 3, -0.5f, -0.04f}, {1, 3, -0.5f, -0.5f},  {4, 2, -0.5f, 0.5f}};
  for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; ++i)
    assert_int_equal(quadrant_next(steps[i].from, steps[i].valence, steps[i].arousal), steps[i].to);
}

static void ticks_fall_every_hundredth_of_a_second_from_the_reset(void** state) {
  (void)state;
  OutputSchedule t = fresh();
  output_schedule_reset(&t, 1234);
  for (unsigned i = 0; i < 200; ++i) {
    assert_int_equal(output_schedule_next_tick(&t), 1234 + i * 480u);
    output_schedule_tick(&t, output_schedule_next_tick(&t));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reading_takes_effect_a_tenth_of_a_second_after_its_hop),
      cmocka_unit_test(a_reading_that_comes_too_late_is_counted_and_takes_effect_at_once),
      cmocka_unit_test(readings_from_before_a_reset_are_dropped),
      cmocka_unit_test(the_delay_is_never_less_than_a_tenth_of_a_second),
      cmocka_unit_test(a_reset_leaves_the_quadrant),
      cmocka_unit_test(each_setting_changes_its_output),
      cmocka_unit_test(readings_stay_within_their_range),
      cmocka_unit_test(a_change_of_a_single_setting_takes_effect),
      cmocka_unit_test(hold_stops_both_where_they_are),
      cmocka_unit_test(response_is_a_time_constant),
      cmocka_unit_test(silence_and_bypass_ignore_the_trim),
      cmocka_unit_test(lanes_drive_both_axes),
      cmocka_unit_test(quadrants_have_hysteresis),
      cmocka_unit_test(ticks_fall_every_hundredth_of_a_second_from_the_reset),
  };
  return cmocka_run_group_tests_name("output schedule", tests, NULL, NULL);
}
