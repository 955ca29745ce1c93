// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads a model file's own words for readings: "words" and "neutral_radius" of its "circumplex"
/// object.
#ifndef CIRCUMPLEX_INFERENCE_MODEL_WORDS_H
#define CIRCUMPLEX_INFERENCE_MODEL_WORDS_H

#include "affect/words.h"
#include "inference/loader.h"

typedef struct {
  Word words[WORDS_MAX]; ///< the JSON owns the names
  WordTable table;       ///< count 0: the file has no words
} ModelWords;

/// \param words must not be moved later
/// \return 0, or -1 and an error message
int model_words_load(ModelWords* words, Loader* loader, const json_t* config);

#endif
