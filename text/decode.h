// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Converts text files of various encodings (CUE sheets, playlists) to UTF-8.
/// Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_TEXT_DECODE_H
#define CIRCUMPLEX_TEXT_DECODE_H

#include <stdbool.h>
#include <stddef.h>

/// Convert a file's bytes according to their byte order mark: UTF-16 becomes UTF-8, the mark of
/// UTF-8 is removed, and other bytes are unchanged.
/// \param bytes from malloc(), with a NUL after them; this function frees them
/// \param[in,out] size without that NUL
/// \return the text, with a NUL after it, for free(); NULL if out of memory or not valid UTF-16
char* decode_marked(char* bytes, size_t* size);

/// \return whether \p text is valid UTF-8
bool decode_is_utf8(const char* text);

/// Copy \p text as UTF-8.  If it is not UTF-8, it is read as Latin-1.  What does not fit is cut
/// off.
void decode_latin1(const char* text, char* to, size_t size);

#endif
