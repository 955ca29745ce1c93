// SPDX-License-Identifier: GPL-3.0-or-later
// Detects that another piece has begun, without silence between them.
#include "inference/change.h"

#include <math.h>
#include <string.h>

#define GROUPS 16         // of mel bands
#define QUIET (-30.0f)    // LU re the slow loudness: below this a hop counts as a gap
#define GAP_HOPS 6        // the threshold after a gap holds for so many hops
#define SPREAD_FLOOR 0.5f // least spread of the earlier hops, in units of change.weight
#define ALMOST 0.9f       // share of the threshold from which a hop is almost a new piece
#define RING (CHANGE_MEMORY + CHANGE_HOPS)

static const Cue cues[] = {CUE_FLUX,      CUE_FLUX_BASS,  CUE_FLUX_LOW,        CUE_FLUX_MID,
                           CUE_FLUX_HIGH, CUE_CENTROID,   CUE_SPECTRAL_SPREAD, CUE_ROLLOFF,
                           CUE_FLATNESS,  CUE_BASS_SHARE, CUE_CONTRAST,        CUE_REGISTER,
                           CUE_TONALNESS, CUE_ROUGHNESS};
_Static_assert(2 * GROUPS + FRONTEND_CHROMA + sizeof cues / sizeof *cues == CHANGE_FEATURES,
               "the features are counted");

static int get_number(Loader* loader, const json_t* object, const char* key, double fallback,
                      float* value) {
  const json_t* number = json_object_get(object, key);
  const double x = number ? json_number_value(number) : fallback;
  if (!(x > 0 && x <= 1e6))
    return message_set(loader->message, "\"change\": \"%s\" is not a number above 0.", key);
  *value = (float)x;
  return 0;
}

int change_load(ChangePlan* plan, Loader* loader, const json_t* config, unsigned n_mel) {
  const json_t* object = json_object_get(config, "change");
  *plan = (ChangePlan){.n_mel = n_mel};
  if (!object) return 0;
  const Tensor* t = safetensors_find(loader->file, "change.weight");
  if (!t || t->rank != 2 || t->shape[0] < 1 || t->shape[0] > CHANGE_MAX_DIMENSIONS)
    return message_set(loader->message, "tensor \"change.weight\" is %s.",
                       t ? "not of 1 to 32 rows" : "missing");
  const unsigned n = (unsigned)t->shape[0];
  const float* weight = loader_tensor(loader, "change.", "weight", 2, n, (unsigned)CHANGE_FEATURES);
  if (!weight || get_number(loader, object, "threshold", 0, &plan->threshold) < 0 ||
      get_number(loader, object, "gap", 1, &plan->gap) < 0)
    return -1;
  memcpy(plan->weight, weight, (size_t)n * sizeof plan->weight[0]);
  plan->dimensions = n;
  return 0;
}

void change_reset(Change* change) {
  change->at = change->count = 0;
  change->since_gap = GAP_HOPS + 1;
  change->since_burst = CHANGE_REACH;
  change->since_almost = CHANGE_DOUBT_HOPS;
  change->bandwidth = 0.0f;
}

/// Mean and deviation over the hop's frames, averaged within groups of mel bands.  The mean of all
/// groups is subtracted from the means, so that level does not count.
static void mel_features(const HopFeatures* hop, unsigned n_mel, float* levels, float* deviations) {
  float all = 0;
  for (unsigned g = 0; g < GROUPS; ++g) {
    const unsigned first = g * n_mel / GROUPS, end = (g + 1) * n_mel / GROUPS;
    levels[g] = deviations[g] = 0;
    for (unsigned i = first; i < end; ++i) {
      float sum = 0, squares = 0;
      for (unsigned f = 0; f < FRONTEND_FRAMES; ++f)
        sum += hop->logmel[f * n_mel + i];
      const float mean = sum / FRONTEND_FRAMES;
      for (unsigned f = 0; f < FRONTEND_FRAMES; ++f) {
        const float off = hop->logmel[f * n_mel + i] - mean;
        squares += off * off;
      }
      levels[g] += mean / (float)(end - first);
      deviations[g] += sqrtf(squares / FRONTEND_FRAMES) / (float)(end - first);
    }
    all += levels[g] / GROUPS;
  }
  for (unsigned g = 0; g < GROUPS; ++g)
    levels[g] -= all;
}

static void project(const ChangePlan* plan, const HopFeatures* hop, float* out) {
  float x[CHANGE_FEATURES];
  mel_features(hop, plan->n_mel, x, x + GROUPS);
  float* rest = x + 2 * (size_t)GROUPS;
  for (unsigned i = 0; i < FRONTEND_CHROMA; ++i)
    *rest++ = sqrtf(hop->chroma[i]);
  for (size_t i = 0; i < sizeof cues / sizeof *cues; ++i)
    *rest++ = hop->cues[cues[i]];
  for (unsigned k = 0; k < plan->dimensions; ++k) {
    float sum = 0;
    for (unsigned i = 0; i < CHANGE_FEATURES; ++i)
      sum += plan->weight[k][i] * x[i];
    out[k] = isfinite(sum) ? sum : 0;
  }
}

/// The features of the hop that is \p age hops old.
static const float* heard(const Change* change, unsigned age) {
  return change->heard[(change->at + 2 * RING - 1 - age) % RING];
}

