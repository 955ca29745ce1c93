// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Makes one allocation fail: the linker redirects every call of malloc() and related functions in
/// our code, and of liblo's constructors, to these functions (--wrap in CMakeLists.txt).
/// Allocations inside jansson never fail, because its parser (2.14) then crashes.
///
/// Thread: one.
#ifndef CIRCUMPLEX_TESTS_FAULTS_ALLOCATIONS_H
#define CIRCUMPLEX_TESTS_FAULTS_ALLOCATIONS_H

#include <stdbool.h>

/// Count from now on, and fail the \p nth allocation (1 is the next one; 0 fails none).
void allocations_fail(long nth);
/// Stop counting and failing.  \return how many were counted.
long allocations_end(void);
/// \return whether the one that was to fail was reached.
bool allocations_failed(void);

#endif
