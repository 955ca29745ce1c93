// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A profile: the wanted curve of valence and arousal over time, drawn, typed, from a CSV or
/// from a song.
///
/// Refused with an error message: fewer than two points, times that do not increase or are not
/// numbers, values outside -1..1, more than an hour, no axis at all.  A value is "not given" if it
/// is NAN (points), '-' (text), or empty, "nan" or in a silent row (CSV).
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_PROFILE_H
#define CIRCUMPLEX_LIBRARY_PROFILE_H

#include "library/song.h"

#include <stdbool.h>

#define PROFILE_MAX 7200                    ///< points: an hour at CURVE_RATE
#define PROFILE_MAX_FILE (16 * 1000 * 1000) ///< bytes of a CSV

/// Points at CURVE_RATE, finite, -1..1; an axis that is not used is 0 and does not count in a
/// match.
typedef struct {
  size_t n;
  bool has_valence, has_arousal;
  float valence[PROFILE_MAX], arousal[PROFILE_MAX];
} Profile;

typedef struct {
  float time, valence, arousal; ///< s; NAN: this axis is not given here
} ProfilePoint;

/// Straight lines between points in order of time, sampled every 1 / CURVE_RATE from the first
/// point to the last.  An axis keeps its first given value before it, and its last one after it;
/// an axis that no point gives is not used.
/// \return 0, or -1 and an error message
int profile_from_points(Profile* profile, const ProfilePoint* points, size_t n, char* error,
                        size_t error_size);

/// "0:-0.5,-0.6 30:0.2,0.1 1:00:0.8,0.7": TIME:VALENCE,AROUSAL with blanks or ';' between; TIME in
/// seconds or MINUTES:SECONDS; either value may be '-' for not given.
int profile_from_text(Profile* profile, const char* text, char* error, size_t error_size);

/// A CSV with a header that has time_s and valence, arousal or both (as `circumplex analyze` writes
/// it), in any order among other columns; a column "state" says which rows are "silent".  Fields
/// may be quoted; all line ends, blank lines and a byte order mark are accepted.
int profile_from_csv(Profile* profile, const char* path, char* error, size_t error_size);

/// A part of a song's curve, silent hops filled; refused if it has no reading at all.
/// \param first,last points, last not included; limited to the curve
int profile_from_curve(Profile* profile, const Curve* curve, size_t first, size_t last, char* error,
                       size_t error_size);

#endif
