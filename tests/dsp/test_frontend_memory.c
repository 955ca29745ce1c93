// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What a front end remembers: nothing after a reset, all of it in a copy of its state.
#include "copies.h"
#include "dsp/frontend.h"
#include "harness.h"
#include "signals.h"

#include <stdlib.h>

#define RATE 24000.0 ///< halved for the tonal spectra
#define PI 3.14159265358979323846
enum { SECOND = 24000, LENGTH = 24 * SECOND, DELAY = 37 };

static Frontend* new_frontend(void) {
  const FrontendSpec spec = frontend_default_spec();
  char error[200] = "";
  Frontend* fe = frontend_new(&spec, RATE, error, sizeof error);
  if (!fe) fail_msg("%s", error);
  assert_true(frontend_stagger(fe));
  frontend_set_gate(fe, -60.0f);
  return fe;
}

/// A second of noise without anything above 3.4 kHz.
static float* telephone(void) {
  float* x = signal_new(SECOND);
  uint32_t random = 1;
  for (unsigned hz = 100; hz < 3400; hz += 11) {
    const double phase = 3.0 * (double)signal_random(&random);
    for (size_t i = 0; i < SECOND; ++i)
      x[i] += 0.001f * (float)cos(phase + 2.0 * PI * hz * (double)i / SECOND);
  }
  return x;
}

/// Quiet music, a pause, noise by telephone, a short burst, one that stays, and an absurd one.
static float* all_sorts(void) {
  float* x = signal_new(LENGTH);
  float* band = telephone();
  signal_plucks(x, LENGTH, RATE, 0.005);
  signal_clicks(x, LENGTH, RATE, 133.0, 0.2, 0.01f);
  uint32_t random = 1;
  for (size_t i = 0; i < LENGTH; ++i) {
    const double t = (double)i / RATE;
    const float noise = signal_random(&random);
    x[i] += 0.001f * noise;
    if (t > 3.0 && t < 5.6) x[i] = 0.0f;
    if (t > 5.6 && t < 13.0) x[i] = band[i % SECOND];
    if (t > 15.0 && t < 15.9) x[i] = 0.04f * noise;
    if (t > 18.0 && t < 20.5) x[i] = 0.8f * noise;
    if (t > 22.0 && t < 22.2) x[i] *= 1e4f;
  }
  free(band);
  return x;
}

/// What the right channel has while the left one has \p x from \p at on: the same for some seconds,
/// then what came a little earlier.
static const float* right_of(const float* x, size_t at, size_t* n) {
  const size_t rest = 5 * SECOND - at % (5 * SECOND);
  if (*n > rest) *n = rest;
  return at / (5 * SECOND) % 2 ? x + at - DELAY : x + at;
}

static void push(Frontend* fe, const float* x, size_t from, size_t end) {
  bool done;
  for (size_t at = from; at < end;) {
    size_t part = end - at;
    const float* right = right_of(x, at, &part);
    at += frontend_push(fe, x + at, right, part, &done);
  }
}

static void assert_same_hop(const HopFeatures* a, const HopFeatures* b) {
  assert_int_equal(a->end, b->end);
  assert_true(a->silent == b->silent && a->gate_opened == b->gate_opened && a->burst == b->burst);
  assert_memory_equal(&a->loudness, &b->loudness, sizeof a->loudness);
  assert_memory_equal(&a->loudness_short, &b->loudness_short, sizeof a->loudness_short);
  assert_memory_equal(&a->loudness_slow, &b->loudness_slow, sizeof a->loudness_slow);
  assert_memory_equal(a->logmel, b->logmel, sizeof a->logmel);
  assert_memory_equal(a->cues, b->cues, sizeof a->cues);
  assert_memory_equal(a->chroma, b->chroma, sizeof a->chroma);
  assert_memory_equal(a->semitones, b->semitones, sizeof a->semitones);
}

/// Push the same into both: they complete the same hops.  \return how many
static unsigned push_both(Frontend* a, Frontend* b, const float* x, size_t from, size_t end) {
  unsigned hops = 0;
  for (size_t at = from; at < end;) {
    bool done[2];
    size_t part = end - at;
    const float* right = right_of(x, at, &part);
    const size_t used = frontend_push(a, x + at, right, part, &done[0]);
    assert_int_equal(frontend_push(b, x + at, right, part, &done[1]), used);
    assert_int_equal(done[0], done[1]);
    at += used;
    if (!done[0]) continue;
    ++hops;
    assert_same_hop(frontend_hop(a), frontend_hop(b));
    const HopFeatures* second = frontend_staggered_hop(a);
    if (second) assert_same_hop(second, frontend_staggered_hop(b));
  }
  return hops;
}

