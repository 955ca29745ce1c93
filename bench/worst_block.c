// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The longest block: some instances in one process, with the time of each block's run() calls.
///
///     worst_block RATE BLOCK INSTANCES none|stalled|prompt [SECONDS [PASSES]]
///
/// none: the host has no worker.  stalled: its worker never runs.  prompt: it runs after each
/// block, outside the measured time.  Fresh processes play the same sound PASSES times and do the
/// same in each block; a block's time is the minimum of its passes, because other load can only add
/// time.
#include "tests/faults/bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_INSTANCES = 64 };

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static int by_size(const void* a, const void* b) {
  const float x = *(const float*)a, y = *(const float*)b;
  return (x > y) - (x < y);
}

/// All instances read the sound of the first.
static void copy_input(Bare* to, const Bare* from, uint32_t n) {
  for (int c = 0; c < 2; ++c)
    memcpy(to->audio[c], from->audio[c], n * sizeof(float));
}

/// \return readings that were late, or -1 if out of memory
static long play(double rate, uint32_t block, unsigned instances, const char* worker, float* us,
                 size_t blocks) {
  Bare* bare[MOST_INSTANCES] = {NULL};
  long late = 0;
  const unsigned features = strcmp(worker, "none") == 0 ? BARE_ALL & ~BARE_WORKER : BARE_ALL;
  const bool serve = strcmp(worker, "prompt") == 0;
  for (unsigned i = 0; i < instances; ++i)
    if (!(bare[i] = bare_new(PLUGIN_STEREO, rate, features))) late = -1;
  for (size_t b = 0; b < blocks && late == 0; ++b) {
    bare_music(bare[0], rate, b * block, block);
    for (unsigned i = 1; i < instances; ++i)
      copy_input(bare[i], bare[0], block);
    const double start = now_us();
    for (unsigned i = 0; i < instances; ++i)
      bare_run(bare[i], block, false);
    const float time = (float)(now_us() - start);
    if (time < us[b]) us[b] = time;
    for (unsigned i = 0; serve && i < instances; ++i)
      bare_serve(bare[i]);
  }
  for (unsigned i = 0; i < instances; ++i) {
    if (late >= 0 && bare[i]) late += (long)bare_get(bare[i], PORT_LATE);
    bare_free(bare[i]);
  }
  return late;
}

int main(int argc, char** argv) {
  if (argc < 5) {
    fprintf(stderr,
            "usage: worst_block RATE BLOCK INSTANCES none|stalled|prompt [SECONDS [PASSES]]\n");
    return 2;
  }
  const double rate = strtod(argv[1], NULL);
  const uint32_t block = (uint32_t)strtoul(argv[2], NULL, 10);
  const unsigned instances = (unsigned)strtoul(argv[3], NULL, 10);
  const double seconds = argc > 5 ? strtod(argv[5], NULL) : 12.0;
  const unsigned long passes = argc > 6 ? strtoul(argv[6], NULL, 10) : 7;
  if (!(rate > 0.0) || block == 0 || block > BARE_MAX_BLOCK || instances == 0 ||
      instances > MOST_INSTANCES || !(seconds > 1.0) || passes == 0)
    return 2;
  const size_t blocks = (size_t)(seconds * rate / block);
  float* us =
      mmap(NULL, blocks * sizeof *us, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (us == MAP_FAILED) return 1;
  for (size_t b = 0; b < blocks; ++b)
    us[b] = 1e9f;
  long late = 0;
  for (unsigned long pass = 0; pass < passes; ++pass) {
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
      const long more = play(rate, block, instances, argv[4], us, blocks);
      _exit(more < 0 ? 255 : more > 254 ? 254 : (int)more);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) == 255)
      return 1;
    late += WEXITSTATUS(status);
  }
  double sum = 0.0;
  for (size_t b = 0; b < blocks; ++b)
    sum += (double)us[b];
  // The first half second is start-up: caches and pages are cold.
  const size_t warm = (size_t)(0.5 * rate / block);
  qsort(us + warm, blocks - warm, sizeof *us, by_size);
  const size_t n = blocks - warm;
  const double period = 1e6 * block / rate, worst = (double)us[warm + n - 1];
  printf("%6.0f Hz / %4u, %2u instances, worker %-7s  mean %7.2f  p50 %7.2f  p99.9 %7.2f  worst "
         "%7.1f us "
         "= %5.1f %% of the period; late %ld\n",
         rate, block, instances, argv[4], sum / (double)blocks, (double)us[warm + n / 2],
         (double)us[warm + n * 999 / 1000], worst, 100.0 * worst / period, late);
  return 0;
}
