// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The source of plugin/mail.c under every order that C11 allows: each message is read once,
/// unchanged and in order. With its memory order weakened the checker must find races.
#include "tests/model/replace_atomics.h"

#include "plugin/mail.c"

#define LOOKS 4 ///< of each thread
#define MOST 20000000ul

static Mail mail;
static float letter[2];
static unsigned posted, taken;

static void setup(void) {
  mail_init(&mail);
  orders_share(letter, sizeof letter / sizeof *letter);
  posted = taken = 0;
}

static void post(void) {
  for (unsigned look = 0; look < LOOKS; ++look) {
    if (!mail_is_empty(&mail)) continue;
    ++posted;
    for (unsigned i = 0; i < 2; ++i) {
      const float value = (float)(10 * posted + i);
      orders_copy(&letter[i], &value, sizeof value);
    }
    mail_post(&mail);
  }
}

static void take(void) {
  for (unsigned look = 0; look < LOOKS; ++look) {
    if (!mail_is_there(&mail)) continue;
    ++taken;
    for (unsigned i = 0; i < 2; ++i) {
      float value;
      orders_copy(&value, &letter[i], sizeof value);
      orders_expect(value == (float)(10 * taken + i));
    }
    mail_clear(&mail);
  }
}

static void finish(void) {
  orders_expect(taken <= posted && posted <= taken + 1);
}

int main(void) {
  const OrdersResult r = orders_explore(setup, (void (*const[2])(void)){post, take}, finish, MOST);
  const bool all_seen = r.executions < MOST;
  printf("%lu executions, at most %lu choices\n", r.executions, r.deepest);
  printf("%s\n", !all_seen  ? "not all orders were seen"
                 : r.races  ? "RACES FOUND"
                 : r.broken ? "WRONG RESULTS"
                            : "every order is good");
  return !all_seen || r.races || r.broken;
}
