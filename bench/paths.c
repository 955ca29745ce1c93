// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Compares the loops for any processor with those for this one: the transforms of a second of
/// sound, and the net's steps (minimum of several runs, CPU time).
///
///     paths MODEL
#include "dsp/fft.h"
#include "dsp/kernels.h"
#include "inference/net.h"
#include "inference/net_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 60, FRAMES = 50, TONAL_FRAMES = 10, STEPS = 4 };

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static double transforms(const Kernels* kernels, size_t window, size_t tonal) {
  Fft *a = fft_new_with(window, kernels), *b = fft_new_with(tonal, kernels);
  float* x = calloc(tonal + window, sizeof *x);
  double least = 1e9;
  for (int run = 0; run < RUNS && a && b && x; ++run) {
    const double start = now_us();
    for (int i = 0; i < FRAMES; ++i)
      fft_power(a, x, x, x);
    for (int i = 0; i < TONAL_FRAMES; ++i)
      fft_power(b, x, x, x);
    const double us = now_us() - start;
    if (us < least) least = us;
  }
  fft_free(a);
  fft_free(b);
  free(x);
  return least;
}

static double steps(Model* model, const Compute* compute) {
  Net* net = net_new_with(model, compute);
  HopFeatures* hop = calloc(1, sizeof *hop);
  NetOutput out;
  double least = 1e9;
  for (int run = 0; run < RUNS && net && hop; ++run) {
    const double start = now_us();
    for (int i = 0; i < STEPS; ++i)
      net_step(net, hop, &out, NULL);
    const double us = now_us() - start;
    if (us < least) least = us;
  }
  net_free(net);
  free(hop);
  return least;
}

/// \param avx 0: this processor has none
static void print_row(const char* what, double fast, double avx, double generic) {
  printf("%-20s %10.1f %10.1f %10.1f  %5.2f %5.2f\n", what, fast, avx, generic, avx / fast,
         generic / fast);
}

int main(int argc, char** argv) {
  char error[512];
  Model* model = argc > 1 ? model_open(argv[1], error, sizeof error) : NULL;
  if (!model) {
    fprintf(stderr, "usage: paths MODEL\n");
    return 2;
  }
  static const struct {
    const char* what;
    size_t window, tonal;
  } rates[] = {{"transforms, 48 kHz", 1920, 3840}, {"transforms, 44.1 kHz", 1764, 3528}};
  const Kernels *generic = kernels_find("generic"), *avx = kernels_find("avx");
  printf("us a second          %10s %10s %10s  beside the first\n", kernels_get()->name, "avx",
         "generic");
  for (int i = 0; i < 2; ++i)
    print_row(rates[i].what, transforms(kernels_get(), rates[i].window, rates[i].tonal),
              avx ? transforms(avx, rates[i].window, rates[i].tonal) : 0.0,
              transforms(generic, rates[i].window, rates[i].tonal));
  const Compute* compute = compute_find("avx");
  print_row("net, two grids", steps(model, compute_get()), compute ? steps(model, compute) : 0.0,
            steps(model, compute_find("generic")));
  model_unref(model);
  return 0;
}
