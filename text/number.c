// SPDX-License-Identifier: GPL-3.0-or-later
// Reads numbers from text, always with a decimal point.
#include "text/number.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { LONGEST = 512 }; ///< most characters of a number

bool number_read(const char* text, size_t size, double* value) {
  char copy[LONGEST];
  char* end = NULL;
  if (size == 0 || size >= sizeof copy) return false;
  memcpy(copy, text, size);
  copy[size] = '\0';
  // GLib would accept blanks, "inf", "nan" and hexadecimal digits.
  if (strspn(copy, "0123456789+-.eE") != size) return false;
  const double v = g_ascii_strtod(copy, &end);
  if (end != copy + size || !isfinite(v)) return false;
  *value = v;
  return true;
}

bool number_in(const char* text, double low, double high, double* value) {
  double v = 0.0;
  // options.c puts a blank before a negative number.
  const char* from = text + strspn(text, " ");
  if (!number_read(from, strlen(from), &v) || v < low || v > high) return false;
  *value = v;
  return true;
}

bool count_in(const char* text, unsigned long low, unsigned long high, unsigned long* value) {
  guint64 v = 0;
  if (!g_ascii_string_to_unsigned(text, 10, low, high, &v, NULL)) return false;
  *value = (unsigned long)v;
  return true;
}

bool time_in(const char* text, double low, double high, double* seconds) {
  double minutes = 0.0, rest = 0.0;
  const char* colon = strchr(text, ':');
  if (!colon) return number_in(text, low, high, seconds);
  if (!number_read(text, (size_t)(colon - text), &minutes) || floor(minutes) < minutes ||
      minutes < 0.0)
    return false;
  if (!number_in(colon + 1, 0.0, 59.999999, &rest)) return false;
  const double time = 60.0 * minutes + rest;
  if (time < low || time > high) return false;
  *seconds = time;
  return true;
}
