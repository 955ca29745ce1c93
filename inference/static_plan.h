// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The content of a StaticModel, for static_reading.c.  Constant after static_open().
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
  float *mean, *gain; ///< [2 inputs.n]: for the means of the hops, then for their deviations
  unsigned window, members;
  StaticMember member[STATIC_MAX_MEMBERS];
  float calibration[2][2]; ///< gain, offset: valence, arousal
  struct WeightBlock* blocks;
  json_t* config; ///< the "circumplex" object; owns the strings in info
  StaticInfo info;
  char hash[17];
};

#endif
