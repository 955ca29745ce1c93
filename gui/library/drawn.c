// SPDX-License-Identifier: GPL-3.0-or-later
// The drawn profile: the wanted curve of valence and arousal.
#include "gui/library/drawn.h"

#include <math.h>
#include <stdlib.h>

static const double lengths[] = {15.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

void drawn_clear(DrawnProfile* drawn) {
  for (int lane = 0; lane < DRAWN_LANES; ++lane) {
    for (size_t i = 0; i < DRAWN_POINTS; ++i)
      drawn->points[lane][i] = NAN;
  }
}

void drawn_init(DrawnProfile* drawn) {
  drawn->seconds = 60.0;
  drawn->n = (size_t)(60.0 * CURVE_RATE);
  drawn_clear(drawn);
}

bool drawn_has(const DrawnProfile* drawn, DrawnLane lane) {
  for (size_t i = 0; i < drawn->n; ++i) {
    if (!isnan(drawn->points[lane][i])) return true;
  }
  return false;
}

// The curve point by point: straight lines between drawn points, constant at both ends.
static void fill(const DrawnProfile* drawn, DrawnLane lane, float* out) {
  size_t last = drawn->n; // newest drawn point
  for (size_t i = 0; i < drawn->n; ++i) {
    const float value = drawn->points[lane][i];
    out[i] = last < drawn->n ? drawn->points[lane][last] : NAN;
    if (isnan(value)) continue;
    const size_t from = last < drawn->n ? last : 0;
    const float start = last < drawn->n ? drawn->points[lane][last] : value;
    for (size_t k = from; k <= i; ++k) {
      const float t = i > from ? (float)(k - from) / (float)(i - from) : 1.0f;
      out[k] = start + t * (value - start);
    }
    last = i;
  }
}

float drawn_value(const DrawnProfile* drawn, DrawnLane lane, size_t point) {
  size_t before = SIZE_MAX;
  size_t after = SIZE_MAX;
  for (size_t i = point + 1; i-- > 0 && before == SIZE_MAX;)
    if (!isnan(drawn->points[lane][i])) before = i;
  for (size_t i = point; i < drawn->n && after == SIZE_MAX; ++i)
    if (!isnan(drawn->points[lane][i])) after = i;
  if (before == SIZE_MAX && after == SIZE_MAX) return NAN;
  if (before == SIZE_MAX) return drawn->points[lane][after];
  if (after == SIZE_MAX || after == before) return drawn->points[lane][before];
  const float t = (float)(point - before) / (float)(after - before);
  return drawn->points[lane][before] +
         t * (drawn->points[lane][after] - drawn->points[lane][before]);
}

bool drawn_profile(const DrawnProfile* drawn, Profile* profile) {
  profile->n = drawn->n;
  profile->has_valence = drawn_has(drawn, DRAWN_VALENCE);
  profile->has_arousal = drawn_has(drawn, DRAWN_AROUSAL);
  for (size_t i = 0; i < drawn->n; ++i)
    profile->valence[i] = profile->arousal[i] = 0.0f;
  if (profile->has_valence) fill(drawn, DRAWN_VALENCE, profile->valence);
  if (profile->has_arousal) fill(drawn, DRAWN_AROUSAL, profile->arousal);
  return profile->has_valence || profile->has_arousal;
}

void drawn_set_seconds(DrawnProfile* drawn, double seconds) {
  seconds = fmin(fmax(seconds, DRAWN_SHORTEST), DRAWN_LONGEST);
  DrawnProfile old = *drawn;
  drawn->seconds = seconds;
  drawn->n = (size_t)(seconds * CURVE_RATE);
  drawn_clear(drawn);
  for (int lane = 0; lane < DRAWN_LANES; ++lane) {
    if (!drawn_has(&old, (DrawnLane)lane)) continue;
    for (size_t i = 0; i < drawn->n; ++i) {
      const double at =
          drawn->n > 1 ? (double)i * (double)(old.n - 1) / (double)(drawn->n - 1) : 0.0;
      const size_t k = (size_t)at < old.n - 1 ? (size_t)at : old.n - 2;
      const float t = (float)(at - (double)k);
      const float a = drawn_value(&old, (DrawnLane)lane, k);
      const float b = drawn_value(&old, (DrawnLane)lane, k + 1);
      // Values that were not drawn stay undrawn, so the stretched drawing looks like the old one.
      const size_t nearest = (size_t)(at + 0.5) < old.n ? (size_t)(at + 0.5) : old.n - 1;
      bool inside = !isnan(old.points[lane][nearest]);
      for (size_t j = nearest; !inside && j-- > 0;)
        inside = !isnan(old.points[lane][j]);
      bool later = false;
      for (size_t j = nearest; !later && j < old.n; ++j)
        later = !isnan(old.points[lane][j]);
      if (inside && later) drawn->points[lane][i] = a + t * (b - a);
    }
  }
}

double drawn_next_seconds(const DrawnProfile* drawn, int direction) {
  size_t at = 0;
  while (at + 1 < LENGTHS && lengths[at] < drawn->seconds - 0.5)
    ++at;
  if (direction > 0 && lengths[at] > drawn->seconds + 0.5) return lengths[at];
  if (direction > 0 && at + 1 < LENGTHS) return lengths[at + 1];
  if (direction < 0 && at > 0) return lengths[at - 1];
  return lengths[at];
}

static size_t point_at(const DrawnProfile* drawn, double time) {
  const double point = floor(time * CURVE_RATE);
  if (!(point > 0.0)) return 0;
  return point < (double)drawn->n ? (size_t)point : drawn->n - 1;
}

static float limited(double value) {
  return (float)fmin(fmax(value, -1.0), 1.0);
}

void drawn_stroke(DrawnProfile* drawn, DrawnLane lane, double t0, double v0, double t1, double v1) {
  if (t0 > t1) {
    const double t = t0;
    const double v = v0;
    t0 = t1, v0 = v1;
    t1 = t, v1 = v;
  }
  const size_t first = point_at(drawn, t0);
  const size_t last = point_at(drawn, t1);
  for (size_t i = first; i <= last; ++i) {
    const double t = last > first ? (double)(i - first) / (double)(last - first) : 1.0;
    drawn->points[lane][i] = limited(v0 + t * (v1 - v0));
  }
}

void drawn_erase(DrawnProfile* drawn, DrawnLane lane, double t0, double t1) {
  const size_t last = point_at(drawn, fmax(t0, t1));
  for (size_t i = point_at(drawn, fmin(t0, t1)); i <= last; ++i)
    drawn->points[lane][i] = NAN;
}

bool drawn_take(DrawnProfile* drawn, const Curve* curve, double start, double end) {
  const double longest = fmin(end, start + DRAWN_LONGEST);
  const size_t first = (size_t)fmax(0.0, start * CURVE_RATE);
  size_t last = (size_t)fmax(0.0, longest * CURVE_RATE);
  if (last > curve->n) last = curve->n;
  if (last < first + (size_t)(DRAWN_SHORTEST * CURVE_RATE)) return false;
  bool any = false;
  for (size_t i = first; i < last && !any; ++i)
    any = curve->valence[i] != CURVE_SILENT;
  if (!any) return false;
  drawn->n = last - first;
  drawn->seconds = (double)drawn->n / CURVE_RATE;
  drawn_clear(drawn);
  for (size_t i = 0; i < drawn->n; ++i) {
    if (curve->valence[first + i] == CURVE_SILENT) continue;
    drawn->points[DRAWN_VALENCE][i] = (float)curve->valence[first + i] / CURVE_FULL;
    drawn->points[DRAWN_AROUSAL][i] = (float)curve->arousal[first + i] / CURVE_FULL;
  }
  return true;
}

double drawn_reach(const DrawnProfile* drawn) {
  double reach = 0.0;
  for (int lane = 0; lane < DRAWN_LANES; ++lane)
    for (size_t i = 0; i < drawn->n; ++i)
      if (!isnan(drawn->points[lane][i])) reach = fmax(reach, fabs((double)drawn->points[lane][i]));
  return reach;
}

double drawn_reach_of_curve(const Curve* curve) {
  int most = 0;
  for (size_t i = 0; i < curve->n; ++i) {
    if (curve->valence[i] == CURVE_SILENT) continue;
    const int v = abs(curve->valence[i]);
    const int a = abs(curve->arousal[i]);
    most = v > most ? v : most;
    most = a > most ? a : most;
  }
  return most / (double)CURVE_FULL;
}
