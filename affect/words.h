// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Words for points of the valence-arousal plane.
///
/// Placements are this project's own, informed by Russell's circumplex (1980) and later rating
/// studies; twelve of them are landmarks that a display shows.  Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_AFFECT_WORDS_H
#define CIRCUMPLEX_AFFECT_WORDS_H

#include "affect/quadrant.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  const char* name;
  float valence, arousal; ///< -1..1
  bool landmark;          ///< shown on the plane
} Word;

/// A list of words; a model may bring its own (model_words()).  Word 0 is "neutral", at the centre.
typedef struct {
  const Word* words;
  size_t count;
  float neutral_radius; ///< distance from the centre below which a reading is "neutral"
} WordTable;

#define WORDS_MAX 65 ///< in a table, "neutral" included

/// Distance from the centre below which a reading is called "neutral": the quadrants' own.
#define WORDS_NEUTRAL_RADIUS QUADRANT_NEUTRAL_RADIUS

/// How much nearer another word must be before the name changes.
#define WORDS_HYSTERESIS 0.06f

/// \return the table for readings of a model that brings none.
const WordTable* words_builtin(void);

/// Name a reading.
/// \param table   NULL: the built-in one
/// \param current index of the word that names it now, or -1
/// \return index of the nearest word, 0 (neutral) near the centre; \p current is kept until another
/// is nearer by WORDS_HYSTERESIS, or the rim of the centre is passed by half of that
int words_nearest_in(const WordTable* table, float valence, float arousal, int current);

/// \return the word's name ("neutral" for an index outside the table).
const char* words_name_in(const WordTable* table, int index);

/// \return the name of a point, whatever was named before
const char* words_name_of(const WordTable* table, float valence, float arousal);

#endif
