// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Adds files and folders to a library: reads what is new or has changed, several files at a
/// time, and stores it.  It can be stopped at any time and resumed later.  The command line and the
/// library's window use it.
///
///     const char* folders[] = {"/home/me/Music"};
///     const IngestRequest request = {.paths = folders, .n_paths = 1, .gate = -60.0};
///     IngestReport report;
///     const IngestStatus status = ingest(&request, &task, &report, error, sizeof error);
///
/// Thread: any one thread; the task's functions are called from several (library/task.h).  It
/// forks a child process that reads tags.
#ifndef CIRCUMPLEX_LIBRARY_INGEST_H
#define CIRCUMPLEX_LIBRARY_INGEST_H

#include "library/task.h"
#include "library/walk.h"

#include <stdbool.h>
#include <stddef.h>

#define INGEST_LONGEST 12.0 ///< hours; a longer file is refused, because its header is wrong

/// All zero except the paths: the defaults.
typedef struct {
  const char* library;      ///< its file, created if needed; NULL: the default one
  const char* model;        ///< a model's name or file; NULL: the default one
  const char* static_model; ///< the same for a static model, used instead of `model`
  const char* const* paths; ///< folders and sound files
  size_t n_paths;
  const char* list; ///< a file with more paths (walk_add_list()), or NULL
  WalkOptions walk;
  double gate;   ///< LUFS
  unsigned jobs; ///< files at a time; 0: one per processor
  bool retry;    ///< try files again that could not be read before
  bool rescan;   ///< read each file again, even if its size and time have not changed
} IngestRequest;

typedef struct {
  size_t files;      ///< found
  size_t read;       ///< songs read and stored
  size_t in_part;    ///< of these, cut or damaged files of which a part was read
  size_t alike;      ///< of these, songs that are known already in another format
  size_t copies;     ///< files with a song that is known already
  size_t renamed;    ///< files that were known under another name
  size_t failed;     ///< files that could not be read (each was reported)
  size_t before;     ///< files that could not be read before and were not tried again
  size_t as_before;  ///< unchanged files
  size_t missing;    ///< known files that no longer exist
  bool has_skipped;  ///< a folder could not be read, or has sound files that were left out
  char skipped[512]; ///< what was skipped in folders (walk_report())
} IngestReport;

typedef enum {
  INGEST_DONE,
  INGEST_STOPPED, ///< by the task; what was read so far is stored
  INGEST_HANGS,   ///< the same, but reading a file hangs: threads still run
  INGEST_FAILED   ///< nothing was done, or the library could not be written
} IngestStatus;

/// Add the files.  Files that fail are reported to the task, and the others are still read.
/// \param[out] report set in every case
IngestStatus ingest(const IngestRequest* request, const Task* task, IngestReport* report,
                    char* error, size_t error_size);

#endif
