// SPDX-License-Identifier: GPL-3.0-or-later
// Attention scores of the attentive LSTM.
#include "inference/attention_score.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static unsigned padded(unsigned n) {
  return (n + COMPUTE_LANES - 1) / COMPUTE_LANES * COMPUTE_LANES;
}

/// \return the first dimension of a tensor of rank \p rank, 1..512; 0 and an error message if it is
/// something else.  loader_tensor() checks the other dimensions.
static unsigned first_size(Loader* loader, const char* prefix, const char* suffix, unsigned rank) {
  char name[64];
  snprintf(name, sizeof name, "%s%s", prefix, suffix);
  const Tensor* t = safetensors_find(loader->file, name);
  if (t && t->rank == rank && t->shape[0] >= 1 && t->shape[0] <= 512) return (unsigned)t->shape[0];
  message_set(loader->message, "tensor \"%s\" is %s.", name,
              !t          ? "missing"
              : rank == 1 ? "not a vector of 1 to 512 values"
                          : "not a matrix of 1 to 512 rows");
  return 0;
}

/// Set a width that every member shares.  \return 0 or -1
static int set_width(Loader* loader, unsigned* width, unsigned value, const char* prefix,
                     const char* suffix) {
  if (*width && *width != value)
    return message_set(loader->message, "tensor \"%s%s\" does not have the first member's width.",
                       prefix, suffix);
  *width = value;
  return 0;
}

static int load_matrix(Loader* loader, Product* product, const char* prefix, const char* suffix,
                       unsigned n, unsigned k) {
  const float* w = loader_tensor(loader, prefix, suffix, 2, n, k);
  return w ? loader_product(loader, product, n, k, w, 0, NULL, NULL, NULL, 1) : -1;
}

static void multiply(const TemporalTry* step, const Product* p, const float* in, float* out,
                     size_t stride) {
  step->compute->gemm(step->rows, p->n, p->k, in, p->k, p->panels, p->bias, out, stride);
}

// ---- additive: Bahdanau et al. 2015

/// Copy rows of \p width values, each padded with zeros to \p stride.
static float* copy_padded(Loader* loader, const float* values, unsigned rows, unsigned width,
                          unsigned stride) {
  float* copy = weights_new(loader, (size_t)rows * stride);
  for (size_t r = 0; copy && r < rows; ++r)
    memcpy(copy + r * stride, values + r * width, width * sizeof *copy);
  return copy;
}

static int load_additive(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                         const char* prefix) {
  const unsigned a = first_size(loader, prefix, "attention.v", 1), wide = padded(a);
  if (!a || set_width(loader, &spec->attention, wide, prefix, "attention.v") < 0) return -1;
  const float *v = loader_tensor(loader, prefix, "attention.v", 1, a), *age = NULL;
  if (!v || (loader_has(loader, prefix, "attention.age") &&
             !(age = loader_tensor(loader, prefix, "attention.age", 2, spec->window, a))))
    return -1;
  weights->v = copy_padded(loader, v, 1, a, wide);
  weights->age = age ? copy_padded(loader, age, spec->window, a, wide)
                     : weights_new(loader, (size_t)spec->window * wide);
  if (loader_count(loader, 8 * (size_t)spec->window * wide) < 0) return -1; // one tanh counts as 8
  if (!weights->v || !weights->age) return -1;
  return load_matrix(loader, &weights->query, prefix, "attention.query", a, spec->hidden) < 0
             ? -1
             : load_matrix(loader, &weights->key, prefix, "attention.key", a, spec->hidden);
}

static void prepare_additive(const TemporalTry* step, const float* h, float* queries, float* keys,
                             float* projected) {
  (void)projected;
  multiply(step, &step->weights->key, h, keys, step->spec->attention);
  multiply(step, &step->weights->query, h, queries, step->spec->attention);
}

static float score_additive(const TemporalTry* step, const float* query, const float* key,
                            size_t age) {
  const size_t a = step->spec->attention;
  return step->compute->tanh_score(query, key, step->weights->age + age * a, step->weights->v, a);
}

// ---- dot product

static int load_dot(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                    const char* prefix) {
  const unsigned h = spec->hidden;
  const float* age = NULL;
  spec->attention = padded(h);
  if (loader_has(loader, prefix, "attention.age") &&
      !(age = loader_tensor(loader, prefix, "attention.age", 1, spec->window)))
    return -1;
  weights->age = age ? loader_copy(loader, age, spec->window) : weights_new(loader, spec->window);
  return weights->age ? load_matrix(loader, &weights->key, prefix, "attention.key", h, h) : -1;
}

