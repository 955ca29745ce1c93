// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Makes text from files that may be hostile (names, tags) safe to show on a terminal, in a log or in
/// a message.  Thread: pure functions.
#ifndef CIRCUMPLEX_TEXT_UTF8_H
#define CIRCUMPLEX_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/// \return bytes of the UTF-8 sequence at \p text, which ends in NUL (Unicode 15, table 3-7), or 0
/// if it is none.
size_t utf8_length(const char* text);

/// Copy \p from as UTF-8 that may be shown: bytes that are not UTF-8 become U+FFFD; control
/// characters (C0, C1: they could command a terminal), line ends and marks that turn the direction
/// of text (overrides, embeddings, isolates) become a space; blanks at both ends are removed.  Never
/// cut within a character.
void utf8_clean(char* to, size_t size, const char* from);

/// \return whether the character \p c commands a terminal, ends a line, or turns the direction of text
bool utf8_commands(unsigned long c);

/// The character at \p text, which is good UTF-8; \p n receives its bytes.
unsigned long utf8_character(const char* text, size_t* n);

#endif
