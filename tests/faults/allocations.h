// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Makes one allocation fail: the linker sends every call of malloc() and its kin in our code, and
/// of the makers in liblo, through here (--wrap in CMakeLists.txt).  What jansson
/// allocates inside is left alone: its parser (2.14) ignores that its text buffer could not grow,
/// and crashes.
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
