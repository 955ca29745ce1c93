// SPDX-License-Identifier: GPL-3.0-or-later
#include "copies.h"
#include "dsp/loudness.h"
#include "goldens.h"
#include "harness.h"
#include "signals.h"

#include <ebur128.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HOP LOUDNESS_HOP_FRAMES

/// Energy of a level in LUFS.
static float energy(double lufs) {
  return (float)pow(10.0, 0.1 * (lufs + 0.691));
}

static Loudness* new_loudness(void) {
  Loudness* l = loudness_new(25.0, 961);
  assert_non_null(l);
  return l;
}

/// One hop of 25 equal frames.
static LoudnessHop steady(Loudness* l, double lufs) {
  float frames[HOP];
  for (size_t i = 0; i < HOP; ++i)
    frames[i] = energy(lufs);
  LoudnessHop out;
  loudness_hop(l, frames, frames, NULL, &out);
  return out;
}

static LoudnessHop nothing(Loudness* l) {
  const float frames[HOP] = {0};
  LoudnessHop out;
  loudness_hop(l, frames, frames, NULL, &out);
  return out;
}

static void k_weighting_is_bs1770s(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof golden_k_hz / sizeof(float); ++i)
    assert_near(10.0 * log10(loudness_k_gain((double)golden_k_hz[i])), golden_k_db[i], 1e-4);
}

static void k_weighting_stays_the_same_above_20_khz(void** state) {
  (void)state;
  for (double hz = 20000.0; hz <= 96000.0; hz += 500.0)
    assert_near(loudness_k_gain(hz), loudness_k_gain(20000.0), 0.0);
}

static void levels_are_lufs(void** state) {
  (void)state;
  assert_near(loudness_lufs(1.0f), -0.691, 1e-6);
  assert_near(loudness_lufs(energy(-23.0)), -23.0, 1e-4);
  assert_near(loudness_lufs(0.0f), -120.0, 0.0);
}

static void forgotten_hops_have_no_effect(void** state) {
  (void)state;
  for (int hops = 2; hops < 150; hops += 37) {
    Loudness *old = new_loudness(), *fresh = new_loudness();
    for (int i = 0; i < hops; ++i)
      steady(old, -14.0 - i % 5);
    for (int i = 0; i < 4; ++i)
      steady(old, -31.0 + i), (void)steady(fresh, -31.0 + i);
    loudness_forget(old, 4);
    for (int i = 0; i < 130; ++i) {
      const LoudnessHop a = steady(old, -30.0 - i % 7), b = steady(fresh, -30.0 - i % 7);
      assert_near(a.slow, b.slow, 0.0);
      assert_near(a.relative_short, b.relative_short, 0.0);
      assert_near(a.slope, b.slope, 0.0);
      assert_near(a.spread, b.spread, 0.0);
      assert_near(a.rise, b.rise, 0.0);
    }
    loudness_free(old), loudness_free(fresh);
  }
}

static void to_forget_less_than_was_heard_changes_nothing(void** state) {
  (void)state;
  Loudness *a = new_loudness(), *b = new_loudness();
  for (int i = 0; i < 300; ++i) {
    const LoudnessHop x = steady(a, -30.0 + i % 9), y = steady(b, -30.0 + i % 9);
    assert_near(x.slow, y.slow, 1e-4);
    assert_near(x.rise, y.rise, 1e-4);
    if (i == 150) loudness_forget(b, 1000);
  }
  loudness_free(a), loudness_free(b);
}

static void forgetting_forgets_where_bursts_were(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  float frames[HOP];
  bool burst[HOP];
  LoudnessHop out;
  for (int i = 0; i < 12; ++i) {
    for (size_t k = 0; k < HOP; ++k)
      frames[k] = energy(-20.0), burst[k] = i == 2;
    loudness_hop(l, frames, frames, burst, &out);
  }
  loudness_forget(l, 4); // they are stored where the burst was
  assert_true(loudness_is_settled(l));
  loudness_free(l);
}

