// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The words by which a model names the readings that a library holds of it.  They are in the model's
/// file, which is looked for where programs look for models.  Thread: any; allocates.
#ifndef CIRCUMPLEX_LIBRARY_READING_WORDS_H
#define CIRCUMPLEX_LIBRARY_READING_WORDS_H

#include "affect/words.h"
#include "library/store.h"

typedef struct ModelAbout ReadingWords;

/// \return NULL if no file of that hash is found (the built-in words hold), or out of memory
ReadingWords* reading_words_find(const StoreModel* model);
void reading_words_free(ReadingWords* words); ///< NULL is allowed

/// \param words NULL is allowed  \return belongs to \p words; NULL: the built-in ones hold
const WordTable* reading_words_table(const ReadingWords* words);

#endif
