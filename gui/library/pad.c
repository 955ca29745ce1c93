// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The drawing pad: see pad.h.
#include "gui/library/pad.h"

#include <math.h>

static const double lengths[] = {15.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

void pad_clear(Pad* pad) {
  for (int lane = 0; lane < PAD_LANES; ++lane) {
    for (size_t i = 0; i < PAD_POINTS; ++i)
      pad->drawn[lane][i] = NAN;
  }
}

void pad_init(Pad* pad) {
  pad->seconds = 60.0;
  pad->n = (size_t)(60.0 * CURVE_RATE);
  pad_clear(pad);
}

bool pad_has(const Pad* pad, PadLane lane) {
  for (size_t i = 0; i < pad->n; ++i) {
    if (!isnan(pad->drawn[lane][i])) return true;
  }
  return false;
}

// Courses that hold at the ends, point by point.
static void fill(const Pad* pad, PadLane lane, float* out) {
  size_t last = pad->n; // newest drawn point
  for (size_t i = 0; i < pad->n; ++i) {
    const float value = pad->drawn[lane][i];
    out[i] = last < pad->n ? pad->drawn[lane][last] : NAN;
    if (isnan(value)) continue;
    const size_t from = last < pad->n ? last : 0;
    const float start = last < pad->n ? pad->drawn[lane][last] : value;
    for (size_t k = from; k <= i; ++k) {
      const float t = i > from ? (float)(k - from) / (float)(i - from) : 1.0f;
      out[k] = start + t * (value - start);
    }
    last = i;
  }
}

float pad_value(const Pad* pad, PadLane lane, size_t point) {
  size_t before = SIZE_MAX;
  size_t after = SIZE_MAX;
  for (size_t i = point + 1; i-- > 0 && before == SIZE_MAX;)
    if (!isnan(pad->drawn[lane][i])) before = i;
  for (size_t i = point; i < pad->n && after == SIZE_MAX; ++i)
    if (!isnan(pad->drawn[lane][i])) after = i;
  if (before == SIZE_MAX && after == SIZE_MAX) return NAN;
  if (before == SIZE_MAX) return pad->drawn[lane][after];
  if (after == SIZE_MAX || after == before) return pad->drawn[lane][before];
  const float t = (float)(point - before) / (float)(after - before);
  return pad->drawn[lane][before] + t * (pad->drawn[lane][after] - pad->drawn[lane][before]);
}

bool pad_profile(const Pad* pad, Profile* profile) {
  profile->n = pad->n;
  profile->has_valence = pad_has(pad, PAD_VALENCE);
  profile->has_arousal = pad_has(pad, PAD_AROUSAL);
  for (size_t i = 0; i < pad->n; ++i)
    profile->valence[i] = profile->arousal[i] = 0.0f;
  if (profile->has_valence) fill(pad, PAD_VALENCE, profile->valence);
  if (profile->has_arousal) fill(pad, PAD_AROUSAL, profile->arousal);
  return profile->has_valence || profile->has_arousal;
}

void pad_set_seconds(Pad* pad, double seconds) {
  seconds = fmin(fmax(seconds, PAD_SHORTEST), PAD_LONGEST);
  Pad old = *pad;
  pad->seconds = seconds;
  pad->n = (size_t)(seconds * CURVE_RATE);
  pad_clear(pad);
  for (int lane = 0; lane < PAD_LANES; ++lane) {
    if (!pad_has(&old, (PadLane)lane)) continue;
    for (size_t i = 0; i < pad->n; ++i) {
      const double at = pad->n > 1 ? (double)i * (double)(old.n - 1) / (double)(pad->n - 1) : 0.0;
      const size_t k = (size_t)at < old.n - 1 ? (size_t)at : old.n - 2;
      const float t = (float)(at - (double)k);
      const float a = pad_value(&old, (PadLane)lane, k);
      const float b = pad_value(&old, (PadLane)lane, k + 1);
      // What only held is left undrawn, so that the stretched drawing looks like the old one.
      const size_t nearest = (size_t)(at + 0.5) < old.n ? (size_t)(at + 0.5) : old.n - 1;
      bool inside = !isnan(old.drawn[lane][nearest]);
      for (size_t j = nearest; !inside && j-- > 0;)
        inside = !isnan(old.drawn[lane][j]);
      bool later = false;
      for (size_t j = nearest; !later && j < old.n; ++j)
        later = !isnan(old.drawn[lane][j]);
      if (inside && later) pad->drawn[lane][i] = a + t * (b - a);
    }
  }
}

double pad_next_seconds(const Pad* pad, int direction) {
  size_t at = 0;
  while (at + 1 < LENGTHS && lengths[at] < pad->seconds - 0.5)
    ++at;
  if (direction > 0 && lengths[at] > pad->seconds + 0.5) return lengths[at];
  if (direction > 0 && at + 1 < LENGTHS) return lengths[at + 1];
  if (direction < 0 && at > 0) return lengths[at - 1];
  return lengths[at];
}

static size_t point_at(const Pad* pad, double time) {
  const double point = floor(time * CURVE_RATE);
  if (!(point > 0.0)) return 0;
  return point < (double)pad->n ? (size_t)point : pad->n - 1;
}

static float limited(double value) {
  return (float)fmin(fmax(value, -1.0), 1.0);
}

void pad_stroke(Pad* pad, PadLane lane, double t0, double v0, double t1, double v1) {
  if (t0 > t1) {
    const double t = t0;
    const double v = v0;
    t0 = t1, v0 = v1;
    t1 = t, v1 = v;
  }
  const size_t first = point_at(pad, t0);
  const size_t last = point_at(pad, t1);
  for (size_t i = first; i <= last; ++i) {
    const double t = last > first ? (double)(i - first) / (double)(last - first) : 1.0;
    pad->drawn[lane][i] = limited(v0 + t * (v1 - v0));
  }
}

void pad_erase(Pad* pad, PadLane lane, double t0, double t1) {
  const size_t last = point_at(pad, fmax(t0, t1));
  for (size_t i = point_at(pad, fmin(t0, t1)); i <= last; ++i)
    pad->drawn[lane][i] = NAN;
}

bool pad_take(Pad* pad, const Curve* curve, double start, double end) {
  const double longest = fmin(end, start + PAD_LONGEST);
  const size_t first = (size_t)fmax(0.0, start * CURVE_RATE);
  size_t last = (size_t)fmax(0.0, longest * CURVE_RATE);
  if (last > curve->n) last = curve->n;
  if (last < first + (size_t)(PAD_SHORTEST * CURVE_RATE)) return false;
  bool any = false;
  for (size_t i = first; i < last && !any; ++i)
    any = curve->valence[i] != CURVE_SILENT;
  if (!any) return false;
  pad->n = last - first;
  pad->seconds = (double)pad->n / CURVE_RATE;
  pad_clear(pad);
  for (size_t i = 0; i < pad->n; ++i) {
    if (curve->valence[first + i] == CURVE_SILENT) continue;
    pad->drawn[PAD_VALENCE][i] = (float)curve->valence[first + i] / CURVE_FULL;
    pad->drawn[PAD_AROUSAL][i] = (float)curve->arousal[first + i] / CURVE_FULL;
  }
  return true;
}
