// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// plugin/handover.c, the very source, under every order that C11 allows: what a job is, and what
/// comes of it, is read without a data race, whether the giver waits for the result or not.
/// Compiled again with its memory order weakened, where the checker must find races: the controls.
#include "tests/model/replace_atomics.h"

#include "plugin/handover.c"

#define LOOKS 3 ///< of each thread
#define MOST 20000000ul

static Handover handover;
static float cells[2]; ///< the job, its result
static bool patient;   ///< the giver wants every result
static unsigned given, taken_back, worked;
static bool wanted;

static float read_cell(unsigned i) {
  float value;
  orders_copy(&value, &cells[i], sizeof value);
  return value;
}

static void write_cell(unsigned i, float value) {
  orders_copy(&cells[i], &value, sizeof value);
}

static void setup(void) {
  handover_init(&handover);
  orders_share(cells, sizeof cells / sizeof *cells);
  given = taken_back = worked = 0;
  wanted = false;
}

/// What run() does: grant; look; stop wanting; grant again once the worker is back.
static void give(void) {
  for (unsigned look = 0; look < LOOKS; ++look) {
    if (handover_idle(&handover)) {
      if (given > taken_back) {
        orders_expect(read_cell(1) == (float)given || !wanted);
        ++taken_back;
      }
      write_cell(0, (float)++given);
      wanted = true;
      handover_grant(&handover);
    } else if (!patient) {
      handover_stop_wanting(&handover);
      wanted = false;
    }
  }
}

static void work(void) {
  for (unsigned look = 0; look < LOOKS; ++look) {
    const size_t job = handover_take(&handover);
    if (!job) continue;
    const float what = read_cell(0);
    orders_expect(what == (float)job);
    if (handover_wanted(&handover, job)) write_cell(1, what);
    handover_finish(&handover, job);
    ++worked;
  }
}

static void finish(void) {
  orders_expect(worked <= given && taken_back <= worked);
  if (handover_idle(&handover)) orders_expect(worked == given);
}

int main(void) {
  unsigned long races = 0, broken = 0;
  int status = 0;
  for (int i = 0; i < 2; ++i) {
    patient = i == 0;
    const OrdersResult r =
        orders_explore(setup, (void (*const[2])(void)){give, work}, finish, MOST);
    printf("%s: %lu executions, at most %lu choices, %lu with a race, %lu with a wrong result\n",
           patient ? "patient" : "impatient", r.executions, r.deepest, r.races, r.broken);
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
