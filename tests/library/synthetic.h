// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// An artificial library for tests and measurements: songs whose curves are similar to readings.
///
/// A song's means are normal, SD 0.25, cut at 0.8.  Around them each axis does an
/// Ornstein-Uhlenbeck walk (time constant 12 s, SD 0.045), and jumps with each section (15 to 45 s)
/// by what is normal with SD 0.04: SD 0.06 within a song.  One song in twenty begins, ends or
/// breaks in silence.  The same seed gives the same library.
#ifndef CIRCUMPLEX_TESTS_LIBRARY_SYNTHETIC_H
#define CIRCUMPLEX_TESTS_LIBRARY_SYNTHETIC_H

#include "library/profile.h"
#include "library/song.h"

typedef struct Synthetic Synthetic;

/// \p n songs of \p least to \p most hops.  \return NULL if out of memory
Synthetic* synthetic_new(size_t n, size_t least, size_t most, uint64_t seed);
const Catalogue* synthetic_catalogue(const Synthetic* synthetic);
void synthetic_free(Synthetic* synthetic);

/// A simulated memory of a part of a song: \p tempo times as fast, with a small offset (SD 0.01 per
/// axis) and noise (SD \p noise per hop, then a mean over \p smooth hops).
/// \return 0, or -1 if it is too short or silent
int synthetic_memory(Profile* profile, const Curve* curve, size_t first, size_t last, double tempo,
                     double noise, size_t smooth, uint64_t* random);

double synthetic_uniform(uint64_t* random); ///< 0..1, 1 not included
double synthetic_normal(uint64_t* random);

#endif
