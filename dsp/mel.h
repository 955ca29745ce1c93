// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Mel filterbank: triangular bands over a power spectrum.
///
/// The mel scale is O'Shaughnessy's, mel(f) = 2595 log10(1 + f / 700) (the "HTK" scale; Young et
/// al., The HTK Book, sec. 5.4).  n_mel + 2 edges are evenly spaced on it from fmin to fmax; each
/// band is a triangle with a peak of 1.  A band's power is the weighted sum of its bins; with the
/// scaling of stft.h it does not depend on the sample rate.  A triangle narrower than the distance
/// between bins is widened, so that every band contains a bin.
///
/// Thread: any; read-only after mel_new().
#ifndef CIRCUMPLEX_DSP_MEL_H
#define CIRCUMPLEX_DSP_MEL_H

#include <stddef.h>

typedef struct Mel Mel;

/// Hz to mel and back.
double mel_from_hz(double hz);
double mel_to_hz(double mel);

/// \param bin_hz distance between bins, Hz
/// \param bins   number of bins; bands beyond the last bin are 0
/// \return NULL if out of memory, or if n_mel = 0, fmin < 0 or fmax <= fmin
Mel* mel_new(size_t n_mel, double fmin, double fmax, double bin_hz, size_t bins);
void mel_free(Mel* mel); ///< NULL is allowed

/// \param power [bins]  \param out [n_mel] mean square of each band
void mel_process(const Mel* mel, const float* power, float* out);

/// \return centre frequency of band \p i, Hz.
double mel_centre(const Mel* mel, size_t i);

#endif
