// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// See listener.h.
#include "inference/listener.h"

#include "inference/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RELATIVE_GATE 0.1f // -10 LU, as the front end's

struct Listener {
  Net* net;
  const ChangePlan* plan;
  Change change;
  unsigned heard; // hops in kept, at most CHANGE_REACH
  unsigned at;    // where the next goes
  HopFeatures kept[CHANGE_REACH], scratch;
};

Listener* listener_new(Model* model) {
  Listener* listener = calloc(1, sizeof *listener);
  if (!listener) return NULL;
  listener->net = net_new(model);
  if (!listener->net) {
    free(listener);
    return NULL;
  }
  listener->plan = &model_plan(model)->change;
  listener_reset(listener);
  return listener;
}

void listener_free(Listener* listener) {
  if (!listener) return;
  net_free(listener->net);
  free(listener);
}

void listener_reset(Listener* listener) {
  net_reset(listener->net);
  change_reset(&listener->change);
  listener->heard = listener->at = 0;
}

const Model* listener_model(const Listener* listener) {
  return net_model(listener->net);
}

size_t listener_size(const Listener* listener) {
  return sizeof *listener + net_size(listener->net);
}

unsigned listener_hear(Listener* listener, const HopFeatures* hop) {
  listener->kept[listener->at] = *hop;
  listener->at = (listener->at + 1) % CHANGE_REACH;
  if (listener->heard < CHANGE_REACH) listener->heard++;
  return change_step(listener->plan, &listener->change, hop);
}

/// The hop that is \p age hops old.
static const HopFeatures* kept(const Listener* listener, unsigned age) {
  return &listener->kept[(listener->at + 2 * CHANGE_REACH - 1 - age) % CHANGE_REACH];
}

static float level_of(float energy) {
  return 10.0f * log10f(energy + 1e-12f);
}

/// Gated mean of the first \p n energies (BS.1770-5 annex 1, eq. 5-7).
static float gated_mean(const float* energy, unsigned n) {
  float mean = 0, sum = 0;
  unsigned count = 0;
  for (unsigned i = 0; i < n; i++)
    mean += energy[i] / (float)n;
  for (unsigned i = 0; i < n; i++)
    if (energy[i] >= RELATIVE_GATE * mean) {
      sum += energy[i];
      count++;
    }
  return count ? sum / (float)count : mean;
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
  hop->loudness_slow = level_of(gated_mean(energy, index + 1));
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

void listener_begin_piece(Listener* listener, unsigned hops) {
  const unsigned n = hops < listener->heard ? hops : listener->heard;
  float energy[CHANGE_REACH];
  for (unsigned i = 0; i < n; i++) {
    const HopFeatures* hop = kept(listener, n - 1 - i);
    energy[i] = powf(10.0f, 0.1f * (hop->cues[CUE_LOUDNESS_MOMENTARY] + hop->loudness_slow));
  }
  net_reset(listener->net);
  NetOutput unseen;
  for (unsigned i = 0; i < n; i++) {
    as_from_cold(kept(listener, n - 1 - i), energy, i, &listener->scratch);
    if (i + 1 < n)
      net_step(listener->net, &listener->scratch, &unseen, NULL);
    else
      listener->kept[(listener->at + CHANGE_REACH - 1) % CHANGE_REACH] = listener->scratch;
  }
}

void listener_read(Listener* listener, NetOutput* out, NetPushes* pushes) {
  net_step(listener->net, kept(listener, 0), out, pushes);
}
