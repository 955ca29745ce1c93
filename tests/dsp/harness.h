// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Includes cmocka with the headers that it needs, and adds assertions that print numbers.
#ifndef CIRCUMPLEX_TESTS_DSP_HARNESS_H
#define CIRCUMPLEX_TESTS_DSP_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

/// |a - b| <= tolerance; NaN fails.
#define assert_near(a, b, tolerance)                                                               \
  do {                                                                                             \
    const double near_a = (double)(a), near_b = (double)(b), near_t = (double)(tolerance);         \
    if (!(fabs(near_a - near_b) <= near_t))                                                        \
      fail_msg("%s = %.9g, expected %s = %.9g within %g", #a, near_a, #b, near_b, near_t);         \
  } while (0)

/// a > b; NaN fails.
#define assert_above(a, b)                                                                         \
  do {                                                                                             \
    const double above_a = (double)(a), above_b = (double)(b);                                     \
    if (!(above_a > above_b)) fail_msg("%s = %.9g is not above %.9g", #a, above_a, above_b);       \
  } while (0)

/// a < b; NaN fails.
#define assert_below(a, b)                                                                         \
  do {                                                                                             \
    const double below_a = (double)(a), below_b = (double)(b);                                     \
    if (!(below_a < below_b)) fail_msg("%s = %.9g is not below %.9g", #a, below_a, below_b);       \
  } while (0)

#endif
