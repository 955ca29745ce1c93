// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What carries time: RNN, LSTM, attentive LSTM, causal transformer, or nothing.
///
/// Each kind is a table of functions (temporal_kind.h): a new one is a file and a row in
/// temporal.c.
///
/// A step is in two parts, so that "what if this input had been otherwise?" costs no copy of the
/// state: temporal_try() computes the outputs for several alternative inputs ("rows") from the same
/// past and leaves the state alone; temporal_commit() makes row 0 of the last try the present.
/// Attention keeps what it needs of the past (hidden states and their keys, or keys and
/// values) in rings of `window` hops: a step costs O(window), whatever was heard before.
///
/// Layout of rings: hop t lies in slot t mod window.  Widths of the attention score are padded to
/// COMPUTE_LANES with zeros.
#ifndef CIRCUMPLEX_INFERENCE_TEMPORAL_H
#define CIRCUMPLEX_INFERENCE_TEMPORAL_H

#include "inference/layers.h"

#define TEMPORAL_MAX_LAYERS 4

typedef struct TemporalKind TemporalKind;     ///< temporal_kind.h
typedef struct AttentionScore AttentionScore; ///< attention_score.h

/// The architecture, the same for every member of an ensemble.
typedef struct {
  const TemporalKind* kind;
  unsigned n_inputs, hidden, layers;
  unsigned window;             ///< hops of attention, 0 without
  const AttentionScore* score; ///< attentive LSTM
  unsigned attention;          ///< width of its queries and keys, padded
  unsigned projected;          ///< width of what cosine queries and keys are made from
  unsigned heads, ff;          ///< transformer
  unsigned n_outputs;          ///< what the head sees
} TemporalSpec;

typedef struct {
  float *norm1_scale, *norm1_shift, *norm2_scale, *norm2_shift;
  float* age; ///< [heads][window]
  Product qkv, out, ff0, ff1;
} TransformerBlock;

/// The weights of one member.
typedef struct {
  Product cells[TEMPORAL_MAX_LAYERS]; ///< rnn, lstm: [gates, inputs + hidden]
  Product project, query, key;        ///< attentive
  float *v, *age; ///< [attention]; [window][attention] (additive) or [window] (dot)
  float tau;      ///< cosine
  Product input;  ///< transformer
  TransformerBlock blocks[TEMPORAL_MAX_LAYERS];
  float *norm_scale, *norm_shift;
} TemporalWeights;

/// Outputs to be computed for some alternative inputs.
typedef struct {
  const TemporalSpec* spec;
  const TemporalWeights* weights;
  const Compute* compute;
  const float* state; ///< a member's; all zeros at the start
  uint64_t hops;      ///< committed before this one
  const float* x;     ///< rows x n_inputs
  size_t rows;
  float* scratch;     ///< zeroed once before its first use; keep it for temporal_commit()
  float* out;         ///< rows x n_outputs
  float* weights_out; ///< attention of row 0, oldest first, min(hops + 1, window) values; or NULL
} TemporalTry;

/// Read "temporal".  n_inputs must be set.  \return 0 or -1.
int temporal_parse(Loader* loader, TemporalSpec* spec, const json_t* json);

/// Load the weights of the member with \p prefix ("member0."); sets the widths of attention.
int temporal_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights, const char* prefix);

size_t temporal_state_size(const TemporalSpec* spec);                ///< floats of a member
size_t temporal_scratch_size(const TemporalSpec* spec, size_t rows); ///< floats

void temporal_try(const TemporalTry* step);

/// Make row 0 of the last temporal_try(), which must have had the same \p rows and \p hops, the
/// present.
void temporal_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                     const float* scratch);

/// Hops that attention reaches back before this one.
static inline size_t temporal_past(const TemporalSpec* spec, uint64_t hops) {
  return hops < spec->window - 1 ? (size_t)hops : spec->window - 1;
}

#endif
