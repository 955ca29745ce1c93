// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// temporal.h: loading, the recurrent layers and the attentive LSTM (Bahdanau et al. 2015's
/// additive score over the network's own past, as Chaki et al. 2020 use it for music).
#include "inference/temporal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// ---- loading

static int parse_type(Loader* loader, TemporalSpec* spec, const json_t* json) {
  static const char* const names[] = {"none", "rnn", "lstm", "attentive-lstm", "transformer"};
  const char* type = json_string_value(json_object_get(json, "type"));
  for (unsigned i = 0; type && i < sizeof names / sizeof *names; i++)
    if (strcmp(type, names[i]) == 0) {
      spec->type = (TemporalType)i;
      return 0;
    }
  return message_set(loader->message,
                     "\"temporal\": \"type\" is none of none, rnn, lstm, attentive-lstm, "
                     "transformer.");
}

static int parse_score(Loader* loader, TemporalSpec* spec, const json_t* json) {
  const json_t* score = json_object_get(json, "score");
  const char* text = score ? json_string_value(score) : "additive";
  spec->additive = text && strcmp(text, "additive") == 0;
  if (!spec->additive && !(text && strcmp(text, "dot") == 0))
    return message_set(loader->message, "\"temporal\": \"score\" is neither additive nor dot.");
  return 0;
}

int temporal_parse(Loader* loader, TemporalSpec* spec, const json_t* json) {
  static const char where[] = "\"temporal\"";
  if (parse_type(loader, spec, json) < 0) return -1;
  spec->n_outputs = spec->n_inputs;
  if (spec->type == TEMPORAL_NONE) return 0;
  // 0 as the fallback of a required key: it is out of range and refused just below
  if (loader_number(loader, json, where, "hidden", 1, 512, 0, &spec->hidden) < 0 ||
      loader_number(loader, json, where, "layers", 1, TEMPORAL_MAX_LAYERS, 1, &spec->layers) < 0)
    return -1;
  if (!spec->hidden) return message_set(loader->message, "\"temporal\": \"hidden\" is missing.");
  spec->n_outputs = spec->hidden;
  if (spec->type == TEMPORAL_RNN || spec->type == TEMPORAL_LSTM) return 0;
  if (loader_number(loader, json, where, "window", 1, 120, 0, &spec->window) < 0) return -1;
  if (!spec->window) return message_set(loader->message, "\"temporal\": \"window\" is missing.");
  if (spec->type == TEMPORAL_ATTENTIVE) {
    spec->n_outputs = 2 * spec->hidden;
    return parse_score(loader, spec, json);
  }
  if (loader_number(loader, json, where, "heads", 1, 512, 4, &spec->heads) < 0 ||
      loader_number(loader, json, where, "ff", 1, 2048, 2 * spec->hidden, &spec->ff) < 0)
    return -1;
  if (spec->hidden % spec->heads)
    return message_set(loader->message, "\"temporal\": \"heads\" %u does not divide \"hidden\" %u.",
                       spec->heads, spec->hidden);
  return 0;
}

static int load_cells(Loader* loader, const TemporalSpec* spec, TemporalWeights* weights,
                      const char* prefix) {
  const bool rnn = spec->type == TEMPORAL_RNN;
  const unsigned h = spec->hidden, gates = rnn ? h : 4 * h;
  for (unsigned l = 0; l < spec->layers; l++) {
    const unsigned n = l ? h : spec->n_inputs;
    char base[64], suffix[4][32];
    snprintf(base, sizeof base, "%s%s.", prefix, rnn ? "rnn" : "lstm");
    snprintf(suffix[0], sizeof suffix[0], "weight_ih_l%u", l);
    snprintf(suffix[1], sizeof suffix[1], "weight_hh_l%u", l);
    snprintf(suffix[2], sizeof suffix[2], "bias_ih_l%u", l);
    snprintf(suffix[3], sizeof suffix[3], "bias_hh_l%u", l);
    const float *w_ih, *w_hh, *b_ih, *b_hh;
    if (!(w_ih = loader_tensor(loader, base, suffix[0], 2, gates, n)) ||
        !(w_hh = loader_tensor(loader, base, suffix[1], 2, gates, h)) ||
        !(b_ih = loader_tensor(loader, base, suffix[2], 1, gates)) ||
        !(b_hh = loader_tensor(loader, base, suffix[3], 1, gates)) ||
        loader_product(loader, &weights->cells[l], gates, n, w_ih, h, w_hh, b_ih, b_hh, 1) < 0)
      return -1;
  }
  return 0;
}

