// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Formats numbers with typographic signs.
#ifndef CIRCUMPLEX_GUI_KIT_FORMAT_H
#define CIRCUMPLEX_GUI_KIT_FORMAT_H

#include <math.h>
#include <stdio.h>

/// Write a value with two decimals and its sign; the minus is U+2212, zero has a space of that
/// width.
static inline void format_signed(char* out, size_t size, double value) {
  const char* sign = value > 0.005 ? "+" : value < -0.005 ? "\u2212" : "\u2007";
  snprintf(out, size, "%s%.2f", sign, fabs(value));
}

#endif
