// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Makes text from untrusted files (names, tags) safe to show on a terminal, in a log or in a
/// message.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_TEXT_UTF8_H
#define CIRCUMPLEX_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/// \return length in bytes of the UTF-8 sequence at \p text (Unicode 15, table 3-7), or 0 if it is
/// invalid.  \p text ends in NUL.
size_t utf8_length(const char* text);

/// Copy \p from as UTF-8 that is safe to show.  Invalid bytes become U+FFFD.  Control characters
/// (C0 and C1, which could control a terminal), line ends and marks that change the direction of
/// text (overrides, embeddings, isolates) become a space.  Blanks at both ends are removed.  The
/// text is never cut within a character.
void utf8_clean(char* to, size_t size, const char* from);

/// \return whether \p c controls a terminal, ends a line, or changes the direction of text
bool utf8_commands(unsigned long c);

/// \return the character at \p text, which is valid UTF-8; \p n receives its length in bytes
unsigned long utf8_character(const char* text, size_t* n);

#endif
