// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions: the model's path, the OSC target and name.  Control ports are saved by the host.
#include "plugin/meter.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  LV2_State_Map_Path* map_path;
  LV2_State_Free_Path* free_path;
} PathFeatures;

static PathFeatures find_features(const LV2_Feature* const* features) {
  PathFeatures found = {NULL, NULL};
  for (; features && *features; features++) {
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

static LV2_State_Status save(LV2_Handle instance, LV2_State_Store_Function store,
                             LV2_State_Handle handle, uint32_t flags,
                             const LV2_Feature* const* features) {
  (void)flags;
  Meter* m = instance;
  const Uris* u = &m->uris;
  const PathFeatures f = find_features(features);
  const uint32_t portable = LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE;
  JobsStatus* s = malloc(sizeof *s);
  char hash[17];
  if (!s) return LV2_STATE_ERR_UNKNOWN;
  jobs_get(m->jobs, s, hash);
  LV2_State_Status status = LV2_STATE_SUCCESS;
  if (*s->model_path) {
    // Without mapping the absolute path is all there is: right on this machine.
    char* abstract =
        f.map_path ? f.map_path->abstract_path(f.map_path->handle, s->model_path) : NULL;
    const char* path = abstract ? abstract : s->model_path;
    status = store(handle, u->property_model, path, strlen(path) + 1, u->atom_path,
                   f.map_path ? portable : LV2_STATE_IS_POD);
    if (abstract) free_path(&f, abstract);
  }
  const struct {
    LV2_URID key;
    const char* text;
  } texts[] = {{u->property_osc, s->osc_target},
               {u->property_osc_name, s->osc_name},
               {u->property_model_hash, hash}};
  for (unsigned i = 0; i < 3 && status == LV2_STATE_SUCCESS; i++)
    status = store(handle, texts[i].key, texts[i].text, strlen(texts[i].text) + 1, u->atom_string,
                   portable);
  free(s);
  return status;
}

/// \return a property's text, or NULL (and *bad set) if it is not one.
static const char* get_text(Meter* m, LV2_State_Retrieve_Function retrieve, LV2_State_Handle handle,
                            LV2_URID key, size_t limit, bool* bad) {
  size_t size = 0;
  uint32_t type = 0, flags = 0;
  const char* text = retrieve(handle, key, &size, &type, &flags);
  if (!text) return NULL;
  const bool is_text = type == m->uris.atom_string || type == m->uris.atom_path;
  if (!is_text || size == 0 || size > limit || !memchr(text, '\0', size)) {
    *bad = true;
    return NULL;
  }
  return text;
}

static LV2_State_Status restore(LV2_Handle instance, LV2_State_Retrieve_Function retrieve,
                                LV2_State_Handle handle, uint32_t flags,
                                const LV2_Feature* const* features) {
  (void)flags;
  Meter* m = instance;
  const Uris* u = &m->uris;
  const PathFeatures f = find_features(features);
  bool bad = false;
  const char* path = get_text(m, retrieve, handle, u->property_model, JOBS_MAX_PATH, &bad);
  const char* osc = get_text(m, retrieve, handle, u->property_osc, OSC_MAX_TARGET + 1, &bad);
  const char* name = get_text(m, retrieve, handle, u->property_osc_name, OSC_MAX_NAME + 1, &bad);
  const char* hash = get_text(m, retrieve, handle, u->property_model_hash, 17, &bad);
  char* absolute = path && f.map_path ? f.map_path->absolute_path(f.map_path->handle, path) : NULL;
  jobs_set(m->jobs, absolute ? absolute : path, osc, name, hash);
  if (absolute) free_path(&f, absolute);
  if (bad) jobs_say(m->jobs, true, "Part of the session's state was unreadable: defaults are used");
  return LV2_STATE_SUCCESS;
}

const LV2_State_Interface meter_state_interface = {save, restore};
