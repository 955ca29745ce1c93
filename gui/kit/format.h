// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Numbers as a typesetter would set them.
#ifndef CIRCUMPLEX_GUI_KIT_FORMAT_H
#define CIRCUMPLEX_GUI_KIT_FORMAT_H

#include <math.h>
#include <stdio.h>

/// Write a value with two decimals and its sign, a true minus (U+2212); zero has no sign.
static inline void format_signed(char* out, size_t size, double value) {
  const char* sign = value > 0.005 ? "+" : value < -0.005 ? "\u2212" : "\u2007";
  snprintf(out, size, "%s%.2f", sign, fabs(value));
}

#endif
