// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where the test host's audio comes from: a file, or a generator that needs none.
#ifndef CIRCUMPLEX_TOOLS_SOURCE_H
#define CIRCUMPLEX_TOOLS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Source Source;

/// \param name a sound file, or "gen:music", "gen:noise", "gen:sine", "gen:silence"
/// \param rate samples a second of a generator; for a file 0 or its own rate (nothing is resampled)
/// \return NULL and an error message in \p error
Source* source_open(const char* name, double rate, char* error, size_t error_size);
void source_close(Source* s); ///< NULL is allowed
double source_rate(const Source* s);

/// Fill two channels (a mono file fills both alike).
/// \return frames; fewer than \p n only at a file's end
size_t source_read(Source* s, float* left, float* right, size_t n);

#endif
