// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What carries time: RNN, LSTM, attentive LSTM, causal transformer, or nothing.
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

typedef enum {
  TEMPORAL_NONE,
  TEMPORAL_RNN,
  TEMPORAL_LSTM,
  TEMPORAL_ATTENTIVE,
  TEMPORAL_TRANSFORMER
} TemporalType;

/// The architecture, the same for every member of an ensemble.
typedef struct {
  TemporalType type;
  unsigned n_inputs, hidden, layers;
  unsigned window;    ///< hops of attention, 0 without
  bool additive;      ///< score: additive or dot
  unsigned heads, ff; ///< transformer
  unsigned attention; ///< width of the attentive LSTM's score, padded
  unsigned n_outputs; ///< what the head sees
} TemporalSpec;

typedef struct {
  float *norm1_scale, *norm1_shift, *norm2_scale, *norm2_shift;
  float* age; ///< [heads][window]
  Product qkv, out, ff0, ff1;
} TransformerBlock;

/// The weights of one member.
typedef struct {
  Product cells[TEMPORAL_MAX_LAYERS]; ///< rnn, lstm: [gates, inputs + hidden]
  Product query, key;                 ///< attentive
  float *v, *age; ///< [attention]; [window][attention] (additive) or [window] (dot)
  Product input;  ///< transformer
  TransformerBlock blocks[TEMPORAL_MAX_LAYERS];
  float *norm_scale, *norm_shift;
} TemporalWeights;

/// Read "temporal".  n_inputs must be set.  \return 0 or -1.
int temporal_parse(Loader* loader, TemporalSpec* spec, const json_t* json);

/// Load the weights of the member with \p prefix ("member0."); sets spec->attention.
int temporal_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights, const char* prefix);

size_t temporal_state_size(const TemporalSpec* spec);                ///< floats of a member
size_t temporal_scratch_size(const TemporalSpec* spec, size_t rows); ///< floats

/// \param state   a member's; all zeros at the start
/// \param hops    hops committed before this one
/// \param x       rows x n_inputs
/// \param scratch zeroed once before its first use; keep it for temporal_commit()
/// \param out     rows x n_outputs
/// \param weights_out attention of row 0, oldest first, min(hops + 1, window) values; NULL: not
/// wanted
void temporal_try(const TemporalSpec* spec, const TemporalWeights* weights, const Compute* compute,
                  const float* state, uint64_t hops, const float* x, size_t rows, float* scratch,
                  float* out, float* weights_out);

/// Make row 0 of the last temporal_try(), which must have had the same \p rows and \p hops, the
/// present.
void temporal_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                     const float* scratch);

// ---- parts: transformer.c

int transformer_load(Loader* loader, const TemporalSpec* spec, TemporalWeights* weights,
                     const char* prefix);
size_t transformer_scratch_size(const TemporalSpec* spec, size_t rows);
void transformer_try(const TemporalSpec* spec, const TemporalWeights* weights,
                     const Compute* compute, const float* state, uint64_t hops, const float* x,
                     size_t rows, float* scratch, float* out, float* weights_out);
void transformer_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                        const float* scratch);

#endif
