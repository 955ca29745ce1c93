// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Reads the factory presets from presets/*.json.  A file has the settings that differ from the
/// defaults:
///
///     {"name": "Film Score", "comment": "...", "settings": {"response": 1.5, "gate": -70}}
///
/// The file's name is the preset's id.  The generator writes every setting of a preset (the value
/// here, or the port's default), so that the result does not depend on earlier settings.
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

/// Read all presets in a folder.  Unknown keys and values out of range are errors.
/// \return 0, or -1 and an error message
int presets_load(PresetList* list, const char* folder, char* error, size_t error_size);
void presets_free(PresetList* list);

/// \return whether presets contain \p info: settings, but no momentary switches and no host
/// settings
bool preset_has(const PortInfo* info);

#endif
