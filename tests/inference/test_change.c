// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// New pieces are found where docs/model-format.md, "A new piece", says: its definition is computed
/// here in the simplest way, over all hops, and compared hop by hop.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inference/change.h"

#include <math.h>
#include <string.h>

#define K 3
#define MELS 20 // groups of one and of two bands
#define HOPS 1500

static uint32_t seed;

static double uniform(void) { // -1 .. 1
  seed = seed * 1664525U + 1013904223U;
  return (double)(seed >> 8) / 8388608.0 - 1.0;
}

/// Hops of a piece are similar: a part of the piece plus a small part of the hop.
static HopFeatures make_hop(unsigned piece, double spread) {
  HopFeatures hop;
  memset(&hop, 0, sizeof hop);
  const uint32_t at = seed;
  seed = 77 * piece + 5;
  for (int k = 0; k < 2; ++k) { // 0: the piece, 1: the hop
    const double share = k ? spread : 1.0;
    double own[MELS], swing[MELS];
    for (unsigned i = 0; i < MELS; ++i)
      own[i] = uniform(), swing[i] = uniform();
    for (unsigned f = 0; f < FRONTEND_FRAMES; ++f)
      for (unsigned i = 0; i < MELS; ++i)
        hop.logmel[f * MELS + i] += (float)(share * (9.0 * own[i] + 5.0 * swing[i] * sin(f + i)));
    for (unsigned i = 0; i < FRONTEND_CHROMA; ++i)
      hop.chroma[i] += (float)(share * (0.08 + 0.05 * uniform()));
    for (unsigned i = 0; i < CUE_COUNT; ++i)
      hop.cues[i] += (float)(share * 2.0 * uniform());
    if (k == 0) seed = at;
  }
  hop.cues[CUE_BANDWIDTH] = 8.0f;
  return hop;
}

/// The features f of docs/model-format.md.
static void features(const HopFeatures* hop, double f[CHANGE_FEATURES]) {
  static const char* const names[] = {
      "flux",    "flux_bass", "flux_low",   "flux_mid", "flux_high", "centroid",  "spectral_spread",
      "rolloff", "flatness",  "bass_share", "contrast", "register",  "tonalness", "roughness"};
  double mean = 0.0;
  for (unsigned g = 0; g < 16; ++g) {
    const unsigned from = g * MELS / 16, to = (g + 1) * MELS / 16;
    f[g] = f[16 + g] = 0.0;
    for (unsigned i = from; i < to; ++i) {
      double sum = 0.0, squares = 0.0;
      for (unsigned k = 0; k < FRONTEND_FRAMES; ++k)
        sum += (double)hop->logmel[k * MELS + i] / FRONTEND_FRAMES;
      for (unsigned k = 0; k < FRONTEND_FRAMES; ++k)
        squares += pow((double)hop->logmel[k * MELS + i] - sum, 2.0) / FRONTEND_FRAMES;
      f[g] += sum / (to - from);
      f[16 + g] += sqrt(squares) / (to - from);
    }
    mean += f[g] / 16.0;
  }
  for (unsigned g = 0; g < 16; ++g)
    f[g] -= mean;
  for (unsigned i = 0; i < 12; ++i)
    f[32 + i] = sqrt((double)hop->chroma[i]);
  for (unsigned i = 0; i < 14; ++i)
    f[44 + i] = (double)hop->cues[cue_find(names[i])];
}

typedef struct {
  double z[HOPS][K]; // of the sounding hops of this piece
  unsigned count;
  unsigned since_gap, since_burst; // in sounding hops
  unsigned since_almost;           // in all hops
} Heard;

static void mean_of(const Heard* h, unsigned end, unsigned hops, double mean[K]) {
  for (unsigned k = 0; k < K; ++k) {
    mean[k] = 0.0;
    for (unsigned i = end - hops; i < end; ++i)
      mean[k] += h->z[i][k] / hops;
  }
}

