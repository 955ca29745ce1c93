// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Analysis of many sound files: the engine over each, on several threads; rows, summaries and
/// pictures in the order of the files.
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
  ReadingOptions reading; ///< its model: the first one; NULL: all are static
  SideModels sides;       ///< further models, and static ones
  const char* output;     ///< file or folder for the rows; NULL: standard output
  bool is_folder;         ///< output is a folder
  RowFormat format;
  bool has_rows;         ///< write rows
  bool has_summary;      ///< print a line a file
  const char* plot;      ///< picture or folder, or NULL
  const char* attention; ///< picture or folder, or NULL
  unsigned jobs;
  bool is_quiet;
  bool force;      ///< replace read-only files and links
  bool is_resumed; ///< leave out what an earlier run wrote
} Analysis;

/// Do it.  What fails is reported and the rest goes on.
/// \return CLI_OK, CLI_FAILED or CLI_INTERRUPTED
int analyze_run(Analysis* analysis);

#endif
