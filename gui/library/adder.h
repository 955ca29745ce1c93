// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Adds folders and files to the library in a thread, with library/ingest.h.
/// Thread: all functions belong to the window's thread.
#ifndef CIRCUMPLEX_GUI_LIBRARY_ADDER_H
#define CIRCUMPLEX_GUI_LIBRARY_ADDER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Adder Adder;

typedef enum {
  ADDER_IDLE,
  ADDER_WORKING,
  ADDER_ENDED ///< reported once; then idle
} AdderState;

/// \param library the library's file;  \param model whose readings to make, NULL: the default's
/// \return NULL if out of memory
Adder* adder_new(const char* library, const char* model);
void adder_free(Adder* adder); ///< NULL is allowed; stops and waits

/// Start adding; the n \p paths are copied.
/// \return false, and an error message, if it is already adding or no thread can be started
bool adder_start(Adder* adder, const char* const* paths, size_t n, char* error, size_t error_size);

/// Stop soon; what was read is kept.
void adder_stop(Adder* adder);

/// \param[out] share of the work that is done, 0..1
/// \param[out] line  for ADDER_ENDED: what was done, or an error message
/// \param[out] bad   whether that is an error
AdderState adder_poll(Adder* adder, double* share, char* line, size_t line_size, bool* bad);

#endif
