// SPDX-License-Identifier: GPL-3.0-or-later
#define _DEFAULT_SOURCE // ucontext
#include "tests/model/orders.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#define THREADS 3 ///< the two, and setup and finish
#define MAX_ATOMICS 4
#define MAX_STORES 64
#define MAX_CELLS 64 ///< bytes
#define MAX_DEPTH 512
#define STACK 65536

typedef struct {
  uint32_t at[THREADS];
} Clock;

typedef struct {
  size_t value;
  unsigned thread;
  uint32_t time;
  Clock released; ///< what an acquire load of it learns; all 0 for a relaxed store
} Store;

typedef struct {
  Store stores[MAX_STORES];
  unsigned n;
  unsigned seen[THREADS]; ///< no older store may be seen by that thread any more
} Atomic;

typedef struct {
  unsigned writer;
  uint32_t written;
  uint32_t read[THREADS];
} Cell;

static struct {
  Atomic atomics[MAX_ATOMICS];
  unsigned n_atomics;
  const unsigned char* shared;
  size_t n_shared;
  Cell cells[MAX_CELLS];
  Clock clocks[THREADS];
  unsigned current;
  bool done[2];
  bool raced, broke;
  bool both_store[MAX_ATOMICS]; ///< both threads store here: known from the executions before
  bool learned;                 ///< ... and found out in this one
  // Depth-first search.
  unsigned choice[MAX_DEPTH], options[MAX_DEPTH], depth, known;
  ucontext_t main, context[2];
  void (*body[2])(void);
} w;

static char stacks[2][STACK];

static unsigned choose(unsigned options) {
  if (options < 2) return 0;
  if (w.depth == MAX_DEPTH) {
    fprintf(stderr, "orders: more than %d choices\n", MAX_DEPTH);
    abort();
  }
  if (w.depth == w.known) {
    w.choice[w.known] = 0;
    w.options[w.known] = options;
    ++w.known;
  }
  return w.choice[w.depth++];
}

static void tick(void) {
  ++w.clocks[w.current].at[w.current];
}

/// Whether what \p thread did at \p time happens before what the current thread does now.
static bool is_before(unsigned thread, uint32_t time) {
  return time <= w.clocks[w.current].at[thread];
}

/// A point where the other thread may go on instead.
static void yield(void) {
  const unsigned me = w.current;
  if (me >= 2 || w.done[!me] || choose(2) == 0) return;
  w.current = !me;
  swapcontext(&w.context[me], &w.context[!me]);
}

void orders_init(OrdersAtomic* object, size_t value) {
  if (w.n_atomics == MAX_ATOMICS) abort();
  object->id = w.n_atomics;
  Atomic* a = &w.atomics[w.n_atomics++];
  memset(a, 0, sizeof *a);
  tick();
  a->stores[a->n++] = (Store){value, w.current, w.clocks[w.current].at[w.current], {{0}}};
}

size_t orders_load(OrdersAtomic* object, bool acquire) {
  Atomic* a = &w.atomics[object->id];
  // What a thread alone stores it reads back, whatever others do: no choice.
  const bool own = a->stores[a->n - 1].thread == w.current && !w.both_store[object->id];
  if (!own) yield();
  tick();
  unsigned oldest = a->seen[w.current];
  for (unsigned i = oldest; i < a->n; ++i)
    if (is_before(a->stores[i].thread, a->stores[i].time)) oldest = i;
  const unsigned pick = a->n - 1 - choose(a->n - oldest);
  a->seen[w.current] = pick;
  const Store* store = &a->stores[pick];
  for (unsigned t = 0; acquire && t < THREADS; ++t)
    if (store->released.at[t] > w.clocks[w.current].at[t])
      w.clocks[w.current].at[t] = store->released.at[t];
  return store->value;
}

