// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// compute.h with matrix products by OpenBLAS (serial), for processors without tuned
/// loops.  OpenBLAS takes a lock and a buffer, so no program with an audio thread links this file.
#include "inference/compute.h"

#include <cblas.h>

static void blas_gemm(size_t rows, size_t n, size_t k, const float* a, size_t lda,
                      const float* panels, const float* bias, float* c, size_t ldc) {
  for (size_t j = 0; j < n; j += COMPUTE_PANEL) {
    const float* panel = panels + j * k; // [k][COMPUTE_PANEL]
    const size_t width = n - j < COMPUTE_PANEL ? n - j : COMPUTE_PANEL;
    for (size_t r = 0; r < rows; ++r)
      for (size_t i = 0; i < width; ++i)
        c[r * ldc + j + i] = bias[j + i];
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)width, (int)k, 1.0f, a,
                (int)lda, panel, COMPUTE_PANEL, 1.0f, c + j, (int)ldc);
  }
}

#define COMPUTE_TABLE compute_openblas
#define COMPUTE_NAME "openblas"
#define COMPUTE_GEMM blas_gemm
#define COMPUTE_OVERLAPS false // BLAS does not allow lda < k
#include "inference/compute_body.h"
