// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Watches for what a thread must not do between contract_begin() and contract_end(): memory,
/// locks, the clock, system calls, page faults. malloc() and related functions, locks and clocks
/// are replaced by versions that count and continue; the kernel catches system calls (syscall user
/// dispatch).
///
/// Thread: only what the calling thread does counts.
#ifndef CIRCUMPLEX_TESTS_FAULTS_CONTRACT_H
#define CIRCUMPLEX_TESTS_FAULTS_CONTRACT_H

#include <stdbool.h>

typedef struct {
  unsigned long memory;       ///< malloc, free and their kin
  unsigned long locks;        ///< mutexes, conditions, semaphores, read-write locks
  unsigned long clocks;       ///< reading the time
  unsigned long system_calls; ///< at most 1 between begin and end: a second one is not caught
  unsigned long page_faults;
} ContractCounts;

/// Lock code and touched pages in memory, if that is allowed.  Otherwise a page that the system has
/// swapped out would count as one that run() touches first.
void contract_keep_memory(void);

/// \return whether system calls can be caught here.
bool contract_sees_system_calls(void);

void contract_begin(void);
/// \param counts the events since contract_begin() are added to it
void contract_end(ContractCounts* counts);

/// Stop counting until contract_resume(), while the host does its own work inside run().
void contract_pause(void);
void contract_resume(void);

#endif
