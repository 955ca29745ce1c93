// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with -mavx on x86-64 (see CMakeLists.txt); never run unless the processor has AVX.
#include "dsp/kernels.h"

extern const Kernels kernels_avx;
#define KERNELS_TABLE kernels_avx
#define KERNELS_NAME "avx"
#include "dsp/kernels_body.h"
