// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/bandwidth.h"

#include "copies.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>

#define BIN_HZ 25.0

static size_t bins;

/// Power that falls by 6 dB an octave; above \p edge_hz only the share \p above of it is left.
static void music(float* power, double edge_hz, float above) {
  for (size_t i = 0; i < bins; ++i) {
    const double hz = (double)i * BIN_HZ;
    power[i] = (float)(1e6 / (hz * hz + 1e4)) * (hz < edge_hz ? 1.0f : above);
  }
}

static Bandwidth* heard(double rate, const float* power) {
  bins = bandwidth_bins(BIN_HZ);
  Bandwidth* b = bandwidth_new(rate, BIN_HZ, bins);
  assert_non_null(b);
  for (int hop = 0; hop < 8; ++hop)
    bandwidth_hop(b, power, 100.0f);
  return b;
}

static float octaves_of(double edge_hz, float above) {
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  music(power, edge_hz, above);
  Bandwidth* b = heard(48000.0, power);
  const float octaves = bandwidth_octaves(b);
  bandwidth_free(b);
  free(power);
  return octaves;
}

static void a_full_band_lacks_nothing(void** state) {
  (void)state;
  assert_near(octaves_of(20000.0, 1.0f), BANDWIDTH_ALL, 1e-4);
  assert_near(octaves_of(3500.0, 0.1f), BANDWIDTH_ALL, 1e-4); // 10 dB less: dark, but there
}

static void a_cliff_is_found_within_a_quarter_octave(void** state) {
  (void)state;
  static const double edges[] = {3400, 5000, 5600, 7000, 8000};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; ++i)
    assert_near(octaves_of(edges[i], 1e-6f), log2(edges[i] / BANDWIDTH_LOW_HZ), 0.26);
}

static void the_rate_limits_the_bands(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  Bandwidth* b = bandwidth_new(8000.0, BIN_HZ, bins);
  assert_true(bandwidth_is_limited(b)); // before the first hop
  assert_near(bandwidth_octaves(b), log2(3536.0 / BANDWIDTH_LOW_HZ), 0.01);
  bandwidth_free(b);
  b = bandwidth_new(12000.0, BIN_HZ, bins); // 5946 Hz is too near to 6 kHz
  assert_near(bandwidth_octaves(b), log2(5000.0 / BANDWIDTH_LOW_HZ), 0.01);
  bandwidth_free(b);
  b = bandwidth_new(22050.0, BIN_HZ, bins);
  assert_false(bandwidth_is_limited(b));
  bandwidth_free(b);
}

static void a_tone_or_a_chord_is_not_cut_off(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  for (size_t i = 0; i < bins; ++i)
    power[i] = 1e-9f;
  for (size_t i = 16; i < 140; i += 16)
    power[i] = 1.0f;
  Bandwidth* b = heard(48000.0, power);
  assert_false(bandwidth_is_limited(b));
  bandwidth_free(b);
  b = heard(8000.0, power); // nor does it have more bands than the rate allows
  assert_near(bandwidth_octaves(b), log2(3536.0 / BANDWIDTH_LOW_HZ), 0.01);
  bandwidth_free(b);
  free(power);
}

static void a_single_dense_zone_is_no_edge(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  for (size_t i = 0; i < bins; ++i) // partials, and a quarter octave of noise on the highest ones
    power[i] = i % 16 == 0 && i < 168 ? 1.0f : 1e-9f;
  for (size_t i = 168; i < 200; ++i) // 4204 to 5000 Hz
    power[i] = 1.0f;
  Bandwidth* b = heard(48000.0, power);
  assert_false(bandwidth_is_limited(b));
  bandwidth_free(b);
  free(power);
}

static void filled_bands_continue_the_spectrum(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float *full = signal_new(bins), *cut = signal_new(bins);
  music(full, 20000.0, 1.0f);
  music(cut, 4100.0, 0.0f);
  Bandwidth* b = heard(48000.0, cut);
  assert_true(bandwidth_is_limited(b));
  const float below = cut[100];
  bandwidth_fill(b, cut);
  assert_near(cut[100], below, 0.0);
  for (size_t i = 170; i < 390; ++i) // a slope of 7.5 dB an octave instead of 6
    assert_near(10.0 * log10((double)cut[i]), 10.0 * log10((double)full[i]), 4.0);
  bandwidth_free(b);
  free(cut);
  free(full);
}