static void all_of_an_accepted_burst_counts(void** state) {
  (void)state;
  Loudness *burst = new_loudness(), *plain = new_loudness();
  float frames[HOP];
  bool marks[HOP];
  LoudnessHop a = {0}, b = {0};
  for (size_t k = 0; k < HOP; ++k)
    marks[k] = true;
  for (int i = 0; i < 24; ++i) { // 4 s, 5 s of a burst, then it is music
    for (size_t k = 0; k < HOP; ++k)
      frames[k] = energy(i < 8 ? -40.0 : -25.0);
    if (i == 18) loudness_accept(burst);
    loudness_hop(burst, frames, frames, i >= 8 && i < 18 ? marks : NULL, &a);
    loudness_hop(plain, frames, frames, NULL, &b);
  }
  assert_near(a.rise, b.rise, 1e-4);
  assert_near(a.slow, b.slow, 1e-4);
  loudness_free(plain);
  loudness_free(burst);
}

static void a_piece_after_silence_counts_from_its_first_hop(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  for (int i = 0; i < 10; ++i)
    steady(l, -40.0);
  for (int i = 0; i < 10; ++i)
    nothing(l);
  float frames[HOP];
  bool burst[HOP];
  for (size_t i = 0; i < HOP; ++i)
    frames[i] = energy(-30.0), burst[i] = true; // far over what was heard before
  LoudnessHop out;
  loudness_hop(l, frames, frames, burst, &out);
  assert_true(out.opened);
  assert_near(out.relative_short, out.relative, 1e-5);
  loudness_free(l);
}

// ---- against libebur128, through the front end ------------------------------------------------

typedef struct {
  double momentary, short_term; ///< largest differences, LU
} Difference;

static Difference compare(const float* x, size_t n, double rate) {
  ebur128_state* reference = ebur128_init(1, (unsigned long)rate, EBUR128_MODE_M | EBUR128_MODE_S);
  assert_non_null(reference);
  ebur128_set_channel(reference, 0, EBUR128_DUAL_MONO);
  size_t count;
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  Difference worst = {0.0, 0.0};
  for (size_t i = 0; i < count; ++i) {
    const size_t first = i ? (size_t)hops[i - 1].end : 0;
    double momentary, short_term;
    ebur128_add_frames_float(reference, x + first, (size_t)hops[i].end - first);
    ebur128_loudness_momentary(reference, &momentary);
    ebur128_loudness_shortterm(reference, &short_term);
    if (i >= 1) worst.momentary = fmax(worst.momentary, fabs((double)hops[i].loudness - momentary));
    if (i >= 6)
      worst.short_term = fmax(worst.short_term, fabs((double)hops[i].loudness_short - short_term));
  }
  assert_true(count >= 10);
  free(hops);
  ebur128_destroy(&reference);
  return worst;
}

static void noise_is_as_loud_as_libebur128_says_at_every_rate(void** state) {
  (void)state;
  static const double rates[] = {22050, 32000, 44100, 48000, 96000, 192000};
  for (size_t r = 0; r < sizeof rates / sizeof *rates; ++r) {
    const size_t n = (size_t)(6.0 * rates[r]);
    float* x = signal_new(n);
    signal_pink(x, n, rates[r], 0.5f, 3);
    const Difference d = compare(x, n, rates[r]);
    assert_below(d.momentary, 0.2);
    assert_below(d.short_term, 0.1);
    free(x);
  }
}

static void sines_are_as_loud_as_libebur128_says(void** state) {
  (void)state;
  static const double hz[] = {80, 200, 1000, 3000, 6000, 10000};
  static const double rates[] = {44100, 48000, 96000};
  for (size_t r = 0; r < 3; ++r)
    for (size_t i = 0; i < sizeof hz / sizeof *hz; ++i) {
      const size_t n = (size_t)(5.1 * rates[r]);
      float* x = signal_new(n);
      signal_sine(x, n, rates[r], hz[i], 0.1);
      const Difference d = compare(x, n, rates[r]);
      assert_below(d.momentary, 0.15); // 80 Hz: a slope of the weighting; bins of 25 Hz
      assert_below(d.short_term, 0.15);
      free(x);
    }
}

