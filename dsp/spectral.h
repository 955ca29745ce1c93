// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The shape of a hop's mean power spectrum.
///
/// Centroid, spread and roll-off are computed from specific loudness, because perceived brightness
/// follows it (Fastl and Zwicker, Psychoacoustics, ch. 9, "sharpness"); the centroid of a power
/// spectrum would mostly follow the bass.  Specific loudness: K-weighted power in bands one ERB
/// wide (Glasberg and Moore 1990) from 30 Hz to 10 kHz, raised to 1/4; bands 50 dB below the total
/// are inaudible and left out.  Centroid and spread are the mean and standard deviation of log2 f;
/// 85 % of the loudness lie below the roll-off.  Flatness: 10 log10 of the geometric over the
/// arithmetic mean, 250 Hz - 8 kHz (MPEG-7 AudioSpectrumFlatness).  Bass share: share of the power
/// below 150 Hz.  Contrast: the loudest over the faintest fifth of the bins in octave bands from
/// 200 Hz, averaged over the bands (Jiang et al., ICME 2002).
///
/// Thread: one at a time, because it has scratch memory.  Nothing allocates after spectral_new().
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

#endif
