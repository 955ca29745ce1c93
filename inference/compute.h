// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The inner loops of the layers, compiled for any processor, for AVX and for AVX2 + FMA, like
/// dsp/kernels.h.  A version in plain C uses the C library's functions, as the reference for tests.
///
/// The matrix product is our own because the products are small and the weights are constant: they
/// are packed once, at load.  A BLAS packs both factors at every call, and takes a lock and a
/// buffer for that.  tests/inference/test_compute.c compares the values with OpenBLAS's;
/// bench/products.c compares the time (0.4 to 0.97 of OpenBLAS's at the shapes of the models).
///
/// Accuracy: exp, tanh and sigmoid within 3e-7 absolute of the true value (relative for exp).
/// Thread: any.  Nothing allocates.
#ifndef CIRCUMPLEX_INFERENCE_COMPUTE_H
#define CIRCUMPLEX_INFERENCE_COMPUTE_H

#include <stdbool.h>
#include <stddef.h>

#define COMPUTE_PANEL 16 ///< number of outputs in a panel of packed weights
#define COMPUTE_LANES 8  ///< padded widths are a multiple of this

typedef struct {
  const char* name; ///< "avx2", "avx", "generic", "openblas" or "plain"

  /// C[r][j] = bias[j] + sum_i A[r][i] W[j][i], r < rows, j < n, i < k.
  /// \param lda,ldc  row strides of A and C
  /// \param panels   W as compute_pack() lays it out
  /// \param bias     n values, padded to a multiple of COMPUTE_PANEL
  void (*gemm)(size_t rows, size_t n, size_t k, const float* a, size_t lda, const float* panels,
               const float* bias, float* c, size_t ldc);
  bool overlaps;                       ///< gemm allows rows of A that overlap: lda < k
  void (*tanh)(float* x, size_t n);    ///< in place
  void (*sigmoid)(float* x, size_t n); ///< in place
  void (*elu)(float* x, size_t n);     ///< in place, alpha 1
  void (*relu)(float* x, size_t n);    ///< in place
  /// The LSTM's pointwise part: gates [4 n] in the order i f g o (before their nonlinearities;
  /// overwritten) and c_before [n] give c [n] and h [n].
  void (*lstm)(float* gates, const float* c_before, float* c, float* h, size_t n);
  /// sum_i v[i] tanh(q[i] + key[i] + age[i]); n is a multiple of COMPUTE_LANES
  float (*tanh_score)(const float* q, const float* key, const float* age, const float* v, size_t n);
  float (*dot)(const float* a, const float* b, size_t n);
  void (*add_scaled)(float* y, float scale, const float* x, size_t n); ///< y += scale x
  void (*softmax)(float* x, size_t n); ///< in place; the weights sum to 1
  /// NaN becomes 0, other values are clamped to +-1e6, so that a state is always finite
  void (*clamp_finite)(float* x, size_t n);
  /// y = (x - mean) gain, clamped to +-6; a value that is not finite counts as the mean; y may be x
  void (*normalise)(float* y, const float* x, const float* mean, const float* gain, size_t n);
} Compute;

/// \return the functions for this program: OpenBLAS if it is linked in (compute_blas.c), else the
/// fastest of our own for this processor
const Compute* compute_get(void);

/// \return the reference for tests
const Compute* compute_plain(void);

/// \return the version called \p name, or NULL if this build or processor does not have it
const Compute* compute_find(const char* name);

/// \return number of floats in the panels of an [n, k] matrix
size_t compute_packed_size(size_t n, size_t k);

/// \return index of W[j][i] in the panels of an [n, k] matrix
static inline size_t compute_packed_index(size_t k, size_t j, size_t i) {
  return (j / COMPUTE_PANEL * k + i) * COMPUTE_PANEL + j % COMPUTE_PANEL;
}

/// Write W[j][i] = w[j * ld + i] into panels; columns past n are 0.
void compute_pack(float* panels, const float* w, size_t n, size_t k, size_t ld);

#endif
