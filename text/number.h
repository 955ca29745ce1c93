// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Numbers as people type them, with a point whatever the locale says: a window's toolkit may have
/// set one with a comma, which strtod() would follow.  Thread: pure functions.
#ifndef CIRCUMPLEX_TEXT_NUMBER_H
#define CIRCUMPLEX_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/// Read all of \p text (no end mark needed) as [+-]DIGITS[.DIGITS][e[+-]DIGITS].
/// \return whether it is such a number, and finite
bool number_read(const char* text, size_t size, double* value);

/// The same of a string, within low..high.
bool number_in(const char* text, double low, double high, double* value);

/// Read seconds, or MINUTES:SECONDS, in low..high s.  \return whether \p text is that
bool time_in(const char* text, double low, double high, double* seconds);

/// Read a whole number in low..high: digits alone.  \return whether \p text is one
bool count_in(const char* text, unsigned long low, unsigned long high, unsigned long* value);

#endif
