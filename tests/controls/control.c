// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Deliberate faults, one per run: they show that a checker would stop this program.
///     control overrun|leak|overflow|race
/// Each ends with status 0 unless a checker ends it.
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Volatile, so that each step is an access: the thread sanitizer can miss two that fall together.
static volatile int counter;

static void* count(void* arg) {
  for (int i = 0; i < 100000; ++i)
    counter = counter + 1; // two threads, no order
  return arg;
}

static int race(void) {
  pthread_t other;
  if (pthread_create(&other, NULL, count, NULL)) return 2;
  count(NULL);
  pthread_join(other, NULL);
  return counter < 0;
}

static int overrun(size_t n) {
  volatile char* heap = malloc(n);
  if (!heap) return 2;
  heap[0] = 1;
  const int past = heap[n]; // one past the end
  free((void*)heap);
  return past == 256;
}

static int leak(size_t n) {
  char* volatile lost = malloc(n);
  if (!lost) return 2;
  lost = NULL;
  return lost != NULL;
}

static int overflow(int n) {
  volatile int largest = INT_MAX;
  return largest + n == 7;
}

int main(int argc, char** argv) {
  const char* fault = argc > 1 ? argv[1] : "";
  if (!strcmp(fault, "overrun")) return overrun(16 * (size_t)argc);
  if (!strcmp(fault, "leak")) return leak(16 * (size_t)argc);
  if (!strcmp(fault, "overflow")) return overflow(argc);
  if (!strcmp(fault, "race")) return race();
  fprintf(stderr, "usage: control overrun|leak|overflow|race\n");
  return 2;
}
