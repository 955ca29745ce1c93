// SPDX-License-Identifier: GPL-3.0-or-later
// Readings as control voltage (CV), without steps.
#include "plugin/cv_out.h"

#include <math.h>
#include <string.h>

void cv_init(CvOut* cv, double rate) {
  memset(cv, 0, sizeof *cv);
  cv->rate = rate;
  cv->value[3] = cv->value[4] = 0.5f; // neutral
}

void cv_set(CvOut* cv, float valence, float arousal, float confidence, float response) {
  const float targets[CV_OUTPUTS] = {valence, arousal, confidence, 0.5f * (valence + 1.0f),
                                     0.5f * (arousal + 1.0f)};
  for (unsigned i = 0; i < CV_OUTPUTS; ++i) {
    const double seconds = i != 2 ? fmax(response, CV_RAMP_SECONDS) : CV_RAMP_SECONDS;
    cv->target[i] = targets[i];
    cv->step[i] = (float)-expm1(-1.0 / (seconds * cv->rate));
  }
}

void cv_render(CvOut* cv, unsigned index, float* out, size_t n) {
  float y = cv->value[index];
  const float target = cv->target[index], step = cv->step[index];
  for (size_t i = 0; i < n; ++i) {
    y += step * (target - y);
    out[i] = y;
  }
  cv->value[index] = y;
}
