// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Chooses the functions of compute.h, packs weights, and has the loops for any processor.
#include "inference/compute.h"

extern const Compute compute_generic;
#define COMPUTE_TABLE compute_generic
#define COMPUTE_NAME "generic"
#include "inference/compute_body.h"

#ifdef CIRCUMPLEX_AVX2
extern const Compute compute_avx, compute_avx2;
#endif

/// NULL unless compute_blas.c is linked in: CIRCUMPLEX_COMPUTE in cmake/CircumplexProcessor.cmake.
extern const Compute compute_openblas __attribute__((weak));

const Compute* compute_get(void) {
  if (&compute_openblas) return &compute_openblas;
  const Compute* fast = compute_find("avx2");
  if (!fast) fast = compute_find("avx");
  return fast ? fast : &compute_generic;
}

const Compute* compute_find(const char* name) {
#ifdef CIRCUMPLEX_AVX2
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &compute_avx2;
  if (strcmp(name, "avx") == 0 && __builtin_cpu_supports("avx")) return &compute_avx;
#endif
  if (strcmp(name, "openblas") == 0) return &compute_openblas; // NULL where it is not linked in
  if (strcmp(name, "generic") == 0) return &compute_generic;
  return strcmp(name, "plain") == 0 ? compute_plain() : NULL;
}

size_t compute_packed_size(size_t n, size_t k) {
  return (n + COMPUTE_PANEL - 1) / COMPUTE_PANEL * COMPUTE_PANEL * k;
}

void compute_pack(float* panels, const float* w, size_t n, size_t k, size_t ld) {
  const size_t padded = (n + COMPUTE_PANEL - 1) / COMPUTE_PANEL * COMPUTE_PANEL;
  for (size_t j = 0; j < padded; ++j)
    for (size_t i = 0; i < k; ++i)
      panels[compute_packed_index(k, j, i)] = j < n ? w[j * ld + i] : 0.0f;
}
