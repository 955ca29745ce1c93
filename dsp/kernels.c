// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/kernels.h"

extern const Kernels kernels_generic;
#define KERNELS_TABLE kernels_generic
#define KERNELS_NAME "generic"
#include "dsp/kernels_body.h"

#ifdef CIRCUMPLEX_AVX2
extern const Kernels kernels_avx2;
#endif

const Kernels* kernels_get(void) {
#ifdef CIRCUMPLEX_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &kernels_avx2;
#endif
  return &kernels_generic;
}
