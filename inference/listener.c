// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Implements listener.h.
#include "inference/listener.h"

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
} Ear;

/// Progress of reading the hops of a new piece again.
typedef struct {
  unsigned ear;     // the ear that reads; the number of ears: none
  unsigned hops[2]; // hops to be read by each ear
  unsigned hop;     // the next one
  bool begun;       // the ear's net was reset, and energy is filled
  bool stepping;    // the net has read a part of the hop in scratch
  float energy[CHANGE_REACH];
} Again;

struct Listener {
  const ChangePlan* plan;
  Change change;
  unsigned ears;
  bool second_heard;    // the second ear has a hop to read
  unsigned since_burst; // hops since a burst; saturates at LISTENER_DOUBT_HOPS
  Again again;
  bool at_second;  // the first ear has read the newest hop
  bool explaining; // contributions are wanted
  NetOutput other; // output of the second ear, or of reading again
  HopFeatures scratch;
  Ear ear[];
};

static void ear_reset(Ear* ear) {
  net_reset(ear->net);
  ear->heard = ear->at = 0;
}

/// The hop that is \p age hops old.
static HopFeatures* kept(Ear* ear, unsigned age) {
  return &ear->kept[(ear->at + 2 * CHANGE_REACH - 1 - age) % CHANGE_REACH];
}

static void ear_hear(Ear* ear, const HopFeatures* hop) {
  ear->kept[ear->at] = hop->burst && ear->heard > 0 ? *kept(ear, 0) : *hop;
  ear->at = (ear->at + 1) % CHANGE_REACH;
  if (ear->heard < CHANGE_REACH) ear->heard++;
}

Listener* listener_new(Model* model) {
  const Plan* plan = model_plan(model);
  Listener* listener = pages_new(1, sizeof *listener + plan->phases * sizeof(Ear));
  if (!listener) return NULL;
  listener->plan = &plan->change;
  for (; listener->ears < plan->phases; ++listener->ears) {
    Net* net = net_new(model);
    if (!net) {
      listener_free(listener);
      return NULL;
    }
    if (listener->ears > 0) net_leave_out_confidence(net); // only the first net's is used
    listener->ear[listener->ears].net = net;
  }
  listener_reset(listener);
  return listener;
}

void listener_free(Listener* listener) {
  if (!listener) return;
  for (unsigned i = 0; i < listener->ears; ++i)
    net_free(listener->ear[i].net);
  free(listener);
}

/// Nothing is being read.
static void rest(Listener* listener) {
  listener->again.ear = listener->ears;
  listener->at_second = false;
}

void listener_reset(Listener* listener) {
  for (unsigned i = 0; i < listener->ears; ++i)
    ear_reset(&listener->ear[i]);
  change_reset(&listener->change);
  listener->second_heard = false;
  listener->since_burst = LISTENER_DOUBT_HOPS;
  rest(listener);
}

const Model* listener_model(const Listener* listener) {
  return net_model(listener->ear[0].net);
}

bool listener_is_staggered(const Listener* listener) {
  return listener->ears == 2;
}

size_t listener_size(const Listener* listener) {
  size_t size = sizeof *listener;
  for (unsigned i = 0; i < listener->ears; ++i)
    size += sizeof listener->ear[i] + net_size(listener->ear[i].net);
  return size;
}

