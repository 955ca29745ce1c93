// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Curves scaled to their collection: 0 is its mean, -1 and 1 are 2.5 standard deviations away,
/// for each axis, over all points of all curves.  So a collection of calm music fills the plane
/// like any other.  Thread: an instance is constant once created.
#ifndef CIRCUMPLEX_LIBRARY_RELATIVE_H
#define CIRCUMPLEX_LIBRARY_RELATIVE_H

#include "library/profile.h"
#include "library/song.h"

#define RELATIVE_SPAN 2.5 ///< standard deviations from 0 to 1

/// One axis of a collection.
typedef struct {
  double mean; ///< is mapped to 0
  double unit; ///< mean + unit is mapped to 1
} RelativeScale;

/// The scales of valence and arousal; mean 0 and unit 1 if all points are equal.
void relative_scales(const Catalogue* catalogue, RelativeScale* valence, RelativeScale* arousal);

typedef struct Relative Relative;

/// \param catalogue with curves; must outlive the instance  \return NULL if out of memory
Relative* relative_new(const Catalogue* catalogue);
void relative_free(Relative* relative); ///< NULL is allowed

/// \return the same songs in the same order, with scaled curves (clamped to -1..1)
const Catalogue* relative_catalogue(const Relative* relative);

/// Scale a profile.
void relative_profile(const Relative* relative, Profile* profile);

#endif
