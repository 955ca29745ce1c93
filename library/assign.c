// SPDX-License-Identifier: GPL-3.0-or-later
// Solves the assignment problem.
#include "library/assign.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define FREE SIZE_MAX

typedef struct {
  double *row_price, *column_price, *slack;
  size_t *row_of, *came_from; // of a column: its row, and the column before it on the path
  bool* seen;
} Assignment;

/// Assign a column to row \p start, moving earlier rows where that costs less.
static void augment(const double* costs, size_t n, size_t start, Assignment* w) {
  for (size_t j = 0; j < n; ++j) {
    w->slack[j] = INFINITY;
    w->came_from[j] = FREE;
    w->seen[j] = false;
  }
  size_t row = start, column = FREE;
  for (;;) {
    double least = INFINITY;
    size_t next = FREE;
    for (size_t j = 0; j < n; ++j) {
      if (w->seen[j]) continue;
      const double slack = costs[row * n + j] - w->row_price[row] - w->column_price[j];
      if (slack < w->slack[j]) {
        w->slack[j] = slack;
        w->came_from[j] = column;
      }
      if (w->slack[j] < least) {
        least = w->slack[j];
        next = j;
      }
    }
    w->row_price[start] += least;
    for (size_t j = 0; j < n; ++j) {
      if (w->seen[j]) {
        w->row_price[w->row_of[j]] += least;
        w->column_price[j] -= least;
      } else {
        w->slack[j] -= least;
      }
    }
    column = next;
    w->seen[column] = true;
    if (w->row_of[column] == FREE) break;
    row = w->row_of[column];
  }
  for (size_t before; column != FREE; column = before) {
    before = w->came_from[column];
    w->row_of[column] = before == FREE ? start : w->row_of[before];
  }
}

int assign_least(const double* costs, size_t n_rows, size_t n_columns, size_t* column) {
  int result = -1;
  Assignment w = {calloc(n_rows + 1, sizeof(double)),    calloc(n_columns + 1, sizeof(double)),
                  calloc(n_columns + 1, sizeof(double)), calloc(n_columns + 1, sizeof(size_t)),
                  calloc(n_columns + 1, sizeof(size_t)), calloc(n_columns + 1, sizeof(bool))};
  if (!w.row_price || !w.column_price || !w.slack || !w.row_of || !w.came_from || !w.seen)
    goto fail;
  for (size_t j = 0; j < n_columns; ++j)
    w.row_of[j] = FREE;
  for (size_t i = 0; i < n_rows; ++i)
    augment(costs, n_columns, i, &w);
  for (size_t j = 0; j < n_columns; ++j)
    if (w.row_of[j] != FREE) column[w.row_of[j]] = j;
  result = 0;
fail:
  free(w.row_price);
  free(w.column_price);
  free(w.slack);
  free(w.row_of);
  free(w.came_from);
  free(w.seen);
  return result;
}
