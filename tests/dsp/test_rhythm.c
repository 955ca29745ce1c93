// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/rhythm.h"

#include "copies.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>

#define RATE 44100.0

/// The last hop of \p seconds of clicks over faint noise.
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
    // Counted over 3 s: one onset more or less changes the rate by a third.
    assert_near(hop.cues[CUE_ONSET_RATE], tempi[i] / 60.0, 0.34);
    assert_above(hop.cues[CUE_ATTACK], 10.0);
  }
}

static void fast_clicks_have_their_tempo_or_half_of_it(void** state) {
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

typedef float Flux(size_t frame, uint32_t* seed); ///< a frame's flux, dB

/// The last of \p hops hops whose flux is given directly to rhythm.h.
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

static void a_copy_keeps_the_tempo_while_there_is_no_pulse(void** state) {
  (void)state;
  Rhythm *old = rhythm_new(), *copy = rhythm_new();
  RhythmHop out[2];
  float frames[25];
  for (size_t hop = 0; hop < 60; ++hop) {
    for (size_t i = 0; i < 25; ++i)
      frames[i] = hop < 20 && (hop * 25 + i) % 20 < 2 ? 6.0f : 0.0f; // 150 BPM
    rhythm_hop(old, frames, 25, &out[0]);
    if (hop == 50) copy_whole(rhythm_state, copy, old);
    if (hop > 50) rhythm_hop(copy, frames, 25, &out[1]);
  }
  assert_near(out[0].pulse_clarity, 0.0, 0.0);
  assert_near(out[0].tempo, 150.0, 2.0);
  assert_near(out[1].tempo, out[0].tempo, 0.0);
  rhythm_free(copy);
  rhythm_free(old);
}

static void without_flux_there_is_no_pulse(void** state) {
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

static void a_start_after_silence_does_not_hide_the_pulse(void** state) {
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
  rhythm_free(r);
  rhythm_free(NULL);
}

static void forgotten_frames_have_no_effect(void** state) {
  (void)state;
  enum { HOPS = 24, KEPT = 3, N = 25 };
  Rhythm *old = rhythm_new(), *fresh = rhythm_new();
  uint32_t seed = 3;
  for (unsigned hop = 0; hop < HOPS; ++hop) {
    float flux[N], bands[N][RHYTHM_BANDS];
    RhythmHop out[2];
    RhythmBands band_out[2];
    for (unsigned i = 0; i < N; ++i) {
      flux[i] = pulses(hop * N + i, NULL) + signal_random(&seed);
      for (unsigned b = 0; b < RHYTHM_BANDS; ++b)
        bands[i][b] = (hop < HOPS / 2 ? 9.0f : 1.0f) + signal_random(&seed);
    }
    rhythm_hop(old, flux, N, &out[0]);
    rhythm_bands_hop(old, bands[0], N, &band_out[0]);
    if (hop + KEPT < HOPS / 2) continue;
    rhythm_hop(fresh, flux, N, &out[1]);
    rhythm_bands_hop(fresh, bands[0], N, &band_out[1]);
    if (hop + 1 == HOPS / 2) {
      rhythm_forget(old, KEPT * N);
      rhythm_forget(fresh, 1000); // no more than there are
    }
    if (hop < HOPS / 2) continue;
    assert_memory_equal(&out[0], &out[1], sizeof out[0]);
    assert_memory_equal(&band_out[0], &band_out[1], sizeof band_out[0]);
  }
  rhythm_free(old);
  rhythm_free(fresh);
}

// ---- the definition, implemented again over all frames

static double mean_of(const float* x, size_t n) {
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i)
    sum += (double)x[i];
  return sum / (double)n;
}

static double mean_before(const float* x, size_t t) {
  const size_t n = t + 1 < 50 ? t + 1 : 50;
  return mean_of(x + t + 1 - n, n);
}

/// The height of an onset at \p t, or 0.
static double onset_at(const float* x, size_t t) {
  for (size_t i = t >= 3 ? t - 3 : 0; i < t; ++i)
    if (x[i] > x[t]) return 0.0;
  if (x[t + 1] >= x[t] || x[t + 2] >= x[t]) return 0.0;
  const double mean = mean_before(x, t);
  return (double)x[t] > 1.5 * mean + 1.0 ? (double)x[t] - mean : 0.0;
}

/// Correlation of the last \p n frames with those \p lag frames earlier, each at most 10 dB.
static double correlation(const float* x, size_t n, size_t lag) {
  double mean = 0.0, power = 0.25 * (double)n, sum = 0.0;
  for (size_t i = 0; i < n; ++i)
    mean += fmin((double)x[i], 10.0) / (double)n;
  for (size_t i = 0; i < n; ++i)
    power += (fmin((double)x[i], 10.0) - mean) * (fmin((double)x[i], 10.0) - mean);
  for (size_t i = lag; i < n; ++i)
    sum += (fmin((double)x[i], 10.0) - mean) * (fmin((double)x[i - lag], 10.0) - mean);
  return sum / power;
}

static void expect_pulse(const float* x, size_t n, const RhythmHop* out, double* tempo) {
  double clarity = 0.0, best = 0.0;
  const double usual = *tempo;
  for (size_t lag = 14; n >= 100 && lag <= 75 && lag <= n / 2; ++lag) {
    const double before = correlation(x, n, lag - 1), here = correlation(x, n, lag);
    const double after = correlation(x, n, lag + 1);
    const double octaves = log2((double)lag / 25.0) / 0.9;
    const double worth = here * exp(-0.5 * octaves * octaves);
    if (here < before || here < after || here <= 0.0) continue;
    clarity = fmax(clarity, here);
    if (worth <= best) continue;
    best = worth;
    const double shift = 0.5 * (before - after) / (before - 2.0 * here + after);
    *tempo = here > 0.05 ? 3000.0 / ((double)lag + shift) : usual;
  }
  assert_near(out->pulse_clarity, clarity, 1e-4);
  assert_near(out->tempo, *tempo, 1e-2);
}

static void each_number_is_that_of_its_definition(void** state) {
  (void)state;
  enum { HOPS = 40, N = 25 };
  static const unsigned periods[] = {15, 21, 34, 60, 1, 3};
  for (size_t k = 0; k < sizeof periods / sizeof *periods; ++k) {
    Rhythm* r = rhythm_new();
    float x[HOPS * N];
    double tempo = 120.0;
    uint32_t seed = 9;
    for (size_t i = 0; i < HOPS * N; ++i) // steps of 0.5 dB, so that neighbours are often equal
      x[i] = 0.5f * floorf(2.0f + 2.0f * signal_random(&seed) + (i % periods[k] ? 0.0f : 9.0f)) +
             (i % 131 ? 0.0f : 12.0f);
    for (size_t end = N; end <= HOPS * N; end += N) {
      RhythmHop out;
      rhythm_hop(r, x + end - N, N, &out);
      const size_t first = end > 150 ? end - 150 : 0, kept = end < 400 ? end : 400;
      double onsets = 0.0, height = 0.0;
      for (size_t t = first; t + 2 < end; ++t) {
        const double h = onset_at(x, t);
        onsets += h > 0.0;
        height += h;
      }
      assert_near(out.flux, mean_before(x, end - 1), 1e-4);
      assert_near(out.onset_rate, onsets * 50.0 / (double)(end - first), 1e-4);
      assert_near(out.attack, onsets > 0.0 ? height / onsets : 0.0, 1e-4);
      expect_pulse(x + end - kept, kept, &out, &tempo);
    }
    rhythm_free(r);
  }
}

static void each_band_has_the_mean_of_1_s_and_the_spread_of_3_s(void** state) {
  (void)state;
  enum { HOPS = 12, N = 25 };
  Rhythm* r = rhythm_new();
  float x[RHYTHM_BANDS][HOPS * N];
  uint32_t seed = 2;
  for (size_t end = N; end <= HOPS * N; end += N) {
    float rows[N][RHYTHM_BANDS];
    RhythmBands out;
    for (size_t i = 0; i < N; ++i)
      for (size_t b = 0; b < RHYTHM_BANDS; ++b)
        rows[i][b] = x[b][end - N + i] = (float)(b + end / 100) + signal_random(&seed);
    rhythm_bands_hop(r, rows[0], N, &out);
    const size_t n = end < 150 ? end : 150;
    for (size_t b = 0; b < RHYTHM_BANDS; ++b) {
      const float* last = x[b] + end - n;
      const double mean = mean_of(last, n);
      double square = 0.0;
      for (size_t i = 0; i < n; ++i)
        square += ((double)last[i] - mean) * ((double)last[i] - mean);
      assert_near(out.flux[b], mean_before(x[b], end - 1), 1e-4);
      assert_near(out.accent[b], sqrt(square / (double)n), 1e-4);
    }
  }
  rhythm_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(click_tracks_have_their_tempo_and_rate),
      cmocka_unit_test(fast_clicks_have_their_tempo_or_half_of_it),
      cmocka_unit_test(the_tempo_of_a_click_track_is_the_same_at_every_rate),
      cmocka_unit_test(a_copy_keeps_the_tempo_while_there_is_no_pulse),
      cmocka_unit_test(without_flux_there_is_no_pulse),
      cmocka_unit_test(random_flux_has_a_low_clarity),
      cmocka_unit_test(a_regular_pulse_is_clear),
      cmocka_unit_test(a_start_after_silence_does_not_hide_the_pulse),
      cmocka_unit_test(a_ripple_too_faint_to_hear_is_no_clear_pulse),
      cmocka_unit_test(held_chords_and_noise_have_neither_onsets_nor_pulse),
      cmocka_unit_test(a_reset_forgets_the_beat),
      cmocka_unit_test(forgotten_frames_have_no_effect),
      cmocka_unit_test(each_number_is_that_of_its_definition),
      cmocka_unit_test(each_band_has_the_mean_of_1_s_and_the_spread_of_3_s),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
