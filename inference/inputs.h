// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The input vector of a step: which features of a hop a model reads, in the order of its file.
/// docs/model-format.md, "Inputs", defines the values.
///
/// Thread: constant after load: any.  inputs_gather() is real-time safe.
#ifndef CIRCUMPLEX_INFERENCE_INPUTS_H
#define CIRCUMPLEX_INFERENCE_INPUTS_H

#include "dsp/frontend.h"
#include "inference/layers.h"

#define INPUTS_MAX 1024 ///< largest width of the vector

typedef enum { INPUT_CODE, INPUT_CUES, INPUT_CHROMA, INPUT_SEMITONES, INPUT_MELSTATS } InputKind;
#define INPUT_KINDS 5

typedef struct {
  unsigned kinds[INPUT_KINDS]; ///< InputKind
  unsigned count;              ///< number of entries in kinds
  unsigned cues[CUE_COUNT], cue_count;
  unsigned cue_offset; ///< index of the first cue in the vector
  unsigned n_mel;
  unsigned n; ///< width of the vector
} Inputs;

/// Read "inputs" and "cues" of \p config.
/// \param n_code width of the encoder's code; 0 without an encoder
/// \return 0, or -1 and an error message
int inputs_load(Loader* loader, Inputs* inputs, const json_t* config, unsigned n_mel,
                unsigned n_code);

/// Write the values of one kind, before normalisation; not for INPUT_CODE, which the encoder makes.
/// \return the number of values
size_t inputs_gather(const Inputs* inputs, InputKind kind, const HopFeatures* hop, float* x);

#endif
