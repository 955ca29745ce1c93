// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A catalogue prepared for the window: cells to find the dot under the pointer, and the index
/// for queries.
///
/// Thread: created in one thread, then read by any thread.  Its QueryIndex belongs to the thread
/// that searches.
#ifndef CIRCUMPLEX_GUI_LIBRARY_CATALOGUE_INDEX_H
#define CIRCUMPLEX_GUI_LIBRARY_CATALOGUE_INDEX_H

#include "library/query.h"
#include "library/relative.h"
#include "library/song.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CATALOGUE_INDEX_NONE SIZE_MAX ///< no song

typedef struct CatalogueIndex CatalogueIndex;

/// \param catalogue must outlive the index;  \return NULL if out of memory
CatalogueIndex* catalogue_index_new(const Catalogue* catalogue);
void catalogue_index_free(CatalogueIndex* index); ///< NULL is allowed

const Catalogue* catalogue_index_songs(const CatalogueIndex* index);

/// The allowed song nearest to a point within an ellipse of \p dv by \p da (units of the plane).
/// \param allowed one flag a song, or NULL: all
/// \param[out] crowd how many allowed songs are within; may be NULL
/// \return its index or CATALOGUE_INDEX_NONE
size_t catalogue_index_at(const CatalogueIndex* index, const bool* allowed, float valence,
                          float arousal, float dv, float da, size_t* crowd);

/// The scales of valence and arousal over all songs' curves.
const RelativeScale* catalogue_index_scales(const CatalogueIndex* index);

/// The range of the songs' positions, without the outermost 1 % at each end of each axis; the whole
/// plane if there are no songs.
/// \param[out] low,high valence, arousal
void catalogue_index_extent(const CatalogueIndex* index, double low[2], double high[2]);

/// \return what queries of the catalogue run on; belongs to \p index
QueryIndex* catalogue_index_query(CatalogueIndex* index);

#endif
