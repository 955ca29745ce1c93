// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Text made ready for searching: case and accents do not count, in any script (Unicode NFKD
/// without its combining marks, case-folded), so that "bjork" finds "Björk".
/// Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_LIBRARY_FOLD_H
#define CIRCUMPLEX_LIBRARY_FOLD_H

#include <stdbool.h>

/// \param text bytes; what is no UTF-8 counts as U+FFFD
/// \return a new string for free(), or NULL without memory
char* fold_text(const char* text);

/// Whether every word of \p needle is somewhere in \p hay; both folded, words parted by spaces.
bool fold_contains(const char* hay, const char* needle);

#endif