static void two_channels_are_as_loud_as_libebur128_says(void** state) {
  (void)state;
  const double rate = 48000.0;
  const size_t n = (size_t)(6.0 * rate);
  float *left = signal_new(n), *right = signal_new(n), *both = signal_new(2 * n);
  signal_pink(left, n, rate, 0.5f, 3);
  for (size_t i = 0; i < n; ++i)
    right[i] = -0.7f * left[i];
  signal_pink(right, n, rate, 0.1f, 5);
  for (size_t i = 0; i < n; ++i) {
    both[2 * i] = left[i];
    both[2 * i + 1] = right[i];
  }
  ebur128_state* reference = ebur128_init(2, (unsigned long)rate, EBUR128_MODE_S);
  assert_non_null(reference);
  ebur128_add_frames_float(reference, both, n);
  double expected;
  ebur128_loudness_shortterm(reference, &expected);
  size_t count;
  HopFeatures* hops = signal_hear_two(left, right, n, rate, &count);
  assert_near(hops[count - 1].loudness_short, expected, 0.1);
  ebur128_destroy(&reference);
  free(hops);
  free(both);
  free(right);
  free(left);
}

static void stepped_levels_are_followed(void** state) {
  (void)state;
  // Like cases 9 and 12 of EBU Tech 3341: a 1 kHz sine with steps in level.
  const double rate = 48000.0;
  const size_t n = (size_t)(15.0 * rate);
  float* x = signal_new(n);
  signal_sine(x, n, rate, 1000.0, 1.0);
  for (size_t i = 0; i < n; ++i)
    x[i] *= (float)pow(
        10.0,
        0.05 * ((double)i / rate / 1.34 - floor((double)i / rate / 1.34) < 0.5 ? -20.0 : -30.0));
  const Difference d = compare(x, n, rate);
  assert_below(d.momentary, 0.5); // a frame's window reaches 20 ms over the 400 ms
  assert_below(d.short_term, 0.1);
  free(x);
}

static void tech_3341s_case_1_reads_minus_23_in_one_channel_as_in_two(void** state) {
  (void)state;
  // 1 kHz at -23 dBFS reads -23 LUFS in two channels; one channel is played by both loudspeakers.
  const double rate = 48000.0;
  const size_t n = (size_t)(4.0 * rate);
  float* x = signal_new(n);
  signal_sine(x, n, rate, 1000.0, pow(10.0, -23.0 / 20.0));
  size_t count;
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  assert_near(hops[count - 1].loudness, -23.0, 0.1);
  assert_near(hops[count - 1].loudness_short, -23.0, 0.1);
  assert_near(hops[count - 1].loudness_slow, -23.0, 0.1);
  free(hops);
  free(x);
}

// ---- the windows ------------------------------------------------------------------------------

static void momentary_is_400_ms_and_short_term_3_s(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  float frames[HOP] = {0};
  for (size_t i = 0; i < HOP; ++i)
    frames[i] = i < 5 ? energy(0.0) : energy(-20.0);
  LoudnessHop hop;
  loudness_hop(l, frames, frames, NULL, &hop);
  assert_near(hop.momentary, -20.0, 1e-4);
  for (int i = 0; i < 5; ++i)
    hop = steady(l, -20.0);
  const double with =
      -0.691 + 10.0 * log10((5.0 * (double)energy(0.0) + 145.0 * (double)energy(-20.0)) / 150.0);
  assert_near(hop.short_term, with, 1e-4);
  assert_near(steady(l, -20.0).short_term, -20.0, 1e-4);
  loudness_free(l);
}

static void a_crescendo_has_its_slope(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  LoudnessHop hop = {0};
  for (int i = 0; i < 20; ++i)
    hop = steady(l, -40.0 + 1.5 * i);
  assert_near(hop.slope, 3.0, 1e-3);
  assert_above(hop.relative, hop.relative_short);
  for (int i = 0; i < 20; ++i)
    hop = steady(l, -11.5 - 1.0 * i);
  assert_near(hop.slope, -2.0, 1e-3);
  for (int i = 0; i < 6; ++i)
    hop = steady(l, -20.0);
  assert_near(hop.slope, 0.0, 1e-4);
  loudness_free(l);
}