static void a_reset_leaves_nothing_of_what_was_heard(void** state) {
  (void)state;
  enum { STEP = 20011, AFTER = 9 * SECOND };
  float* x = all_sorts();
  Frontend *fe = new_frontend(), *fresh = new_frontend();
  // Stopped in each sort of sound, in the middle of hops and frames; then hears bursts, or others.
  for (size_t end = STEP, i = 0; end < LENGTH; end += STEP, ++i) {
    push(fe, x, 0, end);
    frontend_reset(fe);
    const size_t from = i % 3 == 1 ? 5 * end % (LENGTH - AFTER) : (size_t)(12.0 * RATE);
    assert_int_equal(push_both(fe, fresh, x, from, from + AFTER), 18);
    frontend_free(fresh);
    fresh = new_frontend();
  }
  frontend_free(fe);
  frontend_free(fresh);
  free(x);
}

static void a_copied_state_goes_on_whatever_the_other_one_has_heard(void** state) {
  (void)state;
  enum { PART = 7001 };
  float* x = all_sorts();
  Frontend *one = new_frontend(), *part[2] = {new_frontend(), new_frontend()};
  unsigned now = 0, hops = 0;
  for (size_t at = 0; at + PART < LENGTH; at += PART) {
    const size_t other = at * 5 % (LENGTH / 2);
    push(part[1 - now], x, other, other + LENGTH / 4);
    copy_whole(frontend_state, part[1 - now], part[now]);
    now = 1 - now;
    hops += push_both(one, part[now], x, at, at + PART);
  }
  assert_true(hops > 40);
  for (int i = 0; i < 2; ++i)
    frontend_free(part[i]);
  frontend_free(one);
  free(x);
}

/// Noise by telephone, a pause, then noise of all bands for \p hops.
/// \return the bandwidth, octaves, at the end
static float bandwidth_after(float pause, unsigned forget, unsigned hops) {
  const size_t begin = 10 * SECOND;
  const size_t from = begin + (size_t)(pause * (float)RATE), n = from + hops * SECOND / 2;
  float *x = signal_new(n), *band = telephone();
  for (size_t i = 0; i < begin; ++i)
    x[i] = band[i % SECOND];
  signal_noise(x + from, n - from, 0.004f, 2);
  Frontend* fe = new_frontend();
  push(fe, x, 0, from);
  if (forget) frontend_forget(fe, forget);
  push(fe, x, from, n);
  const float bandwidth = frontend_hop(fe)->cues[CUE_BANDWIDTH];
  frontend_free(fe);
  free(band);
  free(x);
  return bandwidth;
}

static void bands_of_a_piece_that_is_over_are_forgotten(void** state) {
  (void)state;
  const float held = bandwidth_after(0.0f, 0, 2), whole = bandwidth_after(0.0f, 0, 60);
  assert_above(whole, held + 0.2f); // at first the edge is still the telephone's
  assert_near(bandwidth_after(0.0f, 1, 2), whole, 0.01);
  assert_near(bandwidth_after(3.0f, 0, 3), whole, 0.01); // after a pause as well
}

static void a_bursts_bands_are_not_the_sounds(void** state) {
  (void)state;
  float *x = signal_new(12 * SECOND), *band = telephone();
  signal_noise(x, 12 * SECOND, 0.004f, 2);
  for (size_t i = 0; i < SECOND / 3; ++i)
    x[10 * SECOND + i] = 1000.0f * band[i];
  Frontend* fe = new_frontend();
  push(fe, x, 0, 10 * SECOND);
  const float before = frontend_hop(fe)->cues[CUE_BANDWIDTH];
  push(fe, x, 10 * SECOND, 12 * SECOND);
  assert_near(frontend_hop(fe)->cues[CUE_BANDWIDTH], before, 0.0);
  frontend_free(fe);
  free(band);
  free(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_reset_leaves_nothing_of_what_was_heard),
      cmocka_unit_test(bands_of_a_piece_that_is_over_are_forgotten),
      cmocka_unit_test(a_bursts_bands_are_not_the_sounds),
      cmocka_unit_test(a_copied_state_goes_on_whatever_the_other_one_has_heard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
