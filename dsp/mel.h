// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Mel filterbank: triangular bands over a power spectrum.
///
/// Bands are placed in Hz on O'Shaughnessy's mel scale, mel(f) = 2595 log10(1 + f / 700) (the "HTK"
/// scale; Young et al., The HTK Book, sec. 5.4), n_mel + 2 edges evenly spaced from fmin to fmax,
/// each a triangle of unit peak.  A band's power is the weighted sum of the bins in it: with
/// stft.h's scaling it does not depend on the sample rate.  A triangle narrower than the bin grid
/// is widened to it, so that no band is blind.
///
/// Thread: read-only after mel_new(); any.
#ifndef CIRCUMPLEX_DSP_MEL_H
#define CIRCUMPLEX_DSP_MEL_H

#include <stddef.h>

typedef struct Mel Mel;

/// Hz to mel and back.
double mel_from_hz(double hz);
double mel_to_hz(double mel);

/// \param bin_hz distance of the spectrum's bins, Hz
/// \param bins   number of bins; bands beyond the last read 0
/// \return NULL if out of memory or for n_mel = 0, fmin < 0, fmax <= fmin
Mel* mel_new(size_t n_mel, double fmin, double fmax, double bin_hz, size_t bins);
void mel_free(Mel* mel); ///< NULL is allowed

/// \param power [bins]  \param out [n_mel] mean square a band
void mel_process(const Mel* mel, const float* power, float* out);

/// \return centre frequency of band \p i, Hz.
double mel_centre(const Mel* mel, size_t i);

size_t mel_size(const Mel* mel);

#endif
