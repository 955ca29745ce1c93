// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The progress bar with the remaining time, on stderr if that is a terminal.
///
/// Work is counted in any unit (here bytes of input).  Thread: any, after progress_begin().
#ifndef CIRCUMPLEX_CLI_PROGRESS_H
#define CIRCUMPLEX_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/// Start a bar for \p total units of work.  Shows nothing if \p quiet or stderr is no terminal.
void progress_begin(uint64_t total, bool quiet);

/// Count \p amount units as done; redraws at most ten times a second.
void progress_add(uint64_t amount);

/// Remove the bar.
void progress_end(void);

/// Remove the bar while something else is printed; holds a lock until progress_resume().
void progress_pause(void);
void progress_resume(void);

#endif
