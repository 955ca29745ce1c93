// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/tonal.h"
#include "goldens.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>

#define RATE 44100.0

/// The tonal cues of the last hop of \p x.
static TonalHop hear(const float* x, size_t n, double rate) {
  Tonal* t = tonal_new(rate);
  assert_non_null(t);
  TonalHop hop;
  memset(&hop, 0, sizeof hop);
  const size_t frame = (size_t)(rate / 50.0);
  for (size_t i = 1; i * frame <= n; ++i) {
    tonal_push(t, x + (i - 1) * frame, x + (i - 1) * frame, frame);
    if (i % 25 == 0) tonal_hop(t, true, &hop);
  }
  tonal_free(t);
  return hop;
}

static TonalHop hear_notes(const double* notes, size_t count, double rate) {
  const size_t n = (size_t)(3.0 * rate);
  float* x = signal_new(n);
  signal_chord(x, n, rate, notes, count, 0.1);
  const TonalHop hop = hear(x, n, rate);
  free(x);
  return hop;
}

static TonalHop hear_chord(double root, double third, double rate) {
  const double notes[3] = {root, root + third, root + 7.0};
  return hear_notes(notes, 3, rate);
}

static size_t loudest(const float* x, size_t n) {
  size_t best = 0;
  for (size_t i = 1; i < n; ++i)
    if (x[i] > x[best]) best = i;
  return best;
}

static void single_tones_fall_on_their_pitch_class_in_every_octave(void** state) {
  (void)state;
  for (int note = 43; note <= 91; note += 5) { // all classes: 5 and 12 have no common factor
    const double notes[1] = {note};
    const TonalHop hop = hear_notes(notes, 1, RATE);
    assert_int_equal(loudest(hop.chroma, 12), note % 12);
    assert_above(hop.chroma[note % 12], 0.45);
    double sum = 0.0;
    for (size_t i = 0; i < 12; ++i)
      sum += (double)hop.chroma[i];
    assert_near(sum, 1.0, 1e-4);
  }
}

static void c_major_and_a_minor_are_told_apart_at_several_octaves(void** state) {
  (void)state;
  for (double octave = 48; octave <= 72; octave += 12) {
    const TonalHop major = hear_chord(octave, 4, RATE);     // C E G
    const TonalHop minor = hear_chord(octave + 9, 3, RATE); // A C E
    assert_above(major.mode, 0.3);
    assert_below(minor.mode, -0.1);
    assert_above(major.key_clarity, 0.7);
    assert_above(minor.key_clarity, 0.65);
    for (size_t i = 0; i < 12; ++i) { // the chord's tones before all others
      if (i == 0 || i == 4 || i == 7) assert_above(major.chroma[i], 0.15);
      if (i == 9 || i == 0 || i == 4) assert_above(minor.chroma[i], 0.15);
    }
  }
  // In the bass the overtones (the fifth partial is a major third) move A minor towards 0.
  assert_above(hear_chord(36, 4, RATE).mode - hear_chord(45, 3, RATE).mode, 0.5);
}

static void the_mode_is_the_same_in_every_key(void** state) {
  (void)state;
  for (double root = 54; root < 66; root += 1) {
    assert_above(hear_chord(root, 4, RATE).mode, 0.3);
    assert_below(hear_chord(root, 3, RATE).mode, -0.1);
  }
}

static void music_off_the_tuning_fork_keeps_its_mode(void** state) {
  (void)state;
  static const double cents[] = {-50, -35, -20, 20, 35, 50};
  for (size_t i = 0; i < sizeof cents / sizeof *cents; ++i) {
    const TonalHop major = hear_chord(60.0 + cents[i] / 100.0, 4, RATE);
    const TonalHop minor = hear_chord(57.0 + cents[i] / 100.0, 3, RATE);
    assert_above(major.mode, 0.3);
    assert_below(minor.mode, -0.1);
    float chroma[12];
    memcpy(chroma, major.chroma, sizeof chroma);
    double in_chord = 0.0; // not spread over neighbours: three classes have most of it
    for (int k = 0; k < 3; ++k) {
      const size_t at = loudest(chroma, 12);
      in_chord += (double)chroma[at];
      chroma[at] = 0.0f;
    }
    assert_above(in_chord, 0.7);
  }
}

static void a_tuning_is_followed_for_minutes(void** state) {
  (void)state;
  const double rate = 8000.0;
  const size_t n = (size_t)(120.0 * rate);
  float* x = signal_new(n);
  signal_chord(x, n, rate, (const double[]){60.45, 64.45, 67.45}, 3, 0.1);
  const TonalHop hop = hear(x, n, rate);
  assert_above(hop.chroma[0] + hop.chroma[4] + hop.chroma[7], 0.7);
  free(x);
}

