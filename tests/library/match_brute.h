// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The searches of library/match.h computed from the definition, without bounds: the reference for
/// tests.
#ifndef CIRCUMPLEX_TESTS_LIBRARY_MATCH_BRUTE_H
#define CIRCUMPLEX_TESTS_LIBRARY_MATCH_BRUTE_H

#include "library/dtw.h"
#include "library/match.h"

/// The cost of a curve, computed from the definition.
int32_t dtw_plain(const DtwQuery* query, const Pair* curve);

/// Like match_search().
long match_brute(const MatchIndex* index, const bool* allowed, const Profile* profile,
                 MatchKind kind, MatchHit* hits, size_t limit);

#endif