static void a_crescendo_is_detected_through_the_front_end(void** state) {
  (void)state;
  const double rate = 44100.0;
  const size_t n = (size_t)(10.0 * rate);
  float* x = signal_new(n);
  signal_pink(x, n, rate, 0.5f, 8);
  for (size_t i = 0; i < n; ++i)
    x[i] *= (float)pow(10.0, 0.05 * (-30.0 + 2.5 * (double)i / rate));
  size_t count;
  HopFeatures* hops = signal_hear(x, n, rate, &count);
  for (size_t i = 8; i < count; ++i)
    assert_near(hops[i].cues[CUE_LOUDNESS_SLOPE], 2.5, 0.4);
  free(hops);
  free(x);
}

static void spread_is_the_standard_deviation_of_the_frames(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  float frames[HOP + 1];
  for (size_t i = 0; i <= HOP; ++i)
    frames[i] = energy(i % 2 ? -17.0 : -23.0);
  LoudnessHop hop;
  for (int i = 0; i < 6; ++i)
    loudness_hop(l, frames + i % 2, frames + i % 2, NULL, &hop); // 13 + 12 and 12 + 13: balanced
  assert_near(hop.spread, 3.0, 1e-3);
  for (int i = 0; i < 6; ++i)
    hop = steady(l, -17.0);
  assert_near(hop.spread, 0.0, 1e-2);
  loudness_free(l);
}

static void rise_is_at_most_40_lu(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  for (int i = 0; i < 120; ++i)
    steady(l, -10.0);
  LoudnessHop hop = {0};
  for (int i = 0; i < 6; ++i)
    hop = steady(l, -63.0); // the gate stays open down to -64
  assert_false(hop.silent);
  assert_float_equal(hop.rise, -40.0f, 0.0f);
  loudness_free(l);
}

static void rise_remembers_how_softly_the_last_minute_began(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  for (int i = 0; i < 40; ++i)
    assert_near(steady(l, -40.0).rise, 0.0, 1e-3);
  LoudnessHop hop = {0};
  for (int i = 0; i < 40; ++i)
    hop = steady(l, -20.0);
  assert_near(hop.relative_short, 0.0, 0.2); // the slow loudness has followed
  // The mean level is half way, except for the limit on the first three loud hops.
  assert_near(hop.rise, 10.0, 0.3);
  for (int i = 0; i < 120; ++i)
    hop = steady(l, -20.0);
  assert_near(hop.rise, 0.0, 1e-3); // a minute later all is forgotten
  loudness_free(l);
}

static void low_energy_counts_the_rests(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  float frames[HOP];
  for (size_t i = 0; i < HOP; ++i) // two frames of five are 20 LU down
    frames[i] = energy(i % 5 < 3 ? -20.0 : -40.0);
  LoudnessHop hop;
  for (int i = 0; i < 6; ++i)
    loudness_hop(l, frames, frames, NULL, &hop);
  assert_near(hop.low_energy, 0.4, 1e-6);
  for (int i = 0; i < 6; ++i)
    hop = steady(l, -20.0);
  assert_near(hop.low_energy, 0.0, 1e-6);
  loudness_free(l);
}

static void relative_levels_are_re_the_slow_loudness(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  LoudnessHop hop = {0};
  for (int i = 0; i < 120; ++i)
    hop = steady(l, -20.0);
  assert_near(hop.relative, 0.0, 1e-4);
  hop = steady(l, -50.0); // 30 LU under: the relative gate leaves it out of the slow loudness
  assert_near(hop.slow, -20.0, 1e-3);
  assert_near(hop.relative, -30.0, 1e-2);
  hop = steady(l, -63.0);
  assert_near(hop.relative, -40.0, 1e-4); // the range ends here
  loudness_free(l);
}

// ---- the gate ---------------------------------------------------------------------------------