static void a_cluster_has_no_clear_key(void** state) {
  (void)state;
  double all[12];
  for (int i = 0; i < 12; ++i)
    all[i] = 60 + i;
  assert_below(hear_notes(all, 12, RATE).key_clarity, 0.55);
}

static void roughness_of_pure_dyads_is_that_of_sethares(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof golden_rough / sizeof(float); ++i) {
    const size_t n = (size_t)(2.0 * RATE);
    float* x = signal_new(n);
    signal_sine(x, n, RATE, 440.0, 0.1);
    signal_sine(x, n, RATE, 440.0 * exp2(golden_rough_steps[i] / 12.0), 0.1);
    assert_near(hear(x, n, RATE).roughness, golden_rough[i], 0.02);
    free(x);
  }
}

static void a_minor_second_is_rougher_than_a_fifth_in_every_octave(void** state) {
  (void)state;
  for (double root = 48; root <= 72; root += 12) {
    const double second[2] = {root, root + 1}, fifth[2] = {root, root + 7}, one[1] = {root};
    const double rough = (double)hear_notes(second, 2, RATE).roughness;
    const double smooth = (double)hear_notes(fifth, 2, RATE).roughness;
    assert_above(rough, smooth + 0.08);
    assert_above(smooth, hear_notes(one, 1, RATE).roughness);
    assert_below(rough, 1.0);
  }
}

static void register_is_the_centre_of_the_partials(void** state) {
  (void)state;
  for (double note = 45; note <= 69; note += 12) {
    const size_t n = (size_t)(2.0 * RATE);
    float* x = signal_new(n);
    signal_tone(x, n, RATE, note, 0.2, 5); // all under 4 kHz
    double sum = 0.0, weight = 0.0;
    for (int k = 1; k <= 5; ++k) {
      sum += (note + 12.0 * log2(k)) / k;
      weight += 1.0 / k;
    }
    assert_near(hear(x, n, RATE).register_note, sum / weight, 0.4);
    free(x);
  }
}

static void tones_are_tonal_and_noise_is_not(void** state) {
  (void)state;
  const size_t n = (size_t)(2.0 * RATE);
  assert_above(hear_chord(60, 4, RATE).tonalness, 0.95);
  float* x = signal_new(n);
  signal_noise(x, n, 0.3f, 9);
  assert_below(hear(x, n, RATE).tonalness, 0.2);
  signal_chord(x, n, RATE, (const double[]){60, 64, 67}, 3, 0.02);
  const double mixed = (double)hear(x, n, RATE).tonalness;
  assert_true(mixed > 0.05 && mixed < 0.9);
  free(x);
}

static void a_change_of_harmony_shows_in_the_next_hop(void** state) {
  (void)state;
  const size_t half = (size_t)(4.0 * RATE), n = half + (size_t)RATE / 2;
  static const double c_major[3] = {60, 64, 67}, f_sharp_major[3] = {66, 70, 73};
  float* held = signal_new(n);
  float* changing = signal_new(n);
  signal_chord(held, n, RATE, c_major, 3, 0.1);
  signal_chord(changing, half, RATE, c_major, 3, 0.1);
  signal_chord(changing + half, n - half, RATE, f_sharp_major, 3, 0.1);
  assert_below(hear(held, n, RATE).tonal_change, 0.02);
  assert_above(hear(changing, n, RATE).tonal_change, 0.3);
  free(changing);
  free(held);
}

static void a_change_of_mode_shows_in_the_fast_cue_first(void** state) {
  (void)state;
  const size_t half = (size_t)(10.0 * RATE), n = half + (size_t)(6.0 * RATE);
  static const double major[3] = {60, 64, 67}, minor[3] = {60, 63, 67};
  float* x = signal_new(n);
  signal_chord(x, half, RATE, major, 3, 0.1);
  signal_chord(x + half, n - half, RATE, minor, 3, 0.1);
  const TonalHop hop = hear(x, n, RATE);
  assert_below(hop.mode, 0.0);
  assert_above(hop.mode_slow, hop.mode + 0.1);
  const TonalHop soon = hear(x, half + (size_t)(1.5 * RATE), RATE);
  assert_below(soon.mode_fast, -0.1);
  assert_above(soon.mode, soon.mode_fast + 0.1);
  free(x);
}

