// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A temporal kind as a table of functions, and the list of all kinds.
/// temporal.h says what the functions do.
#ifndef CIRCUMPLEX_INFERENCE_TEMPORAL_KIND_H
#define CIRCUMPLEX_INFERENCE_TEMPORAL_KIND_H

#include "inference/temporal.h"

struct TemporalKind {
  const char* name; ///< "type" in the file
  /// Set all but n_inputs and kind; n_outputs is n_inputs at first.  NULL: nothing to read.
  int (*parse)(Loader* loader, TemporalSpec* spec, const json_t* json);
  int (*load)(Loader* loader, TemporalSpec* spec, TemporalWeights* weights, const char* prefix);
  size_t (*state_size)(const TemporalSpec* spec);
  size_t (*scratch_size)(const TemporalSpec* spec, size_t rows);
  void (*attempt)(const TemporalTry* step);
  void (*commit)(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                 const float* scratch);
};

extern const TemporalKind temporal_rnn, temporal_lstm; ///< recurrent.c
extern const TemporalKind temporal_attentive;          ///< attentive.c
extern const TemporalKind temporal_transformer;        ///< transformer.c

/// Read "hidden" and "layers", and set n_outputs to hidden.  \return 0 or -1
int temporal_parse_hidden(Loader* loader, TemporalSpec* spec, const json_t* json);

/// Read the required key "window".  \return 0 or -1
int temporal_parse_window(Loader* loader, TemporalSpec* spec, const json_t* json);

#endif
