// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with -mavx2 -mfma on x86-64 (see CMakeLists.txt); never run unless the processor has
// both.
#include "inference/compute.h"

extern const Compute compute_avx2;
#define COMPUTE_TABLE compute_avx2
#define COMPUTE_NAME "avx2"
#include "inference/compute_body.h"
