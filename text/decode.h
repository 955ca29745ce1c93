// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Text files as people have them (CUE sheets, playlists), in whatever encoding, made UTF-8.
/// Thread: pure functions, any thread.
#ifndef CIRCUMPLEX_TEXT_DECODE_H
#define CIRCUMPLEX_TEXT_DECODE_H

#include <stdbool.h>
#include <stddef.h>

/// A file's bytes by their byte order mark: UTF-16 is converted, UTF-8's mark is taken off, all else
/// stays as it is.
/// \param bytes from malloc(), with a NUL behind them; freed  \param[in,out] size without that NUL
/// \return the text, with a NUL behind it, for free(); NULL if out of memory, or if it is no good
/// UTF-16 (nothing is to be freed then)
char* decode_marked(char* bytes, size_t* size);

/// \return whether all of \p text is UTF-8
bool decode_is_utf8(const char* text);

/// Copy \p text as UTF-8: what is none is taken for Latin-1.  What does not fit is cut off.
void decode_latin1(const char* text, char* to, size_t size);

#endif
