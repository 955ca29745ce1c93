// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The sound files that somebody names: files, folders and lists of them.
///
/// A folder is walked in order of name; hidden entries are left out.  In it, names with the
/// extension of a sound file count (of a video, if asked for); a file that is named itself is always
/// taken.  Linked folders are walked once, after all others, and never in circles.  What is skipped
/// is counted by kind and reason, so that whoever asked can be told.
/// Thread: a Walk belongs to one thread at a time.
#ifndef CIRCUMPLEX_LIBRARY_WALK_H
#define CIRCUMPLEX_LIBRARY_WALK_H

#include "library/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WALK_IGNORE ".circumplexignore" ///< patterns of a folder, one a line; '#' begins a comment

typedef struct {
  char* path;    ///< as to be opened and shown; "-" for standard input
  char* stem;    ///< where its results belong below an output folder, without extension
  uint64_t size; ///< bytes, at least 1: the share of the whole work
} WalkFile;

/// Why something in a folder was not taken.
typedef enum {
  WALK_OTHER,       ///< no sound file by its name
  WALK_VIDEO,       ///< a video, and videos were not asked for
  WALK_UNSUPPORTED, ///< a sound file that this build cannot read
  WALK_SPECIAL,     ///< a FIFO, socket or device
  WALK_EXCLUDED,    ///< by a pattern
  WALK_FOLDER,      ///< a whole folder, by a pattern
  WALK_SHEET,       ///< a CUE sheet that splits no file that is there
  WALK_SPLIT,       ///< an album in one file, the tracks of which were taken by a CUE sheet
  WALK_REASONS
} WalkReason;

typedef struct {
  WalkReason reason;
  char kind[12]; ///< extension in lower case; "" for none
  size_t n;
} WalkSkipped;

/// What is taken of folders.
typedef struct {
  bool with_video;
  const char* const* exclude; ///< shell patterns of names, or of paths below the folder
  size_t n_exclude;
} WalkOptions;

typedef struct {
  WalkOptions options;
  const Task* task; ///< told what cannot be walked; may be NULL
  WalkFile* files;
  size_t n, capacity;
  uint64_t size;   ///< bytes of all
  bool has_failed; ///< something named could not be walked, or holds sound that was not taken
  bool has_folder; ///< a folder was walked: several files are to be expected
  WalkSkipped* skipped;
  size_t n_skipped, skipped_capacity;
  struct WalkLinks* links; ///< folders seen, and linked ones to come
} Walk;

/// Add a file, or what is in a folder.  What cannot be walked is told and noted in has_failed.
/// \return 0, or -1 if out of memory
int walk_add(Walk* walk, const char* path);

/// Add every path in the file \p list: one a line, or each ended by a NUL; an M3U's comments and a
/// byte order mark are passed over, its relative paths are relative to it.  "-" is standard input.
/// \return 0, or -1 and an error message
int walk_add_list(Walk* walk, const char* list, char* error, size_t error_size);

/// \return whether \p path is called as a playlist is (M3U)
bool walk_is_playlist(const char* path);

/// Give files whose results would have the same name below an output folder distinct stems: the
/// second one keeps its extension ("song.mp3"), or gets a number ("song-2").
/// \return 0, or -1 if out of memory
int walk_make_stems_distinct(Walk* walk);

/// One line on what was skipped in folders, "" if nothing was.
void walk_report(const Walk* walk, char* text, size_t size);

/// Leave out the files that \p keep refuses; NULL refuses all.
void walk_filter(Walk* walk, bool (*keep)(void* context, const WalkFile* file), void* context);

void walk_free(Walk* walk);

#endif