static void semitone_bands_hold_the_tones_power(void** state) {
  (void)state;
  for (int note = 57; note <= 105; note += 12) {
    const size_t n = (size_t)(2.0 * RATE);
    float* x = signal_new(n);
    signal_sine(x, n, RATE, 440.0 * exp2((note - 69) / 12.0), 0.2);
    const TonalHop hop = hear(x, n, RATE);
    const size_t band = (size_t)(note - TONAL_LOWEST);
    assert_int_equal(loudest(hop.semitones, TONAL_SEMITONES), band);
    assert_near(10.0 * log10((double)hop.semitones[band]), 10.0 * log10(2.0 * 0.02),
                2.0); // of two channels
    assert_below(hop.semitones[band - 3], 0.01 * (double)hop.semitones[band]);
    free(x);
  }
}

static void the_rate_does_not_matter(void** state) {
  (void)state;
  const TonalHop reference = hear_chord(60, 4, 48000.0);
  static const double rates[] = {16000, 22050, 32000, 44100, 96000, 192000};
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
    const TonalHop hop = hear_chord(60, 4, rates[r]);
    for (size_t i = 0; i < 12; ++i)
      assert_near(hop.chroma[i], reference.chroma[i], 0.01);
    assert_near(hop.mode, reference.mode, 0.02);
    assert_near(hop.roughness, reference.roughness, 0.01);
    assert_near(hop.register_note, reference.register_note, 0.1);
  }
}

static void silence_gives_no_line(void** state) {
  (void)state;
  const size_t n = (size_t)RATE;
  float* x = signal_new(n);
  const TonalHop hop = hear(x, n, RATE);
  for (size_t i = 0; i < 12; ++i)
    assert_near(hop.chroma[i], 0.0, 0.0);
  assert_near(hop.mode, 0.0, 0.0);
  assert_near(hop.key_clarity, 0.0, 0.0);
  assert_near(hop.register_note, 60.0, 0.0);
  assert_near(hop.tonalness, 0.0, 0.0);
  assert_near(hop.roughness, 0.0, 0.0);
  free(x);
}

/// At first both channels are equal, so the right one's decimator does not run; from then on the
/// spectra are bit for bit those of two channels that were always processed separately.
static void channels_that_become_different_are_read_like_two_from_the_start(void** state) {
  (void)state;
  const size_t frame = (size_t)(RATE / 50.0) + 1, part = 63,
               frames = 150; // not a multiple of a block or hop
  float* left = signal_new(frames * frame);
  signal_chord(left, frames * frame, RATE, (const double[]){60, 64, 67}, 3, 0.1);
  float* right = signal_new(frames * frame);
  memcpy(right, left, frames * frame * sizeof *right);
  signal_chord(right + part * frame, 30 * frame, RATE, (const double[]){66, 70, 73}, 3, 0.1);
  Tonal *resting = tonal_new(RATE), *both = tonal_new(RATE);
  for (size_t i = 0; i < frames; ++i) {
    const float *l = left + i * frame, *r = right + i * frame;
    const bool alike = memcmp(l, r, frame * sizeof *l) == 0;
    const float* one = tonal_push(resting, l, alike ? l : r, frame);
    const float* other = tonal_push(both, l, r, frame);
    assert_int_equal(one != NULL, other != NULL);
    if (one) assert_memory_equal(one, other, 600 * sizeof *one);
    TonalHop hops[2];
    if (i % 25 == 24) {
      tonal_hop(resting, true, &hops[0]);
      tonal_hop(both, true, &hops[1]);
      assert_memory_equal(&hops[0], &hops[1], sizeof hops[0]);
    }
  }
  tonal_free(resting), tonal_free(both);
  free(left), free(right);
}

/// A chord, 3 s of \p burst that must not be remembered, and the chord again.
static TonalHop hear_around(const double* burst, size_t count) {
  const size_t frame = (size_t)(RATE / 50.0), hop = 25 * frame, n = 13 * hop, at = 5 * hop;
  float* x = signal_new(n);
  signal_chord(x, n, RATE, (const double[]){60.2, 64.2, 67.2}, 3, 0.1);
  memset(x + at, 0, (6 * hop - 20 * frame) * sizeof *x); // no spectrum overlaps the next hop
  signal_chord(x + at, 6 * hop - 20 * frame, RATE, burst, count, 0.4);
  Tonal* t = tonal_new(RATE);
  TonalHop out;
  for (size_t i = 0; i < n / frame; ++i) {
    tonal_push(t, x + i * frame, x + i * frame, frame);
    if (i % 25 == 24) tonal_hop(t, i / 25 < 5 || i / 25 > 10, &out);
  }
  tonal_free(t);
  free(x);
  return out;
}

