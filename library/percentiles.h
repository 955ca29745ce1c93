// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where a song lies among those of its collection: "calmer than 90 %".  Thread: an instance is
/// only read once made.
#ifndef CIRCUMPLEX_LIBRARY_PERCENTILES_H
#define CIRCUMPLEX_LIBRARY_PERCENTILES_H

#include "library/song.h"

typedef struct Percentiles Percentiles;

/// \param catalogue is not needed afterwards;  \return NULL if out of memory
Percentiles* percentiles_new(const Catalogue* catalogue);
void percentiles_free(Percentiles* percentiles); ///< NULL is allowed

/// Share of the collection below \p value, those that are equal counted half: 0..100; 50 for an
/// empty collection.
float percentile_of_valence(const Percentiles* percentiles, float value);
float percentile_of_arousal(const Percentiles* percentiles, float value);

#endif
