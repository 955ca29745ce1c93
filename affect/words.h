// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Words for points of the valence-arousal plane.
///
/// The positions come from the default model (words_table.h).  Some words are landmarks, which a
/// display shows.  Thread: pure functions, any thread.
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

/// A list of words; a model may have its own (model_words()).  Word 0 is "neutral", at the centre.
typedef struct {
  const Word* words;
  size_t count;
  float neutral_radius; ///< distance from the centre below which a reading is "neutral"
} WordTable;

#define WORDS_MAX 65 ///< most words in a table, including "neutral"

/// Distance from the centre below which a reading is called "neutral": the same as for quadrants.
#define WORDS_NEUTRAL_RADIUS QUADRANT_NEUTRAL_RADIUS

/// The name changes only if another word is nearer by this distance.
#define WORDS_HYSTERESIS 0.06f

/// Confidence below which a sound is unlike what the model learned from, so that its reading has no
/// word; and what is said instead.
#define WORDS_OUTSIDE 0.25f
#define WORDS_OUTSIDE_TEXT "not like mixed music"
#define WORDS_OUTSIDE_LEAVE 0.35f ///< confidence above which it has a word again

/// \return the table for models without their own words
const WordTable* words_builtin(void);

/// Find the word for a reading, with hysteresis.
/// \param table   NULL: the built-in table
/// \param current index of the present word, or -1
/// \return index of the nearest word, or 0 (neutral) near the centre.  \p current is kept until
/// another word is nearer by WORDS_HYSTERESIS, or the neutral radius is passed by half of that.
int words_nearest_in(const WordTable* table, float valence, float arousal, int current);

/// \return the word's name; "neutral" for an index outside the table
const char* words_name_in(const WordTable* table, int index);

/// \return whether a reading has no word; \p before is the last result
bool words_outside(bool before, float confidence);

#define WORDS_DOUBT_MAX 2

/// How far a reading is in doubt: a display makes its word greyer in steps.
/// \param before the last result, 0 at first: a step is left a little later than it is entered
/// \return 0 (sure) .. WORDS_DOUBT_MAX
int words_doubt(int before, float confidence);

/// \return the name of a point, without hysteresis
const char* words_name_of(const WordTable* table, float valence, float arousal);

#endif
