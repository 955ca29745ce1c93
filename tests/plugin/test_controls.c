// SPDX-License-Identifier: GPL-3.0-or-later
// Each control does what its comment says; MIDI and CV outputs follow the readings.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/protocol.h"
#include "plugin/uris.h"
#include "tests/plugin/rig.h"

#include <math.h>
#include <string.h>

static Rig* open_rig(const char* uri) {
  Rig* rig = rig_new((HostOptions){.uri = uri});
  host_set(rig->host, "response", 0.0f);
  return rig;
}

static void trim_and_range_change_the_reading(void** state) {
  (void)state;
  Rig* a = open_rig(CIRCUMPLEX_URI_METER);
  Rig* b = open_rig(CIRCUMPLEX_URI_METER);
  host_set(b->host, "valence_range", 0.5f);
  host_set(b->host, "valence_trim", 0.125f);
  host_set(b->host, "arousal_range", 4.0f);
  host_set(b->host, "arousal_trim", -1.0f);
  rig_run_seconds(a, 10.0);
  rig_run_seconds(b, 10.0);
  const float v = host_get(a->host, "valence"), x = host_get(a->host, "arousal");
  assert_true(fabsf(host_get(b->host, "valence") - (0.5f * v + 0.125f)) < 1e-6f);
  assert_true(fabsf(host_get(b->host, "arousal") - fmaxf(-1.0f, fminf(1.0f, 4.0f * x - 1.0f))) <
              1e-6f);
  assert_true(fabsf(host_get(b->host, "valence_spread") -
                    0.5f * host_get(a->host, "valence_spread")) < 1e-6f);
  rig_free(a);
  rig_free(b);
}

static void hold_keeps_values_and_bypass_resets_them(void** state) {
  (void)state;
  Rig* rig = open_rig(CIRCUMPLEX_URI_METER);
  rig_run_seconds(rig, 10.0);
  const float held = host_get(rig->host, "arousal");
  host_set(rig->host, "hold", 1.0f);
  rig_run_seconds(rig, 5.0);
  assert_true(host_get(rig->host, "arousal") == held);
  host_set(rig->host, "hold", 0.0f);
  rig_run_seconds(rig, 0.6);
  assert_true(host_get(rig->host, "arousal") != held);
  host_set(rig->host, "enabled", 0.0f);
  rig_run_seconds(rig, 0.1);
  assert_true(host_get(rig->host, "arousal") == 0.0f);
  assert_true(host_get(rig->host, "valence") == 0.0f);
  assert_true(host_get(rig->host, "confidence") == 0.0f);
  assert_false(rig->audio_differs);
  // The analysis continued: the reading is back immediately.
  host_set(rig->host, "enabled", 1.0f);
  rig_run_seconds(rig, 0.01);
  assert_true(host_get(rig->host, "arousal") != 0.0f);
  rig_free(rig);
}

static void silence_reads_as_silence(void** state) {
  (void)state;
  Rig* rig = open_rig(CIRCUMPLEX_URI_METER);
  host_set(rig->host, "valence_trim", 0.5f);
  rig_run_seconds(rig, 12.0);
  assert_true(host_get(rig->host, "state") == 2.0f);
  rig_run_silence(rig, 6.0);
  assert_true(host_get(rig->host, "state") == 0.0f);
  assert_true(host_get(rig->host, "valence") == 0.0f);
  assert_true(host_get(rig->host, "quadrant") == 0.0f);
  rig_free(rig);
}

static void reset_starts_as_if_new(void** state) {
  (void)state;
  Rig* fresh = open_rig(CIRCUMPLEX_URI_METER);
  Rig* used = open_rig(CIRCUMPLEX_URI_METER);
  rig_run_seconds(used, 7.3);
  host_set(used->host, "reset", 1.0f);
  used->at = 0; // play the music from its beginning
  rig_run(used, 256, 256);
  assert_true(host_get(used->host, "valence") == 0.0f);
  assert_true(host_get(used->host, "state") == 1.0f);
  rig_run(used, 48000 * 9 - 256, 256);
  rig_run(fresh, 48000 * 9, 256);
  assert_true(host_get(used->host, "valence") == host_get(fresh->host, "valence"));
  assert_true(host_get(used->host, "arousal") == host_get(fresh->host, "arousal"));
  // A port that stays on does not reset again.
  assert_true(host_get(used->host, "state") == host_get(fresh->host, "state"));
  rig_free(fresh);
  rig_free(used);
}

