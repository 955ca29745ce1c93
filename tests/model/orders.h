// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Runs two threads' code under every order that C11 allows: a stateless model checker.
///
/// The code under test is compiled with its atomics and memcpy() replaced by the functions below
/// (see ring_orders.c).  Each execution runs both threads as coroutines; at every atomic operation
/// the checker chooses which thread goes on, and at every load which of the stores that the memory
/// model lets it see.  Executions are repeated until all choices were taken (depth-first).
///
/// The memory model: a load sees any store to its object that is not older than one it has seen or
/// than the newest that happens before it (C11 5.1.2.4); an acquire load that sees a release store
/// makes what came before the one happen before what follows the other.  Plain memory is checked
/// for races with vector clocks: two accesses, one of them a write, neither of which happens before
/// the other.  (No out-of-thin-air values, no release sequences, no fences, no read-modify-write:
/// the code under test has none.)
#ifndef CIRCUMPLEX_TESTS_MODEL_ORDERS_H
#define CIRCUMPLEX_TESTS_MODEL_ORDERS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  unsigned id;
} OrdersAtomic;

typedef struct {
  unsigned long executions;
  unsigned long races;   ///< executions with a data race
  unsigned long broken;  ///< executions in which orders_expect() was false
  unsigned long deepest; ///< choices in the longest execution
} OrdersResult;

/// Run \p setup, then both \p thread functions in every order, then \p finish.
/// \param most give up after so many executions (then `executions` is that many)
OrdersResult orders_explore(void (*setup)(void), void (*const thread[2])(void),
                            void (*finish)(void), unsigned long most);

/// For the code under test.
void orders_init(OrdersAtomic* object, size_t value);
size_t orders_load(OrdersAtomic* object, bool acquire);
void orders_store(OrdersAtomic* object, size_t value, bool release);
void* orders_copy(void* to, const void* from, size_t bytes);

/// For setup: the bytes that both threads may touch.
void orders_share(const void* memory, size_t n);
/// For the threads and finish: what must hold.
void orders_expect(bool truth);

#endif
