// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Time until the end of the first run() of a process's first instance, the same for a second
/// instance, and the memory of each.
///
///     first_run [RATE [BLOCK]]
///
/// The minimum of some fresh processes, with real-time priority if that is allowed: other load can
/// only add time.
#include "tests/faults/bare.h"

#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES = 25, INSTANCES = 2 };

typedef struct {
  double ms[INSTANCES];
  size_t bytes[INSTANCES];
} Costs;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static size_t held(void) {
  const struct mallinfo2 m = mallinfo2();
  return m.uordblks + m.hblkhd;
}

static int begin(double rate, uint32_t block, Costs* least) {
  for (unsigned i = 0; i < INSTANCES; ++i) {
    const size_t before = held();
    const double start = now_ms();
    Bare* bare = bare_new(PLUGIN_STEREO, rate, BARE_ALL);
    if (!bare) return 1;
    bare_run(bare, block, false);
    const double ms = now_ms() - start;
    if (ms < least->ms[i]) least->ms[i] = ms;
    least->bytes[i] = held() - before - sizeof *bare;
  }
  return 0;
}

int main(int argc, char** argv) {
  const double rate = argc > 1 ? strtod(argv[1], NULL) : 48000.0;
  const uint32_t block = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 256;
  Costs* least =
      mmap(NULL, sizeof *least, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (least == MAP_FAILED || !(rate > 0.0) || block == 0 || block > BARE_MAX_BLOCK) return 2;
  least->ms[0] = least->ms[1] = 1e9;
  sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 50});
  for (int i = 0; i < PROCESSES; ++i) {
    int status = 0;
    const pid_t child = fork();
    if (child == 0) _exit(begin(rate, block, least));
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 1;
  }
  printf("instantiate to the end of the first run(): %.1f ms, a second instance %.1f ms\n"
         "memory: %.2f MB with the model, a further instance %.2f MB\n",
         least->ms[0], least->ms[1], 1e-6 * (double)least->bytes[0],
         1e-6 * (double)least->bytes[1]);
  return 0;
}
