// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The shape of a hop's mean power spectrum.
///
/// Centroid and spread: MPEG-7 AudioSpectrumCentroid and AudioSpectrumSpread (ISO/IEC
/// 15938-4, 5.3.9-10), 30 Hz - 10 kHz. Roll-off: 85 % of that power lies below.  Flatness: 10 log10
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

Spectral* spectral_new(double bin_hz, size_t bins); ///< \return NULL without memory
void spectral_free(Spectral* s);

/// \param power [bins]; all zero gives a neutral shape
void spectral_shape(Spectral* s, const float* power, SpectralShape* out);

size_t spectral_size(const Spectral* s);

#endif