/// Rows of \p width values, each padded with zeros to \p padded.
static float* copy_padded(Loader* loader, const float* values, unsigned rows, unsigned width,
                          unsigned padded) {
  float* copy = weights_new(loader, (size_t)rows * padded);
  for (size_t r = 0; copy && r < rows; r++)
    memcpy(copy + r * padded, values + r * width, width * sizeof *copy);
  return copy;
}

static int load_additive(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                         const char* prefix) {
  char name[64];
  snprintf(name, sizeof name, "%sattention.v", prefix);
  const Tensor* v = safetensors_find(loader->file, name);
  if (!v || v->rank != 1 || v->shape[0] < 1 || v->shape[0] > 512)
    return message_set(loader->message, "tensor \"%s\" is %s.", name,
                       v ? "not a vector of 1 to 512 values" : "missing");
  const unsigned a = (unsigned)v->shape[0];
  const unsigned padded = (a + COMPUTE_LANES - 1) / COMPUTE_LANES * COMPUTE_LANES;
  if (spec->attention && spec->attention != padded)
    return message_set(loader->message, "tensor \"%s\" has not the first member's width.", name);
  spec->attention = padded;
  const float *value = loader_tensor(loader, prefix, "attention.v", 1, a), *query, *key;
  const float* age = NULL;
  if (!value || !(query = loader_tensor(loader, prefix, "attention.query", 2, a, spec->hidden)) ||
      !(key = loader_tensor(loader, prefix, "attention.key", 2, a, spec->hidden)) ||
      (loader_has(loader, prefix, "attention.age") &&
       !(age = loader_tensor(loader, prefix, "attention.age", 2, spec->window, a))))
    return -1;
  weights->v = copy_padded(loader, value, 1, a, padded);
  weights->age = age ? copy_padded(loader, age, spec->window, a, padded)
                     : weights_new(loader, (size_t)spec->window * padded);
  loader->work += (size_t)spec->window * padded;
  if (!weights->v || !weights->age ||
      loader_product(loader, &weights->query, a, spec->hidden, query, 0, NULL, NULL, NULL, 1) < 0)
    return -1;
  return loader_product(loader, &weights->key, a, spec->hidden, key, 0, NULL, NULL, NULL, 1);
}

static int load_dot(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                    const char* prefix) {
  const unsigned h = spec->hidden;
  spec->attention = (h + COMPUTE_LANES - 1) / COMPUTE_LANES * COMPUTE_LANES;
  const float* key = loader_tensor(loader, prefix, "attention.key", 2, h, h);
  const float* age = NULL;
  if (!key || (loader_has(loader, prefix, "attention.age") &&
               !(age = loader_tensor(loader, prefix, "attention.age", 1, spec->window))))
    return -1;
  weights->age = age ? loader_copy(loader, age, spec->window) : weights_new(loader, spec->window);
  if (!weights->age) return -1;
  return loader_product(loader, &weights->key, h, h, key, 0, NULL, NULL, NULL, 1);
}