static void a_telephone_lacks_the_lowest_bands_too(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  music(power, 3400.0, 1e-7f);
  for (size_t i = 0; i < 12; ++i)
    power[i] *= 1e-6f;
  Bandwidth* b = heard(48000.0, power);
  assert_below(bandwidth_octaves(b), 3.6);
  bandwidth_fill(b, power);
  double octave = 0.0; // the mean of 350 to 700 Hz
  for (size_t i = 14; i < 28; ++i)
    octave += (double)power[i] / 14.0;
  for (size_t i = 2; i < 14; ++i)
    assert_near(10.0 * log10((double)power[i] / octave), 5.0, 0.06);
  assert_near(power[1], 0.0, 0.01);
  bandwidth_free(b);
  free(power);
}

static void an_edge_is_removed_by_sound_above_it(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  music(power, 3500.0, 1e-6f);
  Bandwidth* b = heard(48000.0, power);
  assert_true(bandwidth_is_limited(b));
  music(power, 20000.0, 1.0f);
  assert_true(bandwidth_hop(b, power, 100.0f)); // the filling changed
  bandwidth_hop(b, power, 100.0f);
  assert_false(bandwidth_is_limited(b));
  bandwidth_free(b);
  free(power);
}

/// Hear a dark song until its edge is found.  \param[out] power [bins] of one hop, to be freed
static Bandwidth* heard_dark_song(float** power) {
  bins = bandwidth_bins(BIN_HZ);
  *power = signal_new(bins);
  music(*power, 3500.0, 1e-6f);
  Bandwidth* b = heard(48000.0, *power);
  for (int hop = 0; hop < 40; ++hop)
    bandwidth_hop(b, *power, 100.0f);
  assert_true(bandwidth_is_limited(b));
  return b;
}

/// A cymbal in a dark song: what was cut off has none, also if its mean over 10 s is small.
static void a_single_loud_hop_above_it_removes_an_edge(void** state) {
  (void)state;
  float* power;
  Bandwidth* b = heard_dark_song(&power);
  music(power, 3500.0, 0.1f);
  bandwidth_hop(b, power, 100.0f);
  assert_false(bandwidth_is_limited(b));
  music(power, 3500.0, 1e-6f);
  for (int hop = 0; hop < 15; ++hop) { // and for some seconds none is found
    bandwidth_hop(b, power, 100.0f);
    assert_false(bandwidth_is_limited(b));
  }
  for (int hop = 0; hop < 60; ++hop)
    bandwidth_hop(b, power, 100.0f);
  assert_true(bandwidth_is_limited(b));
  bandwidth_free(b);
  free(power);
}

/// A blast of noise far above the music: the mean remembers it longer than the loudest hop's fall.
static void no_edge_is_found_before_the_mean_falls(void** state) {
  (void)state;
  float* power;
  Bandwidth* b = heard_dark_song(&power);
  music(power, 3500.0, 1e5f);
  bandwidth_hop(b, power, 100.0f);
  music(power, 3500.0, 1e-6f);
  int hops = 0;
  for (; hops < 400 && !bandwidth_is_limited(b); ++hops)
    bandwidth_hop(b, power, 100.0f);
  // The mean is 1e5 / 20 after the blast, then 5 % less after each hop; the edge needs it below some
  // 1 / 50 of the band under the edge.  By its own fall, the loudest hop would be there 20 hops earlier.
  assert_above(hops, log(1e5 / 20.0 * 50.0) / -log(0.95) - 5.0);
  assert_below(hops, 300);
  bandwidth_free(b);
  free(power);
}

/// A hop that is too faint to remove an edge is also too faint to set one.
static void an_edge_has_hysteresis(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  unsigned kept = 0;
  for (float above = 0.1f; above > 1e-6f; above *= 0.7f) {
    music(power, 3500.0, above);
    Bandwidth* fresh = heard(48000.0, power);
    music(power, 3500.0, 1e-8f);
    Bandwidth* used = heard(48000.0, power);
    assert_true(bandwidth_is_limited(used));
    music(power, 3500.0, above);
    for (int hop = 0; hop < 400; ++hop) // the state before is forgotten
      bandwidth_hop(used, power, 100.0f);
    if (bandwidth_is_limited(fresh)) assert_true(bandwidth_is_limited(used));
    kept += bandwidth_is_limited(used) && !bandwidth_is_limited(fresh);
    bandwidth_free(fresh);
    bandwidth_free(used);
  }
  assert_above(kept, 1);
  free(power);
}

