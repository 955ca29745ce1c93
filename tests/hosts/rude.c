// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// An LV2 plugin that does what ours must not: it changes the audio, declares a control without a
/// default and never writes an output.  It tells the size of a path that it gets back, and whether
/// its atom output is connected.  test_host.py checks that circumplex-host notices.
#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/core/lv2_util.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>
#include <stdlib.h>
#include <string.h>

enum { IN_LEFT, IN_RIGHT, OUT_LEFT, OUT_RIGHT, SIDE, SIZE, UNWRITTEN, NOTIFY, LINKED, PORTS };

typedef struct {
  void* ports[PORTS];
  LV2_URID path, key;
  size_t size; ///< bytes of the path that was restored
} Rude;

static LV2_Handle instantiate(const LV2_Descriptor* descriptor, double rate, const char* bundle,
                              const LV2_Feature* const* features) {
  (void)descriptor, (void)rate, (void)bundle;
  LV2_URID_Map* map = NULL;
  Rude* r = calloc(1, sizeof *r);
  if (!r || lv2_features_query(features, LV2_URID__map, &map, true, NULL)) goto fail;
  for (; *features; ++features) // it would call an empty worker
    if (strcmp((*features)->URI, LV2_WORKER__schedule) == 0 && !(*features)->data) goto fail;
  r->path = map->map(map->handle, LV2_ATOM__Path);
  r->key = map->map(map->handle, "urn:circumplex:rude#path");
  return r;
fail:
  free(r);
  return NULL;
}

static void connect_port(LV2_Handle instance, uint32_t port, void* data) {
  ((Rude*)instance)->ports[port] = data;
}

/// \param side 1 or 2: change the first sample of the left or the right channel
static void run(LV2_Handle instance, uint32_t n) {
  const Rude* r = instance;
  const int side = (int)*(const float*)r->ports[SIDE];
  for (int c = 0; c < 2; ++c) {
    float* out = r->ports[OUT_LEFT + c];
    memmove(out, r->ports[IN_LEFT + c], n * sizeof *out);
    if (n > 0 && side == c + 1) out[0] += 1e-6f;
  }
  *(float*)r->ports[SIZE] = (float)r->size;
  *(float*)r->ports[LINKED] = r->ports[NOTIFY] ? 1.0f : 0.0f;
}

static LV2_State_Status save(LV2_Handle instance, LV2_State_Store_Function store,
                             LV2_State_Handle handle, uint32_t flags,
                             const LV2_Feature* const* features) {
  (void)flags, (void)features;
  const Rude* r = instance;
  return store(handle, r->key, "/none", sizeof "/none", r->path, LV2_STATE_IS_POD);
}

static LV2_State_Status restore(LV2_Handle instance, LV2_State_Retrieve_Function retrieve,
                                LV2_State_Handle handle, uint32_t flags,
                                const LV2_Feature* const* features) {
  (void)features;
  Rude* r = instance;
  uint32_t type = 0;
  retrieve(handle, r->key, &r->size, &type, &flags);
  if (type != r->path) r->size = 0;
  return LV2_STATE_SUCCESS;
}

static const void* extension_data(const char* uri) {
  static const LV2_State_Interface state = {save, restore};
  return strcmp(uri, LV2_STATE__interface) == 0 ? &state : NULL;
}

LV2_SYMBOL_EXPORT const LV2_Descriptor* lv2_descriptor(uint32_t index) {
  static const LV2_Descriptor rude = {
      "urn:circumplex:rude", instantiate, connect_port, NULL, run, NULL, free, extension_data};
  return index == 0 ? &rude : NULL;
}
