// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The few inner loops of the front end, compiled three times: for any processor, for AVX, and for
/// AVX2 + FMA.  kernels_get() chooses by what the processor has, so that a baseline build
/// runs fast everywhere without -march=native and without ifuncs (which sanitizers do not like).
///
/// Thread: any.  Nothing allocates.
#ifndef CIRCUMPLEX_DSP_KERNELS_H
#define CIRCUMPLEX_DSP_KERNELS_H

#include "dsp/fft.h"

#include <stddef.h>

/// A weighted range of bins of a spectrum.
typedef struct {
  size_t first;  ///< first bin
  size_t count;  ///< bins
  size_t offset; ///< of its first weight in the array of weights
} KernelBand;

typedef struct Kernels {
  const char* name; ///< "avx2" or "generic"
  /// sum of a[i] * b[i]; eight partial sums in a fixed order
  float (*dot)(const float* a, const float* b, size_t n);
  /// out[i] = a[i] * b[i]
  void (*multiply)(float* out, const float* a, const float* b, size_t n);
  /// out[i] = scale * (p[i] + p[n - i]) for i < bins, p[n] = p[0]
  void (*add_mirror)(float* out, const float* p, float scale, size_t n, size_t bins);
  /// out[i] = in[i] clamped to +-largest; 0 where in[i] is not finite
  void (*sanitize)(float* out, const float* in, float largest, size_t n);
  /// out[i] = sum of x[step * i + j] * h[j] over j < taps, for i < n: every step-th output of a
  /// filter.  taps is a multiple of 8.  Each output is bit-identical for any n.
  void (*decimate)(float* out, const float* x, size_t step, size_t n, const float* h, size_t taps);
  /// out[i] = sum of x[band[i].first + j] * weights[band[i].offset + j] over j < band[i].count, for
  /// i < n
  void (*bands)(float* out, const float* x, const KernelBand* band, size_t n, const float* weights);
  /// sum[i] += a[i]
  void (*accumulate)(float* sum, const float* a, size_t n);
  /// out[i] = 10 log10(a[i] * scale + floor); |error| < 2e-5 dB.  a[i] * scale + floor must be a
  /// normal positive float.
  void (*decibels)(float* out, const float* a, float scale, float floor, size_t n);
  /// sum of max(0, a[i] - b[i])
  float (*rise)(const float* a, const float* b, size_t n);
  /// the largest of a[i] and 0
  float (*top)(const float* a, size_t n);
  /// sum of a[i]; eight partial sums in a fixed order
  float (*total)(const float* a, size_t n);
  /// \return the first i in first .. end - 1 with a[i] > floor, a[i] > a[i - 1], a[i] >= a[i + 1]
  /// and a[i] >= over * m; end if there is none.  m is the smaller of two means: of the four values
  /// 5 to 8 before it, and of those 5 to 8 after it.  Reads 8 values on both sides.
  size_t (*next_peak)(const float* a, float floor, float over, size_t first, size_t end);
  /// \return the radix of fft_first() for this length; 0 if fft_pass() must do all passes
  unsigned (*fft_first_radix)(size_t n);
  /// The first pass, which also applies the window; see fft.h
  void (*fft_first)(const FftPass* pass, const float* re, const float* im, const float* window,
                    float* out);
  void (*fft_pass)(const FftPass* pass, const float* in, float* out);
  /// The last pass where only the power of every bin is wanted: out[0 .. length).  The rest of out
  /// is scratch.
  void (*fft_last_power)(const FftPass* pass, const float* in, float* out);
} Kernels;

/// \return the fastest version for this processor
const Kernels* kernels_get(void);

/// \param name "avx2", "avx" or "generic"
/// \return that version, or NULL if this build or processor does not have it
const Kernels* kernels_find(const char* name);

#endif
