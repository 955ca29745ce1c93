// SPDX-License-Identifier: GPL-3.0-or-later
// Saves and restores sessions: the properties and the model's hash.  The host saves control ports.
#include "plugin/meter.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  LV2_State_Map_Path* map_path;
  LV2_State_Free_Path* free_path;
} PathFeatures;

static PathFeatures find_features(const LV2_Feature* const* features) {
  PathFeatures found = {NULL, NULL};
  for (; features && *features; ++features) {
    if (strcmp((*features)->URI, LV2_STATE__mapPath) == 0) found.map_path = (*features)->data;
    if (strcmp((*features)->URI, LV2_STATE__freePath) == 0) found.free_path = (*features)->data;
  }
  return found;
}

static void free_path(const PathFeatures* f, char* path) {
  if (f->free_path)
    f->free_path->free_path(f->free_path->handle, path);
  else
    free(path);
}

/// Store a text.  A path is mapped by the host first.
static LV2_State_Status store_text(const Uris* u, LV2_State_Store_Function store,
                                   LV2_State_Handle handle, LV2_URID key, const char* text,
                                   const PathFeatures* paths) {
  const uint32_t portable = LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE;
  if (!paths) return store(handle, key, text, strlen(text) + 1, u->atom_string, portable);
  // Without the host's mapping, store the absolute path, which is valid on this machine only.
  const LV2_State_Map_Path* map = paths->map_path;
  char* abstract = map ? map->abstract_path(map->handle, text) : NULL;
  const char* path = abstract ? abstract : text;
  const LV2_State_Status status =
      store(handle, key, path, strlen(path) + 1, u->atom_path, map ? portable : LV2_STATE_IS_POD);
  if (abstract) free_path(paths, abstract);
  return status;
}

static LV2_State_Status save(LV2_Handle instance, LV2_State_Store_Function store,
                             LV2_State_Handle handle, uint32_t flags,
                             const LV2_Feature* const* features) {
  (void)flags;
  Meter* m = instance;
  const Uris* u = &m->uris;
  const PathFeatures f = find_features(features);
  JobsStatus* s = malloc(sizeof *s);
  char hash[17];
  if (!s) return LV2_STATE_ERR_UNKNOWN;
  jobs_get(m->jobs, s, hash);
  LV2_State_Status status = LV2_STATE_SUCCESS;
  for (unsigned i = 0; i < PROP_COUNT && status == LV2_STATE_SUCCESS; ++i) {
    const char* text = property_get(&s->properties, i);
    const PropertyType type = property_info(i)->type;
    const int32_t on = property_is_on(&s->properties, i);
    if (type == PROP_BOOL)
      status = store(handle, u->property[i], &on, sizeof on, u->atom_bool,
                     LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
    else if (type != PROP_PATH || *text) // "" is not a path
      status = store_text(u, store, handle, u->property[i], text, type == PROP_PATH ? &f : NULL);
  }
  if (status == LV2_STATE_SUCCESS)
    status = store_text(u, store, handle, u->property_model_hash, hash, NULL);
  free(s);
  return status;
}

/// A text from a session; some hosts return it without the NUL that was stored.
typedef struct {
  const char* text; ///< NULL if it is missing
  size_t length;
} StateText;

/// Read a text from the session.  Sets *bad if the value is not a text.
static StateText get_text(Meter* m, LV2_State_Retrieve_Function retrieve, LV2_State_Handle handle,
                          LV2_URID key, bool* bad) {
  size_t size = 0;
  uint32_t type = 0, flags = 0;
  const char* text = retrieve(handle, key, &size, &type, &flags);
  if (!text) return (StateText){NULL, 0};
  if (type == m->uris.atom_string || type == m->uris.atom_path)
    return (StateText){text, strnlen(text, size)};
  int32_t on = 0;
  if (type == m->uris.atom_bool && size == sizeof on) {
    memcpy(&on, text, sizeof on);
    return on ? (StateText){"1", 1} : (StateText){"", 0};
  }
  *bad = true;
  return (StateText){NULL, 0};
}

/// Set a property from a session.  \return false if the value is too long
static bool take(Properties* properties, unsigned id, StateText value, const PathFeatures* paths) {
  const PropertyInfo* info = property_info(id);
  const LV2_State_Map_Path* map = paths->map_path;
  if (value.length > info->most) return false;
  if (info->type != PROP_PATH || !map || value.length == 0)
    return property_set(properties, id, value.text, value.length);
  char terminated[PROPERTY_MOST + 1];
  memcpy(terminated, value.text, value.length);
  terminated[value.length] = '\0';
  char* absolute = map->absolute_path(map->handle, terminated);
  if (!absolute) return property_set(properties, id, value.text, value.length);
  const bool fits = property_set(properties, id, absolute, strlen(absolute));
  free_path(paths, absolute);
  return fits;
}

static LV2_State_Status restore(LV2_Handle instance, LV2_State_Retrieve_Function retrieve,
                                LV2_State_Handle handle, uint32_t flags,
                                const LV2_Feature* const* features) {
  (void)flags;
  Meter* m = instance;
  const PathFeatures f = find_features(features);
  bool bad = false;
  Properties properties = properties_initial();
  properties_from_environment(&properties); // where the session says nothing
  for (unsigned i = 0; i < PROP_COUNT; ++i) {
    const StateText value = get_text(m, retrieve, handle, m->uris.property[i], &bad);
    if (value.text && !take(&properties, i, value, &f)) bad = true;
  }
  const StateText saved = get_text(m, retrieve, handle, m->uris.property_model_hash, &bad);
  char hash[17] = "";
  if (saved.length < sizeof hash && saved.text) memcpy(hash, saved.text, saved.length);
  jobs_set(m->jobs, &properties, hash);
  if (bad) jobs_say(m->jobs, true, "Part of the session's state was unreadable: defaults are used");
  return LV2_STATE_SUCCESS;
}

const LV2_State_Interface meter_state_interface = {save, restore};
