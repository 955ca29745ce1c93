// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/rhythm.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>

#define RATE 44100.0

/// The last hop of \p seconds of clicks over a bed of faint noise.
static HopFeatures hear_clicks(double bpm, double seconds, double rate) {
  const size_t n = (size_t)(seconds * rate);
  float* x = signal_new(n);
  signal_clicks(x, n, rate, bpm, 0.13, 0.5f);
  signal_noise(x, n, 0.002f, 17);
  size_t count;
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  const HopFeatures last = hops[count - 1];
  free(hops);
  free(x);
  return last;
}

static void click_tracks_have_their_tempo_and_rate(void** state) {
  (void)state;
  static const double tempi[] = {60, 72, 90, 100, 120, 128, 133, 150};
  for (size_t i = 0; i < sizeof tempi / sizeof *tempi; ++i) {
    const HopFeatures hop = hear_clicks(tempi[i], 10.0, RATE);
    assert_near(hop.cues[CUE_TEMPO], tempi[i], 0.01 * tempi[i]);
    assert_above(hop.cues[CUE_PULSE_CLARITY], 0.6);
    // Counted over 3 s: one more or less stands for a third.
    assert_near(hop.cues[CUE_ONSET_RATE], tempi[i] / 60.0, 0.34);
    assert_above(hop.cues[CUE_ATTACK], 10.0);
  }
}

static void fast_clicks_are_heard_an_octave_down_at_worst(void** state) {
  (void)state;
  static const double tempi[] = {180, 200};
  for (size_t i = 0; i < 2; ++i) {
    const float* cues = hear_clicks(tempi[i], 10.0, RATE).cues;
    const double octaves = log2((double)cues[CUE_TEMPO] / tempi[i]);
    assert_near(octaves, nearbyint(octaves), 0.015);
    assert_true(octaves > -1.1 && octaves < 0.1);
  }
}

static void the_tempo_of_a_click_track_is_the_same_at_every_rate(void** state) {
  (void)state;
  static const double rates[] = {8000, 22050, 48000, 96000};
  for (size_t i = 0; i < 4; ++i)
    assert_near(hear_clicks(90.0, 10.0, rates[i]).cues[CUE_TEMPO], 90.0, 0.9);
}

/// The last hop of \p seconds of \p x under the flux of \p fill, straight into rhythm.h.
typedef float Flux(size_t frame, uint32_t* seed);

static RhythmHop feed(Flux* flux, size_t hops) {
  Rhythm* r = rhythm_new();
  assert_non_null(r);
  RhythmHop out;
  uint32_t seed = 5;
  for (size_t hop = 0; hop < hops; ++hop) {
    float frames[25];
    for (size_t i = 0; i < 25; ++i)
      frames[i] = flux(hop * 25 + i, &seed);
    rhythm_hop(r, frames, 25, &out);
  }
  rhythm_free(r);
  return out;
}

static float nothing(size_t frame, uint32_t* seed) {
  (void)frame, (void)seed;
  return 0.0f;
}
static float random_flux(size_t frame, uint32_t* seed) {
  (void)frame;
  return 1.3f + signal_random(seed);
}
static float pulses(size_t frame, uint32_t* seed) {
  (void)seed;
  return frame % 25 < 2 ? 6.0f : 1.0f; // 120 BPM
}
static float pulses_after_an_entry(size_t frame, uint32_t* seed) {
  return frame < 2 ? 55.0f : pulses(frame, seed);
}
static float faint_ripple(size_t frame, uint32_t* seed) {
  (void)seed;
  return frame % 25 < 2 ? 0.3f : 0.05f;
}

static void no_flux_is_no_pulse(void** state) {
  (void)state;
  const RhythmHop out = feed(nothing, 20);
  assert_near(out.flux, 0.0, 0.0);
  assert_near(out.onset_rate, 0.0, 0.0);
  assert_near(out.attack, 0.0, 0.0);
  assert_near(out.pulse_clarity, 0.0, 0.0);
  assert_near(out.tempo, 120.0, 0.0);
}

