// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Courses scaled to their collection: 0 is its mean, -1 and 1 lie 2.5 standard deviations away, each
/// axis for itself, over all points of all courses.  A collection of calm music then fills the
/// plane as any other does.  Thread: an instance is only read once made.
#ifndef CIRCUMPLEX_LIBRARY_RELATIVE_H
#define CIRCUMPLEX_LIBRARY_RELATIVE_H

#include "library/profile.h"
#include "library/song.h"

#define RELATIVE_SPAN 2.5 ///< standard deviations from 0 to 1

/// One axis of a collection.
typedef struct {
  double mean; ///< becomes 0
  double unit; ///< how far above it 1 lies
} RelativeScale;

/// The scales of valence and arousal; mean 0 and unit 1 where there is nothing to tell apart.
void relative_scales(const Catalogue* catalogue, RelativeScale* valence, RelativeScale* arousal);

typedef struct Relative Relative;

/// \param catalogue with courses; must outlive the instance  \return NULL if out of memory
Relative* relative_new(const Catalogue* catalogue);
void relative_free(Relative* relative); ///< NULL is allowed

/// The same songs in the same order, their courses scaled (cut at -1 and 1); all else as it is.
const Catalogue* relative_catalogue(const Relative* relative);

/// Scale a profile that is on the plane's own scale.
void relative_profile(const Relative* relative, Profile* profile);

#endif
