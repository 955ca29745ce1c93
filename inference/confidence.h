// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// How much the input is like what was learned: a small net on measures of the step.
/// docs/model-format.md, "Confidence", is what is computed here.
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
  bool present;      ///< else it is 1
  unsigned n_inputs; ///< width of the step's vector
  ConfidenceInput inputs[CONFIDENCE_INPUTS];
  unsigned count;  ///< entries of inputs
  unsigned n;      ///< measures in all
  unsigned memory; ///< hops of the slow mean; 0: it is not kept
  LayerList layers;
  Product inverse; ///< [n_inputs, n_inputs]; panels NULL: diagonal
} ConfidencePlan;

/// One step, as the net saw it.
typedef struct {
  const float* x;          ///< [n_inputs]
  float log_error;         ///< of the reconstruction; 0 without a decoder
  float reading[4];        ///< valence, arousal and their spreads, as given out
  uint64_t hops;           ///< since reset, before this one
  float* slow;             ///< [n_inputs], state: all zeros at the start
  float* measures;         ///< scratch: confidence_scratch_size()
  float *layers, *layers2; ///< scratch: of the layers' widest
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
