// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The causal transformer of temporal.h: pre-norm blocks (Xiong et al. 2020) whose keys and values
/// of the last `window` hops are kept.
#include "inference/temporal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// ---- loading

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

int transformer_load(Loader* loader, const TemporalSpec* spec, TemporalWeights* weights,
                     const char* prefix) {
  const unsigned d = spec->hidden;
  char base[96];
  snprintf(base, sizeof base, "%stransformer.", prefix);
  if (load_linear(loader, base, "input", d, spec->n_inputs, &weights->input) < 0 ||
      load_vector(loader, base, "norm.weight", d, &weights->norm_scale) < 0 ||
      load_vector(loader, base, "norm.bias", d, &weights->norm_shift) < 0)
    return -1;
  for (unsigned i = 0; i < spec->layers; i++) {
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
    loader->work += 2 * (size_t)spec->window * d;
  }
  return 0;
}

// ---- running

// State: for each block [window][2 D], keys beside values.
// Scratch: y, normed, attended [rows][D], wide [rows][ff], qkv [layers][rows][3 D], scores
// [window], shown [window].

typedef struct {
  float *y, *normed, *attended, *wide, *qkv, *scores, *shown;
} Scratch;

static Scratch divide(const TemporalSpec* spec, size_t rows, float* memory) {
  const size_t d = spec->hidden;
  Scratch s;
  s.y = memory;
  s.normed = s.y + rows * d;
  s.attended = s.normed + rows * d;
  s.wide = s.attended + rows * d;
  s.qkv = s.wide + rows * spec->ff;
  s.scores = s.qkv + spec->layers * rows * 3 * d;
  s.shown = s.scores + spec->window;
  return s;
}

size_t transformer_scratch_size(const TemporalSpec* spec, size_t rows) {
  const size_t d = spec->hidden;
  return rows * (3 * d + spec->ff + spec->layers * 3 * d) + 2 * (size_t)spec->window;
}

static void apply(const Compute* compute, const Product* p, size_t rows, const float* in,
                  float* out) {
  compute->gemm(rows, p->n, p->k, in, p->k, p->panels, p->bias, out, p->n);
  compute->tame(out, rows * p->n);
}

/// Self-attention of one row.  \param shown NULL, or the heads' mean weights are added to it
static void attend(const TemporalSpec* spec, const TransformerBlock* b, const Compute* compute,
                   const float* kept, uint64_t hops, const float* qkv, float* scores, float* out,
                   float* shown) {
  const size_t d = spec->hidden, n = d / spec->heads, window = spec->window;
  const size_t past = hops < window - 1 ? (size_t)hops : window - 1;
  const float scale = 1.0f / sqrtf((float)n);
  memset(out, 0, d * sizeof *out);
  for (size_t head = 0; head < spec->heads; head++) {
    const size_t at = head * n;
    for (size_t age = 0; age <= past; age++) {
      const float* key = age ? kept + (size_t)((hops - age) % window) * 2 * d : qkv + d;
      scores[past - age] =
          compute->dot(qkv + at, key + at, n) * scale + b->age[head * window + age];
    }
    compute->tame(scores, past + 1);
    compute->softmax(scores, past + 1);
    for (size_t age = past + 1; age-- > 0;) {
      const float* value = age ? kept + (size_t)((hops - age) % window) * 2 * d + d : qkv + 2 * d;
      compute->add_scaled(out + at, scores[past - age], value + at, n);
    }
    if (shown) compute->add_scaled(shown, 1.0f / (float)spec->heads, scores, past + 1);
  }
}

void transformer_try(const TemporalSpec* spec, const TemporalWeights* weights,
                     const Compute* compute, const float* state, uint64_t hops, const float* x,
                     size_t rows, float* scratch, float* out, float* weights_out) {
  const Scratch s = divide(spec, rows, scratch);
  const size_t d = spec->hidden, window = spec->window;
  memset(s.shown, 0, window * sizeof *s.shown);
  apply(compute, &weights->input, rows, x, s.y);
  for (unsigned i = 0; i < spec->layers; i++) {
    const TransformerBlock* b = &weights->blocks[i];
    float* qkv = s.qkv + i * rows * 3 * d;
    for (size_t r = 0; r < rows; r++)
      layers_norm(s.normed + r * d, s.y + r * d, b->norm1_scale, b->norm1_shift, 1e-5f, d);
    apply(compute, &b->qkv, rows, s.normed, qkv);
    for (size_t r = 0; r < rows; r++)
      attend(spec, b, compute, state + i * window * 2 * d, hops, qkv + r * 3 * d, s.scores,
             s.attended + r * d, r == 0 && i + 1 == spec->layers ? s.shown : NULL);
    apply(compute, &b->out, rows, s.attended, s.normed);
    compute->add_scaled(s.y, 1.0f, s.normed, rows * d);
    for (size_t r = 0; r < rows; r++)
      layers_norm(s.normed + r * d, s.y + r * d, b->norm2_scale, b->norm2_shift, 1e-5f, d);
    apply(compute, &b->ff0, rows, s.normed, s.wide);
    layers_gelu(s.wide, rows * spec->ff);
    apply(compute, &b->ff1, rows, s.wide, s.normed);
    compute->add_scaled(s.y, 1.0f, s.normed, rows * d);
    compute->tame(s.y, rows * d);
  }
  for (size_t r = 0; r < rows; r++)
    layers_norm(out + r * d, s.y + r * d, weights->norm_scale, weights->norm_shift, 1e-5f, d);
  if (weights_out)
    memcpy(weights_out, s.shown, (hops < window ? (size_t)hops + 1 : window) * sizeof *weights_out);
}

void transformer_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                        const float* scratch) {
  const Scratch s = divide(spec, rows, (float*)(uintptr_t)scratch); // addresses only
  const size_t d = spec->hidden, window = spec->window;
  for (unsigned i = 0; i < spec->layers; i++)
    memcpy(state + (i * window + (size_t)(hops % window)) * 2 * d, s.qkv + i * rows * 3 * d + d,
           2 * d * sizeof *state);
}