static double apart(const double* a, const double* b) {
  double sum = 0.0;
  for (unsigned k = 0; k < K; ++k)
    sum += (a[k] - b[k]) * (a[k] - b[k]) / K;
  return sum;
}

static double novelty(const Heard* h) {
  double nearest[5] = {INFINITY, INFINITY, INFINITY, INFINITY, INFINITY}; // the block, its hops
  double now[K], block[K], sum[K] = {0}, squares[K] = {0}, variance = 0.0;
  unsigned blocks = 0;
  mean_of(h, h->count, 4, now);
  for (unsigned end = h->count - 4; end >= 4 && h->count - end + 4 <= 100; end -= 2, ++blocks) {
    mean_of(h, end, 4, block);
    nearest[0] = fmin(nearest[0], apart(now, block));
    for (unsigned i = 0; i < 4; ++i)
      nearest[1 + i] = fmin(nearest[1 + i], apart(h->z[h->count - 1 - i], block));
    for (unsigned k = 0; k < K; ++k)
      sum[k] += block[k], squares[k] += block[k] * block[k];
  }
  for (unsigned k = 0; k < K; ++k)
    variance += (squares[k] / blocks - pow(sum[k] / blocks, 2.0)) / K;
  double least = nearest[0];
  for (unsigned i = 1; i < 5; ++i)
    least = fmin(least, nearest[i]);
  return least / (variance + 0.5);
}

static unsigned begin_of(const Heard* h) {
  double after[K], before[K], largest = -1.0;
  unsigned begin = 0;
  for (unsigned hops = 2; hops <= 6; ++hops) {
    mean_of(h, h->count - hops + 2, 2, after);
    mean_of(h, h->count - hops, 2, before);
    if (apart(after, before) > largest) largest = apart(after, before), begin = hops;
  }
  return begin;
}

static void project(const ChangePlan* plan, const HopFeatures* hop, double* z) {
  double f[CHANGE_FEATURES];
  features(hop, f);
  for (unsigned k = 0; k < K; ++k) {
    double sum = 0.0;
    for (unsigned i = 0; i < CHANGE_FEATURES; ++i)
      sum += (double)plan->weight[k][i] * f[i];
    z[k] = isfinite(sum) ? sum : 0.0;
  }
}

/// The result by the definition: 0, or how many hops ago a piece began.
static unsigned expect(Heard* h, const ChangePlan* plan, const HopFeatures* hop,
                       const HopFeatures* staggered, bool* in_gap) {
  *in_gap = false;
  ++h->since_almost;
  if (hop->burst) {
    h->since_burst = 0;
    return 0;
  }
  if (hop->cues[CUE_LOUDNESS_MOMENTARY] < -30.0f) {
    h->since_gap = 0;
    return 0;
  }
  ++h->since_gap, ++h->since_burst;
  double* z = h->z[h->count];
  project(plan, hop, z);
  if (staggered && !staggered->burst && staggered->cues[CUE_LOUDNESS_MOMENTARY] >= -30.0f) {
    double other[K];
    project(plan, staggered, other);
    for (unsigned k = 0; k < K; ++k)
      z[k] = (z[k] + other[k]) / 2.0;
  }
  if (++h->count < 4 + 32 || h->since_burst < 6) return 0;
  *in_gap = h->since_gap >= 4 && h->since_gap <= 6;
  const double share = novelty(h) / ((double)plan->threshold * (*in_gap ? (double)plan->gap : 1.0));
  if (share < 1.0) {
    if (share >= 0.9) h->since_almost = 0;
    return 0;
  }
  h->since_almost = 100;
  const unsigned begin = begin_of(h);
  memmove(h->z, h->z + h->count - begin, begin * sizeof *h->z);
  h->count = begin;
  return begin;
}

static ChangePlan make_plan(float threshold, float gap) {
  ChangePlan plan = {.dimensions = K, .n_mel = MELS, .threshold = threshold, .gap = gap};
  for (unsigned k = 0; k < K; ++k)
    for (unsigned i = 0; i < CHANGE_FEATURES; ++i)
      plan.weight[k][i] = (float)((i < 32 ? 0.05 : i < 44 ? 1.0 : 0.15) * uniform());
  return plan;
}