unsigned listener_hear(Listener* listener, const HopFeatures* hop, const HopFeatures* staggered) {
  ear_hear(&listener->ear[0], hop);
  listener->second_heard = listener->ears == 2 && staggered && !staggered->silent;
  if (listener->second_heard) {
    if (staggered->gate_opened) ear_reset(&listener->ear[1]);
    ear_hear(&listener->ear[1], staggered);
  }
  if (hop->burst || (listener->second_heard && staggered->burst))
    listener->since_burst = 0;
  else if (listener->since_burst < LISTENER_DOUBT_HOPS)
    ++listener->since_burst;
  return change_step(listener->plan, &listener->change, hop);
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

/// Reset the ear's net, and prepare reading its last \p n hops again.
static void begin_again(Ear* ear, unsigned n, Again* again) {
  for (unsigned i = 0; i < n; ++i) {
    const HopFeatures* hop = kept(ear, n - 1 - i);
    again->energy[i] = powf(10.0f, 0.1f * (hop->cues[CUE_LOUDNESS_MOMENTARY] + hop->loudness_slow));
  }
  net_reset(ear->net);
  again->hop = 0;
  again->begun = true;
}

/// One slice of reading again.  The newest hop is only made what it would have been: it is still to
/// be read.  \return whether there was something to do
static bool advance_again(Listener* listener) {
  Again* again = &listener->again;
  for (; again->ear < listener->ears; again->ear++, again->begun = false) {
    Ear* ear = &listener->ear[again->ear];
    const unsigned n = again->hops[again->ear];
    if (!again->begun) {
      begin_again(ear, n, again);
      return true;
    }
    if (again->hop == n) continue;
    if (again->stepping) {
      if (net_advance(ear->net, &listener->scratch, &listener->other, NULL)) {
        again->stepping = false;
        ++again->hop;
      }
      return true;
    }
    as_from_cold(kept(ear, n - 1 - again->hop), again->energy, again->hop, &listener->scratch);
    again->stepping = again->hop + 1 < n;
    if (!again->stepping) {
      *kept(ear, 0) = listener->scratch;
      ++again->hop;
    }
    return true;
  }
  return false;
}

static unsigned at_most(unsigned hops, const Ear* ear) {
  return hops < ear->heard ? hops : ear->heard;
}

void listener_begin_piece(Listener* listener, unsigned hops) {
  Again* again = &listener->again;
  *again = (Again){.hops = {at_most(hops, &listener->ear[0])}};
  // The second ear's hops end 0.2 s earlier: one more would be partly from the piece before.
  if (listener->ears == 2) again->hops[1] = at_most(hops - 1, &listener->ear[1]);
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

/// Reduce confidence for missing bands, and after a burst.
/// \param bandwidth octaves that the sound has
static void doubt(const Listener* listener, float bandwidth, NetOutput* out) {
  const float most = (float)listener->since_burst / LISTENER_DOUBT_HOPS;
  const float missing = BANDWIDTH_ALL - bandwidth;
  out->confidence *= fmaxf(1.0f - DOUBT_AN_OCTAVE * fmaxf(missing, 0.0f), LEAST_OF_BANDWIDTH);
  if (out->confidence > most) out->confidence = most;
}

bool listener_advance(Listener* listener, NetOutput* out, NetContributions* contributions) {
  listener->explaining = contributions != NULL;
  if (advance_again(listener)) return false;
  if (!listener->at_second) {
    if (!net_advance(listener->ear[0].net, kept(&listener->ear[0], 0), out, contributions))
      return false;
    doubt(listener, kept(&listener->ear[0], 0)->cues[CUE_BANDWIDTH], out);
    listener->at_second = listener->second_heard;
    return !listener->at_second;
  }
  if (!net_advance(listener->ear[1].net, kept(&listener->ear[1], 0), &listener->other, NULL))
    return false;
  mix_in(out, &listener->other);
  listener->at_second = false;
  return true;
}

void listener_read(Listener* listener, NetOutput* out, NetContributions* contributions) {
  while (!listener_advance(listener, out, contributions)) {
  }
}

float listener_next_cost(const Listener* listener) {
  const Again* again = &listener->again;
  if (again->ear < listener->ears)
    return again->stepping ? net_cost(listener->ear[again->ear].net, false) : 1.0f;
  const Net* net = listener->ear[listener->at_second ? 1 : 0].net;
  return net_cost(net, listener->explaining && !listener->at_second);
}

float listener_cost(const Listener* listener, bool explain) {
  const Net* net = listener->ear[0].net;
  const float plain = net_whole_cost(net, false);
  float cost = net_whole_cost(net, explain) + (listener->ears == 2 ? plain : 0.0f);
  for (unsigned i = listener->again.ear; i < listener->ears; ++i)
    cost += 1.0f + (1.0f + plain) * (float)listener->again.hops[i];
  return cost;
}

static void ear_state(Ear* ear, StateCopy* copy) {
  state_field(copy, &ear->heard, sizeof ear->heard);
  state_field(copy, &ear->at, sizeof ear->at);
  state_field(copy, ear->kept, sizeof ear->kept);
  net_state(ear->net, copy);
}

void listener_state(Listener* listener, StateCopy* copy) {
  if (copy->direction == STATE_LOAD) rest(listener);
  state_field(copy, &listener->change, sizeof listener->change);
  state_field(copy, &listener->second_heard, sizeof listener->second_heard);
  state_field(copy, &listener->since_burst, sizeof listener->since_burst);
  for (unsigned i = 0; i < listener->ears; ++i)
    ear_state(&listener->ear[i], copy);
}
