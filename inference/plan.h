// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What a Model holds, for net.c: the architecture as checked, the weights as packed.
/// Constant once model_open() has returned it.
#ifndef CIRCUMPLEX_INFERENCE_PLAN_H
#define CIRCUMPLEX_INFERENCE_PLAN_H

#include "inference/inputs.h"
#include "inference/model.h"
#include "inference/temporal.h"

#define PLAN_MAX_MEMBERS 8

typedef struct {
  TemporalWeights temporal;
  LayerList head, song;
} Member;

typedef struct {
  FrontendSpec frontend;
  bool has_encoder, has_decoder, has_song, has_confidence;
  LayerList encoder, decoder, confidence;
  float *mel_mean, *mel_gain;     ///< [n_mel], gain = 1 / std
  float *input_mean, *input_gain; ///< [inputs.n]
  Inputs inputs;
  TemporalSpec temporal;
  unsigned members;
  Member* member;          ///< [members]
  Product maha;            ///< [inputs.n, inputs.n]; panels NULL: diagonal
  float calibration[4][2]; ///< gain, offset: valence, arousal, song valence, song arousal
} Plan;

const Plan* model_plan(const Model* model);

/// Read the plan from \p config, the file's "circumplex" object.
/// \return 0, or -1 and the sentence; then weights_free(loader->blocks) and free(plan->member) are
///         still the caller's
int plan_load(Plan* plan, Loader* loader, const json_t* config);

#endif