/// The state of a telephone's sound is copied into an object that had full bandwidth: then both
/// behave alike.
static void a_copy_continues_like_its_original(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float *power = signal_new(bins), *filled[2] = {signal_new(bins), signal_new(bins)};
  music(power, 20000.0, 1.0f);
  Bandwidth* copy = heard(48000.0, power);
  music(power, 3400.0, 1e-7f);
  for (size_t i = 0; i < 12; ++i)
    power[i] *= 1e-6f;
  Bandwidth* old = heard(48000.0, power);
  copy_whole(bandwidth_state, copy, old);
  for (int hop = 0; hop < 60; ++hop) {
    assert_near(bandwidth_octaves(copy), bandwidth_octaves(old), 0.0);
    for (size_t i = 0; i < bins; ++i)
      filled[0][i] = filled[1][i] = power[i];
    bandwidth_fill(old, filled[0]);
    bandwidth_fill(copy, filled[1]);
    assert_memory_equal(filled[0], filled[1], bins * sizeof *power);
    for (size_t i = 0; i < 12; ++i) // the bass comes back slowly, then all else
      power[i] *= 1.5f;
    if (hop == 40) music(power, 20000.0, 1.0f);
    assert_int_equal(bandwidth_hop(copy, power, 100.0f), bandwidth_hop(old, power, 100.0f));
  }
  assert_false(bandwidth_is_limited(old));
  bandwidth_free(old), bandwidth_free(copy);
  free(filled[0]), free(filled[1]), free(power);
}

static void what_was_heard_before_10_s_counts_little(void** state) {
  (void)state;
  unsigned noticed[2] = {0, 0};
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  for (unsigned longer = 0; longer < 2; ++longer) {
    music(power, 3400.0, 1e-7f);
    Bandwidth* b = heard(48000.0, power);
    for (int hop = 0; hop < (longer ? 200 : 12); ++hop)
      bandwidth_hop(b, power, 100.0f);
    music(power, 20000.0, 0.05f);
    for (; bandwidth_is_limited(b); ++noticed[longer])
      bandwidth_hop(b, power, 100.0f);
    bandwidth_free(b);
  }
  assert_int_equal(noticed[1], noticed[0]);
  free(power);
}

static void a_copy_remembers_how_much_was_heard(void** state) {
  (void)state;
  bins = bandwidth_bins(BIN_HZ);
  float* power = signal_new(bins);
  music(power, 3400.0, 1e-7f);
  Bandwidth *old = heard(48000.0, power), *copy = heard(48000.0, power);
  for (int hop = 0; hop < 20; ++hop)
    bandwidth_hop(copy, power, 100.0f);
  copy_whole(bandwidth_state, copy, old);
  for (int hop = 0; hop < 20; ++hop) {
    music(power, 20000.0, 2e-2f * (float)hop); // the more was heard, the later it is noticed
    assert_int_equal(bandwidth_hop(copy, power, 100.0f), bandwidth_hop(old, power, 100.0f));
  }
  assert_false(bandwidth_is_limited(old));
  bandwidth_free(old), bandwidth_free(copy);
  free(power);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_full_band_lacks_nothing),
      cmocka_unit_test(a_cliff_is_found_within_a_quarter_octave),
      cmocka_unit_test(the_rate_limits_the_bands),
      cmocka_unit_test(a_tone_or_a_chord_is_not_cut_off),
      cmocka_unit_test(a_single_dense_zone_is_no_edge),
      cmocka_unit_test(filled_bands_continue_the_spectrum),
      cmocka_unit_test(a_telephone_lacks_the_lowest_bands_too),
      cmocka_unit_test(an_edge_is_removed_by_sound_above_it),
      cmocka_unit_test(a_single_loud_hop_above_it_removes_an_edge),
      cmocka_unit_test(no_edge_is_found_before_the_mean_falls),
      cmocka_unit_test(an_edge_has_hysteresis),
      cmocka_unit_test(what_was_heard_before_10_s_counts_little),
      cmocka_unit_test(a_copy_remembers_how_much_was_heard),
      cmocka_unit_test(a_copy_continues_like_its_original),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
