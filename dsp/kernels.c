// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// The inner loops for any processor, and the choice of the table that this processor can run.
#include "dsp/kernels.h"

extern const Kernels kernels_generic;
#define KERNELS_TABLE kernels_generic
#define KERNELS_NAME "generic"
#include "dsp/kernels_body.h"

#ifdef CIRCUMPLEX_AVX2
extern const Kernels kernels_avx, kernels_avx2;
#endif

const Kernels* kernels_get(void) {
  const Kernels* fast = kernels_find("avx2");
  if (!fast) fast = kernels_find("avx");
  return fast ? fast : &kernels_generic;
}

const Kernels* kernels_find(const char* name) {
#ifdef CIRCUMPLEX_AVX2
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &kernels_avx2;
  if (strcmp(name, "avx") == 0 && __builtin_cpu_supports("avx")) return &kernels_avx;
#endif
  return strcmp(name, "generic") == 0 ? &kernels_generic : NULL;
}
