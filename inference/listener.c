// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// See listener.h.
#include "inference/listener.h"

#include "dsp/loudness.h"
#include "inference/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A net and the hops that it may have to read again.
typedef struct {
  Net* net;
  unsigned heard; // hops in kept, at most CHANGE_REACH
  unsigned at;    // where the next goes
  HopFeatures kept[CHANGE_REACH];
} Ear;

struct Listener {
  const ChangePlan* plan;
  Change change;
  unsigned ears;
  bool second_heard; // the second ear has a hop to read
  HopFeatures scratch;
  Ear ear[];
};

static void ear_reset(Ear* ear) {
  net_reset(ear->net);
  ear->heard = ear->at = 0;
}

static void ear_hear(Ear* ear, const HopFeatures* hop) {
  ear->kept[ear->at] = *hop;
  ear->at = (ear->at + 1) % CHANGE_REACH;
  if (ear->heard < CHANGE_REACH) ear->heard++;
}

/// The hop that is \p age hops old.
static HopFeatures* kept(Ear* ear, unsigned age) {
  return &ear->kept[(ear->at + 2 * CHANGE_REACH - 1 - age) % CHANGE_REACH];
}

Listener* listener_new(Model* model) {
  const Plan* plan = model_plan(model);
  Listener* listener = calloc(1, sizeof *listener + plan->phases * sizeof(Ear));
  if (!listener) return NULL;
  listener->plan = &plan->change;
  for (; listener->ears < plan->phases; listener->ears++) {
    Net* net = net_new(model);
    if (!net) {
      listener_free(listener);
      return NULL;
    }
    listener->ear[listener->ears].net = net;
  }
  listener_reset(listener);
  return listener;
}

void listener_free(Listener* listener) {
  if (!listener) return;
  for (unsigned i = 0; i < listener->ears; i++)
    net_free(listener->ear[i].net);
  free(listener);
}

void listener_reset(Listener* listener) {
  for (unsigned i = 0; i < listener->ears; i++)
    ear_reset(&listener->ear[i]);
  change_reset(&listener->change);
  listener->second_heard = false;
}

const Model* listener_model(const Listener* listener) {
  return net_model(listener->ear[0].net);
}

bool listener_is_staggered(const Listener* listener) {
  return listener->ears == 2;
}

size_t listener_size(const Listener* listener) {
  size_t size = sizeof *listener;
  for (unsigned i = 0; i < listener->ears; i++)
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
  return change_step(listener->plan, &listener->change, hop);
}

static float level_of(float energy) {
  return 10.0f * log10f(energy + 1e-12f);
}

/// Hop \p index of a new piece as it would have been from a cold start.
/// \param energy of the piece's hops, LUFS as energies
static void as_from_cold(const HopFeatures* heard, const float* energy, unsigned index,
                         HopFeatures* hop) {
  float mean_energy = 0, mean_level = 0;
  for (unsigned i = 0; i <= index; i++) {
    mean_energy += energy[i] / (float)(index + 1);
    mean_level += level_of(energy[i]) / (float)(index + 1);
  }
  *hop = *heard;
  float so_far[CHANGE_REACH];
  memcpy(so_far, energy, (index + 1) * sizeof *so_far);
  hop->loudness_slow = level_of(loudness_gated_mean(so_far, index + 1));
  const float shift = heard->loudness_slow - hop->loudness_slow;
  for (size_t i = 0; i < sizeof hop->logmel / sizeof *hop->logmel; i++)
    hop->logmel[i] = fmaxf(hop->logmel[i] + shift, -60.0f);
  for (size_t i = 0; i < FRONTEND_SEMITONES; i++)
    hop->semitones[i] = fmaxf(hop->semitones[i] + shift, -60.0f);
  float* cues = hop->cues;
  cues[CUE_LOUDNESS_MOMENTARY] = level_of(energy[index]) - hop->loudness_slow;
  cues[CUE_LOUDNESS_SHORT] = level_of(mean_energy) - hop->loudness_slow;
  cues[CUE_LOUDNESS_RISE] = level_of(mean_energy) - mean_level;
  cues[CUE_MODE] = cues[CUE_MODE_SLOW] = cues[CUE_MODE_FAST];
  // What a memory of some seconds says is unknown yet: to the net that counts as the mean.
  static const Cue unknown[] = {CUE_LOUDNESS_SLOPE, CUE_LOUDNESS_SPREAD, CUE_LOW_ENERGY,
                                CUE_TONAL_CHANGE,   CUE_PULSE_CLARITY,   CUE_TEMPO};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
    cues[unknown[i]] = NAN;
}

/// Start the ear's net afresh and have it read its last hops but the newest again, all as from a
/// cold start.
static void begin_again(Ear* ear, unsigned hops, HopFeatures* scratch) {
  const unsigned n = hops < ear->heard ? hops : ear->heard;
  float energy[CHANGE_REACH];
  for (unsigned i = 0; i < n; i++) {
    const HopFeatures* hop = kept(ear, n - 1 - i);
    energy[i] = powf(10.0f, 0.1f * (hop->cues[CUE_LOUDNESS_MOMENTARY] + hop->loudness_slow));
  }
  net_reset(ear->net);
  NetOutput unseen;
  for (unsigned i = 0; i < n; i++) {
    as_from_cold(kept(ear, n - 1 - i), energy, i, scratch);
    if (i + 1 < n)
      net_step(ear->net, scratch, &unseen, NULL);
    else
      *kept(ear, 0) = *scratch;
  }
}

void listener_begin_piece(Listener* listener, unsigned hops) {
  begin_again(&listener->ear[0], hops, &listener->scratch);
  // The second's hops lie 0.2 s earlier: the oldest of as many would be partly of the piece before.
  if (listener->ears == 2) begin_again(&listener->ear[1], hops - 1, &listener->scratch);
}

static float middle(float a, float b) {
  return a + 0.5f * (b - a);
}

void listener_read(Listener* listener, NetOutput* out, NetPushes* pushes) {
  net_step(listener->ear[0].net, kept(&listener->ear[0], 0), out, pushes);
  if (!listener->second_heard) return;
  NetOutput other;
  net_step(listener->ear[1].net, kept(&listener->ear[1], 0), &other, NULL);
  out->valence = middle(out->valence, other.valence);
  out->arousal = middle(out->arousal, other.arousal);
  out->valence_spread = middle(out->valence_spread, other.valence_spread);
  out->arousal_spread = middle(out->arousal_spread, other.arousal_spread);
  out->song_valence = middle(out->song_valence, other.song_valence);
  out->song_arousal = middle(out->song_arousal, other.song_arousal);
}
