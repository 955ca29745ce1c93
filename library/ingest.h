// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Bringing a library up to date with files and folders: what is new or changed is read, several
/// files at a time, and stored; it may be stopped at any moment and resumed later.  The command
/// line and the library's window are its clients.
///
///     const char* folders[] = {"/home/me/Music"};
///     const IngestRequest request = {.paths = folders, .n_paths = 1, .gate = -60.0};
///     IngestReport report;
///     const IngestStatus status = ingest(&request, &task, &report, error, sizeof error);
///
/// Thread: any one thread, which may be other than the one that shows the library; the task's
/// functions are called from several (library/task.h).  A child process is forked to read tags.
#ifndef CIRCUMPLEX_LIBRARY_INGEST_H
#define CIRCUMPLEX_LIBRARY_INGEST_H

#include "library/task.h"
#include "library/walk.h"

#include <stdbool.h>
#include <stddef.h>

#define INGEST_LONGEST 12.0 ///< h: what claims to be longer is no piece of music

/// All zero but the paths: the defaults.
typedef struct {
  const char* library;      ///< its file, made if it is not there; NULL: the default one
  const char* model;        ///< a model's name or file; NULL: the default one
  const char* static_model; ///< the same of a static model, which reads in place of the other
  const char* const* paths; ///< folders and sound files
  size_t n_paths;
  const char* list; ///< a file that lists more of them (walk_add_list()), or NULL
  WalkOptions walk;
  double gate;   ///< LUFS
  unsigned jobs; ///< files at once; 0: one a processor
  bool retry;    ///< try again what could not be read before
  bool rescan;   ///< look at every file again, also where size and time are as they were
} IngestRequest;

typedef struct {
  size_t files;      ///< found
  size_t read;       ///< songs read and stored
  size_t in_part;    ///< of these, cut or damaged files of which a part was read
  size_t alike;      ///< of these, songs that are known in another format
  size_t copies;     ///< files that lead to a song that is known
  size_t renamed;    ///< files that were known under another name
  size_t failed;     ///< files that could not be read (each was told)
  size_t before;     ///< files that could not be read before and were not tried again
  size_t as_before;  ///< files that are as they were
  size_t missing;    ///< known files that are not there any more
  bool has_skipped;  ///< a named folder could not be walked, or holds sound that was not taken
  char skipped[512]; ///< what was skipped in folders (walk_report())
} IngestReport;

typedef enum {
  INGEST_DONE,
  INGEST_STOPPED, ///< by the task; what was read is stored
  INGEST_HANGS,   ///< the same, but a file cannot be left: threads still run
  INGEST_FAILED   ///< nothing could be done, or the library could not be written
} IngestStatus;

/// Do it.  Files that fail are told by the task, and the rest goes on.
/// \param[out] report what was done, in any case
IngestStatus ingest(const IngestRequest* request, const Task* task, IngestReport* report,
                    char* error, size_t error_size);

#endif
