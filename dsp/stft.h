// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Power spectrum of one frame of two channels: Hann window, FFT, sum of both power spectra.
///
/// One complex transform Z of left + i right gives both: |L[k]|^2 + |R[k]|^2 = (|Z[k]|^2 + |Z[N -
/// k]|^2) / 2 (Press et al., Numerical Recipes, sec. 12.3).  Powers are added as in BS.1770, so
/// that channels of opposite phase do not cancel.
///
/// Scaling: power[k] is one-sided and divided by N * sum(w^2), so that the sum over a band is the
/// mean square of the sound in that band, whatever the rate, the window length and the transform
/// length (Parseval; Heinzel, Ruediger and Schilling 2002, "Spectrum and spectral density
/// estimation by the DFT").
///
/// Thread: an instance belongs to one thread.  Nothing allocates after stft_new().
#ifndef CIRCUMPLEX_DSP_STFT_H
#define CIRCUMPLEX_DSP_STFT_H

#include <stddef.h>

typedef struct Stft Stft;

/// \param window samples in a frame, a length that fft_takes(); the transform has the same length
/// \return NULL if the length is not allowed, or if out of memory
Stft* stft_new(size_t window);
void stft_free(Stft* stft); ///< NULL is allowed

size_t stft_window(const Stft* stft);
/// \return number of bins: window / 2 + 1.
size_t stft_bins(const Stft* stft);

/// \param left  [window] samples
/// \param right [window] samples; may be \p left
/// \param power [bins] mean square in each bin, summed over both channels
void stft_power(Stft* stft, const float* left, const float* right, float* power);

#endif
