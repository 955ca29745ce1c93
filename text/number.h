// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads numbers from text, always with a decimal point.  strtod() depends on the locale, and a GUI
/// toolkit may set a locale with a decimal comma.  Thread: pure functions.
#ifndef CIRCUMPLEX_TEXT_NUMBER_H
#define CIRCUMPLEX_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/// Read all \p size bytes of \p text (no NUL needed) as [+-]DIGITS[.DIGITS][e[+-]DIGITS].
/// \return whether it is a number of this form, and finite
bool number_read(const char* text, size_t size, double* value);

/// The same for a string; the number must be within low..high.
bool number_in(const char* text, double low, double high, double* value);

/// Read seconds or MINUTES:SECONDS, within low..high s.  \return whether \p text is valid
bool time_in(const char* text, double low, double high, double* seconds);

/// Read a whole number within low..high; only digits are allowed.  \return whether \p text is valid
bool count_in(const char* text, unsigned long low, unsigned long high, unsigned long* value);

#endif
