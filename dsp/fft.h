// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The Fourier transform of a windowed frame of complex samples, forward, any length of factors 2,
/// 3, 5 and 7: X[k] = sum over n of window[n] x[n] e^(-2 pi i n k / N).
///
/// Ours (fft.c), since it is half of what the analysis costs: vectors of eight floats with fused
/// multiplication where the processor has them, the window in the first pass, real and imaginary
/// parts apart, as the power spectrum wants them.  Nothing is planned by timing, so it is the same
/// on every run; there is no state that instances share.  FFTW's (fft_fftw.c) where the build says
/// CIRCUMPLEX_FFT=fftw: the same readings, slower by what bench/ prints.
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

/// A pass over all values: what is left of the length before it, length = radix * rest * stride.
typedef struct {
  unsigned radix;
  size_t length; ///< N
  size_t rest;   ///< what is left after this pass: N / (stride * radix)
  size_t stride; ///< product of the radices before it
  const float* twiddles;
} FftPass;

/// \return whether transforms of n values are to be had: 4 to FFT_LARGEST, of factors 2, 3, 5, 7.
bool fft_takes(size_t n);

/// \return the least size >= n and >= 4 whose only prime factors are 2, 3, 5 and 7.
size_t fft_friendly_size(size_t n);

struct Kernels;

/// \param n 4 to FFT_LARGEST, of factors 2, 3, 5, 7 alone
/// \return NULL if n is not, or out of memory
Fft* fft_new(size_t n);

/// The same with certain kernels (tests).
Fft* fft_new_with(size_t n, const struct Kernels* kernels);
void fft_free(Fft* fft); ///< NULL is allowed

/// \param re     [n] real parts
/// \param im     [n] imaginary parts; may be re
/// \param window [n] what both are multiplied by
/// \return [2 n]: the real parts of X, then the imaginary ones; until the next call
const float* fft_run(Fft* fft, const float* re, const float* im, const float* window);

/// The same, the power of each bin alone.  \return [n]: |X|^2, until the next call
const float* fft_power(Fft* fft, const float* re, const float* im, const float* window);

/// \return bytes held.
size_t fft_size(const Fft* fft);

#endif
