// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Replaces the atomics of the source that is included next by those of orders.h. ORDERS_WEAK
/// removes the acquires (1) or the releases (2), for the controls.
///
/// ORDERS_WEAK takes the acquires (1) or the releases (2) away, for the controls.
#ifndef CIRCUMPLEX_TESTS_MODEL_REPLACE_ATOMICS_H
#define CIRCUMPLEX_TESTS_MODEL_REPLACE_ATOMICS_H

#include "tests/model/orders.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define atomic_size_t OrdersAtomic
#undef atomic_init
#define atomic_init(object, value) orders_init(object, value)
#undef atomic_load_explicit
#define atomic_load_explicit(object, order) orders_load(object, (int)(order) == __ATOMIC_ACQUIRE)
#undef atomic_store_explicit
#define atomic_store_explicit(object, value, order)                                                \
  orders_store(object, value, (int)(order) == __ATOMIC_RELEASE)
#if ORDERS_WEAK & 1
#define memory_order_acquire memory_order_relaxed
#endif
#if ORDERS_WEAK & 2
#define memory_order_release memory_order_relaxed
#endif

#endif
