// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Confidence: how far to trust the reading, estimated by a small net from measures of the step.
/// docs/model-format.md, "Confidence", has the definition.
///
/// Thread: the plan is constant after load: any.  confidence_run() is real-time safe.
#ifndef CIRCUMPLEX_INFERENCE_CONFIDENCE_H
#define CIRCUMPLEX_INFERENCE_CONFIDENCE_H

#include "inference/layers.h"

typedef enum {
  CONFIDENCE_ERROR,
  CONFIDENCE_DISTANCE,
  CONFIDENCE_X,
  CONFIDENCE_SLOW,
  CONFIDENCE_READING
} ConfidenceInput;
#define CONFIDENCE_INPUTS 5

/// Constant after load.
typedef struct {
  bool present;                       ///< false: confidence is always 1
  unsigned n_inputs;                  ///< width of the step's input vector
  unsigned inputs[CONFIDENCE_INPUTS]; ///< ConfidenceInput
  unsigned count;                     ///< number of entries in inputs
  unsigned n;                         ///< number of measures
  unsigned memory;                    ///< hops of the slow mean; 0: none
  LayerList layers;
  Product inverse; ///< [n_inputs, n_inputs]; panels NULL: the identity
} ConfidencePlan;

/// Data of one step of the net.
typedef struct {
  const float* x;          ///< [n_inputs]
  float log_error;         ///< log of the reconstruction error; 0 without a decoder
  float reading[4];        ///< the reading: valence, arousal and their spreads
  uint64_t hops;           ///< number of hops between reset and this one
  float* slow;             ///< state, [n_inputs]; all zeros at the start
  float* measures;         ///< scratch: confidence_scratch_size()
  float *layers, *layers2; ///< scratch of the widest layer's size
} ConfidenceStep;

/// Read "confidence", "confidence_inputs" and "confidence_memory" of \p config.
/// \return 0, or -1 and an error message
int confidence_load(ConfidencePlan* plan, Loader* loader, const json_t* config, unsigned n_inputs);

size_t confidence_state_size(const ConfidencePlan* plan);   ///< floats of ConfidenceStep.slow
size_t confidence_scratch_size(const ConfidencePlan* plan); ///< floats of ConfidenceStep.measures

/// \return 0..1
float confidence_run(const ConfidencePlan* plan, const Compute* compute,
                     const ConfidenceStep* step);

#endif
