// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes pictures of a whole reading as PNG, SVG or PDF files.  Thread: one at a time.
#ifndef CIRCUMPLEX_CLI_PLOT_FILE_H
#define CIRCUMPLEX_CLI_PLOT_FILE_H

#include "affect/words.h"
#include "inference/engine.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum { PLOT_TIMECOURSE, PLOT_ATTENTION } PlotKind;

/// \return whether \p path ends in .png, .svg or .pdf.
bool plot_file_can_be(const char* path);

/// Draw the \p n estimates into \p path, in the format of its extension.
/// \param title the sound file; \param model the model's name
/// \param words the model's; NULL: the built-in ones
/// \param force replace a read-only file or a link
/// \return 0, or -1 and an error message; then \p path is not changed
int plot_file_write(const char* path, PlotKind kind, const char* title, const char* model,
                    const WordTable* words, double rate, const Estimate* estimates, size_t n,
                    bool force, char* error, size_t error_size);

#endif
