// SPDX-License-Identifier: GPL-3.0-or-later
// Words for points of the valence-arousal plane.
#include "affect/words.h"

#include <math.h>

#include "affect/words_table.h"

static const WordTable builtin = {words, sizeof words / sizeof words[0], WORDS_NEUTRAL_RADIUS};

const WordTable* words_builtin(void) {
  return &builtin;
}

static float distance(const Word* word, float valence, float arousal) {
  return hypotf(valence - word->valence, arousal - word->arousal);
}

int words_nearest_in(const WordTable* table, float valence, float arousal, int current) {
  if (!table) table = &builtin;
  const Word* all = table->words;
  if (!isfinite(valence) || !isfinite(arousal)) return 0;
  const bool known = current >= 0 && (size_t)current < table->count;
  const float slack = !known ? 0.0f : current == 0 ? 0.5f : -0.5f;
  const float rim = table->neutral_radius + slack * WORDS_HYSTERESIS;
  if (distance(&all[0], valence, arousal) < rim) return 0;
  size_t best = 1;
  for (size_t i = 2; i < table->count; ++i) {
    if (distance(&all[i], valence, arousal) < distance(&all[best], valence, arousal)) best = i;
  }
  if (known && current > 0 &&
      distance(&all[current], valence, arousal) <
          distance(&all[best], valence, arousal) + WORDS_HYSTERESIS) {
    return current;
  }
  return (int)best;
}

const char* words_name_in(const WordTable* table, int index) {
  if (!table) table = &builtin;
  return table->words[index >= 0 && (size_t)index < table->count ? index : 0].name;
}

const char* words_name_of(const WordTable* table, float valence, float arousal) {
  return words_name_in(table, words_nearest_in(table, valence, arousal, -1));
}

bool words_outside(bool before, float confidence) {
  return confidence < (before ? WORDS_OUTSIDE_LEAVE : WORDS_OUTSIDE);
}

int words_doubt(int before, float confidence) {
  static const float limits[WORDS_DOUBT_MAX] = {0.60f, 0.45f};
  int doubt = 0;
  for (int i = 0; i < WORDS_DOUBT_MAX; ++i) {
    if (confidence < limits[i] + (before > i ? 0.03f : -0.03f)) doubt = i + 1;
  }
  return doubt;
}