/// Mean of \p hops hops; the newest of them is \p age hops old.
static void block_mean(const Change* change, unsigned dimensions, unsigned age, unsigned hops,
                       float* mean) {
  memset(mean, 0, dimensions * sizeof *mean);
  for (unsigned i = 0; i < hops; ++i) {
    const float* z = heard(change, age + i);
    for (unsigned k = 0; k < dimensions; ++k)
      mean[k] += z[k] / (float)hops;
  }
}

static float distance(const float* a, const float* b, unsigned n) {
  float sum = 0;
  for (unsigned k = 0; k < n; ++k)
    sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum / (float)n;
}

/// Distances to the nearest earlier block: of the newest block, and of each of its hops.
typedef struct {
  float block, hop[CHANGE_HOPS];
} Nearest;

static float least(const Nearest* nearest) {
  float least = nearest->block;
  for (unsigned i = 0; i < CHANGE_HOPS; ++i)
    least = fminf(least, nearest->hop[i]);
  return least;
}

/// Distance of the newest block from the nearest earlier block, divided by the spread of the
/// earlier ones.  Each of its hops must be as far away, so that a short sound is not a new piece.
static float novelty(const ChangePlan* plan, const Change* change) {
  const unsigned n = plan->dimensions;
  float now[CHANGE_MAX_DIMENSIONS], block[CHANGE_MAX_DIMENSIONS];
  float sum[CHANGE_MAX_DIMENSIONS] = {0}, squares = 0;
  Nearest nearest = {.block = INFINITY, .hop = {INFINITY, INFINITY, INFINITY, INFINITY}};
  unsigned blocks = 0;
  block_mean(change, n, 0, CHANGE_HOPS, now);
  for (unsigned age = CHANGE_HOPS; age + CHANGE_HOPS <= change->count; age += CHANGE_HOPS / 2) {
    block_mean(change, n, age, CHANGE_HOPS, block);
    nearest.block = fminf(nearest.block, distance(now, block, n));
    for (unsigned i = 0; i < CHANGE_HOPS; ++i)
      nearest.hop[i] = fminf(nearest.hop[i], distance(heard(change, i), block, n));
    for (unsigned k = 0; k < n; ++k) {
      sum[k] += block[k];
      squares += block[k] * block[k];
    }
    ++blocks;
  }
  const float share = 1.0f / (float)blocks;
  float spread = squares * share;
  for (unsigned k = 0; k < n; ++k)
    spread -= sum[k] * share * sum[k] * share;
  return least(&nearest) / (fmaxf(spread, 0) / (float)n + SPREAD_FLOOR);
}

/// Find the largest step between two hops and the two before them.  \return hops since then
static unsigned begin_of_piece(const ChangePlan* plan, const Change* change) {
  float after[CHANGE_MAX_DIMENSIONS], before[CHANGE_MAX_DIMENSIONS], largest = -1;
  unsigned begin = CHANGE_HOPS;
  for (unsigned hops = 2; hops <= CHANGE_REACH; ++hops) {
    block_mean(change, plan->dimensions, hops - 2, 2, after);
    block_mean(change, plan->dimensions, hops, 2, before);
    const float step = distance(after, before, plan->dimensions);
    if (step > largest) {
      largest = step;
      begin = hops;
    }
  }
  return begin;
}

/// The mean of both hops' features, which depends less on where hops begin.
static void project_both(const ChangePlan* plan, const HopFeatures* hop,
                         const HopFeatures* staggered, float* out) {
  project(plan, hop, out);
  if (!staggered || staggered->burst || staggered->cues[CUE_LOUDNESS_MOMENTARY] < QUIET) return;
  float other[CHANGE_MAX_DIMENSIONS];
  project(plan, staggered, other);
  for (unsigned k = 0; k < plan->dimensions; ++k)
    out[k] = 0.5f * (out[k] + other[k]);
}

unsigned change_step(const ChangePlan* plan, Change* change, const HopFeatures* hop,
                     const HopFeatures* staggered) {
  if (plan->dimensions == 0) return 0;
  if (change->since_almost < CHANGE_DOUBT_HOPS) change->since_almost++;
  if (hop->burst) {
    change->since_burst = 0;
    return 0;
  }
  if (hop->cues[CUE_LOUDNESS_MOMENTARY] < QUIET) { // an almost silent hop has no usable features
    change->since_gap = 0;
    return 0;
  }
  if (hop->cues[CUE_BANDWIDTH] != change->bandwidth) change->count = 0; // other bands are filled
  change->bandwidth = hop->cues[CUE_BANDWIDTH];
  if (change->since_gap <= GAP_HOPS) change->since_gap++;
  if (change->since_burst < CHANGE_REACH) change->since_burst++;
  project_both(plan, hop, staggered, change->heard[change->at]);
  change->at = (change->at + 1) % RING;
  if (change->count < RING) change->count++;
  if (change->count < CHANGE_HOPS + CHANGE_LEAST || change->since_burst < CHANGE_REACH) return 0;
  const bool gap = change->since_gap <= GAP_HOPS && change->since_gap >= CHANGE_HOPS;
  const float threshold = plan->threshold * (gap ? plan->gap : 1.0f);
  const float now = novelty(plan, change);
  if (now < threshold) {
    if (now >= ALMOST * threshold) change->since_almost = 0;
    return 0;
  }
  change->since_almost = CHANGE_DOUBT_HOPS;
  change->count = begin_of_piece(plan, change);
  return change->count;
}
