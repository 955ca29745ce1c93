// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Output files: written to a temporary name beside their place and renamed when complete.  Thread: any; an Output belongs to one thread at a time.
#ifndef CIRCUMPLEX_CLI_OUTPUT_H
#define CIRCUMPLEX_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OUTPUT_PART ".part" ///< what the temporary name ends in: an earlier run's is overwritten

typedef struct {
  FILE* stream;    ///< write here (NULL until opened)
  char* path;      ///< where it shall be; NULL: standard output or a device
  char* temporary; ///< where it is until then
  long marked;     ///< bytes up to the last mark
} Output;

/// \return whether \p path is a folder, or is written as one (with a slash at its end)
bool output_is_folder(const char* path);

/// Is \p path one that may be written?  A read-only file, a link and a sound file are not, unless
/// \p force says so.  \return 0, or -1 and an error message that names the file
int output_check(const char* path, bool force, char* error, size_t error_size);

/// Open \p path ("-" or NULL: standard output).  Devices and FIFOs are written directly.
/// \param force replace a read-only file, or a link (not what it leads to)
/// \return 0, or -1 and an error message that names the file
int output_open(Output* out, const char* path, bool force, char* error, size_t error_size);

/// What was written so far is good by itself.  \return 0, or -1 (errno says why): it could not be
/// written
int output_mark(Output* out);

/// Commit what was written up to the last mark, and \p end behind it.
/// \param is_failed something after the mark could not be written
/// \return 0, or -1 and an error message
int output_commit_marked(Output* out, bool is_failed, const char* end, char* error,
                         size_t error_size);

/// Put what was written into its place.  \return 0, or -1 and a message; then nothing is left
int output_commit(Output* out, char* error, size_t error_size);

/// Leave nothing behind (what went to standard output is gone).  Allowed at any time.
void output_abandon(Output* out);

/// \return "FOLDER/STEM.EXTENSION", its folders made as needed; NULL and a message on failure.
///         To be freed.
char* output_path_below(const char* folder, const char* stem, const char* extension, char* error,
                        size_t error_size);

#endif
