// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one model on the hops of a front end.
#include "inference/net_runner.h"

#include "dsp/bandwidth.h"
#include "dsp/loudness.h"
#include "dsp/pages.h"
#include "inference/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOUBT_AN_OCTAVE 0.4f     // each missing octave reduces confidence by this share ...
#define LEAST_OF_BANDWIDTH 0.75f // ... but not below this share

/// A net and the hops that it may have to read again.
typedef struct {
  Net* net;
  unsigned heard; // hops in kept, at most CHANGE_REACH
  unsigned at;    // index of the next hop
  HopFeatures kept[CHANGE_REACH];
} Phase;

/// Progress of reading the hops of a new piece again.
typedef struct {
  unsigned phase;   // the phase that reads; the number of phases: none
  unsigned hops[2]; // hops to be read by each phase
  unsigned hop;     // the next one
  bool begun;       // the phase's net was reset, and energy is filled
  bool stepping;    // the net has read a part of the hop in scratch
  float energy[CHANGE_REACH];
} Reread;

struct NetRunner {
  const ChangePlan* plan;
  Change change;
  unsigned phases;
  bool second_heard;    // the second phase has a hop to read
  unsigned since_burst; // hops since a burst; saturates at NET_RUNNER_DOUBT_HOPS
  Reread reread;
  bool at_second;  // the first phase has read the newest hop
  bool explaining; // contributions are wanted
  NetOutput other; // output of the second phase, or of reading again
  HopFeatures scratch;
  Phase phase[];
};

static void phase_reset(Phase* phase) {
  net_reset(phase->net);
  phase->heard = phase->at = 0;
}

/// The hop that is \p age hops old.
static HopFeatures* kept(Phase* phase, unsigned age) {
  return &phase->kept[(phase->at + 2 * CHANGE_REACH - 1 - age) % CHANGE_REACH];
}

static void phase_add(Phase* phase, const HopFeatures* hop) {
  phase->kept[phase->at] = hop->burst && phase->heard > 0 ? *kept(phase, 0) : *hop;
  phase->at = (phase->at + 1) % CHANGE_REACH;
  if (phase->heard < CHANGE_REACH) phase->heard++;
}

NetRunner* net_runner_new(Model* model) {
  const Plan* plan = model_plan(model);
  NetRunner* runner = pages_new(1, sizeof *runner + plan->phases * sizeof(Phase));
  if (!runner) return NULL;
  runner->plan = &plan->change;
  for (; runner->phases < plan->phases; ++runner->phases) {
    Net* net = net_new(model);
    if (!net) {
      net_runner_free(runner);
      return NULL;
    }
    if (runner->phases > 0) net_leave_out_confidence(net); // only the first net's is used
    runner->phase[runner->phases].net = net;
  }
  net_runner_reset(runner);
  return runner;
}

void net_runner_free(NetRunner* runner) {
  if (!runner) return;
  for (unsigned i = 0; i < runner->phases; ++i)
    net_free(runner->phase[i].net);
  free(runner);
}

/// Nothing is being read.
static void rest(NetRunner* runner) {
  runner->reread.phase = runner->phases;
  runner->at_second = false;
}

void net_runner_reset(NetRunner* runner) {
  for (unsigned i = 0; i < runner->phases; ++i)
    phase_reset(&runner->phase[i]);
  change_reset(&runner->change);
  runner->second_heard = false;
  runner->since_burst = NET_RUNNER_DOUBT_HOPS;
  rest(runner);
}

const Model* net_runner_model(const NetRunner* runner) {
  return net_model(runner->phase[0].net);
}

bool net_runner_is_staggered(const NetRunner* runner) {
  return runner->phases == 2;
}

unsigned net_runner_add(NetRunner* runner, const HopFeatures* hop, const HopFeatures* staggered) {
  phase_add(&runner->phase[0], hop);
  runner->second_heard = runner->phases == 2 && staggered && !staggered->silent;
  if (runner->second_heard) {
    if (staggered->gate_opened) phase_reset(&runner->phase[1]);
    phase_add(&runner->phase[1], staggered);
  }
  if (hop->burst || (runner->second_heard && staggered->burst))
    runner->since_burst = 0;
  else if (runner->since_burst < NET_RUNNER_DOUBT_HOPS)
    ++runner->since_burst;
  return change_step(runner->plan, &runner->change, hop, runner->second_heard ? staggered : NULL);
}

