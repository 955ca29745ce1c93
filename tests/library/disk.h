// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// A simulated disk for SQLite, with power cuts: what was written but not synced may then be
/// complete, missing or incomplete.
///
/// A file's bytes are stored twice: as programs see them, and as they survive a power cut.  A sync
/// copies the writes to the second.  A new file survives after its first sync; a deleted file is
/// gone immediately if its folder must be synced too.
/// Thread: one.
#ifndef CIRCUMPLEX_TESTS_LIBRARY_DISK_H
#define CIRCUMPLEX_TESTS_LIBRARY_DISK_H

#include <stdbool.h>

/// What happens to writes that were not synced at a power cut.
typedef enum { CUT_LOSES_ALL, CUT_KEEPS_ALL, CUT_TEARS, CUTS } DiskCut;

/// Make it SQLite's default.
void disk_install(void);
/// Empty the disk; nothing fails.
void disk_clear(void);

/// Save the disk's contents; restore them.
void disk_keep(void);
void disk_put_back(void);

/// Cut the power: the \p n th operation that changes something (1 is the next one) and all later
/// ones fail.
void disk_cut_at(unsigned n);
/// The disk is full for the \p n th write and all later ones.
void disk_full_at(unsigned n);
/// The \p n th read fails, once.
void disk_read_fails_at(unsigned n);
/// Syncs report success, and do nothing.
void disk_ignores_syncs(void);

/// \return whether the operation that must fail was reached.
bool disk_has_failed(void);
/// The power is back; nothing fails any more.  \param seed for incomplete writes
void disk_start_again(DiskCut cut, unsigned seed);

#endif