void orders_store(OrdersAtomic* object, size_t value, bool release) {
  Atomic* a = &w.atomics[object->id];
  yield();
  tick();
  if (a->n == MAX_STORES) abort();
  for (unsigned i = 0; i < a->n && w.current < 2 && !w.both_store[object->id]; ++i)
    if (a->stores[i].thread == 1 - w.current) w.both_store[object->id] = w.learned = true;
  Store* store = &a->stores[a->n];
  *store = (Store){value, w.current, w.clocks[w.current].at[w.current], {{0}}};
  if (release) store->released = w.clocks[w.current];
  a->seen[w.current] = a->n++;
}

static void touch(const unsigned char* bytes, size_t n, bool write) {
  for (size_t i = 0; i < n; ++i) {
    if (bytes + i < w.shared || bytes + i >= w.shared + w.n_shared) continue;
    Cell* cell = &w.cells[bytes + i - w.shared];
    if (!is_before(cell->writer, cell->written)) w.raced = true;
    for (unsigned t = 0; write && t < THREADS; ++t)
      if (!is_before(t, cell->read[t])) w.raced = true;
    const uint32_t now = w.clocks[w.current].at[w.current];
    if (write)
      cell->writer = w.current, cell->written = now;
    else
      cell->read[w.current] = now;
  }
}

void* orders_copy(void* to, const void* from, size_t bytes) {
  if (bytes == 0) return to;
  tick();
  touch(from, bytes, false);
  touch(to, bytes, true);
  return memcpy(to, from, bytes);
}

void orders_share(const void* memory, size_t n) {
  if (n > MAX_CELLS) abort();
  w.shared = memory;
  w.n_shared = n;
}

void orders_expect(bool truth) {
  if (!truth) w.broke = true;
}

static void enter(unsigned me) {
  w.body[me]();
  w.done[me] = true;
  w.current = w.done[!me] ? 2 : !me;
  setcontext(w.done[!me] ? &w.main : &w.context[!me]);
}

static void enter_first(void) {
  enter(0);
}
static void enter_second(void) {
  enter(1);
}

static void execute(void (*setup)(void), void (*finish)(void)) {
  w.n_atomics = 0;
  w.depth = 0;
  w.raced = w.broke = w.learned = false;
  w.done[0] = w.done[1] = false;
  w.n_shared = 0;
  memset(w.clocks, 0, sizeof w.clocks);
  memset(w.cells, 0, sizeof w.cells);
  w.current = 2;
  setup();
  tick();
  w.clocks[0] = w.clocks[1] = w.clocks[2]; // threads start after setup
  for (unsigned t = 0; t < 2; ++t) {
    getcontext(&w.context[t]);
    w.context[t].uc_stack.ss_sp = stacks[t];
    w.context[t].uc_stack.ss_size = STACK;
    w.context[t].uc_link = NULL;
    makecontext(&w.context[t], t ? enter_second : enter_first, 0);
  }
  w.current = choose(2);
  swapcontext(&w.main, &w.context[w.current]);
  for (unsigned t = 0; t < THREADS; ++t) // finish comes after both
    for (unsigned o = 0; o < 2; ++o)
      if (w.clocks[o].at[t] > w.clocks[2].at[t]) w.clocks[2].at[t] = w.clocks[o].at[t];
  finish();
}

/// Go to the next path.  \return false after the last one.
static bool advance(void) {
  w.known = w.depth;
  while (w.known > 0 && w.choice[w.known - 1] + 1 == w.options[w.known - 1])
    --w.known;
  if (w.known == 0) return false;
  w.choice[w.known - 1]++;
  return true;
}

OrdersResult orders_explore(void (*setup)(void), void (*const thread[2])(void),
                            void (*finish)(void), unsigned long most) {
  OrdersResult result = {0};
  w.body[0] = thread[0];
  w.body[1] = thread[1];
  w.known = 0;
  memset(w.both_store, 0, sizeof w.both_store);
  bool more = true;
  while (more && result.executions < most) {
    execute(setup, finish);
    if (w.learned) { // there are more choices than was thought: from the beginning
      result = (OrdersResult){0};
      w.known = 0;
      continue;
    }
    ++result.executions;
    result.races += w.raced;
    result.broken += w.broke;
    if (w.depth > result.deepest) result.deepest = w.depth;
    more = advance();
  }
  return result;
}