int temporal_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                  const char* prefix) {
  if (spec->type == TEMPORAL_NONE) return 0;
  if (spec->type == TEMPORAL_TRANSFORMER) return transformer_load(loader, spec, weights, prefix);
  if (load_cells(loader, spec, weights, prefix) < 0) return -1;
  if (spec->type != TEMPORAL_ATTENTIVE) return 0;
  return spec->additive ? load_additive(loader, spec, weights, prefix)
                        : load_dot(loader, spec, weights, prefix);
}

// ---- running

// State: h [layers][H], c [layers][H], then for attention hidden [window][H], keys
// [window][attention].
// Scratch: xh, gates, then h and c [layers][rows][H], keys and queries [rows][attention], scores.

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

typedef struct {
  float *xh, *gates, *h, *c, *keys, *queries, *scores, *end;
} Scratch;

static Scratch divide(const TemporalSpec* spec, size_t rows, float* memory) {
  const size_t h = spec->hidden, all = spec->layers * rows * h;
  Scratch s;
  s.xh = memory;
  s.gates = s.xh + rows * (larger(spec->n_inputs, h) + h);
  s.h = s.gates + rows * 4 * h;
  s.c = s.h + all;
  s.keys = s.c + all;
  s.queries = s.keys + rows * spec->attention;
  s.scores = s.queries + rows * spec->attention;
  s.end = s.scores + spec->window;
  return s;
}

size_t temporal_state_size(const TemporalSpec* spec) {
  const size_t h = spec->hidden;
  if (spec->type == TEMPORAL_TRANSFORMER) return spec->layers * (size_t)spec->window * 2 * h;
  return 2 * spec->layers * h + (size_t)spec->window * (h + spec->attention);
}

size_t temporal_scratch_size(const TemporalSpec* spec, size_t rows) {
  if (spec->type == TEMPORAL_TRANSFORMER) return transformer_scratch_size(spec, rows);
  const size_t h = spec->hidden;
  return rows * (larger(spec->n_inputs, h) + h + 4 * h + 2 * spec->layers * h +
                 2 * (size_t)spec->attention) +
         spec->window;
}

static void cells(const TemporalSpec* spec, const TemporalWeights* weights, const Compute* compute,
                  const float* state, const float* x, size_t rows, const Scratch* s) {
  const size_t h = spec->hidden;
  const float* input = x;
  for (unsigned l = 0; l < spec->layers; l++) {
    const size_t n = l ? h : spec->n_inputs;
    const float* h_before = state + l * h;
    const float* c_before = state + (spec->layers + l) * h;
    float *h_now = s->h + l * rows * h, *c_now = s->c + l * rows * h;
    for (size_t r = 0; r < rows; r++) {
      memcpy(s->xh + r * (n + h), input + r * n, n * sizeof *x);
      memcpy(s->xh + r * (n + h) + n, h_before, h * sizeof *x);
    }
    const Product* p = &weights->cells[l];
    compute->gemm(rows, p->n, p->k, s->xh, p->k, p->panels, p->bias, s->gates, p->n);
    compute->tame(s->gates, rows * p->n);
    if (spec->type == TEMPORAL_RNN) {
      memcpy(h_now, s->gates, rows * h * sizeof *x);
      compute->tanh(h_now, rows * h);
    } else {
      for (size_t r = 0; r < rows; r++)
        compute->lstm(s->gates + r * 4 * h, c_before, c_now + r * h, h_now + r * h, h);
    }
    input = h_now;
  }
}