static void prepare_dot(const TemporalTry* step, const float* h, float* queries, float* keys,
                        float* projected) {
  (void)projected;
  const size_t n = step->spec->hidden, a = step->spec->attention;
  multiply(step, &step->weights->key, h, keys, a);
  for (size_t r = 0; r < step->rows; ++r)
    memcpy(queries + r * a, h + r * n, n * sizeof *queries);
}

static float score_dot(const TemporalTry* step, const float* query, const float* key, size_t age) {
  const float scale = 1.0f / sqrtf((float)step->spec->hidden);
  return step->compute->dot(query, key, step->spec->attention) * scale + step->weights->age[age];
}

// ---- cosine: of a projection of the inputs, so that a repeated passage gets a high score

static int load_tau(Loader* loader, TemporalWeights* weights, const char* prefix) {
  const float* tau = loader_tensor(loader, prefix, "attention.tau", 1, 1u);
  if (!tau) return -1;
  weights->tau = *tau;
  if (!(weights->tau > 0 && weights->tau <= 100))
    return message_set(loader->message,
                       "tensor \"%sattention.tau\" must be above 0 and at most 100.", prefix);
  return 0;
}

static int load_cosine(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                       const char* prefix) {
  const unsigned p = first_size(loader, prefix, "attention.input.weight", 2);
  const unsigned a = p ? first_size(loader, prefix, "attention.query", 2) : 0;
  if (!a || set_width(loader, &spec->projected, p, prefix, "attention.input.weight") < 0 ||
      set_width(loader, &spec->attention, padded(a), prefix, "attention.query") < 0)
    return -1;
  if (loader_has(loader, prefix, "attention.age"))
    return message_set(loader->message,
                       "tensor \"%sattention.age\" is not allowed with a cosine score.", prefix);
  const float* w = loader_tensor(loader, prefix, "attention.input.weight", 2, p, spec->n_inputs);
  const float* b = w ? loader_tensor(loader, prefix, "attention.input.bias", 1, p) : NULL;
  if (loader_count(loader, (size_t)spec->window * spec->attention) < 0) return -1;
  if (!b ||
      loader_product(loader, &weights->project, p, spec->n_inputs, w, 0, NULL, b, NULL, 1) < 0 ||
      load_matrix(loader, &weights->query, prefix, "attention.query", a, p) < 0 ||
      load_matrix(loader, &weights->key, prefix, "attention.key", a, p) < 0)
    return -1;
  return load_tau(loader, weights, prefix);
}

/// Scale each row to the norm \p length.
static void scale_rows(const TemporalTry* step, float* rows, float length) {
  const size_t a = step->spec->attention;
  for (size_t r = 0; r < step->rows; ++r) {
    float* row = rows + r * a;
    const float norm = sqrtf(step->compute->dot(row, row, a));
    const float gain = length / (norm > 1e-12f ? norm : 1e-12f);
    for (size_t i = 0; i < a; ++i)
      row[i] *= gain;
  }
}

static void prepare_cosine(const TemporalTry* step, const float* h, float* queries, float* keys,
                           float* projected) {
  (void)h;
  const TemporalWeights* w = step->weights;
  const size_t p = step->spec->projected;
  multiply(step, &w->project, step->x, projected, p);
  step->compute->tanh(projected, step->rows * p);
  multiply(step, &w->query, projected, queries, step->spec->attention);
  multiply(step, &w->key, projected, keys, step->spec->attention);
  scale_rows(step, queries, w->tau);
  scale_rows(step, keys, 1.0f);
}

static float score_cosine(const TemporalTry* step, const float* query, const float* key,
                          size_t age) {
  (void)age;
  return step->compute->dot(query, key, step->spec->attention);
}

// ---- the table

static const AttentionScore scores[] = {
    {"additive", load_additive, prepare_additive, score_additive},
    {"dot", load_dot, prepare_dot, score_dot},
    {"cosine", load_cosine, prepare_cosine, score_cosine},
};

const AttentionScore* attention_score_find(const char* name) {
  for (size_t i = 0; i < sizeof scores / sizeof *scores; ++i)
    if (strcmp(name, scores[i].name) == 0) return &scores[i];
  return NULL;
}
