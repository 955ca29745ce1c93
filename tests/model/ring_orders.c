// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// dsp/ring.c, the very source, under every order that C11 allows: what goes in comes out, in its
/// order, without a data race.  Compiled once more with the ring's memory order taken away
/// (RING_RELAXED), and once with each single order weakened, where the checker must find races: the
/// controls.
#include "tests/model/replace_atomics.h"

#define memcpy(to, from, bytes) orders_copy(to, from, bytes)
#include "dsp/ring.c"
#undef memcpy

#define STEPS 4 ///< at most; 0 ends the list
#define MOST 20000000ul
#define MOST_BYTES 12 ///< of an element

/// What the threads do: sizes of pushes and of pops.
typedef struct {
  size_t capacity;
  size_t element; ///< bytes
  size_t start;   ///< where the indices begin
  int push[STEPS], take[STEPS];
  bool asks; ///< each side first asks for the room, the number, that there is
} Scenario;

static const Scenario scenarios[] = {
    {1, 4, 0, {1, 1, 1, 0}, {1, 1, 1, 0}, false},
    {2, 4, 0, {2, 1, 2, 0}, {1, 2, 2, 0}, false},
    {2, 4, SIZE_MAX - 1, {1, 2, 1, 0}, {2, 1, 2, 0}, false}, // the indices wrap
    {4, 4, 2, {3, 2, 3, 0}, {2, 2, 4, 0}, false},            // the data wraps
    {4, 4, 0, {4, 4, 1, 0}, {4, 3, 4, 0}, false},
    {4, 1, 2, {3, 2, 3, 0}, {2, 2, 4, 0}, false},  // single bytes
    {2, 12, 1, {2, 1, 2, 0}, {1, 2, 2, 0}, false}, // structs of 12 bytes, whose data wraps
    {2, 4, 0, {2, 1, 2, 0}, {1, 2, 2, 0}, true},
};

static const Scenario* now;
static Ring* ring;
static unsigned pushed, taken;

static void setup(void) {
  ring = ring_new(now->capacity, now->element);
  orders_store(&ring->head, now->start, false);
  orders_store(&ring->tail, now->start, false);
  ring->seen_head = ring->seen_tail = now->start;
  orders_share(ring->data, ring_capacity(ring) * now->element);
  pushed = taken = 0;
}

/// \return byte \p i of all that is pushed.
static unsigned char value_at(size_t i) {
  return (unsigned char)(i * 7 + 1);
}

static void produce(void) {
  for (unsigned i = 0; i < STEPS && now->push[i]; ++i) {
    unsigned char block[4 * MOST_BYTES];
    const size_t n = (size_t)now->push[i];
    if (now->asks && ring_writable(ring) < n) continue;
    for (size_t k = 0; k < n * now->element; ++k)
      block[k] = value_at(pushed * now->element + k);
    const size_t done = ring_push(ring, block, n);
    orders_expect(done == n || (done == 0 && !now->asks));
    pushed += (unsigned)done;
  }
}

static void take(int step) {
  unsigned char block[4 * MOST_BYTES];
  const size_t got = ring_pop(ring, block, (size_t)step);
  orders_expect(got <= (size_t)step);
  for (size_t k = 0; k < got * now->element; ++k)
    orders_expect(block[k] == value_at(taken * now->element + k));
  taken += (unsigned)got;
}

static void consume(void) {
  for (unsigned i = 0; i < STEPS && now->take[i]; ++i)
    if (!now->asks || ring_readable(ring) > 0) take(now->take[i]);
}

static void finish(void) {
  orders_expect(ring_readable(ring) == pushed - taken);
  orders_expect(ring_writable(ring) == ring_capacity(ring) - (pushed - taken));
  take(4);
  orders_expect(taken == pushed);
  ring_free(ring);
}

int main(void) {
  int status = 0;
  unsigned long races = 0, broken = 0;
  for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; ++i) {
    now = &scenarios[i];
    const OrdersResult r =
        orders_explore(setup, (void (*const[2])(void)){produce, consume}, finish, MOST);
    printf("capacity %zu of %zu bytes: %lu executions, at most %lu choices, %lu with a race, %lu "
           "with a wrong "
           "result\n",
           now->capacity, now->element, r.executions, r.deepest, r.races, r.broken);
    if (r.executions == MOST) {
      printf("not all orders were seen\n");
      status = 1;
    }
    races += r.races;
    broken += r.broken;
  }
  if (races || broken) status = 1;
  printf("%s\n", races ? "RACES FOUND" : broken ? "WRONG RESULTS" : "every order is good");
  return status;
}
