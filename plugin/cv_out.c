// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/cv_out.h"

#include <math.h>
#include <string.h>

void cv_init(CvOut* cv, double rate) {
  memset(cv, 0, sizeof *cv);
  cv->rate = rate;
}

static float volts(CvRange range, float value, int bipolar) {
  const float unit = bipolar ? (value + 1.0f) * 0.5f : value;
  switch (range) {
  case CV_BIPOLAR_5:
    return 5.0f * value;
  case CV_UNIPOLAR_10:
    return 10.0f * unit;
  case CV_UNIPOLAR_1:
    return unit;
  case CV_BIPOLAR_1:
  default:
    return value;
  }
}

void cv_set(CvOut* cv, const float values[CV_OUTPUTS], float response, CvRange range) {
  for (unsigned i = 0; i < CV_OUTPUTS; i++) {
    const double seconds = i < 2 ? fmax(response, CV_RAMP_SECONDS) : CV_RAMP_SECONDS;
    cv->target[i] = volts(range, values[i], i < 2);
    cv->step[i] = (float)-expm1(-1.0 / (seconds * cv->rate));
  }
}

void cv_render(CvOut* cv, unsigned index, float* out, size_t n) {
  float y = cv->value[index];
  const float target = cv->target[index], step = cv->step[index];
  for (size_t i = 0; i < n; i++) {
    y += step * (target - y);
    out[i] = y;
  }
  cv->value[index] = y;
}
