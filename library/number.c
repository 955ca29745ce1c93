// SPDX-License-Identifier: GPL-3.0-or-later
#include "library/number.h"

#include <math.h>

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool number_read(const char* text, size_t size, double* value) {
  const char *at = text, *end = text + size;
  double digits = 0;
  int exponent = 0, shift = 0;
  size_t n = 0;
  const bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) ++at;
  for (; at < end && is_digit(*at); ++at, ++n)
    digits = 10 * digits + (*at - '0');
  if (at < end && *at == '.') {
    for (++at; at < end && is_digit(*at); ++at, ++n) {
      if (digits >= 1e17) continue; // more than a double holds
      digits = 10 * digits + (*at - '0');
      --shift;
    }
  }
  if (n == 0) return false;
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    const bool down = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) ++at;
    if (at == end) return false; // no digits
    for (; at < end && is_digit(*at); ++at)
      if (exponent < 10000) exponent = 10 * exponent + (*at - '0');
    if (down) exponent = -exponent;
  }
  if (at != end) return false;
  exponent += shift;
  // Division by an exact power of ten rounds once; a product with its inverse would twice.
  const double result = exponent < 0 ? digits / pow(10, -exponent) : digits * pow(10, exponent);
  if (!isfinite(result)) return false;
  *value = negative ? -result : result;
  return true;
}