/// Context of one row: attention of h over the past in the rings and itself.
static void attend(const TemporalSpec* spec, const TemporalWeights* weights, const Compute* compute,
                   const float* state, uint64_t hops, const float* h, const float* key,
                   const float* query, float* scores, float* context) {
  const size_t n = spec->hidden, a = spec->attention, window = spec->window;
  const float* hidden = state + 2 * spec->layers * n;
  const float* keys = hidden + window * n;
  const size_t past = hops < window - 1 ? (size_t)hops : window - 1;
  const float scale = 1.0f / sqrtf((float)n);
  for (size_t age = 0; age <= past; age++) {
    const float* k = age ? keys + (size_t)((hops - age) % window) * a : key;
    scores[past - age] = spec->additive
                             ? compute->tanh_score(query, k, weights->age + age * a, weights->v, a)
                             : compute->dot(h, k, n) * scale + weights->age[age];
  }
  compute->tame(scores, past + 1);
  compute->softmax(scores, past + 1);
  memset(context, 0, n * sizeof *context);
  for (size_t age = past; age > 0; age--)
    compute->add_scaled(context, scores[past - age], hidden + (size_t)((hops - age) % window) * n,
                        n);
  compute->add_scaled(context, scores[past], h, n);
}

void temporal_try(const TemporalSpec* spec, const TemporalWeights* weights, const Compute* compute,
                  const float* state, uint64_t hops, const float* x, size_t rows, float* scratch,
                  float* out, float* weights_out) {
  if (spec->type == TEMPORAL_TRANSFORMER) {
    transformer_try(spec, weights, compute, state, hops, x, rows, scratch, out, weights_out);
    return;
  }
  if (spec->type == TEMPORAL_NONE) {
    memcpy(out, x, rows * spec->n_inputs * sizeof *out);
    return;
  }
  const Scratch s = divide(spec, rows, scratch);
  cells(spec, weights, compute, state, x, rows, &s);
  const size_t n = spec->hidden, a = spec->attention;
  const float* h = s.h + (spec->layers - 1) * rows * n;
  if (spec->type != TEMPORAL_ATTENTIVE) {
    memcpy(out, h, rows * n * sizeof *out);
    return;
  }
  const Product *key = &weights->key, *query = &weights->query;
  // Two sizes of batch share this memory: what pads a row to `attention` must be 0 in both.
  memset(s.keys, 0, 2 * rows * a * sizeof *s.keys);
  compute->gemm(rows, key->n, n, h, n, key->panels, key->bias, s.keys, a);
  compute->tame(s.keys, rows * a);
  if (spec->additive) {
    compute->gemm(rows, query->n, n, h, n, query->panels, query->bias, s.queries, a);
    compute->tame(s.queries, rows * a);
  }
  // Row 0 last, so that its scores are what is left.
  for (size_t r = rows; r-- > 0;) {
    memcpy(out + r * 2 * n, h + r * n, n * sizeof *out);
    attend(spec, weights, compute, state, hops, h + r * n, s.keys + r * a, s.queries + r * a,
           s.scores, out + r * 2 * n + n);
  }
  if (weights_out) {
    const size_t count = hops < spec->window ? (size_t)hops + 1 : spec->window;
    memcpy(weights_out, s.scores, count * sizeof *weights_out);
  }
}

void temporal_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                     const float* scratch) {
  if (spec->type == TEMPORAL_NONE) return;
  if (spec->type == TEMPORAL_TRANSFORMER) {
    transformer_commit(spec, state, hops, rows, scratch);
    return;
  }
  const size_t n = spec->hidden;
  // divide() only computes addresses: the scratch is read here, not written.
  const Scratch s = divide(spec, rows, (float*)(uintptr_t)scratch);
  for (unsigned l = 0; l < spec->layers; l++) {
    memcpy(state + l * n, s.h + l * rows * n, n * sizeof *state);
    if (spec->type != TEMPORAL_RNN)
      memcpy(state + (spec->layers + l) * n, s.c + l * rows * n, n * sizeof *state);
  }
  if (spec->type == TEMPORAL_ATTENTIVE) {
    float* hidden = state + 2 * spec->layers * n;
    float* keys = hidden + (size_t)spec->window * n;
    const size_t slot = (size_t)(hops % spec->window);
    memcpy(hidden + slot * n, s.h + (spec->layers - 1) * rows * n, n * sizeof *state);
    memcpy(keys + slot * spec->attention, s.keys, spec->attention * sizeof *state);
  }
}
