// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes the list as a playlist: an extended M3U with absolute paths, written completely or not
/// at all.
/// Thread: pure functions.
#ifndef CIRCUMPLEX_GUI_LIBRARY_PLAYLIST_H
#define CIRCUMPLEX_GUI_LIBRARY_PLAYLIST_H

#include "library/query.h"

#include <stddef.h>

/// A new name in the user's music folder (xdg-user-dirs' MUSIC, else ~/Music), else in the current
/// folder: "circumplex.m3u8", or with a number if that exists.
void playlist_default(char* path, size_t size);

/// Write the songs of a list; an existing file is replaced.  Songs with a line end in their path
/// are left out.  \return how many were written, or -1 and an error message
long playlist_write(const char* path, const Catalogue* catalogue, const QueryHit* hits, size_t n,
                    char* error, size_t error_size);

#endif
