// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes the list as a playlist: an extended M3U with absolute paths, written completely or not
/// at all.
/// Thread: any.
#ifndef CIRCUMPLEX_GUI_LIBRARY_PLAYLIST_H
#define CIRCUMPLEX_GUI_LIBRARY_PLAYLIST_H

#include "library/query.h"

#include <stddef.h>

/// A new name in the user's music folder (xdg-user-dirs' MUSIC, else ~/Music), else in the current
/// folder: "circumplex.m3u8", or with a number if that exists.
void playlist_default(char* path, size_t size);

/// \return the songs of a list as a playlist's text, to be freed; NULL if out of memory.  Songs with
/// a line end in their path are left out.
/// \param[out] songs how many are in it
char* playlist_text(const Catalogue* catalogue, const QueryHit* hits, size_t n, long* songs);

/// Write a playlist; an existing file is replaced.  May take as long as the file system does.
/// \return 0, or -1 and an error message
int playlist_write(const char* path, const char* text, char* error, size_t error_size);

#endif
