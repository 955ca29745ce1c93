// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A net runner compared with its definition in net_runner.h: the test steps nets of the same model
/// with the hops that the runner should give them.
#include "dsp/bandwidth.h"
#include "engine_rig.h"
#include "inference/net_runner.h"

#include <stdlib.h>
#include <string.h>

#define PHASES 2
#define HOPS 44
#define LAG 3 // hops by which the second series' sound is shifted

static HopFeatures* heard_hops; // of music, HOPS + LAG of them

static Model* open_default(void) {
  char error[200] = "";
  Model* model =
      model_open(CIRCUMPLEX_SOURCE_DIR "/models/default.safetensors", error, sizeof error);
  if (!model) fail_msg("%s", error);
  return model;
}

/// The expected state of a runner: for each series its net and the hops since its reset.
typedef struct {
  Net* net[PHASES];
  HopFeatures kept[PHASES][HOPS];
  unsigned count[PHASES];
  unsigned since_burst;
  bool second;
} Expected;

static void reset_phase(Expected* e, unsigned phase) {
  net_reset(e->net[phase]);
  e->count[phase] = 0;
}

static void expect_phase(Expected* e, unsigned phase, const HopFeatures* hop) {
  const unsigned n = e->count[phase]++;
  e->kept[phase][n] = hop->burst && n > 0 ? e->kept[phase][n - 1] : *hop;
}

static void expect_hop(Expected* e, const HopFeatures* hop, const HopFeatures* staggered) {
  expect_phase(e, 0, hop);
  e->second = staggered && !staggered->silent;
  if (e->second && staggered->gate_opened) reset_phase(e, 1);
  if (e->second) expect_phase(e, 1, staggered);
  ++e->since_burst;
  if (hop->burst || (e->second && staggered->burst)) e->since_burst = 0;
}

static double level(double energy) {
  return 10.0 * log10(energy + 1e-12);
}

/// The slow loudness leaves out the loudest of three hops, and hops 10 LU below the mean.
static double slow_level(const double* energy, unsigned n) {
  double sorted[CHANGE_REACH], sum = 0.0, gated = 0.0;
  unsigned count = 0;
  memcpy(sorted, energy, n * sizeof *sorted);
  for (unsigned i = 0; i < n; ++i)
    for (unsigned k = i + 1; k < n; ++k)
      if (sorted[k] < sorted[i]) {
        const double other = sorted[i];
        sorted[i] = sorted[k], sorted[k] = other;
      }
  const unsigned used = n - n / 3;
  for (unsigned i = 0; i < used; ++i)
    sum += sorted[i];
  for (unsigned i = 0; i < used; ++i)
    if (sorted[i] >= 0.1 * sum / used) gated += sorted[i], ++count;
  return level(gated / count);
}

/// The last \p n hops of a series as they would be without any sound before them.
static void make_cold(HopFeatures* hops, unsigned n) {
  double energy[CHANGE_REACH], sum = 0.0, levels = 0.0;
  static const Cue unknown[] = {CUE_LOUDNESS_SLOPE, CUE_LOUDNESS_SPREAD, CUE_LOW_ENERGY,
                                CUE_TONAL_CHANGE,   CUE_PULSE_CLARITY,   CUE_TEMPO};
  for (unsigned i = 0; i < n; ++i) {
    HopFeatures* hop = &hops[i];
    const double lufs = (double)(hop->cues[CUE_LOUDNESS_MOMENTARY] + hop->loudness_slow);
    energy[i] = pow(10.0, 0.1 * lufs);
    sum += energy[i], levels += level(energy[i]);
    const double slow = slow_level(energy, i + 1), shift = (double)hop->loudness_slow - slow;
    for (size_t k = 0; k < FRONTEND_FRAMES * 64; ++k)
      hop->logmel[k] = (float)fmax((double)hop->logmel[k] + shift, -60.0);
    for (size_t k = 0; k < FRONTEND_SEMITONES; ++k)
      hop->semitones[k] = (float)fmax((double)hop->semitones[k] + shift, -60.0);
    hop->cues[CUE_LOUDNESS_MOMENTARY] = (float)(level(energy[i]) - slow);
    hop->cues[CUE_LOUDNESS_SHORT] = (float)(level(sum / (i + 1)) - slow);
    hop->cues[CUE_LOUDNESS_RISE] = (float)(level(sum / (i + 1)) - levels / (i + 1));
    hop->cues[CUE_MODE] = hop->cues[CUE_MODE_SLOW] = hop->cues[CUE_MODE_FAST];
    for (size_t k = 0; k < sizeof unknown / sizeof *unknown; ++k)
      hop->cues[unknown[k]] = NAN;
    hop->loudness_slow = (float)slow;
  }
}

