// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The attentive LSTM, a temporal kind: an LSTM with attention over its own past states (for music:
/// Chaki et al. 2020).
///
/// State: that of recurrent.h, then hidden [window][H] and keys [window][attention].  Scratch: that
/// of recurrent.h, then keys and queries [rows][attention], projected [rows][projected], scores.
#include "inference/attention_score.h"
#include "inference/recurrent.h"
#include "inference/temporal_kind.h"

#include <string.h>

static int parse(Loader* loader, TemporalSpec* spec, const json_t* json) {
  if (temporal_parse_hidden(loader, spec, json) < 0 ||
      temporal_parse_window(loader, spec, json) < 0)
    return -1;
  spec->n_outputs = 2 * spec->hidden;
  const json_t* score = json_object_get(json, "score");
  const char* name = score ? json_string_value(score) : "additive";
  spec->score = name ? attention_score_find(name) : NULL;
  if (!spec->score)
    return message_set(loader->message, "\"temporal\": \"score\" must be additive, dot or cosine.");
  return 0;
}

static int load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights, const char* prefix) {
  if (recurrent_load(loader, spec, weights, prefix) < 0) return -1;
  return spec->score->load(loader, spec, weights, prefix);
}

typedef struct {
  float *keys, *queries, *projected, *scores;
} AttentiveScratch;

static AttentiveScratch divide(const TemporalSpec* spec, size_t rows, float* memory) {
  AttentiveScratch s;
  s.keys = memory + recurrent_scratch_size(spec, rows);
  s.queries = s.keys + rows * spec->attention;
  s.projected = s.queries + rows * spec->attention;
  s.scores = s.projected + rows * spec->projected;
  return s;
}

static size_t state_size(const TemporalSpec* spec) {
  return recurrent_state_size(spec) + (size_t)spec->window * (spec->hidden + spec->attention);
}

static size_t scratch_size(const TemporalSpec* spec, size_t rows) {
  return recurrent_scratch_size(spec, rows) +
         rows * (2 * (size_t)spec->attention + spec->projected) + spec->window;
}

/// Context of one row: attention of h over itself and the past states in the rings.
static void attend(const TemporalTry* step, const float* h, const float* key, const float* query,
                   float* scores, float* context) {
  const TemporalSpec* spec = step->spec;
  const Compute* compute = step->compute;
  const size_t n = spec->hidden, window = spec->window;
  const float* hidden = step->state + recurrent_state_size(spec);
  const float* keys = hidden + window * n;
  const size_t past = temporal_past(spec, step->hops);
  for (size_t age = 0; age <= past; ++age) {
    const size_t slot = (size_t)((step->hops - age) % window);
    scores[past - age] =
        spec->score->score(step, query, age ? keys + slot * spec->attention : key, age);
  }
  compute->clamp_finite(scores, past + 1);
  compute->softmax(scores, past + 1);
  memset(context, 0, n * sizeof *context);
  for (size_t age = past; age > 0; --age)
    compute->add_scaled(context, scores[past - age],
                        hidden + (size_t)((step->hops - age) % window) * n, n);
  compute->add_scaled(context, scores[past], h, n);
}

static void attempt(const TemporalTry* step) {
  const TemporalSpec* spec = step->spec;
  const size_t n = spec->hidden, a = spec->attention, rows = step->rows;
  const AttentiveScratch s = divide(spec, rows, step->scratch);
  const float* h = recurrent_run(step);
  // Batches of two sizes share this memory: the padding of a row must be 0 in both.
  memset(s.keys, 0, 2 * rows * a * sizeof *s.keys);
  spec->score->prepare(step, h, s.queries, s.keys, s.projected);
  step->compute->clamp_finite(s.keys, 2 * rows * a);
  // Row 0 comes last, so that the scores that remain are its own.
  for (size_t r = rows; r-- > 0;) {
    float* out = step->out + r * 2 * n;
    memcpy(out, h + r * n, n * sizeof *out);
    attend(step, h + r * n, s.keys + r * a, s.queries + r * a, s.scores, out + n);
  }
  if (step->weights_out)
    memcpy(step->weights_out, s.scores,
           (temporal_past(spec, step->hops) + 1) * sizeof *step->weights_out);
}

static void commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                   const float* scratch) {
  recurrent_commit(spec, state, hops, rows, scratch);
  const size_t n = spec->hidden, a = spec->attention, slot = (size_t)(hops % spec->window);
  const AttentiveScratch s =
      divide(spec, rows, (float*)(uintptr_t)scratch); // computes addresses only
  float* hidden = state + recurrent_state_size(spec);
  float* keys = hidden + (size_t)spec->window * n;
  memcpy(hidden + slot * n, recurrent_last(spec, rows, scratch), n * sizeof *hidden);
  memcpy(keys + slot * a, s.keys, a * sizeof *keys);
}

const TemporalKind temporal_attentive = {.name = "attentive-lstm",
                                         .parse = parse,
                                         .load = load,
                                         .state_size = state_size,
                                         .scratch_size = scratch_size,
                                         .attempt = attempt,
                                         .commit = commit};
