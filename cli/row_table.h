// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A table of the rows of many files, as CSV, JSON, or JSON lines (an object per file).  Each file
/// is added completely, so the table stays valid if the program is interrupted.  Or a document of
/// one file (cli/document.h).
///
/// Thread: a RowTable belongs to one thread at a time.
#ifndef CIRCUMPLEX_CLI_ROW_TABLE_H
#define CIRCUMPLEX_CLI_ROW_TABLE_H

#include "cli/output.h"
#include "cli/side.h"
#include "library/walk.h"

#include <stdbool.h>
#include <stdio.h>

typedef enum { ROWS_CSV, ROWS_JSON, ROWS_JSONL, ROWS_JAMS, ROWS_SVL } RowFormat;

typedef struct {
  RowFormat format;
  bool with_file; ///< CSV: a column that names the file
  Output out;
  size_t n;     ///< files in it
  bool is_full; ///< could not be written: no more files are added
  bool is_begun;
  const char *model_name, *model_hash; ///< of the first model
  bool has_course;                     ///< it is not a static one
  const SideModels* sides;             ///< others, or NULL
} RowTable;

/// \return "csv", "json", "jsonl", "jams" or "svl", a file's extension
const char* row_table_extension(RowFormat format);

/// \return whether the format is a document of one sound file
bool row_format_is_document(RowFormat format);

/// Open \p path ("-" or NULL: standard output).  Nothing is written before the first file.
/// \param force replace read-only files and links
/// \return 0, or -1 and an error message
int row_table_open(RowTable* table, const char* path, bool force, char* error, size_t error_size);

/// The same, but continue the table of an earlier run in \p path, or in its temporary file if the
/// run was interrupted: keep its files, and remove them from \p walk.
int row_table_resume(RowTable* table, const char* path, Walk* walk, bool force, char* error,
                     size_t error_size);

/// Write the beginning if it is not written yet, for callers that write rows themselves.
void row_table_begin(RowTable* table);

/// For the same callers: write the columns that end a row of a CSV, and the newline.
void row_table_end_row(const RowTable* table, FILE* out, bool is_complete);

/// The models as members of a JSON object, with a comma after them.
void row_table_models(const RowTable* table, FILE* out);

/// \return whether the table or document in \p path has this one's columns and models; true if it
/// cannot be read
bool row_table_is_alike(const RowTable* table, const char* path);

/// Add a file.  \param text its rows (CSV, without the last columns) or its object
/// \param is_complete whether all of it was read
/// \return 0, or -1 and an error message: then the table is full, and holds what was added before
int row_table_put(RowTable* table, FILE* text, bool is_complete, char* error, size_t error_size);

/// Commit the table if it has a file.  \return 0, or -1 and an error message
int row_table_close(RowTable* table, char* error, size_t error_size);

#endif