static float level_of(float energy) {
  return 10.0f * log10f(energy + 1e-12f);
}

/// Change hop \p index of a new piece to what it would have been after a cold start.
/// \param energy energies of the piece's hops, 10^(LUFS / 10)
static void as_from_cold(const HopFeatures* heard, const float* energy, unsigned index,
                         HopFeatures* hop) {
  float mean_energy = 0, mean_level = 0;
  for (unsigned i = 0; i <= index; ++i) {
    mean_energy += energy[i] / (float)(index + 1);
    mean_level += level_of(energy[i]) / (float)(index + 1);
  }
  *hop = *heard;
  float so_far[CHANGE_REACH];
  memcpy(so_far, energy, (index + 1) * sizeof *so_far);
  hop->loudness_slow = level_of(loudness_gated_mean(so_far, index + 1));
  const float shift = heard->loudness_slow - hop->loudness_slow;
  for (size_t i = 0; i < sizeof hop->logmel / sizeof *hop->logmel; ++i)
    hop->logmel[i] = fmaxf(hop->logmel[i] + shift, -60.0f);
  for (size_t i = 0; i < FRONTEND_SEMITONES; ++i)
    hop->semitones[i] = fmaxf(hop->semitones[i] + shift, -60.0f);
  float* cues = hop->cues;
  cues[CUE_LOUDNESS_MOMENTARY] = level_of(energy[index]) - hop->loudness_slow;
  cues[CUE_LOUDNESS_SHORT] = level_of(mean_energy) - hop->loudness_slow;
  cues[CUE_LOUDNESS_RISE] = level_of(mean_energy) - mean_level;
  cues[CUE_MODE] = cues[CUE_MODE_SLOW] = cues[CUE_MODE_FAST];
  // Cues over several seconds are not known yet; the net takes NaN as the mean.
  static const Cue unknown[] = {CUE_LOUDNESS_SLOPE, CUE_LOUDNESS_SPREAD, CUE_LOW_ENERGY,
                                CUE_TONAL_CHANGE,   CUE_PULSE_CLARITY,   CUE_TEMPO};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; ++i)
    cues[unknown[i]] = NAN;
}

/// Reset the phase's net, and prepare reading its last \p n hops again.
static void begin_reread(Phase* phase, unsigned n, Reread* reread) {
  for (unsigned i = 0; i < n; ++i) {
    const HopFeatures* hop = kept(phase, n - 1 - i);
    reread->energy[i] =
        powf(10.0f, 0.1f * (hop->cues[CUE_LOUDNESS_MOMENTARY] + hop->loudness_slow));
  }
  net_reset(phase->net);
  reread->hop = 0;
  reread->begun = true;
}

/// One slice of reading again.  The newest hop is only made what it would have been: it is still to
/// be read.  \return whether there was something to do
static bool advance_reread(NetRunner* runner) {
  Reread* reread = &runner->reread;
  for (; reread->phase < runner->phases; reread->phase++, reread->begun = false) {
    Phase* phase = &runner->phase[reread->phase];
    const unsigned n = reread->hops[reread->phase];
    if (!reread->begun) {
      begin_reread(phase, n, reread);
      return true;
    }
    if (reread->hop == n) continue;
    if (reread->stepping) {
      if (net_advance(phase->net, &runner->scratch, &runner->other, NULL)) {
        reread->stepping = false;
        ++reread->hop;
      }
      return true;
    }
    as_from_cold(kept(phase, n - 1 - reread->hop), reread->energy, reread->hop, &runner->scratch);
    reread->stepping = reread->hop + 1 < n;
    if (!reread->stepping) {
      *kept(phase, 0) = runner->scratch;
      ++reread->hop;
    }
    return true;
  }
  return false;
}

static unsigned at_most(unsigned hops, const Phase* phase) {
  return hops < phase->heard ? hops : phase->heard;
}