static void a_hop_that_is_not_remembered_changes_neither_harmony_nor_tuning(void** state) {
  (void)state;
  const TonalHop same = hear_around((const double[]){60.2, 64.2, 67.2}, 3);
  const TonalHop other = hear_around((const double[]){61.6, 66.6, 70.6, 73.6}, 4);
  for (size_t i = 0; i < 12; ++i)
    assert_near(other.chroma[i], same.chroma[i], 1e-3);
  assert_near(other.mode, same.mode, 0.01);
  assert_near(other.mode_fast, same.mode_fast, 0.01);
  assert_near(other.mode_slow, same.mode_slow, 0.01);
  assert_near(other.tonal_change, same.tonal_change, 0.01);
}

/// Tones without a common tuning do not change it.
static void an_unclear_tuning_is_not_followed(void** state) {
  (void)state;
  const size_t n = (size_t)(3.0 * RATE);
  float* x = signal_new(n);
  signal_sine(x, n, RATE, 440.0 * exp2((60.5 - 69.0) / 12.0), 0.12);
  signal_sine(x, n, RATE, 440.0 * exp2((67.0 - 69.0) / 12.0), 0.1);
  const TonalHop hop = hear(x, n, RATE);
  assert_above(hop.chroma[7], 4.0 * (double)hop.chroma[6]);
  assert_near(hop.chroma[0], hop.chroma[1], 0.1);
  free(x);
}

/// Of many tones the loudest count, also if they are the highest.
static void the_loudest_of_many_tones_count(void** state) {
  (void)state;
  const size_t n = (size_t)(3.0 * RATE);
  float* x = signal_new(n);
  for (int i = 0; i < 40; ++i) // faint tones between the notes' names
    signal_sine(x, n, RATE, 100.0 + 40.0 * i, 0.002);
  signal_sine(x, n, RATE, 1975.53, 0.1); // B
  const TonalHop hop = hear(x, n, RATE);
  for (size_t i = 0; i < 11; ++i)
    assert_above(hop.chroma[11], 2.0 * (double)hop.chroma[i]);
  free(x);
}

static void a_reset_leaves_nothing_behind(void** state) {
  (void)state;
  const size_t frame = (size_t)(RATE / 50.0), n = 50 * frame;
  float* x = signal_new(n);
  float* y = signal_new(n);
  signal_noise(x, n, 0.5f, 3);
  signal_chord(y, n, RATE, (const double[]){57, 60, 64}, 3, 0.1);
  const TonalHop fresh = hear(y, n, RATE);
  Tonal* t = tonal_new(RATE);
  TonalHop hop;
  for (size_t i = 0; i < 38; ++i) // in the middle of a hop and of a spectrum
    tonal_push(t, x + i * frame, x + i * frame, frame);
  tonal_hop(t, true, &hop);
  tonal_push(t, x, x, frame);
  tonal_reset(t);
  for (size_t i = 0; i < 50; ++i) {
    tonal_push(t, y + i * frame, y + i * frame, frame);
    if (i % 25 == 24) tonal_hop(t, true, &hop);
  }
  assert_memory_equal(&hop, &fresh, sizeof hop);
  tonal_free(t);
  tonal_free(NULL);
  free(y);
  free(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(single_tones_fall_on_their_pitch_class_in_every_octave),
      cmocka_unit_test(c_major_and_a_minor_are_told_apart_at_several_octaves),
      cmocka_unit_test(the_mode_is_the_same_in_every_key),
      cmocka_unit_test(music_off_the_tuning_fork_keeps_its_mode),
      cmocka_unit_test(a_tuning_is_followed_for_minutes),
      cmocka_unit_test(a_cluster_has_no_clear_key),
      cmocka_unit_test(roughness_of_pure_dyads_is_that_of_sethares),
      cmocka_unit_test(a_minor_second_is_rougher_than_a_fifth_in_every_octave),
      cmocka_unit_test(register_is_the_centre_of_the_partials),
      cmocka_unit_test(tones_are_tonal_and_noise_is_not),
      cmocka_unit_test(a_change_of_harmony_shows_in_the_next_hop),
      cmocka_unit_test(a_change_of_mode_shows_in_the_fast_cue_first),
      cmocka_unit_test(semitone_bands_hold_the_tones_power),
      cmocka_unit_test(the_rate_does_not_matter),
      cmocka_unit_test(silence_gives_no_line),
      cmocka_unit_test(channels_that_become_different_are_read_like_two_from_the_start),
      cmocka_unit_test(a_hop_that_is_not_remembered_changes_neither_harmony_nor_tuning),
      cmocka_unit_test(an_unclear_tuning_is_not_followed),
      cmocka_unit_test(the_loudest_of_many_tones_count),
      cmocka_unit_test(a_reset_leaves_nothing_behind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