static void transport_resets_only_when_asked(void** state) {
  (void)state;
  for (unsigned option = 0; option < 2; ++option) {
    Rig* rig = open_rig(CIRCUMPLEX_URI_METER);
    host_set(rig->host, "transport_reset", (float)option);
    rig_run_seconds(rig, 10.0);
    host_send_position(rig->host, 0, 1.0f); // start
    rig_run(rig, 256, 256);
    assert_int_equal(host_get(rig->host, "valence") == 0.0f, option);
    rig_run(rig, 48000 * 3, 256);
    host_send_position(rig->host, 256 + 48000 * 3, 1.0f); // no jump
    rig_run(rig, 256, 256);
    assert_true(host_get(rig->host, "valence") != 0.0f);
    host_send_position(rig->host, 48000 * 100, 1.0f); // a jump
    rig_run(rig, 256, 256);
    assert_int_equal(host_get(rig->host, "valence") == 0.0f, option);
    rig_run(rig, 48000 * 2, 256);
    host_send_position(rig->host, 48000 * 102 + 256, 0.0f); // stopping does not reset
    rig_run(rig, 256, 256);
    assert_true(host_get(rig->host, "valence") != 0.0f);
    rig_free(rig);
  }
}

static void lanes_take_over(void** state) {
  (void)state;
  Rig* rig = open_rig(CIRCUMPLEX_URI_METER);
  host_set(rig->host, "source", 1.0f);
  host_set(rig->host, "lane_valence", -0.4f);
  host_set(rig->host, "lane_arousal", 0.6f);
  rig_run_seconds(rig, 1.0);
  assert_true(host_get(rig->host, "valence") == -0.4f);
  assert_true(host_get(rig->host, "arousal") == 0.6f);
  assert_true(host_get(rig->host, "quadrant") == 2.0f);
  rig_free(rig);
}

static void values_out_of_range_are_harmless(void** state) {
  (void)state;
  static const float odd[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f};
  Rig* rig = open_rig(CIRCUMPLEX_URI_MIDI);
  for (unsigned i = 0; i < 5; ++i) {
    static const char* const symbols[] = {"response",     "valence_trim", "gate",
                                          "midi_channel", "cc_valence",   "quadrant_events",
                                          "midi_interval"};
    for (unsigned s = 0; s < 7; ++s)
      host_set(rig->host, symbols[s], odd[i]);
    rig_run_seconds(rig, 1.0);
    assert_true(isfinite(host_get(rig->host, "valence")));
  }
  assert_false(rig->audio_differs);
  rig_free(rig);
}

typedef struct {
  LV2_URID midi;
  unsigned n;
  uint8_t last[3];
  uint64_t last_at;
} Midi;

static void on_midi(void* context, const char* symbol, uint64_t position, const LV2_Atom* atom) {
  Midi* m = context;
  assert_string_equal(symbol, "notify");
  assert_int_equal(atom->type, m->midi);
  assert_in_range(atom->size, 2, 3);
  const uint8_t* bytes = LV2_ATOM_BODY_CONST(atom);
  if (bytes[0] == 0xB4 && bytes[1] == 30) {
    memcpy(m->last, bytes, 3);
    assert_true(position >= m->last_at);
    m->last_at = position;
    ++m->n;
  }
}

