// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The test host's source of audio: a sound file or a generator.
#ifndef CIRCUMPLEX_TOOLS_SOURCE_H
#define CIRCUMPLEX_TOOLS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Source Source;

/// \param name a sound file, or "gen:music", "gen:noise", "gen:sine", "gen:silence"
/// \param rate sample rate of a generator, Hz; for a file 0 or its own rate (there is no
/// resampling)
/// \return NULL and an error message in \p error
Source* source_open(const char* name, double rate, char* error, size_t error_size);
void source_close(Source* s); ///< NULL is allowed
double source_rate(const Source* s);

/// Fill two channels; a mono file fills both.
/// \return number of frames; fewer than \p n only at the end of a file
size_t source_read(Source* s, float* left, float* right, size_t n);

#endif
