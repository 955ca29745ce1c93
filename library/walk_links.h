// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The folders that a walk has seen, and linked ones that it still has to walk.
/// Thread: that of the Walk.
#ifndef CIRCUMPLEX_LIBRARY_WALK_LINKS_H
#define CIRCUMPLEX_LIBRARY_WALK_LINKS_H

#include <stdbool.h>

typedef struct WalkLinks WalkLinks;

WalkLinks* walk_links_new(void);        ///< NULL if out of memory
void walk_links_free(WalkLinks* links); ///< NULL is allowed

/// Add a folder; its name does not matter.  \return 0 if it is new, 1 if it was seen
int walk_links_see(WalkLinks* links, const char* folder);

/// Keep a linked folder for later.  \return 0, or -1 if out of memory
int walk_links_put(WalkLinks* links, const char* path, const char* below);

/// The next linked folder; both are to be freed.  \return false if there is none
bool walk_links_take(WalkLinks* links, char** path, char** below);

#endif