static void midi_follows_the_reading_at_the_same_samples_for_any_block(void** state) {
  (void)state;
  uint64_t last_at[2];
  unsigned n[2];
  for (unsigned i = 0; i < 2; ++i) {
    Rig* rig = open_rig(CIRCUMPLEX_URI_MIDI);
    Midi midi = {.midi = host_map(rig->host, LV2_MIDI__MidiEvent)};
    host_on_event(rig->host, on_midi, &midi);
    host_set(rig->host, "response", 0.5f);
    host_set(rig->host, "midi_channel", 5.0f);
    host_set(rig->host, "cc_arousal", 30.0f);
    rig_run(rig, 48000 * 12, i ? 1024 : 64);
    assert_true(midi.n > 2);
    assert_true(fabsf((float)midi.last[2] / 127.0f * 2.0f - 1.0f - host_get(rig->host, "arousal")) <
                2.0f / 127.0f);
    n[i] = midi.n;
    last_at[i] = midi.last_at;
    rig_free(rig);
  }
  assert_int_equal(n[0], n[1]);
  assert_int_equal(last_at[0], last_at[1]);
}

static void after_an_activation_midi_says_where_it_is(void** state) {
  (void)state;
  Rig* rig = open_rig(CIRCUMPLEX_URI_MIDI);
  Midi midi = {.midi = host_map(rig->host, LV2_MIDI__MidiEvent)};
  host_on_event(rig->host, on_midi, &midi);
  host_set(rig->host, "midi_channel", 5.0f);
  host_set(rig->host, "cc_arousal", 30.0f);
  rig_run_silence(rig, 1.0);
  const unsigned told = midi.n;
  assert_true(told > 0);
  rig_run_silence(rig, 1.0);
  assert_int_equal(midi.n, told); // nothing has changed
  host_restart(rig->host);
  rig_run_silence(rig, 1.0);
  assert_int_equal(midi.n, told + 1);
  rig_free(rig);
}

static void cv_follows_without_a_step(void** state) {
  (void)state;
  Rig* rig = open_rig(CIRCUMPLEX_URI_CV);
  float last = 0.0f;
  for (unsigned i = 0; i < 1500; ++i) {
    rig_run(rig, 441, 441);
    const float* cv = host_cv(rig->host, 1);
    assert_non_null(cv);
    for (unsigned k = 0; k < 441; ++k) {
      // 10 ms at 48 kHz: no more than 1/480 of the largest jump in a sample.
      assert_true(fabsf(cv[k] - last) < 2.0f / 480.0f);
      last = cv[k];
    }
  }
  assert_true(fabsf(last - host_get(rig->host, "arousal")) < 0.01f);
  assert_true(last != 0.0f);
  rig_free(rig);
}

static void the_hosts_freewheel_is_switched_on_and_off(void** state) {
  (void)state;
  Rig* rig = open_rig(CIRCUMPLEX_URI_METER);
  for (int on = 1; on >= 0; --on) {
    assert_true(host_freewheel(rig->host, on));
    assert_true(host_get(rig->host, "freewheel") == (float)on);
  }
  rig_free(rig);
}

static void activation_resets_and_the_analysis_continues(void** state) {
  (void)state;
  Rig* rig = open_rig(CIRCUMPLEX_URI_METER);
  rig_run_seconds(rig, 10.0);
  host_restart(rig->host);
  rig_run(rig, 256, 256);
  assert_true(host_get(rig->host, "valence") == 0.0f);
  assert_true(host_get(rig->host, "state") == 1.0f);
  rig_run_seconds(rig, 10.0);
  assert_true(host_get(rig->host, "valence") != 0.0f);
  assert_true(host_get(rig->host, "state") == 2.0f);
  rig_free(rig);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(trim_and_range_change_the_reading),
      cmocka_unit_test(hold_keeps_values_and_bypass_resets_them),
      cmocka_unit_test(silence_reads_as_silence),
      cmocka_unit_test(reset_starts_as_if_new),
      cmocka_unit_test(transport_resets_only_when_asked),
      cmocka_unit_test(lanes_take_over),
      cmocka_unit_test(values_out_of_range_are_harmless),
      cmocka_unit_test(midi_follows_the_reading_at_the_same_samples_for_any_block),
      cmocka_unit_test(after_an_activation_midi_says_where_it_is),
      cmocka_unit_test(cv_follows_without_a_step),
      cmocka_unit_test(the_hosts_freewheel_is_switched_on_and_off),
      cmocka_unit_test(activation_resets_and_the_analysis_continues),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
