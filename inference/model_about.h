// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads the description in a model's file without loading its weights: for lists of models, and
/// for the window, which names readings of another process.  Thread: any; allocates.
#ifndef CIRCUMPLEX_INFERENCE_MODEL_ABOUT_H
#define CIRCUMPLEX_INFERENCE_MODEL_ABOUT_H

#include "affect/words.h"

#include <stddef.h>

typedef struct ModelAbout ModelAbout;

/// Read a file of a model of running readings.
/// \return NULL and an error message on failure
ModelAbout* model_about_open(const char* path, char* error, size_t error_size);
void model_about_free(ModelAbout* about); ///< NULL is allowed

const char* model_about_description(const ModelAbout* about); ///< \return one line, or ""
const char*
model_about_hash(const ModelAbout* about); ///< \return 16 hexadecimal digits, as model_info()'s

/// \return the model's words for readings, owned by \p about; NULL: use the built-in ones
const WordTable* model_about_words(const ModelAbout* about);

#endif