static void pieces_begin_where_the_definition_says(void** state) {
  (void)state;
  unsigned found[CHANGE_REACH + 1] = {0}, after_gaps = 0, almost = 0;
  for (unsigned round = 0; round < 12; ++round) {
    static Heard heard;
    Change change;
    seed = 1 + round;
    const ChangePlan plan = make_plan(round % 2 ? 0.3f : 1.2f, round % 3 ? 0.4f : 1.0f);
    heard = (Heard){.since_gap = 100, .since_burst = 100, .since_almost = 100};
    change_reset(&change);
    unsigned piece = 0, left = 150; // more than the detector remembers
    for (unsigned t = 0; t < HOPS; ++t) {
      HopFeatures hop = make_hop(piece, 0.5);
      hop.cues[CUE_LOUDNESS_MOMENTARY] = (float)(5.0 * uniform());
      const double chance = uniform();
      hop.burst = chance > 0.97;
      if (chance < -0.95 || (left < 3 && piece % 2)) hop.cues[CUE_LOUDNESS_MOMENTARY] = -31.0f;
      if (chance > 0.0 && chance < 0.01) hop.cues[CUE_CENTROID] = NAN;
      if (left-- == 0) ++piece, left = 20 + (unsigned)(20.0 * (1.0 + uniform()));
      // A burst, or almost silence, sounds like nothing before.
      const double odd = uniform();
      HopFeatures other = make_hop(odd > 0.6 ? 1000 + t : piece, 0.5);
      other.burst = odd > 0.6 && odd < 0.8;
      other.cues[CUE_LOUDNESS_MOMENTARY] = odd > 0.8 ? -31.0f : 0.0f;
      const HopFeatures* staggered = round < 6 ? &other : NULL;
      bool in_gap;
      const unsigned expected = expect(&heard, &plan, &hop, staggered, &in_gap);
      assert_int_equal(change_step(&plan, &change, &hop, staggered), expected);
      assert_int_equal(change.since_almost, heard.since_almost < 16 ? heard.since_almost : 16);
      almost += heard.since_almost == 0;
      ++found[expected];
      after_gaps += expected && in_gap;
    }
  }
  print_message("began 2 to 6 hops ago: %u %u %u %u %u; after gaps %u; almost %u\n", found[2],
                found[3], found[4], found[5], found[6], after_gaps, almost);
  for (unsigned i = 2; i <= CHANGE_REACH; ++i)
    assert_true(found[i] > 0);
  assert_true(after_gaps > 3 && almost > 3);
}

static void other_missing_bands_are_no_new_piece(void** state) {
  (void)state;
  const ChangePlan plan = make_plan(0.3f, 1.0f);
  for (unsigned narrow = 0; narrow < 2; ++narrow) {
    Change change;
    change_reset(&change);
    unsigned found = 0;
    for (unsigned t = 0; t < 80; ++t) {
      HopFeatures hop = make_hop(t / 40, 0.1);
      if (narrow && t >= 40) hop.cues[CUE_BANDWIDTH] -= 0.25f;
      found += change_step(&plan, &change, &hop, NULL) > 0;
    }
    assert_int_equal(found, narrow ? 0 : 1);
  }
}

static void without_weights_no_new_piece_is_found(void** state) {
  (void)state;
  ChangePlan plan = make_plan(0.001f, 1.0f);
  plan.dimensions = 0;
  Change change;
  change_reset(&change);
  for (unsigned t = 0; t < 60; ++t) {
    const HopFeatures hop = make_hop(t / 30, 0.1);
    assert_int_equal(change_step(&plan, &change, &hop, NULL), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(pieces_begin_where_the_definition_says),
                                     cmocka_unit_test(other_missing_bands_are_no_new_piece),
                                     cmocka_unit_test(without_weights_no_new_piece_is_found)};
  return cmocka_run_group_tests_name("new pieces", tests, NULL, NULL);
}
