// SPDX-License-Identifier: GPL-3.0-or-later
// A profile: the wanted curve of valence and arousal over time.
#include "library/profile.h"
#include "inference/message.h"
#include "library/curve.h"
#include "text/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int check_points(const ProfilePoint* points, size_t n, Message message) {
  bool given = false;
  if (n < 2)
    return message_set(message, "A profile needs at least two points in time; this one has %zu.",
                       n);
  for (size_t i = 0; i < n; ++i) {
    const ProfilePoint* p = &points[i];
    if (!isfinite(p->time))
      return message_set(message, "The time of point %zu is not a number.", i + 1);
    if (i > 0 && p->time <= p[-1].time)
      return message_set(message,
                         "Times must increase: point %zu is at %g s, the one before it at %g s.",
                         i + 1, (double)p->time, (double)p[-1].time);
    if (fabsf(p->valence) > 1)
      return message_set(message, "The valence of point %zu is %g; it must be from -1 to 1.", i + 1,
                         (double)p->valence);
    if (fabsf(p->arousal) > 1)
      return message_set(message, "The arousal of point %zu is %g; it must be from -1 to 1.", i + 1,
                         (double)p->arousal);
    given = given || !isnan(p->valence) || !isnan(p->arousal);
  }
  if (!given) return message_set(message, "The profile gives neither valence nor arousal.");
  return 0;
}

static float axis_of(const ProfilePoint* point, bool arousal) {
  return arousal ? point->arousal : point->valence;
}

/// Interpolate one axis on the grid of times.  \return whether any point gives it
static bool draw_axis(const ProfilePoint* points, size_t n_points, bool arousal, float* out,
                      size_t n) {
  size_t next = 0, before = SIZE_MAX; // the points with this axis around the current time
  memset(out, 0, n * sizeof *out);
  for (size_t k = 0; k < n; ++k) {
    const double time = (double)points[0].time + (double)k / CURVE_RATE;
    while (next < n_points &&
           (isnan(axis_of(&points[next], arousal)) || (double)points[next].time <= time)) {
      if (!isnan(axis_of(&points[next], arousal))) before = next;
      ++next;
    }
    if (before == SIZE_MAX && next == n_points) return false;
    if (before == SIZE_MAX || next == n_points) {
      out[k] = axis_of(&points[before == SIZE_MAX ? next : before], arousal);
      continue;
    }
    const ProfilePoint *a = &points[before], *b = &points[next];
    const double part = (time - (double)a->time) / ((double)b->time - (double)a->time);
    out[k] = (float)((1 - part) * (double)axis_of(a, arousal) + part * (double)axis_of(b, arousal));
  }
  return true;
}

int profile_from_points(Profile* profile, const ProfilePoint* points, size_t n, char* error,
                        size_t error_size) {
  const Message message = {error, error_size};
  if (check_points(points, n, message) != 0) return -1;
  // Times are floats: allow for rounding, so that the last point is not lost.
  const double span = (double)points[n - 1].time - (double)points[0].time;
  const double steps = floor(span * CURVE_RATE + 0.01);
  if (steps < 1)
    return message_set(message, "The profile is %g s long; it must have at least %g s.", span,
                       1 / CURVE_RATE);
  if (steps + 1 > PROFILE_MAX)
    return message_set(message, "The profile is %.0f s long; at most %.0f s are possible.", span,
                       PROFILE_MAX / CURVE_RATE);
  profile->n = (size_t)steps + 1;
  profile->has_valence = draw_axis(points, n, false, profile->valence, profile->n);
  profile->has_arousal = draw_axis(points, n, true, profile->arousal, profile->n);
  return 0;
}

// ---- from points

static bool is_between(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';';
}

/// Parse "90" or "1:30".
static bool read_time(const char* text, size_t size, float* time) {
  const char* colon = memchr(text, ':', size);
  double minutes = 0, seconds;
  if (colon) {
    const size_t length = (size_t)(colon - text);
    if (!number_read(text, length, &minutes) || minutes < 0) return false;
    text = colon + 1;
    size -= length + 1;
  }
  if (!number_read(text, size, &seconds) || (colon && (seconds < 0 || seconds >= 60))) return false;
  *time = (float)(60 * minutes + seconds);
  return true;
}

static bool read_value(const char* text, size_t size, float* value) {
  double number = NAN;
  if (!(size == 1 && *text == '-') && !number_read(text, size, &number)) return false;
  *value = (float)number;
  return true;
}

static bool read_point(const char* item, size_t size, ProfilePoint* point) {
  size_t colon = size, comma = size;
  for (size_t i = 0; i < size; ++i) {
    if (item[i] == ':') colon = i;
    if (item[i] == ',') comma = i;
  }
  return colon < comma && comma < size && read_time(item, colon, &point->time) &&
         read_value(item + colon + 1, comma - colon - 1, &point->valence) &&
         read_value(item + comma + 1, size - comma - 1, &point->arousal);
}

int profile_from_text(Profile* profile, const char* text, char* error, size_t error_size) {
  const Message message = {error, error_size};
  int result = -1;
  size_t n = 0;
  ProfilePoint* points = malloc(PROFILE_MAX * sizeof *points);
  if (!points) return message_set(message, "There is not enough memory.");
  while (*text) {
    size_t size = 0;
    while (text[size] && !is_between(text[size]))
      ++size;
    if (size == 0) {
      ++text;
      continue;
    }
    if (n == PROFILE_MAX) {
      message_set(message, "The profile has more than %d points.", PROFILE_MAX);
      goto done;
    }
    if (!read_point(text, size, &points[n])) {
      message_set(message,
                  "\"%.*s\" is not a point; write TIME:VALENCE,AROUSAL, as in 30:0.2,-0.1.",
                  (int)(size < 60 ? size : 60), text);
      goto done;
    }
    ++n;
    text += size;
  }
  result = profile_from_points(profile, points, n, error, error_size);
done:
  free(points);
  return result;
}

// ---- from a song

int profile_from_curve(Profile* profile, const Curve* curve, size_t first, size_t last, char* error,
                       size_t error_size) {
  const Message message = {error, error_size};
  if (last > curve->n) last = curve->n;
  if (first >= last || last - first < 2)
    return message_set(message, "The part has no length within the song, which is %.1f s long.",
                       (double)curve->n / CURVE_RATE);
  const size_t n = last - first;
  if (n > PROFILE_MAX)
    return message_set(message, "The part is %.0f s long; at most %.0f s are possible.",
                       (double)n / CURVE_RATE, PROFILE_MAX / CURVE_RATE);
  bool heard = false;
  for (size_t k = first; k < last; ++k)
    heard = heard || !curve_silent(curve, k);
  if (!heard) return message_set(message, "The song is silent there: there is no reading.");
  int16_t* bridged = malloc(2 * curve->n * sizeof *bridged);
  if (!bridged) return message_set(message, "There is not enough memory.");
  curve_bridge(curve, bridged, bridged + curve->n);
  profile->n = n;
  profile->has_valence = profile->has_arousal = true;
  for (size_t k = 0; k < n; ++k) {
    profile->valence[k] = (float)bridged[first + k] / CURVE_FULL;
    profile->arousal[k] = (float)bridged[curve->n + first + k] / CURVE_FULL;
  }
  free(bridged);
  return 0;
}
