// SPDX-License-Identifier: GPL-3.0-or-later
// The ring with its memory order taken away: a data race that ring_stress.c must show under TSan.
#include <stdatomic.h>
#define memory_order_acquire memory_order_relaxed
#define memory_order_release memory_order_relaxed
#include "dsp/ring.c"
