// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Analyses many sound files: runs the engine over each, on several threads; writes rows,
/// summaries and pictures in the order of the files.
#ifndef CIRCUMPLEX_CLI_ANALYZE_H
#define CIRCUMPLEX_CLI_ANALYZE_H

#include "cli/row_table.h"
#include "cli/side.h"
#include "library/reading.h"
#include "library/walk.h"

#include <stdbool.h>

typedef struct {
  Walk walk;
  AudioRaw raw;
  ReadingOptions reading; ///< with the first model; NULL: all are static
  SideModels sides;       ///< further models, and static ones
  const char* output;     ///< file or folder for the rows; NULL: standard output
  bool is_folder;         ///< output is a folder
  RowFormat format;
  bool has_rows;         ///< write rows
  bool has_summary;      ///< print a line per file
  const char* plot;      ///< picture or folder, or NULL
  const char* attention; ///< picture or folder, or NULL
  unsigned jobs;
  bool is_quiet;
  bool force;      ///< replace read-only files and links
  bool is_resumed; ///< skip files that an earlier run has written
} Analysis;

/// Run it.  Files that fail are reported, and the others are still read.
/// \return CLI_OK, CLI_FAILED or CLI_INTERRUPTED
int analyze_run(Analysis* analysis);

#endif
