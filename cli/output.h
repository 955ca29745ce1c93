// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Output files of which nobody ever sees half: written beside their place under a temporary name
/// and renamed when complete.  Thread: any; an Output belongs to one thread at a time.
#ifndef CIRCUMPLEX_CLI_OUTPUT_H
#define CIRCUMPLEX_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct {
  FILE* stream;    ///< write here (NULL until opened)
  char* path;      ///< where it shall be; NULL: standard output or a device
  char* temporary; ///< where it is until then
} Output;

/// \return whether \p path is a folder, or is written as one (with a slash at its end)
bool output_is_folder(const char* path);

/// Note the process's umask, before any thread is started.
void output_prepare(void);

/// Open \p path ("-" or NULL: standard output).  Devices and FIFOs are written directly.
/// \return 0, or -1 and a sentence that names the file
int output_open(Output* out, const char* path, char* error, size_t error_size);

/// Put what was written into its place.  \return 0, or -1 and a sentence; then nothing is left
int output_commit(Output* out, char* error, size_t error_size);

/// Leave nothing behind (what went to standard output is gone).  Allowed at any time.
void output_abandon(Output* out);

/// \return "FOLDER/STEM.EXTENSION", its folders made as needed; NULL and a sentence on failure.
///         To be freed.
char* output_path_below(const char* folder, const char* stem, const char* extension, char* error,
                        size_t error_size);

#endif
