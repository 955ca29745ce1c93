// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Measuring the engine: time per stage, memory, allocations.  Thread: one.
#ifndef CIRCUMPLEX_BENCH_STAGES_H
#define CIRCUMPLEX_BENCH_STAGES_H

#include "inference/model.h"

#include <stddef.h>

#define BENCH_MAX_STAGES 16

typedef struct {
  const char* name;
  double ns; ///< for one second of audio, median of the runs
} BenchStage;

typedef struct {
  double rate;
  BenchStage stages[BENCH_MAX_STAGES];
  size_t n;
  size_t engine_bytes, frontend_bytes, net_bytes; ///< of one instance, weights not counted
  long allocations; ///< calls while 10 s were pushed and popped; -1: this build cannot count
} BenchResult;

/// Measure every stage at \p rate, each \p runs times over \p seconds of synthetic music.
/// \return 0, or -1 and an error message
int bench_measure(Model* model, double rate, unsigned runs, unsigned seconds, BenchResult* result,
                  char* error, size_t error_size);

/// Median time of opening the model at \p path when no instance has it open, ns; negative on
/// failure.
double bench_load(const char* path, unsigned runs);

#endif
