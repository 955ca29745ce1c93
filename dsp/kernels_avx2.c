// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with -mavx2 -mfma on x86-64 (see CMakeLists.txt); never run unless the processor has
// both.
#include "dsp/kernels.h"

extern const Kernels kernels_avx2;
#define KERNELS_TABLE kernels_avx2
#define KERNELS_NAME "avx2"
#include "dsp/kernels_body.h"