/// A step whose spreads and confidence are not limited yet.
static void step(Net* net, const HopFeatures* hop, NetOutput* out, NetContributions* parts) {
  while (!net_advance(net, hop, out, parts)) {
  }
}

static void expect_piece(Expected* e, unsigned hops) {
  for (unsigned phase = 0; phase < PHASES; ++phase) {
    unsigned n = hops - phase; // the second's oldest hop would contain a part of the piece before
    if (n > e->count[phase]) n = e->count[phase];
    if (n > CHANGE_REACH) n = CHANGE_REACH;
    HopFeatures* last = &e->kept[phase][e->count[phase] - n];
    const HopFeatures newest = last[n - 1];
    HopFeatures cold[CHANGE_REACH];
    memcpy(cold, last, n * sizeof *cold);
    make_cold(cold, n);
    net_reset(e->net[phase]);
    NetOutput out;
    for (unsigned i = 0; i + 1 < n; ++i)
      net_step(e->net[phase], &cold[i], &out, NULL);
    last[n - 1] = cold[n - 1];
    assert_true(newest.end == cold[n - 1].end);
  }
}

static float mean_of(float a, float b) {
  return 0.5f * (a + b);
}

static void expect_mean(Expected* e, NetOutput* out, NetContributions* contributions) {
  const HopFeatures* hop = &e->kept[0][e->count[0] - 1];
  step(e->net[0], hop, out, contributions);
  const double missing = (double)(BANDWIDTH_ALL - hop->cues[CUE_BANDWIDTH]);
  const double left = fmax(1.0 - 0.4 * fmax(missing, 0.0), 0.75) * (double)out->confidence;
  out->confidence = (float)fmin(left, (double)e->since_burst / NET_RUNNER_DOUBT_HOPS);
  if (!e->second) return;
  NetOutput other;
  step(e->net[1], &e->kept[1][e->count[1] - 1], &other, NULL);
  out->valence = mean_of(out->valence, other.valence);
  out->arousal = mean_of(out->arousal, other.arousal);
  out->valence_spread = mean_of(out->valence_spread, other.valence_spread);
  out->arousal_spread = mean_of(out->arousal_spread, other.arousal_spread);
  out->song_valence = mean_of(out->song_valence, other.song_valence);
  out->song_arousal = mean_of(out->song_arousal, other.song_arousal);
}

static void expect_reading(Expected* e, NetOutput* out, NetContributions* contributions) {
  expect_mean(e, out, contributions);
  net_limit(out);
}

#define NEAR 2e-4

static void assert_reads(const NetOutput* got, const NetOutput* expected) {
#define X(id, field, owner, ...)                                                                   \
  READING_OF_NET(owner, assert_near(got->field, expected->field, NEAR);)
  READINGS_LIST(X)
#undef X
  assert_int_equal(got->n_attention, expected->n_attention);
  for (unsigned i = 0; i < got->n_attention; ++i) {
    assert_near(got->attention[i], expected->attention[i], NEAR);
    assert_near(got->attention_beyond[i], expected->attention_beyond[i], NEAR);
  }
  assert_near(got->recall, expected->recall, NEAR);
}

/// What happens in hop \p t: the features of the hop, and how many of the last hops are a new
/// piece.
static unsigned play(unsigned t, HopFeatures* hop, HopFeatures* staggered, bool* has_second) {
  *hop = heard_hops[t + LAG];
  *staggered = heard_hops[t];
  hop->gate_opened = hop->burst = staggered->gate_opened = staggered->burst = false;
  staggered->silent = t == 6 || t == 7;
  staggered->gate_opened = t == 8;
  hop->burst = t == 3 || t == 19 || t == 20;
  staggered->burst = t == 12 || t == 20;
  hop->cues[CUE_BANDWIDTH] = t % 5 == 4 ? BANDWIDTH_ALL - 0.3f : t % 7 == 6 ? 2.0f : BANDWIDTH_ALL;
  *has_second = t > 0 && t != 30;
  return t == 4 ? 6 : t == 10 ? 6 : t == 18 ? 4 : t == 26 ? 2 : t == 31 ? 5 : t == 40 ? 3 : 0;
}

static void copy_state(NetRunner* to, NetRunner* from) {
  StateCopy copy = {.direction = STATE_MEASURE};
  net_runner_state(from, &copy);
  unsigned char* bytes = malloc(copy.at);
  assert_non_null(bytes);
  copy = (StateCopy){.direction = STATE_SAVE, .bytes = bytes, .to = copy.at};
  net_runner_state(from, &copy);
  copy = (StateCopy){.direction = STATE_LOAD, .bytes = bytes, .to = copy.at};
  net_runner_state(to, &copy);
  free(bytes);
}

