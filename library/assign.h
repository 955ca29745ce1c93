// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Solves the assignment problem: a different column for each row, with the least sum of costs.
/// Thread: pure function.
#ifndef CIRCUMPLEX_LIBRARY_ASSIGN_H
#define CIRCUMPLEX_LIBRARY_ASSIGN_H

#include <stddef.h>

/// Shortest augmenting paths with potentials (Kuhn 1955; Jonker & Volgenant 1987), exact, in
/// n_rows^2 n_columns steps.
/// \param costs [n_rows][n_columns], finite, n_rows <= n_columns
/// \param[out] column of each row
/// \return 0, or -1 if out of memory
int assign_least(const double* costs, size_t n_rows, size_t n_columns, size_t* column);

#endif
