// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The causal transformer, a temporal kind: pre-norm blocks (Xiong et al. 2020), which keep the
/// keys and values of the last `window` hops.
#include "inference/temporal_kind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// ---- loading

static int parse(Loader* loader, TemporalSpec* spec, const json_t* json) {
  static const char where[] = "\"temporal\"";
  if (temporal_parse_hidden(loader, spec, json) < 0 ||
      temporal_parse_window(loader, spec, json) < 0 ||
      loader_number(loader, json, where, "heads", 1, 512, 4, &spec->heads) < 0 ||
      loader_number(loader, json, where, "ff", 1, 2048, 2 * spec->hidden, &spec->ff) < 0)
    return -1;
  if (spec->hidden % spec->heads)
    return message_set(loader->message, "\"temporal\": \"heads\" %u does not divide \"hidden\" %u.",
                       spec->heads, spec->hidden);
  return 0;
}

static int load_vector(Loader* loader, const char* base, const char* name, unsigned n,
                       float** out) {
  const float* values = loader_tensor(loader, base, name, 1, n);
  return values && (*out = loader_copy(loader, values, n)) ? 0 : -1;
}

static int load_linear(Loader* loader, const char* base, const char* name, unsigned n, unsigned k,
                       Product* product) {
  char weight[64], bias[64];
  snprintf(weight, sizeof weight, "%s.weight", name);
  snprintf(bias, sizeof bias, "%s.bias", name);
  const float* w = loader_tensor(loader, base, weight, 2, n, k);
  const float* b = w ? loader_tensor(loader, base, bias, 1, n) : NULL;
  return b ? loader_product(loader, product, n, k, w, 0, NULL, b, NULL, 1) : -1;
}

static int load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights, const char* prefix) {
  const unsigned d = spec->hidden;
  char base[96];
  snprintf(base, sizeof base, "%stransformer.", prefix);
  if (load_linear(loader, base, "input", d, spec->n_inputs, &weights->input) < 0 ||
      load_vector(loader, base, "norm.weight", d, &weights->norm_scale) < 0 ||
      load_vector(loader, base, "norm.bias", d, &weights->norm_shift) < 0)
    return -1;
  for (unsigned i = 0; i < spec->layers; ++i) {
    TransformerBlock* b = &weights->blocks[i];
    snprintf(base, sizeof base, "%stransformer.%u.", prefix, i);
    const float* age = loader_tensor(loader, base, "age", 2, spec->heads, spec->window);
    if (!age || !(b->age = loader_copy(loader, age, (size_t)spec->heads * spec->window)) ||
        load_vector(loader, base, "norm1.weight", d, &b->norm1_scale) < 0 ||
        load_vector(loader, base, "norm1.bias", d, &b->norm1_shift) < 0 ||
        load_vector(loader, base, "norm2.weight", d, &b->norm2_scale) < 0 ||
        load_vector(loader, base, "norm2.bias", d, &b->norm2_shift) < 0 ||
        load_linear(loader, base, "qkv", 3 * d, d, &b->qkv) < 0 ||
        load_linear(loader, base, "out", d, d, &b->out) < 0 ||
        load_linear(loader, base, "ff.0", spec->ff, d, &b->ff0) < 0 ||
        load_linear(loader, base, "ff.1", d, spec->ff, &b->ff1) < 0)
      return -1;
    if (loader_count(loader, 2 * (size_t)spec->window * d) < 0) return -1;
  }
  return 0;
}

// ---- running

// State: for each block [window][2 D], keys beside values.
// Scratch: y, normed, attended [rows][D], wide [rows][ff], qkv [layers][rows][3 D], scores
// [window], shown [window].

typedef struct {
  float *y, *normed, *attended, *wide, *qkv, *scores, *shown;
} TransformerScratch;

static TransformerScratch divide(const TemporalSpec* spec, size_t rows, float* memory) {
  const size_t d = spec->hidden;
  TransformerScratch s;
  s.y = memory;
  s.normed = s.y + rows * d;
  s.attended = s.normed + rows * d;
  s.wide = s.attended + rows * d;
  s.qkv = s.wide + rows * spec->ff;
  s.scores = s.qkv + spec->layers * rows * 3 * d;
  s.shown = s.scores + spec->window;
  return s;
}

static size_t state_size(const TemporalSpec* spec) {
  return spec->layers * (size_t)spec->window * 2 * spec->hidden;
}

static size_t scratch_size(const TemporalSpec* spec, size_t rows) {
  const size_t d = spec->hidden;
  return rows * (3 * d + spec->ff + spec->layers * 3 * d) + 2 * (size_t)spec->window;
}

