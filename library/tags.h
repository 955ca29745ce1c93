// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Title, artist and album of a sound file, by TagLib, or else by libsndfile.
///
/// TagLib is C++ and reads files that may be hostile: an exception or a fault in it would end the
/// program.  It therefore runs in a process of its own, a child that is given a path and
/// answers with three texts, and may write no file.  If the child dies of a file twice, or takes
/// longer than TAGS_PATIENCE, that file has no tags and the next one gets a new child.
///
/// Thread: a Tags belongs to one thread at a time.  Start it before other threads, since it forks.  A
/// child that replaces another is forked while they run; if a lock then blocks it, TAGS_PATIENCE ends
/// it.
#ifndef CIRCUMPLEX_LIBRARY_TAGS_H
#define CIRCUMPLEX_LIBRARY_TAGS_H

#include <stddef.h>

#define TAGS_TEXT 512    ///< bytes of a text, its end included; longer ones are cut
#define TAGS_PATIENCE 10 ///< s

/// Clean UTF-8 (text/utf8.h), "" where there is no such tag.
typedef struct {
  char title[TAGS_TEXT], artist[TAGS_TEXT], album[TAGS_TEXT];
} TagTexts;

typedef struct Tags Tags;

Tags* tags_open(void);       ///< NULL if out of memory or processes (errno says which)
void tags_close(Tags* tags); ///< NULL is allowed

/// Read the tags of \p path; no tags if \p tags is NULL or the file has none.
void tags_read(Tags* tags, const char* path, TagTexts* texts);

#endif
