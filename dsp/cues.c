// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the musical cues of one 0.5 s hop.
#include "dsp/cues.h"

#include <stddef.h>
#include <string.h>

static const CueInfo infos[CUE_COUNT] = {
#define X(id, name, unit, low, high, group) {name, unit, low, high, CUE_GROUP_##group},
    CUE_LIST(X)
#undef X
};

static const char* const group_names[CUE_GROUP_COUNT] = {
    "loudness", "onsets", "brightness", "mode", "key", "roughness", "tempo"};

const CueInfo* cue_info(unsigned index) {
  return index < CUE_COUNT ? &infos[index] : NULL;
}

int cue_find(const char* name) {
  for (int i = 0; i < CUE_COUNT; ++i)
    if (!strcmp(infos[i].name, name)) return i;
  return -1;
}

const char* cue_group_name(unsigned group) {
  return group < CUE_GROUP_COUNT ? group_names[group] : NULL;
}
