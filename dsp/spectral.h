// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The shape of a hop's mean power spectrum.
///
/// Centroid, spread and roll-off are those of the specific loudness, since that is what brightness
/// follows (Fastl and Zwicker, Psychoacoustics, ch. 9, "sharpness"; a power spectrum's centroid is
/// that of its bass): bands one ERB wide (Glasberg and Moore 1990) from 30 Hz to 10 kHz, K-weighted,
/// to the power of 1/4, what is 50 dB under the whole being inaudible.  Centroid and spread are
/// mean and standard deviation of log2 f, roll-off is where 85 % lie below.  Flatness: 10 log10
/// of geometric over arithmetic mean, 250 Hz - 8 kHz (MPEG-7 AudioSpectrumFlatness).  Bass share:
/// power under 150 Hz.  Contrast: loudest over faintest fifth of the bins in octave bands from 200
/// Hz, mean over bands (Jiang et al., ICME 2002).
///
/// Thread: one at a time (scratch).  Nothing allocates after spectral_new().
#ifndef CIRCUMPLEX_DSP_SPECTRAL_H
#define CIRCUMPLEX_DSP_SPECTRAL_H

#include <stddef.h>

typedef struct Spectral Spectral;

typedef struct {
  float centroid;   ///< octaves re 1 kHz
  float spread;     ///< octaves
  float rolloff;    ///< octaves re 1 kHz
  float flatness;   ///< dB, -60..0
  float bass_share; ///< 0..1
  float contrast;   ///< dB, 0..60
} SpectralShape;

Spectral* spectral_new(double bin_hz, size_t bins); ///< \return NULL if out of memory
void spectral_free(Spectral* s);

/// \param power [bins]; all zero gives a neutral shape
void spectral_shape(Spectral* s, const float* power, SpectralShape* out);

size_t spectral_size(const Spectral* s);

#endif