static void apply(const Compute* compute, const Product* p, size_t rows, const float* in,
                  float* out) {
  compute->gemm(rows, p->n, p->k, in, p->k, p->panels, p->bias, out, p->n);
  compute->clamp_finite(out, rows * p->n);
}

/// Self-attention of one row.  \param shown NULL, or the heads' mean weights are added to it
static void attend(const TemporalTry* step, const TransformerBlock* b, const float* kept,
                   const float* qkv, float* scores, float* out, float* shown) {
  const TemporalSpec* spec = step->spec;
  const Compute* compute = step->compute;
  const uint64_t hops = step->hops;
  const size_t d = spec->hidden, n = d / spec->heads, window = spec->window;
  const size_t past = temporal_past(spec, hops);
  const float scale = 1.0f / sqrtf((float)n);
  memset(out, 0, d * sizeof *out);
  for (size_t head = 0; head < spec->heads; ++head) {
    const size_t at = head * n;
    for (size_t age = 0; age <= past; ++age) {
      const float* key = age ? kept + (size_t)((hops - age) % window) * 2 * d : qkv + d;
      scores[past - age] =
          compute->dot(qkv + at, key + at, n) * scale + b->age[head * window + age];
    }
    compute->clamp_finite(scores, past + 1);
    compute->softmax(scores, past + 1);
    for (size_t age = past + 1; age-- > 0;) {
      const float* value = age ? kept + (size_t)((hops - age) % window) * 2 * d + d : qkv + 2 * d;
      compute->add_scaled(out + at, scores[past - age], value + at, n);
    }
    if (shown) compute->add_scaled(shown, 1.0f / (float)spec->heads, scores, past + 1);
  }
}

static void attempt(const TemporalTry* step) {
  const TemporalSpec* spec = step->spec;
  const TemporalWeights* weights = step->weights;
  const Compute* compute = step->compute;
  const size_t rows = step->rows;
  const TransformerScratch s = divide(spec, rows, step->scratch);
  const size_t d = spec->hidden, window = spec->window;
  memset(s.shown, 0, window * sizeof *s.shown);
  apply(compute, &weights->input, rows, step->x, s.y);
  for (unsigned i = 0; i < spec->layers; ++i) {
    const TransformerBlock* b = &weights->blocks[i];
    float* qkv = s.qkv + i * rows * 3 * d;
    for (size_t r = 0; r < rows; ++r)
      layers_norm(s.normed + r * d, s.y + r * d, b->norm1_scale, b->norm1_shift, 1e-5f, d);
    apply(compute, &b->qkv, rows, s.normed, qkv);
    for (size_t r = 0; r < rows; ++r)
      attend(step, b, step->state + i * window * 2 * d, qkv + r * 3 * d, s.scores,
             s.attended + r * d, r == 0 && i + 1 == spec->layers ? s.shown : NULL);
    apply(compute, &b->out, rows, s.attended, s.normed);
    compute->add_scaled(s.y, 1.0f, s.normed, rows * d);
    for (size_t r = 0; r < rows; ++r)
      layers_norm(s.normed + r * d, s.y + r * d, b->norm2_scale, b->norm2_shift, 1e-5f, d);
    apply(compute, &b->ff0, rows, s.normed, s.wide);
    layers_gelu(s.wide, rows * spec->ff);
    apply(compute, &b->ff1, rows, s.wide, s.normed);
    compute->add_scaled(s.y, 1.0f, s.normed, rows * d);
    compute->clamp_finite(s.y, rows * d);
  }
  for (size_t r = 0; r < rows; ++r)
    layers_norm(step->out + r * d, s.y + r * d, weights->norm_scale, weights->norm_shift, 1e-5f, d);
  if (step->weights_out)
    memcpy(step->weights_out, s.shown,
           (temporal_past(spec, step->hops) + 1) * sizeof *step->weights_out);
}

static void commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                   const float* scratch) {
  const TransformerScratch s =
      divide(spec, rows, (float*)(uintptr_t)scratch); // computes addresses only
  const size_t d = spec->hidden, window = spec->window;
  for (unsigned i = 0; i < spec->layers; ++i)
    memcpy(state + (i * window + (size_t)(hops % window)) * 2 * d, s.qkv + i * rows * 3 * d + d,
           2 * d * sizeof *state);
}

const TemporalKind temporal_transformer = {.name = "transformer",
                                           .parse = parse,
                                           .load = load,
                                           .state_size = state_size,
                                           .scratch_size = scratch_size,
                                           .attempt = attempt,
                                           .commit = commit};
