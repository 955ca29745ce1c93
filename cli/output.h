// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Output files: written under a temporary name in the same folder, and renamed when complete.
/// Thread: any; an Output belongs to one thread at a time.
#ifndef CIRCUMPLEX_CLI_OUTPUT_H
#define CIRCUMPLEX_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OUTPUT_PART ".part" ///< end of the temporary name; an old file of this name is overwritten

typedef struct {
  FILE* stream;    ///< write here (NULL until opened)
  char* path;      ///< its final path; NULL: standard output or a device
  char* temporary; ///< its path until then
  long marked;     ///< bytes up to the last mark
} Output;

/// \return whether \p path is a folder, or ends in a slash
bool output_is_folder(const char* path);

/// Check whether \p path may be written: without \p force, not a read-only file, a link or a sound
/// file.  \return 0, or -1 and an error message that names the file
int output_check(const char* path, bool force, char* error, size_t error_size);

/// Open \p path ("-" or NULL: standard output).  Devices and FIFOs are written directly.
/// \param force replace a read-only file, or a link (not what it leads to)
/// \return 0, or -1 and an error message that names the file
int output_open(Output* out, const char* path, bool force, char* error, size_t error_size);

/// Mark what was written so far as complete.  \return 0, or -1 if it cannot be written (errno)
int output_mark(Output* out);

/// Commit what was written up to the last mark, followed by \p end.
/// \param is_failed something after the mark could not be written
/// \return 0, or -1 and an error message
int output_commit_marked(Output* out, bool is_failed, const char* end, char* error,
                         size_t error_size);

/// Rename the file to its final path.  \return 0, or -1 and an error message; then it is removed
int output_commit(Output* out, char* error, size_t error_size);

/// Remove the file (but not what was written to standard output).  Allowed at any time.
void output_abandon(Output* out);

/// \return "FOLDER/STEM.EXTENSION", whose folders are created; NULL and an error message.
///         To be freed.
char* output_path_below(const char* folder, const char* stem, const char* extension, char* error,
                        size_t error_size);

#endif
