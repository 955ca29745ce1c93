// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes songs as text: a table for people, JSON, paths, playlists, CSV.
#ifndef CIRCUMPLEX_CLI_LIBRARY_ROWS_H
#define CIRCUMPLEX_CLI_LIBRARY_ROWS_H

#include "cli/library_cli.h"

#include <stdio.h>

/// A song that was found; NAN: no such value.
typedef struct {
  size_t song; ///< index into the catalogue
  float distance;
  float start, end; ///< s
} LibraryRow;

/// The hits of a query as rows, to be freed; NULL if out of memory (reported).
LibraryRow* library_rows_of(const QueryResult* result, bool has_distance, bool has_times);

/// Write rows to standard output in the form that the options name, and a playlist with --m3u.
/// \return CLI_OK or CLI_FAILED (reported)
int library_rows_write(const LibraryOptions* options, const Loaded* loaded, const LibraryRow* rows,
                       size_t n);

/// Write an extended M3U, or a CSV, to the file \p path ("-": standard output).  \return as above
int library_rows_m3u(const char* path, const Loaded* loaded, const LibraryRow* rows, size_t n);
/// \param is_guarded protect against cells that a spreadsheet takes for formulas
int library_rows_csv(const char* path, bool is_guarded, const Loaded* loaded,
                     const LibraryRow* rows, size_t n);

/// The same as JSON.
int library_rows_json_file(const char* path, const Loaded* loaded, const LibraryRow* rows,
                           size_t n);

/// Write a path unchanged for another program; made safe if the output is a terminal.
void library_rows_path(const char* path, LibraryForm form);

/// Find the songs that the options and \p n_words words choose.
/// \param[out] rows to be freed  \return CLI_OK, CLI_FAILED or CLI_USAGE (reported)
int library_choose(LibraryOptions* options, const char* command, const Loaded* loaded, int n_words,
                   char** words, LibraryRow** rows, size_t* n);

/// Write a song and its reading as members of a JSON object, without braces.
void library_rows_json(FILE* out, const Loaded* loaded, const Song* song);

/// "4:05", or "1:02:03".
void library_rows_length(double seconds, char* text, size_t size);

/// \return the word for a song's reading
const char* library_rows_word(const Loaded* loaded, const Song* song);

#endif
