// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Where a song lies in its collection: "calmer than 90 %".  Thread: an instance is constant once
/// created.
#ifndef CIRCUMPLEX_LIBRARY_PERCENTILES_H
#define CIRCUMPLEX_LIBRARY_PERCENTILES_H

#include "library/song.h"

typedef struct Percentiles Percentiles;

/// \param catalogue not needed afterwards;  \return NULL if out of memory
Percentiles* percentiles_new(const Catalogue* catalogue);
void percentiles_free(Percentiles* percentiles); ///< NULL is allowed

/// \return percent of the collection below \p value, equal values counted half; 50 if it is empty
float percentile_of_valence(const Percentiles* percentiles, float value);
float percentile_of_arousal(const Percentiles* percentiles, float value);

#endif