static void the_gate_has_hysteresis(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  assert_true(steady(l, -61.0).silent);
  assert_false(steady(l, -59.0).silent);
  for (int i = 0; i < 10; ++i)
    assert_false(steady(l, -63.5).silent); // below the threshold, but not by 4 LU
  assert_false(steady(l, -65.0).silent);   // 0.5 s
  assert_false(steady(l, -63.5).silent);   // starts counting again
  assert_false(steady(l, -65.0).silent);
  assert_true(steady(l, -65.0).silent); // 1 s
  assert_true(steady(l, -61.0).silent); // and opens only above the threshold
  assert_false(steady(l, -59.0).silent);
  loudness_free(l);
}

static void the_gates_threshold_can_be_set(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  loudness_set_gate(l, -40.0f);
  assert_true(steady(l, -41.0).silent);
  assert_false(steady(l, -39.0).silent);
  loudness_set_gate(l, -70.0f);
  assert_false(steady(l, -72.0).silent);
  loudness_free(l);
}

static void only_two_seconds_of_silence_part_two_pieces(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  assert_true(steady(l, -20.0).opened);
  assert_false(steady(l, -20.0).opened);
  for (int i = 0; i < 4; ++i) // closes after 1 s, so silent for 1.5 s
    nothing(l);
  assert_false(steady(l, -20.0).opened);
  for (int i = 0; i < 5; ++i)
    nothing(l);
  assert_true(steady(l, -20.0).opened);
  loudness_reset(l);
  assert_true(steady(l, -20.0).opened);
  loudness_free(l);
}

static void sound_before_the_break_is_not_in_the_short_windows(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  for (int i = 0; i < 10; ++i)
    steady(l, -10.0);
  for (int i = 0; i < 5; ++i)
    nothing(l);
  const LoudnessHop hop = steady(l, -20.0);
  assert_near(hop.short_term, -20.0, 1e-4);
  assert_near(hop.slope, 0.0, 1e-4);
  assert_near(hop.spread, 0.0, 1e-2);
  loudness_free(l);
}

// ---- the normaliser ---------------------------------------------------------------------------

static void the_normaliser_stands_still_in_silence(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  LoudnessHop before = {0}, hop;
  for (int i = 0; i < 37; ++i)
    before = steady(l, -20.0 - (i % 5));
  for (int i = 0; i < 500; ++i) {
    hop = nothing(l);
    assert_memory_equal(&hop.slow_energy, &before.slow_energy, sizeof(float));
    assert_memory_equal(&hop.slow, &before.slow, sizeof(float));
  }
  assert_true(hop.silent);
  assert_near(hop.momentary, -120.0, 0.0);
  assert_near(hop.relative, 0.0, 0.0);
  loudness_free(l);
}

static void the_normaliser_forgets_after_60_s_to_the_last_bit(void** state) {
  (void)state;
  Loudness* loud_past = new_loudness();
  Loudness* no_past = new_loudness();
  uint32_t seed = 77;
  for (int i = 0; i < 53; ++i)
    steady(loud_past, -9.0 + (double)signal_random(&seed));
  for (int i = 0; i < 120; ++i) {
    const double lufs = -30.0 + 5.0 * (double)signal_random(&seed);
    const LoudnessHop a = steady(loud_past, lufs), b = steady(no_past, lufs);
    if (i < 119)
      assert_true(a.slow_energy != b.slow_energy);
    else
      assert_memory_equal(&a.slow_energy, &b.slow_energy, sizeof(float));
  }
  loudness_free(no_past);
  loudness_free(loud_past);
}

static void quiet_passages_do_not_lower_the_slow_loudness(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  LoudnessHop hop = {0};
  for (int i = 0; i < 60; ++i)
    hop = steady(l, i % 2 ? -20.0 : -40.0); // BS.1770's relative gate: -10 LU
  assert_near(hop.slow, -20.0, 1e-3);
  for (int i = 0; i < 120; ++i)
    hop = steady(l, i % 2 ? -20.0 : -26.0);
  // 57 and 60 of the last minute's hops: the three loudest are left out.
  const double sum = 57.0 * (double)energy(-20.0) + 60.0 * (double)energy(-26.0);
  assert_near(hop.slow, -0.691 + 10.0 * log10(sum / 117.0), 1e-3);
  loudness_free(l);
}

