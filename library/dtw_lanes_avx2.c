// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with -mavx2 on x86-64 (see CMakeLists.txt); never run unless the processor has it.
#include "library/dtw_lanes.h"

extern const DtwLanes dtw_lanes_avx2;
#define LANES_TABLE dtw_lanes_avx2
#define LANES_NAME "avx2"
#include "library/dtw_lanes_body.h"