void net_runner_begin_piece(NetRunner* runner, unsigned hops) {
  Reread* reread = &runner->reread;
  *reread = (Reread){.hops = {at_most(hops, &runner->phase[0])}};
  // The second phase's hops end 0.2 s earlier: one more would be partly from the piece before.
  if (runner->phases == 2) reread->hops[1] = at_most(hops - 1, &runner->phase[1]);
}

static float middle(float a, float b) {
  return a + 0.5f * (b - a);
}

static void mix_in(NetOutput* out, const NetOutput* other) {
  out->valence = middle(out->valence, other->valence);
  out->arousal = middle(out->arousal, other->arousal);
  out->valence_spread = middle(out->valence_spread, other->valence_spread);
  out->arousal_spread = middle(out->arousal_spread, other->arousal_spread);
  out->song_valence = middle(out->song_valence, other->song_valence);
  out->song_arousal = middle(out->song_arousal, other->song_arousal);
}

/// Reduce confidence for missing bands, after a burst, and if a new piece may have begun.
/// \param bandwidth octaves that the sound has
static void doubt(const NetRunner* runner, float bandwidth, NetOutput* out) {
  const float most = fminf((float)runner->since_burst / NET_RUNNER_DOUBT_HOPS,
                           (float)runner->change.since_almost / CHANGE_DOUBT_HOPS);
  const float missing = BANDWIDTH_ALL - bandwidth;
  out->confidence *= fmaxf(1.0f - DOUBT_AN_OCTAVE * fmaxf(missing, 0.0f), LEAST_OF_BANDWIDTH);
  if (out->confidence > most) out->confidence = most;
}

bool net_runner_advance(NetRunner* runner, NetOutput* out, NetContributions* contributions) {
  runner->explaining = contributions != NULL;
  if (advance_reread(runner)) return false;
  if (!runner->at_second) {
    if (!net_advance(runner->phase[0].net, kept(&runner->phase[0], 0), out, contributions))
      return false;
    doubt(runner, kept(&runner->phase[0], 0)->cues[CUE_BANDWIDTH], out);
    runner->at_second = runner->second_heard;
    if (runner->at_second) return false;
  } else {
    if (!net_advance(runner->phase[1].net, kept(&runner->phase[1], 0), &runner->other, NULL))
      return false;
    mix_in(out, &runner->other);
    runner->at_second = false;
  }
  net_limit(out);
  return true;
}

void net_runner_read(NetRunner* runner, NetOutput* out, NetContributions* contributions) {
  while (!net_runner_advance(runner, out, contributions)) {
  }
}

float net_runner_next_cost(const NetRunner* runner) {
  const Reread* reread = &runner->reread;
  if (reread->phase < runner->phases)
    return reread->stepping ? net_cost(runner->phase[reread->phase].net, false) : 1.0f;
  const Net* net = runner->phase[runner->at_second ? 1 : 0].net;
  return net_cost(net, runner->explaining && !runner->at_second);
}

float net_runner_cost(const NetRunner* runner, bool explain) {
  const Net* net = runner->phase[0].net;
  const float plain = net_whole_cost(net, false);
  float cost = net_whole_cost(net, explain) + (runner->phases == 2 ? plain : 0.0f);
  for (unsigned i = runner->reread.phase; i < runner->phases; ++i)
    cost += 1.0f + (1.0f + plain) * (float)runner->reread.hops[i];
  return cost;
}

static void phase_state(Phase* phase, StateCopy* copy) {
  state_field(copy, &phase->heard, sizeof phase->heard);
  state_field(copy, &phase->at, sizeof phase->at);
  state_field(copy, phase->kept, sizeof phase->kept);
  net_state(phase->net, copy);
}

void net_runner_state(NetRunner* runner, StateCopy* copy) {
  if (copy->direction == STATE_LOAD) rest(runner);
  state_field(copy, &runner->change, sizeof runner->change);
  state_field(copy, &runner->second_heard, sizeof runner->second_heard);
  state_field(copy, &runner->since_burst, sizeof runner->since_burst);
  for (unsigned i = 0; i < runner->phases; ++i)
    phase_state(&runner->phase[i], copy);
}
