// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Forward Fourier transform of a windowed frame of complex samples:
/// X[k] = sum over n of window[n] x[n] e^(-2 pi i n k / N).
/// Lengths may have the prime factors 2, 3, 5 and 7.
///
/// We have our own (fft.c), because the transform takes half of the analysis time.  It uses vectors
/// of eight floats and fused multiply-add where the processor has them, applies the window in the
/// first pass, and keeps real and imaginary parts apart, as the power spectrum needs them.  No
/// choice depends on timing, so results are the same on every run.  Instances share no state.  With
/// CIRCUMPLEX_FFT=fftw the build uses FFTW instead (fft_fftw.c), which is slower; bench/ prints by
/// how much.
///
/// Error: about 1e-7 of the largest bin (single precision); tests/dsp/test_fft.c.
///
/// Thread: an instance belongs to one thread.  Nothing allocates after fft_new().
#ifndef CIRCUMPLEX_DSP_FFT_H
#define CIRCUMPLEX_DSP_FFT_H

#include <stdbool.h>
#include <stddef.h>

#define FFT_LARGEST ((size_t)1 << 20)

typedef struct Fft Fft;

/// One pass over all values; length = radix * rest * stride.
typedef struct {
  unsigned radix;
  size_t length; ///< N
  size_t rest;   ///< part of the length that later passes handle: N / (stride * radix)
  size_t stride; ///< product of the radices before it
  const float* twiddles;
} FftPass;

/// \return whether n is an allowed length: 4 to FFT_LARGEST, prime factors 2, 3, 5 and 7 only
bool fft_takes(size_t n);

/// \return the smallest length >= n and >= 4 that has only the prime factors 2, 3, 5 and 7
size_t fft_friendly_size(size_t n);

struct Kernels;

/// \param n an allowed length: see fft_takes()
/// \return NULL if n is not allowed, or if out of memory
Fft* fft_new(size_t n);

/// The same with the given kernels (for tests).
Fft* fft_new_with(size_t n, const struct Kernels* kernels);
void fft_free(Fft* fft); ///< NULL is allowed

/// \param re     [n] real parts
/// \param im     [n] imaginary parts; may be re
/// \param window [n] factors for both
/// \return [2 n]: the real parts of X, then the imaginary parts; valid until the next call
const float* fft_run(Fft* fft, const float* re, const float* im, const float* window);

/// The same, but return only the power of each bin.  \return [n]: |X|^2; valid until the next call
const float* fft_power(Fft* fft, const float* re, const float* im, const float* window);

#endif
