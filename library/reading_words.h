// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The words of the model that made a library's readings.  They are in the model's file, which is
/// searched for like any model.  Thread: any; allocates.
#ifndef CIRCUMPLEX_LIBRARY_READING_WORDS_H
#define CIRCUMPLEX_LIBRARY_READING_WORDS_H

#include "affect/words.h"
#include "library/store.h"

typedef struct ModelAbout ReadingWords;

/// \return NULL if no file with that hash is found (then use the built-in words), or out of memory
ReadingWords* reading_words_find(const StoreModel* model);
void reading_words_free(ReadingWords* words); ///< NULL is allowed

/// \param words NULL is allowed  \return belongs to \p words; NULL: use the built-in ones
const WordTable* reading_words_table(const ReadingWords* words);

#endif
