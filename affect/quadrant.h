// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Quadrants of the valence-arousal plane and the neutral zone in its middle: one meaning for the
/// plugin, command line, library and windows.  Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_AFFECT_QUADRANT_H
#define CIRCUMPLEX_AFFECT_QUADRANT_H

/// Distance from the centre below which a point is in no quadrant, and is called "neutral".
#define QUADRANT_NEUTRAL_RADIUS 0.12f

typedef enum {
  QUADRANT_NEUTRAL, ///< near the centre, or not a number
  QUADRANT_1,       ///< valence and arousal positive: happy, excited
  QUADRANT_2,       ///< valence negative: angry, tense
  QUADRANT_3,       ///< both negative: sad
  QUADRANT_4,       ///< arousal negative: calm
  QUADRANT_COUNT
} Quadrant;

/// \param valence,arousal -1..1; 0 counts as positive
Quadrant quadrant_of(float valence, float arousal);

/// \return "neutral", "Q1", "Q2", "Q3" or "Q4"
const char* quadrant_name(Quadrant quadrant);

/// \return the quadrant of that name (lower case allowed), or -1
int quadrant_from_name(const char* name);

#endif