/// Read in slices.  Their announced costs add up to the announced cost of the reading, or to less
/// if \p less has to be done than usual.
static void read_in_slices(NetRunner* runner, NetOutput* out, NetContributions* contributions,
                           bool less) {
  const double whole = (double)net_runner_cost(runner, contributions != NULL);
  double sum = 0.0;
  for (bool done = false; !done;) {
    const double cost = (double)net_runner_next_cost(runner);
    assert_true(cost > 0.0);
    sum += cost;
    done = net_runner_advance(runner, out, contributions);
  }
  assert_above(sum, (less ? 0.5 : 0.8) * whole);
  assert_below(sum, 1.2 * whole);
}

/// Two phases, bursts, a second series that is silent for a while, new pieces of all lengths: every
/// reading is that of nets with the expected hops.  The state is copied at times.
static void read_with(Model* model) {
  NetRunner* listeners[2] = {net_runner_new(model), net_runner_new(model)};
  static Expected e;
  for (unsigned i = 0; i < PHASES; ++i)
    e.net[i] = net_new(model), e.count[i] = 0;
  e.since_burst = NET_RUNNER_DOUBT_HOPS;
  assert_true(net_runner_is_staggered(listeners[0]));
  unsigned now = 0;
  for (unsigned t = 0; t < HOPS; ++t) {
    HopFeatures hop, staggered;
    bool has_second;
    const unsigned piece = play(t, &hop, &staggered, &has_second);
    NetOutput got, expected;
    NetContributions contributions[2];
    net_runner_add(listeners[now], &hop, has_second ? &staggered : NULL);
    expect_hop(&e, &hop, has_second ? &staggered : NULL);
    if (piece) {
      net_runner_begin_piece(listeners[now], piece);
      expect_piece(&e, piece);
    }
    const bool explain = t % 4 == 2;
    if (t % 3)
      read_in_slices(listeners[now], &got, explain ? &contributions[0] : NULL, piece || !e.second);
    else
      net_runner_read(listeners[now], &got, explain ? &contributions[0] : NULL);
    expect_reading(&e, &expected, explain ? &contributions[1] : NULL);
    assert_reads(&got, &expected);
    for (unsigned g = 0; explain && g < CUE_GROUP_COUNT; ++g) {
      assert_near(contributions[0].valence[g], contributions[1].valence[g], NEAR);
      assert_near(contributions[0].arousal[g], contributions[1].arousal[g], NEAR);
    }
    if (t % 6 == 5 || t == 17) {
      copy_state(listeners[1 - now], listeners[now]);
      now = 1 - now;
    }
    if (t == 28) { // and started again
      net_runner_reset(listeners[now]);
      reset_phase(&e, 0), reset_phase(&e, 1);
      e.since_burst = NET_RUNNER_DOUBT_HOPS;
    }
  }
  for (unsigned i = 0; i < PHASES; ++i)
    net_free(e.net[i]), net_runner_free(listeners[i]);
  model_unref(model);
}

static void every_reading_is_that_of_nets_with_the_right_hops(void** state) {
  (void)state;
  read_with(open_default());
  read_with(rig_model_phases("none-lstm")); // confidence 1: only the runner reduces it
}

/// A reading that is interrupted by a reset or a copied state has no effect.
static void an_interrupted_reading_has_no_effect(void** state) {
  (void)state;
  Model* model = open_default();
  NetRunner *fresh = net_runner_new(model), *used = net_runner_new(model);
  NetOutput a, b;
  for (unsigned slices = 1; slices < 40; slices += 3) {
    net_runner_reset(fresh);
    for (unsigned t = 0; t < 5; ++t) {
      net_runner_add(used, &heard_hops[t], &heard_hops[t + 1]);
      if (t == 4 && slices % 2) net_runner_begin_piece(used, 4);
      for (unsigned i = 0; i < slices || t < 4; ++i)
        if (net_runner_advance(used, &b, NULL)) break;
    }
    if (slices % 4 < 2)
      net_runner_reset(used);
    else
      copy_state(used, fresh);
    for (unsigned t = 8; t < 12; ++t) {
      net_runner_add(fresh, &heard_hops[t], &heard_hops[t + 1]);
      net_runner_add(used, &heard_hops[t], &heard_hops[t + 1]);
      net_runner_read(fresh, &a, NULL);
      net_runner_read(used, &b, NULL);
      assert_memory_equal(&a, &b, sizeof a);
    }
  }
  net_runner_free(fresh), net_runner_free(used);
  model_unref(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_reading_is_that_of_nets_with_the_right_hops),
      cmocka_unit_test(an_interrupted_reading_has_no_effect),
  };
  size_t n, count;
  float* x = rig_music(16000.0, 0.5 * (HOPS + LAG), &n);
  heard_hops = signal_hear(x, n, 16000.0, &count);
  const int failed =
      count < HOPS + LAG ? 1 : cmocka_run_group_tests_name("net_runner", tests, NULL, NULL);
  free(heard_hops);
  free(x);
  return failed;
}