static void a_fading_end_does_not_lower_the_slow_loudness(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  LoudnessHop before = {0};
  for (int i = 0; i < 10; ++i)
    before = steady(l, -58.0);
  const LoudnessHop tail = steady(l, -66.0); // under the gate, which has not closed yet
  assert_false(tail.silent);
  assert_memory_equal(&tail.slow_energy, &before.slow_energy, sizeof(float));
  assert_near(tail.relative, -8.0, 1e-2);
  loudness_free(l);
}

static void lasting_loud_sound_is_followed_at_its_level(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  for (int i = 0; i < 30; ++i)
    steady(l, -45.0);
  LoudnessHop hop = {0};
  for (int i = 0; i < 4; ++i) // 40 LU louder: a frame counts as 20 LU, the memory stores 40
    hop = steady(l, -5.0);
  assert_near(hop.slow, -5.0, 1e-3); // only the fourth passes the relative gate
  loudness_free(l);
}

/// Copy the state of \p from into \p to, which had another sound.
static void a_copy_continues_like_its_original(void** state) {
  (void)state;
  Loudness *old = new_loudness(), *copy = new_loudness();
  uint32_t seed = 11;
  for (int i = 0; i < 90; ++i) {
    steady(old, -30.0 + 9.0 * (double)signal_random(&seed));
    steady(copy, -15.0);
  }
  Loudness* fresh = new_loudness();
  copy_whole(loudness_state, fresh, old);
  assert_true(loudness_is_settled(old) && loudness_is_settled(fresh));
  loudness_free(fresh);
  copy_whole(loudness_state, copy, old);
  for (int i = 0; i < 130; ++i) {
    const double lufs = -25.0 + 9.0 * (double)signal_random(&seed);
    const LoudnessHop a = steady(old, lufs), b = steady(copy, lufs);
    assert_near(a.short_term, b.short_term, 0.0);
    assert_near(a.slow, b.slow, 0.0);
    assert_near(a.relative_short, b.relative_short, 0.0);
    assert_near(a.slope, b.slope, 0.0);
    assert_near(a.spread, b.spread, 0.0);
    assert_near(a.rise, b.rise, 0.0);
    assert_near(a.low_energy, b.low_energy, 0.0);
  }
  loudness_free(old), loudness_free(copy);
}

static void gain_moves_levels_and_nothing_else(void** state) {
  (void)state;
  Loudness* a = new_loudness();
  Loudness* b = new_loudness();
  uint32_t seed = 6;
  for (int i = 0; i < 200; ++i) {
    float frames[HOP], scaled[HOP];
    for (size_t f = 0; f < HOP; ++f) {
      frames[f] = energy(-30.0 + 8.0 * (double)signal_random(&seed));
      scaled[f] = frames[f] * 0.0625f; // -12.04 dB
    }
    LoudnessHop x, y;
    loudness_hop(a, frames, frames, NULL, &x);
    loudness_hop(b, scaled, scaled, NULL, &y);
    assert_near(x.relative, y.relative, 1e-5);
    assert_near(x.relative_short, y.relative_short, 1e-5);
    assert_near(x.slope, y.slope, 1e-5);
    assert_near(x.spread, y.spread, 1e-4);
    assert_near(x.rise, y.rise, 1e-4);
    assert_near(x.low_energy, y.low_energy, 0.0);
    assert_near(y.slow - x.slow, -12.0412, 1e-4);
    assert_near(y.momentary - x.momentary, -12.0412, 1e-4);
  }
  loudness_free(b);
  loudness_free(a);
}

static void an_offset_is_not_sound(void** state) {
  (void)state;
  const size_t n = 48000 * 3;
  float* x = signal_new(n);
  for (size_t i = 0; i < n; ++i)
    x[i] = 0.1f;
  size_t count;
  HopFeatures* hops = signal_hear(x, n, 48000.0, &count);
  assert_true(hops[count - 1].silent); // after the click at the start
  assert_below(hops[count - 1].loudness, -80.0);
  free(hops);
  free(x);
}

