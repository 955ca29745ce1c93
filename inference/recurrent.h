// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Layers of RNN or LSTM cells: the temporal kinds "rnn" and "lstm", and the base of the attentive
/// LSTM.
///
/// State: h [layers][H], c [layers][H].  Scratch: xh, gates, then h and c [layers][rows][H].
#ifndef CIRCUMPLEX_INFERENCE_RECURRENT_H
#define CIRCUMPLEX_INFERENCE_RECURRENT_H

#include "inference/temporal.h"

int recurrent_load(Loader* loader, TemporalSpec* spec, TemporalWeights* weights,
                   const char* prefix);
size_t recurrent_state_size(const TemporalSpec* spec);
size_t recurrent_scratch_size(const TemporalSpec* spec, size_t rows);

/// Run the cells.  \return the last layer's h, [rows][H], in the scratch memory
const float* recurrent_run(const TemporalTry* step);

/// \return the last layer's h of the last recurrent_run()
const float* recurrent_last(const TemporalSpec* spec, size_t rows, const float* scratch);

void recurrent_commit(const TemporalSpec* spec, float* state, uint64_t hops, size_t rows,
                      const float* scratch);

#endif
