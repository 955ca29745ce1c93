// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The rule for comparing texts in searches: case and accents are ignored in all scripts (Unicode
/// NFKD without combining marks, case-folded), so that "bjork" finds "Björk" in any encoding.
/// Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_TEXT_SEARCH_KEY_H
#define CIRCUMPLEX_TEXT_SEARCH_KEY_H

#include <stdbool.h>

/// Convert a text to the form in which it is compared.
/// \param text bytes; invalid UTF-8 counts as U+FFFD
/// \return a new string for free(), or NULL if out of memory
char* search_key(const char* text);

/// \return whether every word of \p words occurs in \p key.  Both are search keys; words are
/// separated by white space.  Without any word the result is true.
bool search_key_has(const char* key, const char* words);

#endif