static void bursts_of_a_second_do_not_move_the_slow_loudness(void** state) {
  (void)state;
  Loudness* l = new_loudness();
  for (int i = 0; i < 30; ++i)
    steady(l, -20.0);
  const float before = steady(l, -20.0).slow;
  for (int i = 0; i < 3; ++i) // 60 LU louder; counted as 20
    assert_near(steady(l, 40.0).relative, 20.0, 0.1);
  assert_near(steady(l, -20.0).slow, before, 1e-3);
  // A louder level that lasts is the music's own.
  LoudnessHop hop = {0};
  for (int i = 0; i < 4; ++i)
    hop = steady(l, -5.0);
  assert_above(hop.slow, -14.0); // the mean of 4 hops and 31, the bursts left out
  loudness_free(l);
}

static void a_burst_has_no_effect_after_3_s(void** state) {
  (void)state;
  Loudness *plain = new_loudness(), *burst = new_loudness();
  LoudnessHop a = {0}, b = {0};
  for (int i = 0; i < 40; ++i) {
    const double level = i % 4 ? -22.0 : -20.0;
    a = steady(plain, level);
    b = steady(burst, i == 30 ? 60.0 : level);
  }
  assert_near(b.slow, a.slow, 0.1); // of the three left out, one is different
  assert_near(b.relative_short, a.relative_short, 0.1);
  assert_near(b.spread, a.spread, 0.05);
  assert_near(b.rise, a.rise, 0.6);
  loudness_free(burst);
  loudness_free(plain);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(k_weighting_is_bs1770s),
      cmocka_unit_test(k_weighting_stays_the_same_above_20_khz),
      cmocka_unit_test(forgotten_hops_have_no_effect),
      cmocka_unit_test(a_piece_after_silence_counts_from_its_first_hop),
      cmocka_unit_test(all_of_an_accepted_burst_counts),
      cmocka_unit_test(to_forget_less_than_was_heard_changes_nothing),
      cmocka_unit_test(forgetting_forgets_where_bursts_were),
      cmocka_unit_test(levels_are_lufs),
      cmocka_unit_test(noise_is_as_loud_as_libebur128_says_at_every_rate),
      cmocka_unit_test(sines_are_as_loud_as_libebur128_says),
      cmocka_unit_test(stepped_levels_are_followed),
      cmocka_unit_test(tech_3341s_case_1_reads_minus_23_in_one_channel_as_in_two),
      cmocka_unit_test(two_channels_are_as_loud_as_libebur128_says),
      cmocka_unit_test(momentary_is_400_ms_and_short_term_3_s),
      cmocka_unit_test(a_crescendo_has_its_slope),
      cmocka_unit_test(a_crescendo_is_detected_through_the_front_end),
      cmocka_unit_test(spread_is_the_standard_deviation_of_the_frames),
      cmocka_unit_test(rise_is_at_most_40_lu),
      cmocka_unit_test(rise_remembers_how_softly_the_last_minute_began),
      cmocka_unit_test(low_energy_counts_the_rests),
      cmocka_unit_test(relative_levels_are_re_the_slow_loudness),
      cmocka_unit_test(the_gate_has_hysteresis),
      cmocka_unit_test(the_gates_threshold_can_be_set),
      cmocka_unit_test(only_two_seconds_of_silence_part_two_pieces),
      cmocka_unit_test(sound_before_the_break_is_not_in_the_short_windows),
      cmocka_unit_test(the_normaliser_stands_still_in_silence),
      cmocka_unit_test(the_normaliser_forgets_after_60_s_to_the_last_bit),
      cmocka_unit_test(quiet_passages_do_not_lower_the_slow_loudness),
      cmocka_unit_test(bursts_of_a_second_do_not_move_the_slow_loudness),
      cmocka_unit_test(a_burst_has_no_effect_after_3_s),
      cmocka_unit_test(a_fading_end_does_not_lower_the_slow_loudness),
      cmocka_unit_test(lasting_loud_sound_is_followed_at_its_level),
      cmocka_unit_test(a_copy_continues_like_its_original),
      cmocka_unit_test(gain_moves_levels_and_nothing_else),
      cmocka_unit_test(an_offset_is_not_sound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
