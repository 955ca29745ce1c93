// SPDX-License-Identifier: GPL-3.0-or-later
// Quadrants of the valence-arousal plane, and the neutral zone in its middle.
#include "affect/quadrant.h"

#include <stdbool.h>
#include <strings.h>

static const char* const names[QUADRANT_COUNT] = {"neutral", "Q1", "Q2", "Q3", "Q4"};

Quadrant quadrant_of(float valence, float arousal) {
  const float square = valence * valence + arousal * arousal;
  // Written with !, so that NAN is neutral.
  if (!(square >= QUADRANT_NEUTRAL_RADIUS * QUADRANT_NEUTRAL_RADIUS)) return QUADRANT_NEUTRAL;
  if (arousal >= 0.0f) return valence >= 0.0f ? QUADRANT_1 : QUADRANT_2;
  return valence >= 0.0f ? QUADRANT_4 : QUADRANT_3;
}

const char* quadrant_name(Quadrant quadrant) {
  const bool is_known = (unsigned)quadrant < QUADRANT_COUNT;
  return names[is_known ? quadrant : QUADRANT_NEUTRAL];
}

int quadrant_from_name(const char* name) {
  for (int i = 0; i < QUADRANT_COUNT; ++i)
    if (strcasecmp(name, names[i]) == 0) return i;
  return -1;
}
