// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The plan of a Model, for net.c: its checked architecture and packed weights.
/// Constant after model_open().
#ifndef CIRCUMPLEX_INFERENCE_PLAN_H
#define CIRCUMPLEX_INFERENCE_PLAN_H

#include "inference/change.h"
#include "inference/confidence.h"
#include "inference/inputs.h"
#include "inference/model.h"
#include "inference/temporal.h"

#define PLAN_MAX_MEMBERS 8

typedef struct {
  TemporalWeights temporal;
  LayerList head, song;
} Member;

/// The calibration lines; each has a gain and an offset.
typedef enum {
  LINE_VALENCE,
  LINE_AROUSAL,
  LINE_SONG_VALENCE,
  LINE_SONG_AROUSAL,
  LINE_VALENCE_SPREAD,
  LINE_AROUSAL_SPREAD
} CalibrationLine;
#define CALIBRATION_LINES 6

typedef struct {
  FrontendSpec frontend;
  bool has_encoder, has_decoder, has_song;
  LayerList encoder, decoder;
  float *mel_mean, *mel_gain;     ///< [n_mel], gain = 1 / std
  float *input_mean, *input_gain; ///< [inputs.n]
  Inputs inputs;
  TemporalSpec temporal;
  unsigned members;
  Member* member;                    ///< [members]
  unsigned phases;                   ///< number of nets: 1, or 2 with staggered hops
  unsigned song_from;                ///< without a song head: first hops that the mean leaves out
  float* usual;                      ///< [window] usual weight by age; sum 1
  float* usual_sum;                  ///< [window] cumulative sum of usual
  size_t features_work, member_work; ///< multiply-adds of the slices of net_advance()
  unsigned explain_rows;             ///< number of occlusion passes in one slice
  ConfidencePlan confidence;
  ChangePlan change;
  float calibration[CALIBRATION_LINES][2];
} Plan;

const Plan* model_plan(const Model* model);

/// Read the plan from \p config, the file's "circumplex" object.
/// \return 0, or -1 and an error message.  In both cases the caller must call
///         weights_free(loader->blocks) and free(plan->member).
int plan_load(Plan* plan, Loader* loader, const json_t* config);

#endif
