// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Collects the sound files that the user names: files, folders and lists of them.
///
/// A folder is walked in order of names, without hidden entries.  It gives the files with the
/// extension of a sound file (or of a video, if wanted); a file that is named itself is always
/// taken.  Linked folders are walked once, after all others, and never in circles.  What is left
/// out is counted by extension and reason, for a message.
/// Thread: a Walk belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_WALK_H
#define CIRCUMPLEX_LIBRARY_WALK_H

#include "library/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Patterns of names, or of paths below the file's folder, one per line.  '#' begins a comment.  A
/// pattern that begins with '/' is a path.  '!' before a pattern takes what it matches: the last
/// pattern that matches decides, that of the nearest folder first.
#define WALK_IGNORE ".circumplexignore"

typedef struct {
  char* path;    ///< "-": standard input
  char* stem;    ///< path of its results below an output folder, without extension
  uint64_t size; ///< bytes, at least 1, for progress
} WalkFile;

/// Why something in a folder was left out.
typedef enum {
  WALK_OTHER,       ///< not a sound file by its name
  WALK_VIDEO,       ///< a video, and videos are not wanted
  WALK_UNSUPPORTED, ///< a sound file that this build cannot read
  WALK_SPECIAL,     ///< a FIFO, socket or device
  WALK_EXCLUDED,    ///< by a pattern
  WALK_FOLDER,      ///< a whole folder, by a pattern
  WALK_SHEET,       ///< a CUE sheet that divides no existing file
  WALK_SPLIT,       ///< an album in one file; its tracks are taken from a CUE sheet
  WALK_REASONS
} WalkReason;

typedef struct {
  WalkReason reason;
  char kind[12]; ///< extension in lower case; "" for none
  size_t n;
} WalkSkipped;

/// Which files of folders are taken.
typedef struct {
  bool with_video;
  const char* const* exclude; ///< shell patterns of names, or of paths below the folder
  size_t n_exclude;
} WalkOptions;

typedef struct {
  WalkOptions options;
  const Task* task; ///< gets error messages; may be NULL
  WalkFile* files;
  size_t n, capacity;
  uint64_t size;   ///< sum of their sizes
  bool has_failed; ///< a path could not be read, or has sound files that were left out
  bool has_folder; ///< a folder was named
  WalkSkipped* skipped;
  size_t n_skipped, skipped_capacity;
  struct WalkLinks* links; ///< folders seen, and linked ones still to walk
} Walk;

/// Add a file, or the files of a folder.  What cannot be read is reported and sets has_failed.
/// \return 0, or -1 if out of memory
int walk_add(Walk* walk, const char* path);

/// Add every path in the file \p list: one per line, or each ended by a NUL.  An M3U's comments
/// and a byte order mark are skipped; its relative paths are relative to its folder.  "-" is
/// standard input.
/// \return 0, or -1 and an error message
int walk_add_list(Walk* walk, const char* list, char* error, size_t error_size);

/// \return whether \p path has the extension of a playlist (M3U)
bool walk_is_playlist(const char* path);

/// Give files whose results would have the same name below an output folder distinct stems: the
/// second one keeps its extension ("song.mp3"), or gets a number ("song-2").
/// \return 0, or -1 if out of memory
int walk_make_stems_distinct(Walk* walk);

/// Describe in one line what was left out in folders; "" if nothing was.
void walk_report(const Walk* walk, char* text, size_t size);

/// Remove the files for which \p keep returns false; NULL: all.
void walk_filter(Walk* walk, bool (*keep)(void* context, const WalkFile* file), void* context);

void walk_free(Walk* walk);

#endif
