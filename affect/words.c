// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Words and their places: see words.h.
#include "affect/words.h"

#include <math.h>

static const Word words[] = {
    {"neutral", 0.00f, 0.00f, false},     {"excited", 0.65f, 0.75f, true},
    {"joyful", 0.80f, 0.45f, false},      {"happy", 0.80f, 0.30f, true},
    {"upbeat", 0.60f, 0.25f, true},       {"triumphant", 0.65f, 0.50f, false},
    {"powerful", 0.30f, 0.60f, false},    {"warm", 0.60f, -0.30f, true},
    {"tender", 0.45f, -0.45f, false},     {"peaceful", 0.65f, -0.65f, true},
    {"calm", 0.40f, -0.80f, true},        {"dreamy", 0.40f, -0.40f, false},
    {"nostalgic", 0.10f, -0.30f, false},  {"solemn", -0.05f, -0.45f, false},
    {"melancholy", -0.45f, -0.45f, true}, {"sad", -0.65f, -0.45f, true},
    {"gloomy", -0.65f, -0.40f, false},    {"lonely", -0.55f, -0.50f, false},
    {"bleak", -0.50f, -0.30f, false},     {"sleepy", 0.00f, -0.85f, true},
    {"eerie", -0.45f, 0.25f, false},      {"ominous", -0.50f, 0.35f, false},
    {"suspense", -0.25f, 0.45f, false},   {"tense", -0.45f, 0.55f, true},
    {"anxious", -0.45f, 0.65f, false},    {"angry", -0.65f, 0.65f, true},
    {"aggressive", -0.50f, 0.80f, false}, {"furious", -0.70f, 0.85f, false},
    {"intense", 0.00f, 0.80f, true},      {"dramatic", -0.05f, 0.60f, false},
    {"mysterious", -0.05f, 0.20f, false},
};

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

const Word* words_all(size_t* n) {
  if (n) *n = builtin.count;
  return words;
}

int words_nearest(float valence, float arousal, int current) {
  return words_nearest_in(&builtin, valence, arousal, current);
}

const char* words_name(int index) {
  return words_name_in(&builtin, index);
}
