// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The temporal part of a net: RNN, LSTM, attentive LSTM, causal transformer, or none.
///
/// Each kind is a table of functions (temporal_kind.h); a new kind needs a file and a row in
/// temporal.c.
///
/// A step has two parts, so that outputs for alternative inputs need no copy of the state.
/// temporal_try() computes the outputs for several alternative inputs ("rows") from the same past,
/// without changing the state.  temporal_commit() advances the state by row 0 of the last try.
/// Attention stores past hidden states and their keys, or keys and values, in rings of `window`
/// hops: a step takes O(window) time.
///
/// Layout of rings: hop t is in slot t mod window.  Widths of the attention score are padded to
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
  unsigned window;             ///< hops of attention; 0 without attention
  const AttentionScore* score; ///< attentive LSTM only
  unsigned attention;          ///< padded width of its queries and keys
  unsigned projected;          ///< width of the projection for cosine queries and keys
  unsigned heads, ff;          ///< transformer only
  unsigned n_outputs;          ///< width of the head's input
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

/// Arguments of temporal_try().
typedef struct {
  const TemporalSpec* spec;
  const TemporalWeights* weights;
  const Compute* compute;
  const float* state; ///< a member's state; all zeros at the start
  uint64_t hops;      ///< number of commits so far
  const float* x;     ///< rows x n_inputs
  size_t rows;
  float* scratch;     ///< zeroed once before the first use; keep it for temporal_commit()
  float* out;         ///< rows x n_outputs
  float* weights_out; ///< attention of row 0, oldest first, min(hops + 1, window) values; or NULL
} TemporalTry;

/// Read the object "temporal".  spec->n_inputs must be set.  \return 0 or -1
int temporal_parse(Loader* loader, TemporalSpec* spec, const json_t* json);

/// Load the weights of the member with \p prefix ("member0."), and set the widths of attention.
int temporal_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights, const char* prefix);

size_t temporal_state_size(const TemporalSpec* spec);                ///< floats per member
size_t temporal_scratch_size(const TemporalSpec* spec, size_t rows); ///< floats

void temporal_try(const TemporalTry* step);

/// Advance the state by row 0 of the last temporal_try(), which must have had the same \p rows and
/// \p hops.
void temporal_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                     const float* scratch);

/// \return number of past hops that attention reaches
static inline size_t temporal_past(const TemporalSpec* spec, uint64_t hops) {
  return hops < spec->window - 1 ? (size_t)hops : spec->window - 1;
}

#endif
