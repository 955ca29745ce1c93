// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads the factory presets of presets/*.json, each a job, as differences from the defaults:
///
///     {"name": "Film Score", "comment": "...", "settings": {"response": 1.5, "gate": -70}}
///
/// The name of the file is the preset's id.  The generator writes every setting of a preset (its
/// value here, or the port's default), so that a preset means the same whatever was set before.
/// Thread: any; build time and tests only.
#ifndef CIRCUMPLEX_PLUGIN_PRESETS_H
#define CIRCUMPLEX_PLUGIN_PRESETS_H

#include "plugin/ports.h"

#include <stddef.h>

#define PRESET_MAX 64
#define PRESET_MAX_ID 64

typedef struct {
  char id[PRESET_MAX_ID];
  const char* name;        ///< belongs to `json`
  const char* comment;     ///< belongs to `json`
  float value[PORT_COUNT]; ///< by Port
  void* json;
} Preset;

typedef struct {
  Preset preset[PRESET_MAX]; ///< in the order of their ids
  unsigned n;
} PresetList;

/// Read all presets of a folder.  Whatever is unknown or out of range in them is an error.
/// \return 0, or -1 and an error message
int presets_load(PresetList* list, const char* folder, char* error, size_t error_size);
void presets_free(PresetList* list);

/// \return whether presets set \p info: settings, not momentary switches or the host's own.
bool preset_has(const PortInfo* info);

#endif
