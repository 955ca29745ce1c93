// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The parts of a QueryIndex that query.c uses: see query.h.
#ifndef CIRCUMPLEX_LIBRARY_QUERY_INDEX_H
#define CIRCUMPLEX_LIBRARY_QUERY_INDEX_H

#include "library/query.h"
#include "library/relative.h"

/// Sort the songs.  \return indices into the catalogue, valid until another order is requested;
/// NULL if out of memory
const size_t* query_index_order(QueryIndex* index, QuerySort sort);

/// \return the index of the curves; NULL if out of memory
const MatchIndex* query_index_curves(QueryIndex* index);

/// \return the collection's own scale; NULL if out of memory
const Relative* query_index_relative(QueryIndex* index);

/// \return the index of the curves on that scale; NULL if out of memory
const MatchIndex* query_index_relative_curves(QueryIndex* index);

#endif
