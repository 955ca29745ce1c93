// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The complete analysis of some seconds of stereo; bench/counts.sh counts its instructions.
///
///     chain MODEL RATE SECONDS
#include "inference/engine.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

float read_chain(Engine* engine, const float* left, const float* right, size_t n);

/// The part that is counted.
__attribute__((noinline)) float read_chain(Engine* engine, const float* left, const float* right,
                                           size_t n) {
  Estimate estimate;
  float sum = 0.0f;
  for (size_t at = 0; at < n;) {
    at += engine_push(engine, left + at, right + at, n - at);
    while (engine_pop(engine, &estimate))
      sum += estimate.valence;
  }
  return sum;
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  char error[512];
  const double rate = strtod(argv[2], NULL);
  const size_t n = (size_t)(rate * strtod(argv[3], NULL));
  Model* model = model_open(argv[1], error, sizeof error);
  Engine* engine = model ? engine_new(model, rate, error, sizeof error) : NULL;
  float *left = malloc(n * sizeof *left), *right = malloc(n * sizeof *right);
  if (!engine || !left || !right) {
    fprintf(stderr, "chain: %s\n", engine ? "out of memory" : error);
    return 1;
  }
  uint32_t random = 1;
  for (size_t i = 0; i < n; ++i) {
    random = random * 1664525U + 1013904223U;
    const float noise = (float)(random >> 8) / 8388608.0f - 1.0f;
    left[i] = noise * (0.02f + 0.3f * expf(-12.0f * (float)fmod((double)i / rate, 0.5)));
    right[i] = 0.5f * left[i] + 0.1f * sinf(0.03f * (float)i);
  }
  printf("%g\n", (double)read_chain(engine, left, right, n));
  engine_free(engine);
  model_unref(model);
  free(left);
  free(right);
  return 0;
}