static void random_flux_has_a_low_clarity(void** state) {
  (void)state;
  assert_below(feed(random_flux, 16).pulse_clarity, 0.25);
}

static void a_regular_pulse_is_clear(void** state) {
  (void)state;
  const RhythmHop out = feed(pulses, 16);
  assert_above(out.pulse_clarity, 0.8);
  assert_near(out.tempo, 120.0, 0.6);
  assert_near(out.onset_rate, 2.0, 0.34);
  assert_near(out.attack, 6.0 - (46.0 * 1.0 + 4.0 * 6.0) / 50.0, 0.3); // over the mean of 1 s
  assert_near(out.flux, (2.0 * 6.0 + 23.0) / 25.0, 1e-5);
}

static void an_entry_after_silence_does_not_drown_the_pulse(void** state) {
  (void)state;
  const RhythmHop plain = feed(pulses, 10), entry = feed(pulses_after_an_entry, 10);
  assert_near(entry.pulse_clarity, plain.pulse_clarity, 0.15);
  assert_near(entry.tempo, 120.0, 1.2);
}

static void a_ripple_too_faint_to_hear_is_no_clear_pulse(void** state) {
  (void)state;
  assert_below(feed(faint_ripple, 16).pulse_clarity, 0.05);
}

static void held_chords_and_noise_have_neither_onsets_nor_pulse(void** state) {
  (void)state;
  const size_t n = (size_t)(12.0 * RATE);
  static const double chord[3] = {60, 64, 67};
  for (int kind = 0; kind < 3; ++kind) {
    float* x = signal_new(n);
    if (kind == 0) signal_chord(x, n, RATE, chord, 3, 0.05);
    if (kind == 1) signal_noise(x, n, 0.2f, 31);
    if (kind == 2) signal_sine(x, n, RATE, 440.0, 0.2);
    size_t count;
    HopFeatures* hops = signal_hear(x, n, RATE, &count);
    for (size_t i = 8; i < count; ++i) {
      assert_near(hops[i].cues[CUE_ONSET_RATE], 0.0, 0.0);
      assert_below(hops[i].cues[CUE_PULSE_CLARITY], 0.25);
    }
    free(hops);
    free(x);
  }
}

static void a_reset_forgets_the_beat(void** state) {
  (void)state;
  Rhythm* r = rhythm_new();
  RhythmHop first, again;
  float frames[25];
  for (unsigned i = 0; i < 25; ++i)
    frames[i] = i % 20 < 2 ? 7.0f : 0.5f; // 150 BPM within the hop
  rhythm_hop(r, frames, 25, &first);
  for (unsigned hop = 0; hop < 30; ++hop)
    rhythm_hop(r, frames, 25, &again);
  assert_above(again.pulse_clarity, 0.3);
  rhythm_reset(r);
  rhythm_hop(r, frames, 25, &again);
  assert_memory_equal(&first, &again, sizeof first);
  assert_true(rhythm_size(r) >= 400 * sizeof(float));
  rhythm_free(r);
  rhythm_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(click_tracks_have_their_tempo_and_rate),
      cmocka_unit_test(fast_clicks_are_heard_an_octave_down_at_worst),
      cmocka_unit_test(the_tempo_of_a_click_track_is_the_same_at_every_rate),
      cmocka_unit_test(no_flux_is_no_pulse),
      cmocka_unit_test(random_flux_has_a_low_clarity),
      cmocka_unit_test(a_regular_pulse_is_clear),
      cmocka_unit_test(an_entry_after_silence_does_not_drown_the_pulse),
      cmocka_unit_test(a_ripple_too_faint_to_hear_is_no_clear_pulse),
      cmocka_unit_test(held_chords_and_noise_have_neither_onsets_nor_pulse),
      cmocka_unit_test(a_reset_forgets_the_beat),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
