// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Attention scores of the attentive LSTM: additive, dot product or cosine.
/// docs/model-format.md, "Temporal", has the formulas.
///
/// Queries and keys are [rows][spec->attention], padded with zeros.
#ifndef CIRCUMPLEX_INFERENCE_ATTENTION_SCORE_H
#define CIRCUMPLEX_INFERENCE_ATTENTION_SCORE_H

#include "inference/temporal.h"

struct AttentionScore {
  const char* name; ///< "score" in the file
  /// Load the weights, and set spec->attention and spec->projected (the same for every member).
  int (*load)(Loader* loader, TemporalSpec* spec, TemporalWeights* weights, const char* prefix);
  /// \param h       [rows][H], the last layer's states
  /// \param queries,keys zeroed
  /// \param projected scratch, [rows][spec->projected]
  void (*prepare)(const TemporalTry* step, const float* h, float* queries, float* keys,
                  float* projected);
  float (*score)(const TemporalTry* step, const float* query, const float* key, size_t age);
};

/// \return the score called \p name, or NULL.
const AttentionScore* attention_score_find(const char* name);

#endif
