// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A wished-for course of valence and arousal over time: drawn, typed, from a CSV or from a song.
/// Thread: an instance belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_PROFILE_H
#define CIRCUMPLEX_LIBRARY_PROFILE_H

#include "library/song.h"

#include <stdbool.h>

#define PROFILE_MAX 1200 ///< points: ten minutes at CURVE_RATE

/// Points at CURVE_RATE; an axis that is not wanted does not count in a match.
typedef struct {
  size_t n;
  bool has_valence, has_arousal;
  float valence[PROFILE_MAX], arousal[PROFILE_MAX];
} Profile;

typedef struct {
  float time, valence, arousal; ///< s; NAN: this axis is not given here
} ProfilePoint;

/// Straight lines between points in order of time; an axis that no point gives is not wanted.
/// \return 0, or -1 and a sentence
int profile_from_points(Profile* profile, const ProfilePoint* points, size_t n, char* error,
                        size_t error_size);

/// "0:-0.5,-0.6 30:0.2,0.1 60:0.8,0.7": TIME:VALENCE,AROUSAL, either may be '-' for not given.
int profile_from_text(Profile* profile, const char* text, char* error, size_t error_size);

/// A CSV with a header that has time_s, valence, arousal (as `circumplex analyze` writes it).
int profile_from_csv(Profile* profile, const char* path, char* error, size_t error_size);

/// A stretch of a song's curve, silent hops bridged.
/// \param first,last points, last not included
int profile_from_curve(Profile* profile, const Curve* curve, size_t first, size_t last, char* error,
                       size_t error_size);

#endif
