// SPDX-License-Identifier: GPL-3.0-or-later
// The ring with its memory order removed: ThreadSanitizer must find a data race in ring_stress.c.
#include <stdatomic.h>
#define memory_order_acquire memory_order_relaxed
#define memory_order_release memory_order_relaxed
#include "dsp/ring.c"
