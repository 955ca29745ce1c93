// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What a StaticModel holds, for static_reading.c: constant once static_open() has returned it.
#ifndef CIRCUMPLEX_INFERENCE_STATIC_PLAN_H
#define CIRCUMPLEX_INFERENCE_STATIC_PLAN_H

#include "inference/inputs.h"
#include "inference/static.h"

typedef struct {
  LayerList embedding; ///< [2 inputs.n] -> [dimensions]
  Product readout;     ///< [dimensions] -> valence, arousal
} StaticMember;

struct StaticModel {
  FrontendSpec frontend;
  Inputs inputs;
  float *mean, *gain; ///< [2 inputs.n]: of the hops' means, then of their standard deviations
  unsigned window, members;
  StaticMember member[STATIC_MAX_MEMBERS];
  float calibration[2][2]; ///< gain, offset: valence, arousal
  struct WeightBlock* blocks;
  json_t* config; ///< the "circumplex" object, owner of the strings in info
  StaticInfo info;
  char hash[17];
};

#endif
