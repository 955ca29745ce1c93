// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of compute.h for AVX2 + FMA: compiled with -mavx2 -mfma on x86-64 (see
// CMakeLists.txt), run only if the processor has both.
#include "inference/compute.h"

extern const Compute compute_avx2;
#define COMPUTE_TABLE compute_avx2
#define COMPUTE_NAME "avx2"
#include "inference/compute_body.h"
