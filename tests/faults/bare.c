// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/bare.h"

#include <lv2/log/log.h>
#include <lv2/options/options.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_URIS 256

static const char* uris_known[MAX_URIS];

LV2_URID bare_map(LV2_URID_Map_Handle handle, const char* uri) {
  (void)handle;
  // The URIs are string literals, so their addresses stay valid.
  for (LV2_URID i = 0; i < MAX_URIS; ++i) {
    if (!uris_known[i]) uris_known[i] = uri;
    if (strcmp(uris_known[i], uri) == 0) return i + 1;
  }
  return 0;
}

static LV2_URID_Map the_map = {NULL, bare_map};
const LV2_Feature bare_map_feature = {LV2_URID__map, &the_map};

static LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle handle, uint32_t size,
                                  const void* data) {
  (void)size, (void)data;
  Bare* bare = handle;
  if (bare->worker_is_full) return LV2_WORKER_ERR_NO_SPACE;
  ++bare->tokens;
  return LV2_WORKER_SUCCESS;
}

static int log_vprintf(LV2_Log_Handle handle, LV2_URID type, const char* format, va_list list) {
  (void)type, (void)format, (void)list;
  ((Bare*)handle)->logged++;
  return 0;
}

static int log_printf(LV2_Log_Handle handle, LV2_URID type, const char* format, ...) {
  (void)type, (void)format;
  ((Bare*)handle)->logged++;
  return 0;
}

void* bare_buffer(Bare* bare, unsigned index) {
  const PortInfo* info = ports_at(bare->kind, index);
  switch (info->port) {
  case PORT_CONTROL:
    return bare->control;
  case PORT_NOTIFY:
    return bare->notify;
  case PORT_IN:
  case PORT_IN_L:
    return bare->audio[0];
  case PORT_IN_R:
    return bare->audio[1];
  case PORT_OUT:
  case PORT_OUT_L:
    return bare->audio[2];
  case PORT_OUT_R:
    return bare->audio[3];
  default:
    return info->kind == PORT_KIND_CV ? bare->cv[info->port - PORT_CV_VALENCE]
                                      : &bare->controls[info->port];
  }
}

Bare* bare_new(PluginKind kind, double rate, unsigned features) {
  Bare* bare = calloc(1, sizeof *bare);
  if (!bare) return NULL;
  for (unsigned i = 0; i < 4 + CV_OUTPUTS; ++i) {
    float* buffer = calloc(BARE_MAX_BLOCK, sizeof *buffer);
    if (i < 4)
      bare->audio[i] = buffer;
    else
      bare->cv[i - 4] = buffer;
    if (!buffer) goto fail;
  }
  bare->kind = kind;
  bare->notify_size = BARE_ATOM_BYTES;
  uris_map(&bare->uris, &the_map);
  bare->schedule = (LV2_Worker_Schedule){bare, schedule};
  bare->log = (LV2_Log_Log){bare, log_printf, log_vprintf};
  const LV2_Options_Option no_options[] = {{0}};
  const LV2_Feature worker_feature = {LV2_WORKER__schedule, &bare->schedule};
  const LV2_Feature log_feature = {LV2_LOG__log, &bare->log};
  const LV2_Feature options_feature = {LV2_OPTIONS__options, (void*)no_options};
  const LV2_Feature* list[8] = {&bare_map_feature};
  unsigned n = 1;
  if (features & BARE_WORKER) list[n++] = &worker_feature;
  if (features & BARE_LOG) list[n++] = &log_feature;
  if (features & BARE_OPTIONS) list[n++] = &options_feature;
  bare->descriptor = lv2_descriptor(kind);
  bare->handle = bare->descriptor->instantiate(bare->descriptor, rate, "/", list);
  if (!bare->handle) goto fail;
  bare->state = bare->descriptor->extension_data(LV2_STATE__interface);
  bare->worker = bare->descriptor->extension_data(LV2_WORKER__interface);
  for (unsigned i = 0; i < ports_plugin(kind)->n_ports; ++i) {
    const PortInfo* info = ports_at(kind, i);
    bare->controls[info->port] = info->init;
    bare_connect(bare, i, (features & BARE_PORTS) != 0);
  }
  if (bare->descriptor->activate) bare->descriptor->activate(bare->handle);
  return bare;
fail:
  bare_free(bare);
  return NULL;
}

