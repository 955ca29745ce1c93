// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Readings as control voltage (CV): one value per sample, without steps.
///
/// Each output follows its target through a one-pole low-pass of at least 10 ms, computed sample by
/// sample, so that the result does not depend on the block size.
/// Thread: audio thread only; real-time safe.
#ifndef CIRCUMPLEX_PLUGIN_CV_OUT_H
#define CIRCUMPLEX_PLUGIN_CV_OUT_H

#include <stddef.h>

/// Valence and arousal from -1 to 1, confidence, valence and arousal from 0 to 1: the order of
/// PORTS_CV_OUTPUT_LIST.
#define CV_OUTPUTS 5
#define CV_RAMP_SECONDS 0.01

typedef struct {
  double rate;
  float value[CV_OUTPUTS];
  float target[CV_OUTPUTS];
  float step[CV_OUTPUTS]; ///< share of the distance to the target covered in one sample
} CvOut;

void cv_init(CvOut* cv, double rate);

/// Set the outputs' targets.
/// \param valence, arousal -1..1; \param confidence 0..1
/// \param response         time constant of valence and arousal, s
void cv_set(CvOut* cv, float valence, float arousal, float confidence, float response);

/// Write \p n samples to output \p index.
void cv_render(CvOut* cv, unsigned index, float* out, size_t n);

#endif
