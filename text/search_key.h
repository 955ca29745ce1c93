// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The one rule by which texts are compared in searches: case and accents do not count, in any
/// script (Unicode NFKD without its combining marks, case-folded), so that "bjork" finds "Björk"
/// however it is encoded.
/// Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_TEXT_SEARCH_KEY_H
#define CIRCUMPLEX_TEXT_SEARCH_KEY_H

#include <stdbool.h>

/// The form in which a text is compared.
/// \param text bytes; what is not UTF-8 counts as U+FFFD
/// \return a new string for free(), or NULL if out of memory
char* search_key(const char* text);

/// \return whether every word of \p words occurs somewhere in \p key; both are search keys, words
/// are separated by white space, and no words are in everything.
bool search_key_has(const char* key, const char* words);

#endif
