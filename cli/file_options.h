// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The options that commands share: which sound files are read, and how.
#ifndef CIRCUMPLEX_CLI_FILE_OPTIONS_H
#define CIRCUMPLEX_CLI_FILE_OPTIONS_H

#include "audio/sound_file.h"
#include "library/walk.h"
#include "text/options.h"

#include <stdbool.h>
#include <stddef.h>

enum { FILE_OPTIONS_PATTERNS = 64 };

/// Which files, and how many at a time.
typedef struct {
  const char* list; ///< a file with more paths, or NULL
  struct {
    const char* patterns[FILE_OPTIONS_PATTERNS];
    size_t n;
  } exclude;
  bool with_video;
  unsigned jobs; ///< 0: not given
  bool is_quiet;
} FileOptions;

/// Which part of each file.
typedef struct {
  double from, to; ///< s; to 0: the end
} PartOptions;

/// How samples are read.
typedef struct {
  AudioRaw raw;
  double gate; ///< LUFS; set it to FILE_OPTIONS_GATE first
} SoundOptions;

#define FILE_OPTIONS_GATE (-60.0) ///< LUFS: the default

extern const Option file_options[], part_options[], sound_options[];

/// Which files of folders \p options take.
WalkOptions file_options_walk(const FileOptions* options);

/// Find the files that \p n arguments and --list name.  Free \p walk in any case.
/// \return 0, or -1 (reported)
int file_options_find(const FileOptions* options, int n, char** paths, Walk* walk);

/// \return whether the part is valid; otherwise an error was reported
bool part_options_good(const PartOptions* options, const char* command);

/// \return whether one of the files, or standard input if it is read, is the existing file \p output
bool file_options_reads(const Walk* walk, const char* output);

/// \return files to read at a time: as given, or one per processor
unsigned file_options_jobs(const FileOptions* options);

#endif
