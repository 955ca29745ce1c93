// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of compute.h for AVX without FMA: compiled with -mavx on x86-64 (see
// CMakeLists.txt), run only if the processor has AVX.  The results are those of the generic
// version, bit for bit.
#include "inference/compute.h"

extern const Compute compute_avx;
#define COMPUTE_TABLE compute_avx
#define COMPUTE_NAME "avx"
#include "inference/compute_body.h"
