// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The sound files that a command line names: files, folders (walked, sorted by name, hidden
/// entries left out) and lists.  In a folder only names with the extension of a sound file count; a
/// file that is named itself is always taken.
#ifndef CIRCUMPLEX_CLI_INPUTS_H
#define CIRCUMPLEX_CLI_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  char* path;    ///< as to be opened and shown; "-" for standard input
  char* stem;    ///< where its results belong below an output folder, without extension
  uint64_t size; ///< bytes, at least 1: the share of the whole work
} Input;

typedef struct {
  Input* items;
  size_t n, capacity;
  uint64_t size;   ///< bytes of all
  bool has_failed; ///< something named could not be walked (and was reported)
  bool has_folder; ///< a folder was walked: several files are to be expected
} Inputs;

/// Add a file, or what is in a folder.  What cannot be walked is reported and noted in has_failed.
/// \return 0, or -1 without memory
int inputs_add(Inputs* inputs, const char* path);

/// Add every path in the text file \p list, one a line; "-" is standard input.
/// \return 0, or -1 and a sentence
int inputs_add_list(Inputs* inputs, const char* list, char* error, size_t error_size);

void inputs_free(Inputs* inputs);

/// \return whether \p path is a folder, or is written as one (with a slash at its end).
bool inputs_is_folder(const char* path);

/// Find two inputs whose results would have the same name in an output folder.
/// \return whether there are such, and which
bool inputs_clash(const Inputs* inputs, const Input** a, const Input** b);

#endif
