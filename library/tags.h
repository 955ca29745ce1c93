// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads title, artist and album of a sound file, with TagLib, or with libsndfile if TagLib
/// cannot.
///
/// A hostile file could crash TagLib, so it runs in a child process, which gets a path, answers
/// with three texts, and may not write files.  If the child dies twice on a file, or needs longer
/// than TAGS_PATIENCE, that file has no tags, and a new child is started.
///
/// Thread: a Tags belongs to one thread at a time.  Create it before other threads, since it
/// forks.  A child that replaces another is forked while they run; if a lock then blocks it,
/// TAGS_PATIENCE ends it.
#ifndef CIRCUMPLEX_LIBRARY_TAGS_H
#define CIRCUMPLEX_LIBRARY_TAGS_H

#include <stddef.h>

#define TAGS_TEXT 512    ///< bytes of a text, with its NUL; longer ones are cut
#define TAGS_PATIENCE 10 ///< s

/// Clean UTF-8 (text/utf8.h), "": no such tag.
typedef struct {
  char title[TAGS_TEXT], artist[TAGS_TEXT], album[TAGS_TEXT];
} TagTexts;

typedef struct Tags Tags;

Tags* tags_open(void);       ///< NULL if out of memory or processes (errno)
void tags_close(Tags* tags); ///< NULL is allowed

/// Read the tags of \p path.  \param tags NULL: gives no tags
void tags_read(Tags* tags, const char* path, TagTexts* texts);

#endif
