// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// What a model's file says about itself, without making the model ready: for lists of models and
/// for whoever names readings that another process makes.  Thread: any; allocates.
#ifndef CIRCUMPLEX_INFERENCE_MODEL_ABOUT_H
#define CIRCUMPLEX_INFERENCE_MODEL_ABOUT_H

#include "affect/words.h"

#include <stddef.h>

typedef struct ModelAbout ModelAbout;

/// Read a file of a model of running readings.
/// \return NULL and an error message
ModelAbout* model_about_open(const char* path, char* error, size_t error_size);
void model_about_free(ModelAbout* about); ///< NULL is allowed

const char* model_about_description(const ModelAbout* about); ///< \return one line, or ""
const char*
model_about_hash(const ModelAbout* about); ///< \return 16 hexadecimal digits, as model_info()'s

/// \return the words for its readings, which belong to \p about; NULL: the built-in ones hold.
const WordTable* model_about_words(const ModelAbout* about);

#endif
