// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses the inner loops of a search by the processor.
#include "library/dtw_lanes.h"

#include <string.h>

extern const DtwLanes dtw_lanes_generic;
#define LANES_TABLE dtw_lanes_generic
#define LANES_NAME "generic"
#include "library/dtw_lanes_body.h"

#ifdef CIRCUMPLEX_AVX2
extern const DtwLanes dtw_lanes_avx2;
#endif

const DtwLanes* dtw_lanes_find(const char* name) {
#ifdef CIRCUMPLEX_AVX2
  if (strcmp(name, "avx2") == 0) return __builtin_cpu_supports("avx2") ? &dtw_lanes_avx2 : NULL;
#endif
  return strcmp(name, "generic") == 0 ? &dtw_lanes_generic : NULL;
}

const DtwLanes* dtw_lanes_get(void) {
  const DtwLanes* fast = dtw_lanes_find("avx2");
  return fast ? fast : &dtw_lanes_generic;
}
