// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Compares the matrix product with OpenBLAS's at the shapes of the default model (best of 300).
#include "inference/compute.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double microseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static double best(double so_far, double start) {
  const double t = microseconds() - start;
  return t < so_far ? t : so_far;
}

int main(void) {
  const size_t shapes[][3] = {{416, 16, 9},  {112, 24, 144}, {32, 32, 216}, {400, 64, 64},
                              {1, 384, 278}, {7, 384, 278},  {1, 256, 112}, {1, 32, 1024}};
  const Compute *fast = compute_get(), *generic = compute_find("generic");
  printf("rows x outputs x inputs    %8s  generic  OpenBLAS   (us)\n", fast->name);
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; ++s) {
    const size_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
    float *a = calloc(m * k, sizeof *a), *w = calloc(n * k, sizeof *w);
    float *c = calloc(m * n, sizeof *c), *bias = calloc(n + COMPUTE_PANEL, sizeof *bias);
    float* panels = calloc(compute_packed_size(n, k), sizeof *panels);
    if (!a || !w || !c || !bias || !panels) return 1;
    for (size_t i = 0; i < m * k; ++i)
      a[i] = (float)(i % 7) - 3;
    for (size_t i = 0; i < n * k; ++i)
      w[i] = (float)(i % 5) - 2;
    compute_pack(panels, w, n, k, k);
    double t[3] = {1e9, 1e9, 1e9};
    for (int r = 0; r < 300; ++r) {
      double start = microseconds();
      fast->gemm(m, n, k, a, k, panels, bias, c, n);
      t[0] = best(t[0], start);
      start = microseconds();
      generic->gemm(m, n, k, a, k, panels, bias, c, n);
      t[1] = best(t[1], start);
      start = microseconds();
      if (m == 1)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, (int)n, (int)k, 1, w, (int)k, a, 1, 0, c, 1);
      else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)k, 1, a, (int)k,
                    w, (int)k, 0, c, (int)n);
      t[2] = best(t[2], start);
    }
    printf("%5zu x %4zu x %5zu       %8.2f %8.2f  %8.2f\n", m, n, k, t[0], t[1], t[2]);
    free(a), free(w), free(c), free(bias), free(panels);
  }
  return 0;
}
