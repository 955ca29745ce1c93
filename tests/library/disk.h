// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A disk in memory under SQLite, whose power can be cut: what was written but not synced may then be
/// there, be gone, or be there in parts.
///
/// A file's bytes are kept twice, as a program sees them and as they survive a cut; each write goes
/// to the second when the file is synced.  A file that was made survives from its first sync on, one that was
/// deleted is gone at once if its folder was to be synced too.
/// Thread: one.
#ifndef CIRCUMPLEX_TESTS_LIBRARY_DISK_H
#define CIRCUMPLEX_TESTS_LIBRARY_DISK_H

#include <stdbool.h>

/// What becomes of writes that were not synced when the power was cut.
typedef enum { CUT_LOSES_ALL, CUT_KEEPS_ALL, CUT_TEARS, CUTS } DiskCut;

/// Make it SQLite's default.
void disk_install(void);
/// Nothing is on it, and nothing fails.
void disk_clear(void);

/// Keep what is on it; put it back.
void disk_keep(void);
void disk_put_back(void);

/// From the \p n th operation that changes something on (1 is the next one), all fail: the power is gone.
void disk_cut_at(unsigned n);
/// The \p n th write finds no room, and so do all that follow.
void disk_full_at(unsigned n);
/// The \p n th read fails, once.
void disk_read_fails_at(unsigned n);
/// Syncs say that all went well, and do nothing.
void disk_ignores_syncs(void);

/// \return whether the operation that was to fail has come.
bool disk_has_failed(void);
/// The power is back; nothing fails any more.  \param seed of what is torn
void disk_start_again(DiskCut cut, unsigned seed);

#endif
