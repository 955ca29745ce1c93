// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the factory presets from presets/*.json.
#include "plugin/presets.h"

#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

bool preset_has(const PortInfo* info) {
  return info->kind == PORT_KIND_CONTROL && !info->output &&
         !(info->flags & (PORT_TRIGGER | PORT_HIDDEN | PORT_LANE)) && info->port != PORT_ENABLED &&
         info->port != PORT_HOLD;
}

/// \return the setting with that symbol, or NULL
static const PortInfo* find(const char* symbol) {
  for (unsigned i = 0; i < PORT_COUNT; ++i) {
    const PortInfo* info = ports_info((Port)i);
    if (preset_has(info) && strcmp(info->symbol, symbol) == 0) return info;
  }
  return NULL;
}

/// Read the settings.  \return the first invalid symbol, or NULL
static const char* take_settings(Preset* preset, json_t* settings) {
  for (unsigned i = 0; i < PORT_COUNT; ++i)
    preset->value[i] = ports_info((Port)i)->init;
  const char* symbol;
  json_t* value;
  json_object_foreach(settings, symbol, value) {
    const PortInfo* info = find(symbol);
    const float number = (float)json_number_value(value);
    if (!info || !json_is_number(value) || number < info->low || number > info->high) return symbol;
    preset->value[info->port] = number;
  }
  return NULL;
}

static int load(Preset* preset, const char* path, char* error, size_t error_size) {
  json_error_t reason;
  json_t* settings = NULL;
  const char* file = strrchr(path, '/') + 1;
  snprintf(preset->id, sizeof preset->id, "%.*s", (int)(strrchr(file, '.') - file), file);
  preset->json = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);
  if (!preset->json) {
    snprintf(error, error_size, "%s:%d: %s", path, reason.line, reason.text);
    return -1;
  }
  if (json_unpack_ex(preset->json, &reason, JSON_STRICT, "{s:s, s:s, s:o}", "name", &preset->name,
                     "comment", &preset->comment, "settings", &settings) != 0 ||
      !json_is_object(settings)) {
    snprintf(error, error_size, "%s: %s", path, reason.text);
    return -1;
  }
  const char* wrong = take_settings(preset, settings);
  if (wrong) snprintf(error, error_size, "%s: \"%s\" is unknown or out of range", path, wrong);
  return wrong ? -1 : 0;
}

int presets_load(PresetList* list, const char* folder, char* error, size_t error_size) {
  char pattern[4096];
  glob_t found;
  memset(list, 0, sizeof *list);
  snprintf(pattern, sizeof pattern, "%s/*.json", folder);
  if (glob(pattern, 0, NULL, &found) != 0 || found.gl_pathc > PRESET_MAX) {
    snprintf(error, error_size, "%s: no presets, or more than %d", folder, PRESET_MAX);
    return -1;
  }
  int status = 0;
  for (size_t i = 0; i < found.gl_pathc && status == 0; ++i)
    status = load(&list->preset[list->n++], found.gl_pathv[i], error, error_size);
  globfree(&found);
  if (status != 0) presets_free(list);
  return status;
}

void presets_free(PresetList* list) {
  for (unsigned i = 0; i < list->n; ++i)
    json_decref(list->preset[i].json);
  list->n = 0;
}