void bare_free(Bare* bare) {
  if (!bare) return;
  if (bare->handle) {
    if (bare->descriptor->deactivate) bare->descriptor->deactivate(bare->handle);
    bare->descriptor->cleanup(bare->handle);
  }
  for (unsigned i = 0; i < 4; ++i)
    free(bare->audio[i]);
  for (unsigned i = 0; i < CV_OUTPUTS; ++i)
    free(bare->cv[i]);
  free(bare);
}

void bare_connect(Bare* bare, unsigned index, bool is_connected) {
  bare->descriptor->connect_port(bare->handle, index,
                                 is_connected ? bare_buffer(bare, index) : NULL);
}

static void offer(Bare* bare, void* buffer) {
  LV2_Atom* atom = buffer;
  atom->size = bare->notify_size;
  atom->type = bare->uris.atom_chunk;
}

void bare_run_as_is(Bare* bare, uint32_t n) {
  offer(bare, bare->notify);
  offer(bare, bare->midi);
  bare->descriptor->run(bare->handle, n);
}

void bare_run(Bare* bare, uint32_t n, bool serve) {
  LV2_Atom_Sequence* in = (void*)bare->control;
  memset(in, 0, sizeof *in);
  in->atom.size = sizeof in->body;
  in->atom.type = bare->uris.atom_sequence;
  bare_run_as_is(bare, n);
  if (serve) bare_serve(bare);
}

void bare_begin_events(Bare* bare, LV2_Atom_Forge* forge, LV2_Atom_Forge_Frame* sequence) {
  lv2_atom_forge_init(forge, &the_map);
  lv2_atom_forge_set_buffer(forge, bare->control, sizeof bare->control);
  lv2_atom_forge_sequence_head(forge, sequence, 0);
}

void bare_set_property(Bare* bare, unsigned property, const char* text) {
  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence, object;
  bare_begin_events(bare, &forge, &sequence);
  lv2_atom_forge_frame_time(&forge, 0);
  lv2_atom_forge_object(&forge, &object, 0, bare->uris.patch_set);
  lv2_atom_forge_key(&forge, bare->uris.patch_property);
  lv2_atom_forge_urid(&forge, bare->uris.property[property]);
  lv2_atom_forge_key(&forge, bare->uris.patch_value);
  if (property == PROP_MODEL)
    lv2_atom_forge_path(&forge, text, (uint32_t)strlen(text));
  else
    lv2_atom_forge_string(&forge, text, (uint32_t)strlen(text));
  lv2_atom_forge_pop(&forge, &object);
  lv2_atom_forge_pop(&forge, &sequence);
}

void bare_serve(Bare* bare) {
  const uint32_t token = 0;
  for (; bare->tokens > 0; --bare->tokens)
    bare->worker->work(bare->handle, NULL, NULL, sizeof token, &token);
}

void bare_music(Bare* bare, double rate, uint64_t at, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) {
    const double t = (double)(at + i) / rate;
    const double beat = fmod(t, 0.5);
    const double root = 110.0 * exp2(floor(fmod(t, 8.0) / 2.0) * 5.0 / 12.0);
    double x = 0.0;
    for (unsigned k = 1; k <= 4; ++k)
      x += sin(6.283185307179586 * root *
               (k == 2   ? 1.2599
                : k == 3 ? 1.4983
                : k == 4 ? 2.0
                         : 1.0) *
               t);
    x *= 0.15 * exp(-3.0 * beat);
    bare->audio[0][i] = (float)x;
    bare->audio[1][i] = (float)(0.8 * x);
  }
}

float bare_get(const Bare* bare, Port port) {
  return bare->controls[port];
}
